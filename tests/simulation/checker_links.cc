// Issues that both sites had and an operator linked: each pair is one issue, and shows what was
// asked for where they differed.
#include <algorithm>

#include "tests/simulation/checker.h"

namespace valise::simulation {
namespace {

std::string SummaryOf(const LocalIssue& issue) {
  return issue.fields.at("summary").values.front().text;
}

}  // namespace

void Checker::CheckLinks() {
  std::size_t linked = 0;
  for (const LinkedPair& pair : users_.pairs()) {
    const auto id = field_.store->IssueByJiraId(pair.field_id);
    const bool is_linked = id == IdFromText(pair.issue);
    if (is_linked) ++linked;
    if (is_linked) CheckLinked(pair);
    else if (pair.is_sure) CheckWaits(pair, id.has_value());
  }
  for (SimSite* site : {&hq_, &field_}) {
    if (site->jira.issue_count() > users_.created() - linked) {
      Report("I3 more issues at " + site->name + " than belong to nobody else");
    }
  }
}

// Entered before the run and not taken: its partner never came, or is another one by now.
void Checker::CheckWaits(const LinkedPair& pair, bool is_shared) {
  const auto partner = field_.store->LoadIssue(*IdFromText(pair.issue));
  const bool has_ended = !partner || Rests(partner->issue_id) || users_.has_fates();
  const bool has_other_value = pair.target.starts_with("field:") && !pair.is_quiet;
  if (is_shared) Report("a reserved issue was shared: " + pair.field_id + " at field");
  if (!has_ended && !has_other_value) {
    Report("a link was entered and never taken: " + pair.target + " at field");
  }
}

void Checker::CheckLinked(const LinkedPair& pair) {
  const Id twin = *IdFromText(pair.twin), id = *IdFromText(pair.issue);
  for (SimSite* site : {&hq_, &field_}) {
    if (site->store->LoadIssue(twin)) Report("I3 a linked issue is known twice at " + site->name);
  }
  if (!pair.is_quiet || Rests(id)) return;
  const auto here = users_.Read(hq_, pair.hq_id), there = users_.Read(field_, pair.field_id);
  const auto base = field_.store->LoadIssue(id), other = hq_.store->LoadIssue(id);
  if (!here || !there || !base || !other) return;
  for (const auto* site_base : {&*base, &*other}) {
    for (const auto& [key, reg] : site_base->registers) {
      if (!reg.held.empty()) return;  // listed: it shows otherwise
    }
  }
  const std::string ours = "field's " + pair.reference, theirs = "hq's " + pair.reference;
  const std::string shown = SummaryOf(*here);
  if (shown != SummaryOf(*there)) Report("L1 a linked pair shows two summaries: " + shown);
  if (pair.prefer == Prefer::kOurs && shown != ours) Report("linked as ours, shows " + shown);
  if (pair.prefer == Prefer::kPeers && shown != theirs) Report("linked as peer, shows " + shown);
  const std::string lost = shown == ours ? theirs : ours;
  const bool is_listed =
      IsListed(field_, id, "summary", lost) || IsListed(hq_, id, "summary", lost);
  if (pair.prefer == Prefer::kNewest && !is_listed) Report("I1 lost without a word: " + lost);
  for (const char* label : {"both", "field", "hq"}) {
    for (const auto* issue : {&*here, &*there}) {
      const auto& labels = issue->fields.at("labels").values;
      if (std::find(labels.begin(), labels.end(), Value{label, ""}) == labels.end()) {
        Report("labels of a linked pair are not united: " + issue->key + " lacks " + label);
      }
    }
  }
}

}  // namespace valise::simulation
