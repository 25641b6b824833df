// The way to a status: offered at once, or over statuses that were seen to lead there, or over ones
// not tried yet. Only what Jira offers is used (pitfall 22); six hops at most.
#include <algorithm>
#include <deque>
#include <map>

#include "agent/issue_operation.h"

namespace valise {

namespace {

constexpr std::size_t kHopsMax = 6;
constexpr char kResolution[] = "resolution";

// Hops from `from` to `to` in the learnt graph; 0: not known to lead there.
std::size_t KnownDistance(const JiraSide& side, const std::string& type, const std::string& from,
                          const std::string& to) {
  std::map<std::string, std::size_t> distance{{from, 1}};
  std::deque<std::string> open{from};
  while (!open.empty()) {
    const std::string at = open.front();
    open.pop_front();
    if (at == to) return distance[at];
    const std::set<std::string>* next = side.KnownNext(type, at);
    if (!next) continue;
    for (const std::string& status : *next) {
      if (distance.emplace(status, distance[at] + 1).second) open.push_back(status);
    }
  }
  return 0;
}

const jira::LocalTransition* Choose(const JiraSide& side, const std::string& type,
                                    const std::string& target,
                                    const std::vector<jira::LocalTransition>& offered,
                                    const std::set<std::string>& visited) {
  const jira::LocalTransition* best = nullptr;
  std::size_t best_distance = 0;
  const jira::LocalTransition* untried = nullptr;
  for (const jira::LocalTransition& transition : offered) {
    if (transition.to_status == target) return &transition;
    if (visited.contains(transition.to_status)) continue;
    const std::size_t distance = KnownDistance(side, type, transition.to_status, target);
    if (distance > 0 && (!best || distance < best_distance)) {
      best = &transition;
      best_distance = distance;
    }
    if (!untried && !side.KnownNext(type, transition.to_status)) untried = &transition;
  }
  return best ? best : untried;
}

// What the screen asks for: the wanted value, the binding's default, what a bound field shows
// anyway, or nothing. A value of its own choice, the first one offered, is given to unbound fields
// only: in a bound one it would cross as if a person had entered it. But an issue that the peer has
// closed without a resolution must have one here, where Jira insists, or stay open.
std::vector<jira::FieldWrite> ScreenFields(const JiraSide& side, const PlannedWrite& write,
                                           const jira::LocalTransition& transition) {
  std::vector<jira::FieldWrite> fields;
  for (const jira::TransitionField& asked : transition.fields) {
    LocalField value;
    const auto wanted = write.fields.find(asked.id);
    if (wanted != write.fields.end()) value = wanted->second;
    const jira::FieldShape* shape = side.WritableShape(asked.id);
    const auto bound = write.defaults.find(asked.id);
    // A validator that wants a field does not say so: what the binding names is given whenever the
    // screen has it. A resolution closes the issue, so only where Jira insists.
    const bool is_due = bound != write.defaults.end() &&
                        (asked.is_required || asked.id != kResolution);
    if (value.values.empty() && is_due && shape) value = jira::FieldOfText(*shape, bound->second);
    const bool is_missing = value.values.empty() && asked.is_required && !asked.has_default;
    const auto standing = write.standing.find(asked.id);
    const bool is_bound = standing != write.standing.end();
    if (is_missing && is_bound) value = standing->second;
    const bool may_choose = !is_bound || asked.id == kResolution;
    if (is_missing && value.values.empty() && may_choose && !asked.allowed.empty()) {
      value.values.push_back(Value{asked.allowed.front(), ""});
    }
    if (!value.values.empty() && shape) fields.emplace_back(*shape, value);
  }
  return fields;
}

}  // namespace

// Empty: go on. One that was renamed is nowhere, and to look for it would push the issue through
// its whole workflow. A Jira that does not tell leaves it to the transitions that it offers.
Task<IssueOperation::Hop> IssueOperation::MissingStatus(std::string status) {
  Hop hop;
  JiraAnswer answer = co_await jira_.Send(jira::ReadProjectStatuses(terms_.binding.project));
  const jira::Verdict verdict = answer.judged.verdict;
  const bool is_denied = verdict == jira::Verdict::kGone || verdict == jira::Verdict::kForbidden ||
                         verdict == jira::Verdict::kRefused;
  if (is_denied) co_return hop;
  if (!answer.ok()) {
    hop.judged = std::move(answer.judged);
    co_return hop;
  }
  const auto types = jira::ParseProjectStatuses(answer.response);
  if (!types.ok()) co_return hop;
  const bool is_there = std::ranges::any_of(types.value(), [&](const jira::IssueTypeInfo& type) {
    return std::ranges::find(type.statuses, status) != type.statuses.end();
  });
  if (!is_there) hop.reason = "no-status:" + status;
  co_return hop;
}

Task<IssueOperation::Hop> IssueOperation::NextHop(PlannedWrite write, std::string issue,
                                                  std::string type, std::string status,
                                                  std::string write_id) {
  Hop hop;
  JiraAnswer answer = co_await jira_.Send(jira::ReadTransitions(issue));
  if (!answer.ok()) {
    hop.judged = std::move(answer.judged);
    co_return hop;
  }
  const auto offered = jira::ParseTransitions(answer.response);
  if (!offered.ok()) {
    hop.judged.error = offered.error();
    co_return hop;
  }
  visited_.insert(status);
  jira_.NoteTransitions(type, status, offered.value());
  const jira::LocalTransition* chosen =
      visited_.size() > kHopsMax ? nullptr
                                 : Choose(jira_, type, write.status, offered.value(), visited_);
  if (!chosen) {
    hop.reason = "no-way:" + status;
    co_return hop;
  }
  const bool is_last = chosen->to_status == write.status;
  if (!is_last) {
    write.fields.clear();
    Hop missing = co_await MissingStatus(write.status);
    const bool may_go = missing.reason.empty() && missing.judged.verdict == jira::Verdict::kOk;
    if (!may_go) co_return missing;
  }
  const std::vector<jira::FieldWrite> fields = ScreenFields(jira_, write, *chosen);
  Result<HttpRequest> request = jira::DoTransition(issue, chosen->id, fields, write_id);
  if (!request.ok()) {
    hop.reason = "text";
    co_return hop;
  }
  hop_status_ = chosen->to_status;
  hop.request = std::move(request).value();
  co_return hop;
}

}  // namespace valise
