#include "agent/jira/history.h"

#include <algorithm>

#include "agent/jira/history_text.h"

namespace valise::jira {
namespace {

bool HasElement(std::string_view text, JsonForm form, std::string_view element) {
  const std::vector<std::string> elements = SplitHistory(text, form);
  return text == element || std::find(elements.begin(), elements.end(), element) != elements.end();
}

HistoryHit Hit(const LocalHistory& entry, const LocalHistoryItem& item) {
  return {entry.id, entry.created_ms, entry.author, entry.write_id, item};
}

}  // namespace

std::optional<HistoryHit> NewestOf(const LocalIssue& issue, std::string_view history_name) {
  for (auto entry = issue.histories.rbegin(); entry != issue.histories.rend(); ++entry) {
    const LocalHistoryItem* item = ItemOf(*entry, history_name);
    if (item != nullptr) return Hit(*entry, *item);
  }
  return std::nullopt;
}

std::optional<HistoryHit> NewestOfElement(const LocalIssue& issue, const FieldShape& shape,
                                          std::string_view element) {
  for (auto entry = issue.histories.rbegin(); entry != issue.histories.rend(); ++entry) {
    for (const LocalHistoryItem& item : entry->items) {
      if (!IsSameName(item.field, shape.history_name)) continue;
      const bool is_id = shape.form == JsonForm::kSprint;
      const std::string& from = is_id ? item.from : item.from_string;
      const std::string& to = is_id ? item.to : item.to_string;
      const bool was_there = HasElement(from, shape.form, element);
      if (was_there != HasElement(to, shape.form, element)) return Hit(*entry, item);
    }
  }
  return std::nullopt;
}

std::vector<HistoryHit> EntriesAfter(const LocalIssue& issue, std::string_view history_name,
                                     std::int64_t after_history_id) {
  std::vector<HistoryHit> hits;
  for (const LocalHistory& entry : issue.histories) {
    if (entry.id <= after_history_id) continue;
    for (const LocalHistoryItem& item : entry.items) {
      if (IsSameName(item.field, history_name)) hits.push_back(Hit(entry, item));
    }
  }
  return hits;
}

const LocalHistory* EntryOfWrite(const LocalIssue& issue, std::string_view write_id) {
  if (write_id.empty()) return nullptr;
  for (auto entry = issue.histories.rbegin(); entry != issue.histories.rend(); ++entry) {
    if (entry->write_id == write_id) return &*entry;
  }
  return nullptr;
}

const LocalHistoryItem* ItemOf(const LocalHistory& entry, std::string_view history_name) {
  for (const LocalHistoryItem& item : entry.items) {
    if (IsSameName(item.field, history_name)) return &item;
  }
  return nullptr;
}

std::int64_t HistoryThrough(const LocalIssue& issue) {
  return issue.histories.empty() ? 0 : issue.histories.back().id;
}

}  // namespace valise::jira
