#include "tests/simulation/folder.h"

namespace valise::simulation {

void SimFolder::Put(Bytes sealed) {
  if (random_.Chance(faults_.folder_corrupt)) {
    ++out_.corrupted;
    const auto at =
        static_cast<std::size_t>(random_.Below(static_cast<std::int64_t>(sealed.size())));
    if (random_.Chance(500)) sealed.resize(at);
    else sealed[at] = static_cast<char>(sealed[at] ^ (1 << random_.Below(8)));
  }
  const std::int64_t delay = random_.Below(faults_.folder_delay_ms);
  out_.items.push_back({std::to_string(++out_.sent), std::move(sealed), now_ms_ + delay});
}

Result<void> SimFolder::Send(std::string_view sealed) {
  if (is_dead_) return Error{Recovery::kRetryLater, "VAL-SIMULATED-CRASH", "dead"};
  trace_.Note(now_ms_, name_ + " send " + Text(Hash("sent", sealed)));
  if (random_.Chance(faults_.folder_drop)) return Ok();
  Put(std::string(sealed));
  if (random_.Chance(faults_.folder_duplicate)) Put(std::string(sealed));
  return Ok();
}

Result<std::vector<Arrival>> SimFolder::Receive(std::size_t count_max) {
  if (is_dead_) return Error{Recovery::kRetryLater, "VAL-SIMULATED-CRASH", "dead"};
  std::vector<Arrival> arrivals;
  for (const Lane::Item& item : in_.items) {
    if (arrivals.size() == count_max) break;
    if (item.visible_at <= now_ms_) arrivals.push_back({item.name, item.sealed});
  }
  return arrivals;
}

Result<void> SimFolder::Remove(const std::string& handle) {
  if (is_dead_) return Error{Recovery::kRetryLater, "VAL-SIMULATED-CRASH", "dead"};
  in_.items.remove_if([&](const Lane::Item& item) { return item.name == handle; });
  return Ok();
}

}  // namespace valise::simulation
