#include "agent/health.h"

#include <string_view>

namespace valise {
namespace {

std::string MetaName(std::string_view about, std::string_view what) {
  return "trouble." + std::string(about) + "." + std::string(what);
}

}  // namespace

void Health::Note(const char* about, const std::optional<Error>& error, std::int64_t now_ms) {
  const std::string code = error ? error->code : "";
  const auto known = noted_.find(about);
  if (known != noted_.end() && known->second == code) return;
  // After a start what the last run left behind is unknown here: written over once.
  store_.Begin();
  store_.PutMeta(MetaName(about, "code"), code);
  store_.PutMeta(MetaName(about, "message"), error ? error->message : "");
  store_.PutMetaNumber(MetaName(about, "since"), now_ms);
  if (store_.Commit().ok()) noted_[about] = code;
}

std::optional<Trouble> ReadTrouble(const Store& store, const char* about) {
  const std::optional<std::string> code = store.Meta(MetaName(about, "code"));
  if (!code || code->empty()) return std::nullopt;
  return Trouble{*code, store.Meta(MetaName(about, "message")).value_or(""),
                 store.MetaNumber(MetaName(about, "since"), 0)};
}

}  // namespace valise
