// Which work logs of the whole Jira changed since when (pitfall 14): at most 1000 at once, and
// nothing of the last minute.
#include <algorithm>
#include <cmath>

#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/render_parts.h"
#include "tests/standin/visibility.h"

namespace valise::standin {
namespace {

constexpr std::int64_t kBlindMs = 60'000;
constexpr std::size_t kPageMax = 1000;

struct Entry {
  std::int64_t at_ms = 0;
  std::uint64_t id = 0;
  bool operator<(const Entry& other) const {
    return at_ms != other.at_ms ? at_ms < other.at_ms : id < other.id;
  }
};

Response Feed(const Call& call, const std::string& name, std::vector<Entry> entries) {
  const auto since = static_cast<std::int64_t>(NumberOf(call.Query("since")));
  std::erase_if(entries, [&](const Entry& one) {
    return one.at_ms < since || one.at_ms > call.now_ms - kBlindMs;
  });
  std::sort(entries.begin(), entries.end());
  const bool is_last = entries.size() <= kPageMax;
  if (!is_last) entries.resize(kPageMax);
  const std::int64_t until = entries.empty() ? since : entries.back().at_ms;
  const std::string self = "/worklog/" + name + "?since=";
  JsonWriter out;
  out.Open('{').Key("values").Open('[');
  for (const Entry& one : entries) {
    out.Open('{').FieldInt("worklogId", static_cast<std::int64_t>(one.id));
    out.FieldInt("updatedTime", one.at_ms).Close('}');
  }
  out.Close(']').FieldInt("since", since).FieldInt("until", until);
  out.Field("self", call.model.Rest(self + std::to_string(since)));
  if (!is_last) out.Field("nextPage", call.model.Rest(self + std::to_string(until)));
  return Json(200, out.FieldBool("lastPage", is_last).Close('}').Take());
}

Response NotLoggedIn(const Call& call) {
  return Forbidden(call, "You are not authenticated. Authentication required to perform this.");
}

}  // namespace

Response UpdatedWorklogs(Call& call) {
  if (call.user == nullptr) return NotLoggedIn(call);
  std::vector<Entry> entries;
  for (const auto& [id, issue_id] : call.model.issue_by_worklog) {
    for (const auto& worklog : call.model.issues.at(issue_id)->worklogs) {
      if (worklog->id == id) entries.push_back({worklog->updated_ms, id});
    }
  }
  return Feed(call, "updated", std::move(entries));
}

Response DeletedWorklogs(Call& call) {
  if (call.user == nullptr) return NotLoggedIn(call);
  std::vector<Entry> entries;
  for (const DeletedWorklog& one : call.model.deleted_worklogs) {
    entries.push_back({one.at_ms, one.id});
  }
  return Feed(call, "deleted", std::move(entries));
}

// Those that the caller may not see, or that are gone, are passed over.
Response ListWorklogs(Call& call) {
  if (call.user == nullptr) return NotLoggedIn(call);
  const auto& ids = call.body.At("ids").items;
  if (!call.body.At("ids").IsArray() || ids.size() > kPageMax) {
    return Fail(400, "The request must name at most 1000 ids.");
  }
  JsonWriter out;
  out.Open('[');
  for (const JsonValue& one : ids) {
    const auto owner = call.model.issue_by_worklog.find(NumberOf(one.text));
    if (owner == call.model.issue_by_worklog.end()) continue;
    const Issue& issue = *call.model.issues.at(owner->second);
    if (!MaySee(call.model, issue, call.user)) continue;
    for (const auto& worklog : issue.worklogs) {
      if (worklog->id != owner->first || !MaySee(worklog->visibility, call.user)) continue;
      WriteWorklog(out, call.model, issue, *worklog);
    }
  }
  return Json(200, out.Close(']').Take());
}

}  // namespace valise::standin
