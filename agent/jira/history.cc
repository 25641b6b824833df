#include "agent/jira/history.h"

#include <algorithm>

namespace valise::jira {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsSameName(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

HistoryHit Hit(const LocalHistory& entry, const LocalHistoryItem& item) {
  return {entry.id, entry.created_ms, entry.author, entry.write_id, item};
}

// Labels come as one item with all of them, blank-separated, before and after; versions and
// components as one item each.
bool HasWord(std::string_view words, std::string_view word) {
  std::size_t at = 0;
  while (at <= words.size()) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    if (words.substr(at, end - at) == word) return true;
    at = end + 1;
  }
  return false;
}

bool HasElement(std::string_view text, std::string_view element) {
  return text == element || HasWord(text, element);
}

}  // namespace

std::optional<HistoryHit> NewestOf(const LocalIssue& issue, std::string_view history_name) {
  for (auto entry = issue.histories.rbegin(); entry != issue.histories.rend(); ++entry) {
    const LocalHistoryItem* item = ItemOf(*entry, history_name);
    if (item != nullptr) return Hit(*entry, *item);
  }
  return std::nullopt;
}

std::optional<HistoryHit> NewestOfElement(const LocalIssue& issue, std::string_view history_name,
                                          std::string_view element) {
  for (auto entry = issue.histories.rbegin(); entry != issue.histories.rend(); ++entry) {
    for (const LocalHistoryItem& item : entry->items) {
      if (!IsSameName(item.field, history_name)) continue;
      const bool was_there = HasElement(item.from_string, element);
      if (was_there != HasElement(item.to_string, element)) return Hit(*entry, item);
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
