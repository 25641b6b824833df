#include "agent/sprint_book.h"

#include <algorithm>
#include <tuple>

#include "agent/core/agile.h"
#include "agent/core/text.h"

namespace valise {
namespace {

constexpr char kClosed[] = "closed";

bool IsOlder(const Value& a, const Value& b) {
  return std::tuple(a.text.size(), a.text) < std::tuple(b.text.size(), b.text);
}

Value Hidden(const std::string& id) { return {"sprint " + id, kSprintHidden}; }

}  // namespace

void SprintBook::Note(jira::Sprint sprint) {
  sprint.name = OneLine(sprint.name);
  const std::string id = sprint.id;
  known_[id] = std::move(sprint);
}

// What was open and is not in the list any more, or hidden, is asked for by itself again.
std::set<std::string> SprintBook::TakeOpen(const std::map<std::string, jira::Sprint>& open,
                                           std::int64_t now_ms) {
  const OpenSprints before = open_;
  for (const std::string& id : open_ids_) known_.erase(id);
  std::erase_if(known_, [](const auto& one) { return one.second.state != kClosed; });
  open_ = OpenSprints{};
  open_ids_.clear();
  for (const auto& [id, sprint] : open) {
    Note(sprint);
    open_ids_.insert(id);
    open_.by_name[known_[id].name].insert(id);
  }
  read_at_ms_ = now_ms;
  std::set<std::string> gone;
  for (const auto& [name, ids] : before.by_name) {
    if (!open_.by_name.contains(name)) gone.insert(name);
  }
  return gone;
}

void SprintBook::TakeNoAgile(std::int64_t now_ms) {
  open_ = OpenSprints{};
  open_.has_agile = false;
  read_at_ms_ = now_ms;
}

LocalField SprintBook::Named(const LocalField& numbers) const {
  LocalField sorted = numbers;
  std::sort(sorted.values.begin(), sorted.values.end(), IsOlder);
  LocalField named;
  for (const Value& number : sorted.values) {
    const auto found = known_.find(number.text);
    if (found == known_.end() || found->second.name.empty()) {
      named.values.push_back(Hidden(number.text));
      continue;
    }
    const jira::Sprint& sprint = found->second;
    named.values.push_back({sprint.name, sprint.state == kClosed ? kSprintClosed : kSprintOpen});
  }
  return named;
}

}  // namespace valise
