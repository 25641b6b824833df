// Questions to an issue's changelog. Entries name custom fields by their localised name
// (pitfall 9), so callers pass FieldShape::history_name, or one of the constants here. Values there
// are printed for people: what can be read back of them is read back here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/local.h"
#include "agent/jira/fields.h"

namespace valise::jira {

inline constexpr std::string_view kHistoryStatus = "status";
inline constexpr std::string_view kHistoryType = "issuetype";
inline constexpr std::string_view kHistoryKey = "Key";

struct HistoryHit {
  std::int64_t history_id = 0;
  std::int64_t created_ms = 0;
  std::string author;    // account name
  std::string write_id;  // empty: not ours
  LocalHistoryItem item;
  bool operator==(const HistoryHit&) const = default;
};

// Newest entry that touched the field; names compare without regard to case.
std::optional<HistoryHit> NewestOf(const LocalIssue& issue, std::string_view history_name);
// Newest entry that made `element` (a label, a name, an option; of people the display name) come
// or go in a set field.
std::optional<HistoryHit> NewestOfElement(const LocalIssue& issue, const FieldShape& shape,
                                          std::string_view element);
// All entries of the field with an id above `after_history_id`, oldest first.
std::vector<HistoryHit> EntriesAfter(const LocalIssue& issue, std::string_view history_name,
                                     std::int64_t after_history_id);

// Our own entry, by the write id of one edit or transition; null when there is none. Points into
// `issue`.
const LocalHistory* EntryOfWrite(const LocalIssue& issue, std::string_view write_id);
// The item of one field in an entry; null when the entry did not touch it. Points into `entry`.
const LocalHistoryItem* ItemOf(const LocalHistory& entry, std::string_view history_name);

// What the field held before `entry`, as far as the changelog tells, given what it held after it.
// People come as Value{"", display name}, datetimes to the minute. nullopt: the entry does not
// touch the field, or prints it in a form that cannot be read back.
std::optional<LocalField> ValueBefore(const LocalHistory& entry, const FieldShape& shape,
                                      const LocalField& after);

// Whether our own entry overwrote what we had read, or something a human wrote in between.
enum class Overwrote : std::uint8_t { kAsRead, kOther, kUnclear };
Overwrote CompareBefore(const LocalHistory& entry, const FieldShape& shape,
                        const LocalField& read_before, const LocalField& after);

// Highest changelog id, 0 for none.
std::int64_t HistoryThrough(const LocalIssue& issue);

}  // namespace valise::jira
