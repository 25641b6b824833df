#include "agent/sprint_book.h"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <tuple>

#include "agent/core/agile.h"
#include "agent/core/text.h"

namespace valise {
namespace {

constexpr char kClosed[] = "closed";
constexpr char kOpen[] = "active";
constexpr std::size_t kNamesMax = 8;  // of one sprint: the newest are kept

bool IsOlder(const Value& a, const Value& b) {
  return std::tuple(a.text.size(), a.text) < std::tuple(b.text.size(), b.text);
}

}  // namespace

LocalField SprintBook::Hidden(const std::string& id) {
  return LocalField{{Value{"sprint " + id, kSprintHidden}}};
}

// One line a name, the listed one first; an empty one among the others: it was hidden.
void SprintBook::Keep(const std::string& id) {
  const Memory& memory = memory_[id];
  std::string text = memory.listed;
  if (memory.was_hidden) text += "\n";
  for (const std::string& name : memory.names) text += "\n" + name;
  unsaved_[kRow + id] = std::move(text);
}

void SprintBook::Recall(const std::string& row, const std::string& text) {
  Memory& memory = memory_[row.substr(sizeof kRow - 1)];
  std::istringstream lines(text);
  std::getline(lines, memory.listed);
  for (std::string name; std::getline(lines, name);) memory.names.push_back(name);
  memory.was_hidden = std::erase(memory.names, "") > 0 || memory.names.empty();
}

void SprintBook::AddName(const std::string& id, const std::string& name) {
  const bool is_new = !memory_.contains(id);
  Memory& memory = memory_[id];
  std::vector<std::string>& names = memory.names;
  if (!is_new && (name.empty() || (!names.empty() && names.back() == name))) return;
  if (is_new) memory.was_hidden = name.empty();
  std::erase(names, name);
  if (!name.empty()) names.push_back(name);
  if (names.size() > kNamesMax) names.erase(names.begin());
  Keep(id);
}

void SprintBook::RecallInto(jira::Sprint& sprint) const {
  const auto found = memory_.find(sprint.id);
  if (found == memory_.end() || found->second.names.empty()) return;
  sprint.name = found->second.names.back();
  sprint.state = found->second.listed.empty() ? kClosed : kOpen;
}

void SprintBook::Note(jira::Sprint sprint) {
  sprint.name = OneLine(sprint.name);
  if (sprint.name.empty()) RecallInto(sprint);
  const std::string id = sprint.id;
  if (!id.empty()) AddName(id, sprint.name);  // without an id: in Jira's text only
  known_[id] = std::move(sprint);
}

// With no name yet, they are looked at again when Jira may tell it: at a start, with the API back.
std::set<std::string> SprintBook::TakeHidden(bool is_back) {
  std::set<std::string> hidden;
  for (auto& [id, memory] : memory_) {
    if (!memory.was_hidden || (memory.names.empty() && !is_back)) continue;
    hidden.insert(id);
    if (memory.names.empty()) continue;
    memory.was_hidden = false;
    Keep(id);
  }
  return hidden;
}

// What was open and is not in the list any more, or hidden, is asked for by itself again.
SprintBook::Moved SprintBook::TakeOpen(const std::map<std::string, jira::Sprint>& open,
                                       std::int64_t now_ms) {
  Moved moved;
  const bool is_back = !is_read() || !open_.has_agile;
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
  moved.hidden = TakeHidden(is_back);
  for (auto& [id, memory] : memory_) {
    const std::string name = open_ids_.contains(id) ? known_[id].name : "";
    if (memory.listed == name) continue;
    if (!memory.listed.empty()) moved.names.insert(memory.listed);
    // In a list for the first time: it may have been renamed since it was asked for by itself.
    if (memory.listed.empty()) {
      std::copy_if(memory.names.begin(), memory.names.end(),
                   std::inserter(moved.names, moved.names.end()),
                   [&](const std::string& former) { return former != name; });
    }
    memory.listed = name;
    Keep(id);
  }
  return moved;
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
      named.values.push_back(Hidden(number.text).values.front());
      continue;
    }
    const jira::Sprint& sprint = found->second;
    if (sprint.state != kClosed) {
      named.values.push_back({sprint.name, kSprintOpen});
      continue;
    }
    const auto memory = memory_.find(sprint.id);
    if (memory == memory_.end()) continue;
    for (const std::string& name : memory->second.names) {
      named.values.push_back({name, kSprintClosed});
    }
  }
  return named;
}

}  // namespace valise
