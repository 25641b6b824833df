#include "agent/core/history.h"

#include <algorithm>
#include <sstream>

namespace valise {
namespace {

bool Names(const LocalHistory& history, const std::string& name) {
  return std::any_of(history.items.begin(), history.items.end(),
                     [&](const LocalHistoryItem& item) { return item.field == name; });
}

enum class Move : std::uint8_t { kNone, kInto, kOut };

// Whether a text that prints all values of a set, with commas between, has this one; a name may
// have commas itself, and be part of another one.
bool Prints(const std::string& all, const std::string& value) {
  for (auto at = all.find(value); at != std::string::npos; at = all.find(value, at + 1)) {
    const std::size_t end = at + value.size();
    const bool is_first = at == 0 || all[at - 1] == ',';
    const bool begins = is_first || (at > 1 && all.compare(at - 2, 2, ", ") == 0);
    if (begins && (end == all.size() || all[end] == ',')) return true;
  }
  return false;
}

Move MoveOf(const LocalHistoryItem& item, const std::string& value) {
  const bool was_in = Prints(item.from_string, value);
  const bool is_in = Prints(item.to_string, value);
  if (was_in == is_in) return Move::kNone;
  return is_in ? Move::kInto : Move::kOut;
}

// Of one value of a set, the oldest first.
std::vector<Move> MovesOf(const LocalIssue& local, const std::string& history_name,
                          const std::string& value) {
  std::vector<Move> moves;
  for (const LocalHistory& history : local.histories) {
    for (const LocalHistoryItem& item : history.items) {
      if (item.field != history_name) continue;
      const Move move = MoveOf(item, value);
      if (move != Move::kNone) moves.push_back(move);
    }
  }
  return moves;
}

std::set<std::string> Parts(const std::string& text, char between) {
  std::set<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, between);) {
    const std::size_t first = part.find_first_not_of(" \n\t\r");
    if (first == std::string::npos) continue;
    parts.insert(part.substr(first, part.find_last_not_of(" \n\t\r") - first + 1));
  }
  return parts;
}

}  // namespace

std::optional<std::set<std::string>> PrintedElements(const FieldBinding& binding,
                                                     const std::string& text) {
  if (text.empty()) return std::set<std::string>{};
  const bool is_one_name = binding.field == "versions" || binding.field == "fixVersions" ||
                           binding.field == "components";
  if (is_one_name) return std::set<std::string>{text};
  if (binding.kind == ValueKind::kPeople) return std::nullopt;
  const bool is_options = binding.kind == ValueKind::kOptions;
  // Without the list of options a comma may be part of one's name.
  const bool is_unclear = is_options && !binding.values && text.find(',') != std::string::npos;
  if (is_unclear) return std::nullopt;
  return Parts(text, is_options ? ',' : ' ');
}

bool WasPutInto(const LocalIssue& local, const Terms& terms, const std::string& jira_field,
                const std::string& value) {
  const std::vector<Move> moves = MovesOf(local, HistoryName(terms, jira_field), value);
  return std::find(moves.begin(), moves.end(), Move::kInto) != moves.end();
}

bool WasTakenOutOf(const LocalIssue& local, const Terms& terms, const std::string& jira_field,
                   const std::string& value) {
  const std::vector<Move> moves = MovesOf(local, HistoryName(terms, jira_field), value);
  return !moves.empty() && moves.back() == Move::kOut;
}

std::string HistoryName(const Terms& terms, const std::string& jira_field) {
  const auto known = terms.history_names.find(jira_field);
  return known == terms.history_names.end() ? jira_field : known->second;
}

Given GivenTo(const LocalIssue& local, const Terms& terms, const std::string& jira_field) {
  const std::string name = HistoryName(terms, jira_field);
  for (auto history = local.histories.rbegin(); history != local.histories.rend(); ++history) {
    if (!Names(*history, name)) continue;
    const bool is_set_off = history->author == terms.own_user && history->write_id.empty();
    return {history->created_ms,
            is_set_off || terms.binding.automations.contains(history->author)};
  }
  return {local.updated_ms, false};
}

const LocalHistory* EntryOfWrite(const LocalIssue& local, const std::string& write_id) {
  for (const LocalHistory& history : local.histories) {
    if (history.write_id == write_id) return &history;
  }
  return nullptr;
}

bool IsByOthers(const LocalHistory& history, const Terms& terms,
                const std::set<std::string>& own_write_ids) {
  if (history.author != terms.own_user) return true;
  return !history.write_id.empty() && !own_write_ids.contains(history.write_id);
}

const LocalHistory* OthersBefore(const LocalIssue& local, const Terms& terms,
                                 const std::set<std::string>& own_write_ids,
                                 const LocalHistory& ours, const std::string& history_name) {
  const LocalHistory* found = nullptr;
  for (const LocalHistory& history : local.histories) {
    if (history.id >= ours.id) break;
    if (!Names(history, history_name)) continue;
    if (IsByOthers(history, terms, own_write_ids)) found = &history;
  }
  return found;
}

}  // namespace valise
