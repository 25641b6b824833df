#include "agent/core/history.h"

#include <algorithm>

namespace valise {
namespace {

bool Names(const LocalHistory& history, const std::string& name) {
  return std::any_of(history.items.begin(), history.items.end(),
                     [&](const LocalHistoryItem& item) { return item.field == name; });
}

}  // namespace

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
