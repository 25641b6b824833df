// The operator's words: requests of commands beside the running agent.
#include <cstdlib>

#include "agent/agent.h"
#include "agent/core/lifecycle.h"
#include "agent/link.h"
#include "agent/wishes.h"

namespace valise {

namespace {

std::string InStory(const OperatorRequest& request) {
  if (request.verb == "contract propose") return request.verb;  // a whole file
  const bool is_long = request.verb == "map apply";             // the issue's id comes first
  const std::size_t end = is_long ? request.argument.find(' ') : std::string::npos;
  return request.verb + " " + request.argument.substr(0, end);
}

}  // namespace

void Agent::ObeyRequests() {
  for (const OperatorRequest& request : world_.store.Requests()) Obey(request);
}

void Agent::Obey(const OperatorRequest& request) {
  Store& store = world_.store;
  store.Begin();
  if (request.verb == "pause" || request.verb == "resume") {
    is_paused_ = request.verb == "pause";
    store.PutMetaNumber("paused", is_paused_ ? 1 : 0);
    if (!is_paused_) jira_retry_ms_ = next_poll_ms_ = 0;
    if (!is_paused_) jira_.ForgetLoginError();
  } else if (request.verb == "retry") {
    Retry(request.argument);
  } else if (request.verb == "dismiss") {
    Dismiss(request.argument);
  } else if (request.verb == "link") {
    Link(request.argument);
  } else if (request.verb == "map apply") {
    if (const auto work = KeepWishes(store, request.argument)) Touch(*work);
  } else if (request.verb.starts_with("contract ")) {
    ObeyOnContract(request);
  }
  store.AppendJournal({0, world_.clock.NowMs(), Id{}, Id{}, "operator", InStory(request)});
  store.RemoveRequest(request.row);
  const Result<void> kept = store.Commit();
  if (!kept.ok()) jira_error_ = kept.error();
}

// What the command checked may have changed since.
void Agent::Link(const std::string& words) {
  const Result<void> linked = ObeyLink(world_.store, words);
  Touch({words.substr(0, words.find(' ')), Id{}, 0, "link", 0});
  if (linked.ok()) return;
  world_.store.AppendListed({0, world_.clock.NowMs(), Id{}, "not-linked", FieldKey("issue"),
                             Value{words, ""}, {}, linked.error().code, true});
}

void Agent::ObeyOnContract(const OperatorRequest& request) {
  ContractDesk& contracts = inbox_.contracts();
  if (request.verb == "contract propose") return contracts.Propose(request.argument);
  // A request row is only as good as who wrote it.
  const ContractBook book = world_.store.Contracts();
  for (const KnownContract& one : book.all()) {
    if (Text(one.digest) != request.argument) continue;
    if (request.verb == "contract accept") contracts.Accept(one.digest);
    if (request.verb == "contract reject") contracts.Reject(one.digest);
  }
}

// "all" listed rows, one of them ("L12"), or a packet in quarantine ("Q" and its digest's begin).
void Agent::Dismiss(const std::string& id) {
  if (id == "all") return world_.store.DismissListed(0);
  if (id.size() < 2) return;  // a request row is only as good as who wrote it
  const std::string rest = id.substr(1);
  if (id[0] == 'L') return world_.store.DismissListed(std::strtoll(rest.c_str(), nullptr, 10));
  for (const ArrivedPacket& packet : world_.store.Quarantined()) {
    if (Text(packet.digest).starts_with(rest)) world_.store.RemoveArrival(packet.digest);
  }
}

// Held registers become pending again, if they still are that version: they are, as a newer one
// would have ended the hold.
void Agent::Retry(const std::string& issue) {
  std::vector<Id> issues;
  jira_.names.ForgetRefusals();
  if (issue == "all" || issue.empty()) {
    issues = world_.store.AllIssues();
  } else if (const auto by_key = world_.store.IssueByKey(issue)) {
    issues.push_back(*by_key);
  } else if (const auto by_id = IdFromText(issue)) {
    issues.push_back(*by_id);
  }
  for (const Id& id : issues) {
    auto base = world_.store.LoadIssue(id);
    if (!base) continue;
    bool is_changed = !base->held.empty();
    if (base->held == "rollback") {  // the operator says that what Jira shows is right
      base->jira_created_ms = base->jira_updated_ms = base->history_through = 0;
    }
    bool is_agreed = base->held.starts_with("ends:");
    base->held.clear();
    for (auto& [key, reg] : base->registers) {
      const bool is_end = key == LifecycleKey();
      if (reg.held.empty() || IsEnd(reg.held)) continue;
      is_agreed |= is_end && (reg.held == "ends" || reg.held == "edited");
      reg.held.clear();
      reg.is_pending = true;
      is_changed = true;
      world_.store.SettleListed(id, key, "held");
    }
    if (!is_changed) continue;
    FollowLifecycle(terms_, *base);  // of what ended nothing is written: held with the end instead
    if (is_agreed) world_.store.PutMetaNumber("ending." + Text(id), -1);
    world_.store.SaveIssue(*base);
    Touch({base->jira_id, id, 0, "retry", 0});
  }
}

}  // namespace valise
