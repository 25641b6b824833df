#include <algorithm>

#include "agent/core/lifecycle.h"
#include "packet/codec.h"
#include "tests/simulation/checker.h"

namespace valise::simulation {
namespace {

constexpr char kAway[] = "Changes made here do not reach";

// Values of the lifecycle register that the site sent, "" for a return.
std::vector<std::string> EndsTold(SimSite& site, const Id& id) {
  std::vector<std::string> told;
  for (const OutgoingChange& change : site.store->OutgoingOf(id)) {
    const Result<Record> record = DecodeRecord(change.record);
    if (!record.ok()) continue;
    for (const Register& reg : std::get<Change>(record.value()).registers) {
      if (reg.key == LifecycleKey()) told.push_back(reg.value ? reg.value->text : "");
    }
  }
  return told;
}

bool HasHappened(const Users::Fate& fate, const std::string& end, bool was_private) {
  if (end == kDeleted) return fate.is_deleted;
  if (end == kMoved) return fate.was_moved;
  if (end == kArchived) return fate.was_archived;
  return end.empty() || was_private;
}

bool HasLabel(const LocalIssue& issue, const std::string& label) {
  const auto labels = issue.fields.find("labels");
  return labels != issue.fields.end() &&
         std::find(labels->second.values.begin(), labels->second.values.end(),
                   Value{label, ""}) != labels->second.values.end();
}

}  // namespace

// Sub-tasks are under the same issue at both sites, but where a move waits for a person.
void Checker::CheckParents() {
  for (const Id& id : hq_.store->AllIssues()) {
    if (Rests(id)) continue;
    std::string parents[2];
    bool is_held = false;
    for (SimSite* site : {&hq_, &field_}) {
      const auto base = site->store->LoadIssue(id);
      const auto local = base && !base->jira_id.empty() ? users_.Read(*site, base->jira_id)
                                                        : std::nullopt;
      is_held |= !local;
      if (!local) continue;
      const auto reg = base->registers.find(FieldKey(kParentField));
      is_held |= reg != base->registers.end() && !reg->second.held.empty();
      if (local->parent_id.empty()) continue;
      const auto parent = site->store->IssueByJiraId(local->parent_id);
      parents[site->index] = parent ? Text(*parent) : "one that is not shared";
    }
    if (is_held || parents[0] == parents[1]) continue;
    Report("L1 parents of " + Text(id) + " differ: " + parents[0] + " at hq, " + parents[1] +
           " at field");
  }
}

bool Checker::Rests(const Id& id) {
  for (const SimSite* site : {&hq_, &field_}) {
    const auto base = site->store->LoadIssue(id);
    if (base && (!base->held.empty() || base->state == IssueState::kFrozen)) return true;
  }
  return false;
}

void Checker::CheckEnds() {
  for (const Id& id : hq_.store->AllIssues()) {
    const auto base = hq_.store->LoadIssue(id);
    const bool is_hqs = base->origin.birth_site == 0;
    CheckEnd(id, is_hqs ? hq_ : field_, is_hqs ? field_ : hq_);
  }
}

void Checker::CheckEnd(const Id& id, SimSite& birth, SimSite& peer) {
  const auto original = birth.store->LoadIssue(id);
  const auto copy = peer.store->LoadIssue(id);
  if (!original || !copy) return;
  const Users::Fate fate = users_.FateOf(birth, original->jira_id);
  // At either site: the label crosses, and a copy that was deleted has no number any more.
  const bool was_private = users_.was_private(Text(id));
  for (const std::string& end : EndsTold(birth, id)) {
    if (!HasHappened(fate, end, was_private)) {
      Report("an end that never was: " + end + " of " + Text(id) + " at " + birth.name);
    }
  }
  if (!EndsTold(peer, id).empty()) Report("the copy's site tells an end of " + Text(id));
  if (fate.is_deleted && EndOf(*original) != kDeleted && original->held.empty() &&
      EndOf(*original).empty()) {
    Report("deleted at " + birth.name + " and never told: " + Text(id));
  }
  CheckCopy(id, *copy, peer);
}

void Checker::CheckCopy(const Id& id, const IssueBase& copy, SimSite& site) {
  if (copy.jira_id == kProjectJiraId) return;  // it has no end
  const std::string end = EndOf(copy);
  const auto lifecycle = copy.registers.find(LifecycleKey());
  const bool is_held = !copy.held.empty() || (lifecycle != copy.registers.end() &&
                                              !lifecycle->second.held.empty());
  const bool is_gone_by_people = users_.FateOf(site, copy.jira_id).is_deleted;
  if (is_held || is_gone_by_people) return;
  const auto local = copy.jira_id.empty() ? std::nullopt : users_.Read(site, copy.jira_id);
  const EndAction action = end.empty() ? EndAction::kNothing : ActionFor(site.terms, end);
  const std::string what = end + " of " + Text(id) + " at " + site.name;
  if (!copy.jira_id.empty() && !local) Report("a copy is gone that should be here: " + what);
  if (action == EndAction::kDelete && local) Report("the copy was to be deleted: " + what);
  if (!local) return;
  const bool has_comment =
      std::any_of(local->comments.begin(), local->comments.end(), [](const LocalComment& comment) {
        return comment.body.find(kAway) != std::string::npos;
      });
  const std::string& label = site.terms.binding.lifecycle.label;
  if (action == EndAction::kComment && !has_comment) Report("no comment tells: " + what);
  if (action == EndAction::kLabel && !HasLabel(*local, label)) Report("no label tells: " + what);
  if (end.empty() && HasLabel(*local, label)) Report("shared again, and still labelled: " + what);
}

}  // namespace valise::simulation
