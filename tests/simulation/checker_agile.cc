#include <algorithm>

#include "agent/core/agile.h"
#include "agent/issue_targets.h"
#include "tests/simulation/checker.h"

namespace valise::simulation {

// As the agent reads it: numbers of sprints by name, keys of shared issues as their ids.
void Checker::NameTargets(SimSite& site, const IssueBase& base, LocalIssue& local) {
  const SprintBook book = users_.ReadSprints(site);
  const auto sprints = local.fields.find(kSprintField);
  if (sprints != local.fields.end()) sprints->second = book.Named(sprints->second);
  ResolveTargets(site.terms, *site.store, &base, local);
  local.parent = site.store->IssueByJiraId(local.parent_id).value_or(Id{});
  const auto epic = base.registers.find(FieldKey("epic"));
  if (epic == base.registers.end() || !epic->second.agreed) return;
  // People deleted the epic's copy, which is listed: its links went with it, as nobody's edit.
  const auto target = IdFromText(epic->second.agreed->text);
  const auto copy = site.store->LoadIssue(*target);
  if (copy && copy->held == "gone") local.ended.insert(*target);
}

namespace {

std::string Shown(const LocalIssue& issue, const std::string& field) {
  const auto found = issue.fields.find(field);
  if (found == issue.fields.end() || found->second.values.empty()) return "";
  return found->second.values.front().text;
}

}  // namespace

// Each Jira shows how many people of the other one vote or watch: told by neither agent.
void Checker::CheckCounts() {
  for (const Id& id : hq_.store->AllIssues()) {
    const auto a = hq_.store->LoadIssue(id), b = field_.store->LoadIssue(id);
    if (!a || !b || a->jira_id.empty() || b->jira_id.empty() || Rests(id)) continue;
    const auto hq = users_.Read(hq_, a->jira_id), field = users_.Read(field_, b->jira_id);
    if (!hq || !field) continue;
    const auto check = [&](const IssueBase& shows, const char* name, const std::string& count,
                           const std::string& shown) {
      const auto reg = shows.registers.find(FieldKey(name));
      const bool is_held = reg != shows.registers.end() && !reg->second.held.empty();
      if (is_held || count == shown) return;
      Report("L1 " + std::string(name) + " of " + Text(id) + ": " + count + ", shown " + shown);
    };
    check(*b, "votes", Shown(*hq, "votes"), Shown(*field, kCountField));
    check(*a, "watchers", Shown(*field, "watches"), Shown(*hq, kCountField));
  }
}

// What waits for a sprint goes on when it is there; what waits for an issue, when that is.
void Checker::CheckWaiting(SimSite& site) {
  const SprintBook book = users_.ReadSprints(site);
  for (const Store::OpenRegister& open : site.store->OpenRegisters()) {
    const auto base = site.store->LoadIssue(open.issue_id);
    const RegisterBase& reg = base->registers.at(open.key);
    CheckAwaiting(site, *base, open.held);
    if (!IsSprintHold(open.held) || Rests(open.issue_id) || !reg.agreed) continue;
    const auto found = book.Open().by_name.find(reg.agreed->text);
    const bool is_one = found != book.Open().by_name.end() && found->second.size() == 1;
    if (is_one) Report("L1 " + site.name + " holds " + open.held + ": " + reg.agreed->text);
  }
}

// What aims at an issue that is held here is held with it, no longer than that one (that nothing is
// merely pending by then, `unrest` tells), and each such hold is listed.
void Checker::CheckAwaiting(SimSite& site, const IssueBase& base, const std::string& held) {
  if (!IsAwaitedHold(held) || Rests(base.issue_id)) return;
  const std::string named = held.substr(held.find(':') + 1);
  const auto target = site.store->LoadIssue(IdFromText(named).value_or(Id{}));
  if (!target || !IsHeldBack(*target)) Report("L1 " + site.name + " still holds " + held);
  const auto listed = site.store->ListedOf(base.issue_id);
  const bool is_listed = std::any_of(listed.begin(), listed.end(), [&](const Listed& one) {
    return one.is_open && one.reason_code == held;
  });
  if (!is_listed) Report("I1 waits unlisted at " + site.name + ": " + held);
}

// A key that an issue shows is shared by now, yet nobody looked again.
void Checker::CheckUnshared(SimSite& site) {
  for (const Id& id : site.store->AllIssues()) {
    const auto base = site.store->LoadIssue(id);
    const auto local = base->jira_id.empty() ? std::nullopt : users_.Read(site, base->jira_id);
    if (!local || Rests(id)) continue;
    const auto epic = local->fields.find(kEpicLink);
    if (epic == local->fields.end() || epic->second.values.empty()) continue;
    const auto target = site.store->IssueByKey(epic->second.values.front().text);
    if (!target || Rests(*target)) continue;
    const auto found = base->registers.find(FieldKey("epic"));
    const RegisterBase none;
    const RegisterBase& reg = found == base->registers.end() ? none : found->second;
    const bool is_agreed = reg.agreed && reg.agreed->text == Text(*target);
    if (is_agreed || !reg.held.empty()) continue;
    Report("L1 " + site.name + " shows an epic that is not agreed: " + local->key);
  }
}

}  // namespace valise::simulation
