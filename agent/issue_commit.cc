// The commits of an issue's operation: A keeps what was captured, merged and intended, D what was
// read back. Also what the peer sent and whose turn it is, and the outcomes that leave.
#include <algorithm>

#include "agent/core/agile.h"
#include "agent/core/merge.h"
#include "agent/issue_operation.h"
#include "agent/issue_targets.h"
#include "packet/codec.h"
#include "packet/limits.h"

namespace valise {
namespace {

constexpr std::uint64_t kChangeBytesMax = limits::kRecordBytesMax / 2;

std::string RegisterNames(const std::vector<Register>& registers) {
  std::string names;
  for (const Register& one : registers) {
    if (names.size() > 200) return names + ", …";
    names += (names.empty() ? "" : ", ") + Describe(one.key);
  }
  return names;
}

}  // namespace

// --- merging what the peer sent -----------------------------------------------------------------

bool IssueOperation::IsReady(IssueBase& base, const IncomingChange& row, const Change& change) {
  if (base.in_epoch != row.position.epoch) {
    base.in_epoch = row.position.epoch;
    base.in_sequence = 0;
  }
  const std::int64_t through = world_.store.MetaNumber("in.changes.taken_through", 0);
  const bool is_next = row.issue_sequence <= base.in_sequence + 1;
  const bool nothing_before_can_come =
      static_cast<std::int64_t>(row.position.sequence) <= through;
  if (!is_next && !nothing_before_can_come) return false;
  // Only the site where an issue was born can say `created`.
  return !base.origin.type.empty() ||
         (change.created && change.created->birth_site == terms_.peer_site);
}

// Merges every change whose turn it is; the rows are marked in the commit that keeps the base.
void IssueOperation::MergeReady(IssueBase& base, std::vector<Finding>& findings) {
  for (IncomingChange& row : world_.store.IncomingOf(base.issue_id)) {
    if (row.state != IncomingState::kQueued) continue;
    const Result<Record> record = DecodeRecord(row.record);
    if (!record.ok()) continue;
    const Change& change = std::get<Change>(record.value());
    if (!IsReady(base, row, change)) break;
    if (base.origin.type.empty() && change.created->birth_site == terms_.peer_site) {
      const IssueBase incoming = IncomingBase(change);
      base.origin = incoming.origin;
      base.state = incoming.state;
    }
    Merged merged = Merge(terms_, std::move(base), change);
    base = std::move(merged.base);
    base.in_sequence = std::max(base.in_sequence, row.issue_sequence);
    findings.insert(findings.end(), merged.findings.begin(), merged.findings.end());
    merged_rows_.push_back(row);
  }
  LearnKeys(base);  // of the texts that came, too
}

// --- commit A and D -----------------------------------------------------------------------------

void IssueOperation::AppendFindings(const Id& issue_id, const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    world_.store.SettleListed(issue_id, finding.key, finding.kind);
    world_.store.AppendListed({0, world_.clock.NowMs(), issue_id, finding.kind, finding.key,
                               finding.value, finding.version, finding.reason_code, true});
    Journal(issue_id, Id{}, finding.kind, Describe(finding.key) + ": " + finding.reason_code);
  }
}

// A hold that ended leaves the list of what needs somebody.
void IssueOperation::SettleHolds(const IssueBase& before, const IssueBase& now) {
  if (!before.held.empty() && now.held != before.held) {
    world_.store.SettleListed(now.issue_id, FieldKey(kStatusField), before.held);
  }
  for (const auto& [key, reg] : before.registers) {
    if (reg.held.empty()) continue;
    const auto found = now.registers.find(key);
    const bool is_held = found != now.registers.end() && !found->second.held.empty();
    if (!is_held) world_.store.SettleListed(now.issue_id, key, "held");
  }
}

// One local change becomes as many records as its size asks for; the first carries the birth.
void IssueOperation::AppendChange(const IssueBase& base, const LocalChange& change) {
  if (change.empty()) return;
  const std::int64_t now_ms = world_.clock.NowMs();
  Change part;
  std::uint64_t bytes = 0;
  const auto flush = [&] {
    part.op_id = world_.entropy.RandomId();
    part.issue_id = base.issue_id;
    OutgoingChange row;
    row.op_id = part.op_id;
    row.issue_id = base.issue_id;
    row.record = EncodeRecord(part);
    row.captured_at_ms = now_ms;
    world_.store.AppendOutgoing(row);
    for (const ObjectOrigin& object : part.objects) {
      if (object.kind != ObjectKind::kAttachment) continue;
      world_.store.NeedContent(part.op_id, object.content, object.bytes);
    }
    Journal(base.issue_id, part.op_id, "captured", RegisterNames(part.registers));
    part = Change{};
    bytes = 0;
  };
  if (change.is_birth) part.created = base.origin;
  std::map<Id, ObjectOrigin> origins;  // each travels with the first register of its object
  for (const ObjectOrigin& origin : change.objects) origins[origin.id] = origin;
  for (const Register& one : change.registers) {
    const std::uint64_t size =
        (one.value ? one.value->text.size() + one.value->detail.size() : 0) + 512;
    if (bytes > 0 && bytes + size > kChangeBytesMax) flush();
    const auto origin = origins.find(one.key.object);
    if (origin != origins.end()) {
      part.objects.push_back(origin->second);
      origins.erase(origin);
    }
    part.registers.push_back(one);
    bytes += size;
  }
  flush();
}

void IssueOperation::ReportOutcomes(const IssueBase& base) {
  for (const IncomingChange& row : world_.store.IncomingOf(base.issue_id)) {
    if (row.state != IncomingState::kMerged) continue;
    const Result<Record> record = DecodeRecord(row.record);
    if (!record.ok()) continue;
    const auto outcome = OutcomeOf(terms_, base, std::get<Change>(record.value()));
    if (!outcome) continue;
    world_.store.AppendRecord(EncodeRecord(*outcome));
    world_.store.RemoveIncoming(row.row);
    const bool is_whole = outcome->registers.empty() && outcome->result == OutcomeResult::kApplied;
    Journal(base.issue_id, row.op_id, is_whole ? "applied" : "applied in part",
            outcome->reason_code);
  }
}

// What points to an issue that is held back, or ended: it is held too, and listed.
void IssueOperation::TouchWaiting(const Id& target) {
  for (const Id& source : world_.store.IssuesLinkedTo(target)) touch_({"", source, 0, "link", 0});
}

// Whoever showed this key before it was shared, and this issue, if what it shows was shared since
// it was read.
void IssueOperation::TouchAimers(const std::optional<IssueBase>& before, const IssueBase& now) {
  const bool is_new_key = !now.jira_key.empty() && (!before || before->jira_key != now.jira_key);
  if (is_new_key) {
    for (const Id& source : IssuesAimingAt(terms_, world_.store, now.issue_id, now.jira_key)) {
      touch_({"", source, 0, "link", 0});
    }
  }
  const bool was_frozen = before && before->state == IssueState::kFrozen;
  const bool has_ended = now.state == IssueState::kFrozen && !was_frozen;
  const bool is_held_back = IsHeldBack(now) && !(before && IsHeldBack(*before));
  if (has_ended || is_held_back) TouchWaiting(now.issue_id);
  for (const auto& [key, reg] : now.registers) {
    const bool is_new = !before || !before->registers.contains(key);
    const std::string target = is_new ? UnsharedTarget(terms_, key) : "";
    const auto shared = target.empty() ? std::nullopt : world_.store.IssueByKey(target);
    if (shared && !world_.store.HasEnded(*shared)) touch_({"", now.issue_id, 0, "link", 0});
  }
}

Result<void> IssueOperation::CommitRound(const Plan& plan, const LocalChange& change,
                                         const std::vector<Finding>& findings,
                                         const std::vector<Id>& writes_done, const Intent* first) {
  Store& store = world_.store;
  IssueBase now = plan.base;
  const std::optional<IssueBase> stored = store.LoadIssue(now.issue_id);
  if (stored) {
    now.out_epoch = stored->out_epoch;  // counted by the packer meanwhile
    now.out_sequence = stored->out_sequence;
    if (loaded_) {
      loaded_->out_epoch = stored->out_epoch;
      loaded_->out_sequence = stored->out_sequence;
    }
  }
  if (stored != loaded_) {  // an operator's retry came between: that base counts
    return Error{Recovery::kRetryLater, "VAL-ISSUE-CHANGED", "the issue changed meanwhile"};
  }
  store.Begin();
  if (stored) SettleHolds(*stored, now);
  for (const RegisterKey& key : woken_) now.registers[key].is_pending = false;
  store.SaveIssue(now, stored);
  TouchAimers(stored, now);
  KeepAwaited(plan.base);
  TouchAwaiting(stored, now);
  AppendChange(plan.base, change);
  AppendFindings(plan.base.issue_id, findings);
  for (const Id& write_id : writes_done) store.RemoveIntent(write_id);
  for (IncomingChange& row : merged_rows_) {
    row.state = IncomingState::kMerged;
    store.UpdateIncoming(row);
    Journal(row.issue_id, row.op_id, "merged", "");
  }
  if (first && terms_.switches.intent) store.PutIntent(*first);
  ForgetObeyedWishes();
  ReportOutcomes(now);
  merged_rows_.clear();
  return store.Commit();
}

}  // namespace valise
