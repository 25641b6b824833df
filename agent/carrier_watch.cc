#include "agent/carrier_watch.h"

#include "agent/health.h"

namespace valise {

void CarrierWatch::Load() {
  const auto told = ReadTrouble(store_, "delivery");
  if (!told) return;
  hint_ = Error{Recovery::kRetryLater, told->code, told->message};
  hint_at_ms_ = told->since_ms;
}

void CarrierWatch::Hear(CarrierNews news, std::int64_t now_ms) {
  impaired_ = std::move(news.impaired);
  if (news.hint) {
    log_.Write(LogLevel::kWarning, "carrier hint",
               {{"code", news.hint->code}, {"what", news.hint->message}});
    hint_ = std::move(news.hint);
    hint_at_ms_ = now_ms;
  } else if (hint_ && store_.MetaNumber("in.last_at", 0) > hint_at_ms_ &&
             store_.UnackedPackets().empty()) {
    hint_.reset();
  }
  if (news.set_aside > 0) Count(news.set_aside);
}

void CarrierWatch::Count(std::uint64_t set_aside) {
  store_.Begin();
  store_.PutMetaNumber("carrier.set_aside", store_.MetaNumber("carrier.set_aside", 0) +
                                                static_cast<std::int64_t>(set_aside));
  (void)store_.Commit().ok();  // a count, no promise
}

}  // namespace valise
