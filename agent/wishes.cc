#include "agent/wishes.h"

#include <algorithm>
#include <sstream>
#include <variant>

#include "packet/base64.h"
#include "packet/codec.h"

namespace valise {
namespace {

constexpr char kHereWord[] = "here", kPeerWord[] = "peer";

std::string NameOf(const Id& issue_id) { return "wishes." + Text(issue_id); }

}  // namespace

std::string WishWords(const Id& issue_id, const std::vector<Wish>& wishes) {
  Change kept;  // a record of the wire's form, used here to keep registers
  kept.op_id = kept.issue_id = issue_id;
  kept.issue_sequence = 1;
  for (const Wish& wish : wishes) {
    const char* const side = wish.side == Side::kHere ? kHereWord : kPeerWord;
    kept.registers.push_back({wish.key, wish.version, Version{}, Value{side, Text(wish.seen)}});
  }
  return Text(issue_id) + " " + Base64(EncodeRecord(kept));
}

std::optional<Wishes> WishesOf(std::string_view words) {
  const std::size_t space = words.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto issue_id = IdFromText(std::string(words.substr(0, space)));
  const auto bytes = FromBase64(words.substr(space + 1));
  if (!issue_id || !bytes) return std::nullopt;
  const Result<Record> record = DecodeRecord(*bytes);
  if (!record.ok() || !std::holds_alternative<Change>(record.value())) return std::nullopt;
  Wishes wishes{*issue_id, {}};
  for (const Register& one : std::get<Change>(record.value()).registers) {
    const auto seen = IdFromText(one.value ? one.value->detail : "");
    if (!seen) return std::nullopt;
    const Side side = one.value->text == kPeerWord ? Side::kPeer : Side::kHere;
    wishes.all.push_back({one.key, one.version, *seen, side});
  }
  return wishes;
}

std::optional<Store::Work> KeepWishes(Store& store, const std::string& words) {
  const auto wishes = WishesOf(words);
  if (!wishes) return std::nullopt;  // a request row is only as good as who wrote it
  const auto jira_id = store.JiraIdOf(wishes->issue_id);
  if (!jira_id) return std::nullopt;
  store.PutMeta(NameOf(wishes->issue_id), KeptWishes(store, wishes->issue_id) + words + "\n");
  return Store::Work{*jira_id, wishes->issue_id, 0, "map apply", 0};
}

std::string KeptWishes(const Store& store, const Id& issue_id) {
  return store.Meta(NameOf(issue_id)).value_or("");
}

std::vector<Wish> ParseKept(std::string_view kept) {
  std::vector<Wish> all;
  std::istringstream lines{std::string(kept)};
  for (std::string line; std::getline(lines, line);) {
    const auto wishes = WishesOf(line);
    if (!wishes) continue;
    for (const Wish& wish : wishes->all) {
      std::erase_if(all, [&](const Wish& older) { return older.key == wish.key; });
      all.push_back(wish);
    }
  }
  return all;
}

void ForgetWishes(Store& store, const Id& issue_id, const std::string& kept) {
  const std::string now = KeptWishes(store, issue_id);
  if (now.starts_with(kept)) store.PutMeta(NameOf(issue_id), now.substr(kept.size()));
}

}  // namespace valise
