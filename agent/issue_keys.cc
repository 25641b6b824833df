// Keys in an issue's texts: which of the peer's have an issue here, and which are waited for. When
// one comes to be here, the texts that name it are written once more, with what is agreed on them.
#include <algorithm>

#include "agent/core/key_text.h"
#include "agent/core/lifecycle.h"
#include "agent/issue_operation.h"

namespace valise {

// Pending in this round only: it is no news of the peer's, and a person who edits the text has seen
// what is agreed. What a crash or refusal leaves undone is found again by the row.
void IssueOperation::WakeTexts(IssueBase& base, const LocalIssue& local) {
  woken_.clear();
  has_looked_at_keys_ = base.held.empty() && base.state != IssueState::kFrozen;
  std::set<std::string> come;
  for (const std::string& key : world_.store.AwaitedKeys(base.issue_id)) {
    if (keys_.contains(key)) come.insert(key);
  }
  if (come.empty()) return;
  const LocalView view = ViewOf(terms_, base, local, jira_.directory(), keys_);
  for (const RegisterKey& key : TextsToRewrite(terms_, base, view, come)) {
    base.registers[key].is_pending = true;
    woken_.insert(key);
  }
}

// Awaited are keys that were words in what this round planned, and those whose texts it is about to
// rewrite. A round that wrote no texts keeps waiting: while an issue is held or has ended, and when
// it comes back.
void IssueOperation::KeepAwaited(const IssueBase& planned) {
  std::set<std::string> awaited;
  const std::set<std::string> named = PeerKeysOf(terms_, planned);
  for (const std::string& key : named) {
    if (keys_.contains(key)) continue;
    awaited.insert(key);
    const bool is_here_by_now = KeyHere(terms_, world_.store, key).has_value();
    if (is_here_by_now) touch_({"", planned.issue_id, 0, "key", 0});
  }
  for (const std::string& key : world_.store.AwaitedKeys(planned.issue_id)) {
    if (!has_looked_at_keys_ && named.contains(key)) awaited.insert(key);
  }
  for (const RegisterKey& key : woken_) {
    const auto text = planned.registers.find(key);
    const bool is_due = text != planned.registers.end() && text->second.is_pending;
    if (is_due) awaited.merge(PeerKeysIn(text->second.agreed->text, terms_));
  }
  world_.store.PutAwaitedKeys(planned.issue_id, awaited);
}

// Inside the transaction that gives an issue both its keys, or another one.
void IssueOperation::TouchAwaiting(const std::optional<IssueBase>& before, const IssueBase& now) {
  const auto keys = BothKeys(terms_, now);
  if (!keys || (before && BothKeys(terms_, *before) == keys)) return;
  for (const Id& issue : world_.store.IssuesAwaiting(keys->first)) {
    touch_({"", issue, 0, "key", 0});
  }
}

}  // namespace valise
