// Values that both Jiras must show alike, compared in Jira's own JSON: what the agents make of it
// on the way in may be wrong in the same way at both.
#include <algorithm>

#include "agent/jira/json.h"
#include "tests/simulation/checker.h"

namespace valise::simulation {

jira::Json RawField(SimSite& site, const std::string& jira_id, const std::string& field) {
  HttpRequest request;
  request.method = "GET";
  request.path = "/rest/api/2/issue/" + jira_id + "?fields=" + field;
  const HttpResponse told = Ask(site.jira, request, "admin-token");
  if (told.status != 200) return {};
  return jira::ParseJson(told.body).value()["fields"][field];
}

namespace {

// Parent and child.
std::string Region(const jira::Json& shown) {
  return shown["value"].String() + " / " + shown["child"]["value"].String();
}

std::string Seconds(const jira::Json& shown) { return shown.String(); }

bool Names(const LocalHistory& history, const char* field) {
  return std::any_of(history.items.begin(), history.items.end(),
                     [&](const LocalHistoryItem& item) { return item.field == field; });
}

// A work log moves no estimate; nor does anything else that is written for the peer, where what
// remains is not bound. But Jira takes the first original estimate for that, too.
bool MovesEstimate(const LocalHistory& history, bool is_bound) {
  if (history.author != "valise" || !Names(history, kRemainingEstimate)) return false;
  const bool is_of_work = Names(history, "timespent") || Names(history, "WorklogId");
  return is_of_work || (!is_bound && !Names(history, kOriginalEstimate));
}

}  // namespace

void Checker::CheckSame(const char* name, const char* jira_field,
                        std::string (*text)(const jira::Json&)) {
  for (const Id& id : hq_.store->AllIssues()) {
    if (Rests(id)) continue;
    std::string shown[2];
    bool is_excused = false;
    for (SimSite* site : {&hq_, &field_}) {
      const auto base = site->store->LoadIssue(id);
      is_excused |= !base || base->jira_id.empty() || base->jira_id == kProjectJiraId;
      if (is_excused) break;
      const auto reg = base->registers.find(FieldKey(name));
      is_excused |= reg != base->registers.end() && !reg->second.held.empty();
      shown[site->index] = text(RawField(*site, base->jira_id, jira_field));
    }
    if (is_excused || shown[0] == shown[1]) continue;
    Report("L1 " + std::string(name) + " of " + Text(id) + ": '" + shown[0] + "' at hq, '" +
           shown[1] + "' at field");
  }
}

void Checker::CheckValues() {
  CheckSame("region", kRegion, Region);
  CheckSame("estimate", kOriginalEstimate, Seconds);
  bool is_bound_at_both = true;
  for (SimSite* site : {&hq_, &field_}) {
    const bool is_bound = site->terms.binding.fields.contains("remaining");
    is_bound_at_both &= is_bound;
    for (const std::string& key : users_.Keys(*site)) {
      const auto issue = users_.Read(*site, key);
      if (!issue) continue;
      for (const LocalHistory& history : issue->histories) {
        if (!MovesEstimate(history, is_bound)) continue;
        Report("an estimate was moved at " + site->name + ": " + key);
      }
    }
  }
  if (is_bound_at_both) CheckSame("remaining", kRemainingEstimate, Seconds);
}

}  // namespace valise::simulation
