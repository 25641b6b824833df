// People end issues and bring them back: originals and copies alike.
#include <algorithm>

#include "tests/simulation/users.h"

namespace valise::simulation {
namespace {

constexpr char kAdmin[] = "admin-token";

std::string FateKey(const SimSite& site, const std::string& jira_id) {
  return site.name + " " + jira_id;
}

}  // namespace

Users::Fate Users::FateOf(const SimSite& site, const std::string& jira_id) const {
  const auto found = fates_.find(FateKey(site, jira_id));
  return found == fates_.end() ? Fate{} : found->second;
}

bool Users::Ask204(SimSite& site, const std::string& method, const std::string& path) {
  HttpRequest request;
  request.method = method;
  request.path = "/rest/api/2/issue/" + path;
  return AskAs(site, request, kAdmin).status == 204;
}

void Users::MoveTo(SimSite& site, const std::string& issue, const std::string& project) {
  const std::string wrong = site.jira.Control(R"({"do":"move","issue":")" + issue +
                                              R"(","project":")" + project + R"("})");
  world_.trace.Note(world_.now_ms, site.name + " person moves " + issue + " to " + project + " " +
                                       wrong);
}

void Users::ToggleLabel(SimSite& site, const LocalIssue& issue, const std::string& label) {
  LocalField labels;
  const auto found = issue.fields.find("labels");
  if (found != issue.fields.end()) labels = found->second;
  const auto at = std::find(labels.values.begin(), labels.values.end(), Value{label, ""});
  if (at == labels.values.end()) labels.values.push_back({label, ""});
  else labels.values.erase(at);
  std::sort(labels.values.begin(), labels.values.end());
  Write(site, issue, "labels", "labels", std::move(labels));
}

// What only the issue that a person deletes shows goes with it: one that was made anew, after its
// create's answer was lost, lacks a label given to the first while that create settled. A label
// that is agreed stays owed, and one that the issue lacked by then was lost before.
void Users::ForgetLabels(SimSite& site, const LocalIssue& issue) {
  const auto shown = issue.fields.find("labels");
  if (shown == issue.fields.end()) return;
  const auto base = site.store->LoadIssue(*IdFromText(Known(IssueOf(site, issue))));
  const auto is_agreed = [&](const std::string& label) {
    if (!base) return false;
    const auto reg = base->registers.find(ElementKey("labels", label));
    return reg != base->registers.end() && reg->second.agreed.has_value();
  };
  for (const Value& label : shown->second.values) {
    if (is_agreed(label.text)) continue;
    std::erase_if(own_labels_, [&](const auto& own) { return own.ends_with(" " + label.text); });
  }
}

bool Users::IsOfFamily(SimSite& site, const LocalIssue& issue) {
  if (!issue.parent_id.empty()) return true;
  for (const std::string& key : Keys(site)) {
    const auto other = Read(site, key);
    if (other && other->parent_id == issue.id) return true;
  }
  return false;
}

// Key of one that may have sub-tasks, another than `but`; empty: none. What people ended once is
// left out: Jira moves and archives sub-tasks with it, which the checker does not follow.
std::string Users::SomeParent(SimSite& site, const std::string& but) {
  std::vector<std::string> keys;
  for (const std::string& key : Keys(site)) {
    const auto issue = Read(site, key);
    if (!issue || key == but || !issue->parent_id.empty() || IsLeftAlone(site, issue->id)) continue;
    const Fate fate = FateOf(site, issue->id);
    const bool is_ended = fate.is_deleted || fate.was_moved || fate.was_archived;
    if (!is_ended && !fate.was_private) keys.push_back(key);
  }
  if (keys.empty()) return "";
  return keys[static_cast<std::size_t>(
      world_.random.Below(static_cast<std::int64_t>(keys.size())))];
}

// By the web pages, as REST cannot (pitfall 24): held at the other site until a person does it.
void Users::Reparent(SimSite& site, const LocalIssue& issue) {
  const std::string parent = SomeParent(site, issue.key);
  if (parent.empty()) return;
  const std::string wrong = site.jira.Control(R"({"do":"convert","issue":")" + issue.key +
                                              R"(","parent":")" + parent + R"("})");
  world_.trace.Note(world_.now_ms, site.name + " person puts " + issue.key + " under " + parent +
                                       " " + wrong);
  if (wrong.empty()) ++edit_counts_[CountKey(site.index, IssueOf(site, issue), "parent")];
}

void Users::ChangeLife(SimSite& site, const LocalIssue& issue) {
  if (IsOfFamily(site, issue)) return;
  Fate& fate = fates_[FateKey(site, issue.id)];
  const std::int64_t dice = world_.random.Below(10);
  if (dice < 2) {
    const bool is_done = Ask204(site, "DELETE", issue.id);  // an archived one is refused
    fate.is_deleted |= is_done;
    if (!is_done) return;
    deleted_.insert(CountKey(site.index, IssueOf(site, issue), ""));
    ForgetLabels(site, issue);
    return;
  }
  if (dice < 4) {
    fate.was_moved = true;
    side(site).away.push_back(issue.id);
    return MoveTo(site, issue.id, "OTHER");
  }
  if (dice < 6) {
    fate.was_archived = true;
    side(site).archived.push_back(issue.id);
    Ask204(site, "PUT", issue.id + "/archive");
    return;
  }
  fate.was_private = true;
  private_.insert(IssueOf(site, issue));
  ToggleLabel(site, issue, "private");
}

void Users::BringBack(SimSite& site) {
  Side& mine = side(site);
  if (!mine.away.empty()) {
    MoveTo(site, mine.away.back(), site.terms.binding.project);
    mine.away.pop_back();
  } else if (!mine.archived.empty()) {
    Ask204(site, "PUT", mine.archived.back() + "/restore");
    mine.archived.pop_back();
  } else if (site.index == 0) {
    for (const std::string& key : Keys(site)) {
      const auto issue = Read(site, key);
      if (!issue) continue;
      const auto labels = issue->fields.find("labels");
      if (labels == issue->fields.end()) continue;
      const auto& values = labels->second.values;
      const bool is_private =
          std::find(values.begin(), values.end(), Value{"private", ""}) != values.end();
      if (is_private) return ToggleLabel(site, *issue, "private");
    }
  }
}

}  // namespace valise::simulation
