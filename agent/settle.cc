// Settling a write whose outcome Jira left unknown: wait longer than any request can run there,
// then look in the database, twice. Never the index; never a blind retry (jira-rest 7).
#include <algorithm>
#include <tuple>

#include "agent/core/merge.h"
#include "agent/core/contract_book.h"
#include "agent/core/text.h"
#include "agent/core/view.h"
#include "agent/issue_operation.h"
#include "agent/issue_targets.h"
#include "packet/codec.h"

namespace valise {

using jira::Verdict;

namespace {

constexpr std::int64_t kAbsentInARow = 20;   // keys may be skipped by failed creates
constexpr std::int64_t kHiddenMax = 1000;    // issues that the account may not see, in one walk
constexpr std::uint32_t kProbesNeeded = 2;
constexpr std::uint32_t kAttemptsMax = 2;    // the write and one retry, then a hold

// The kind of object that such a write edits or deletes.
std::optional<ObjectKind> RewrittenBy(WriteKind kind) {
  switch (kind) {
    case WriteKind::kCommentEdit:
    case WriteKind::kCommentDelete:
      return ObjectKind::kComment;
    case WriteKind::kWorkLogEdit:
    case WriteKind::kWorkLogDelete:
      return ObjectKind::kWorkLog;
    case WriteKind::kAttachmentDelete:
      return ObjectKind::kAttachment;
    default:
      return std::nullopt;
  }
}

// Writes that change one object of the issue, and nothing else of its base.
bool IsOfObject(WriteKind kind) {
  return kind == WriteKind::kCommentAdd || kind == WriteKind::kWorkLogAdd ||
         kind == WriteKind::kAttachmentAdd || RewrittenBy(kind).has_value();
}

bool IsDelete(WriteKind kind) {
  return kind == WriteKind::kCommentDelete || kind == WriteKind::kWorkLogDelete ||
         kind == WriteKind::kAttachmentDelete;
}

// Jira's id of the object is what the answer or the probe found.
void NoteAdded(const Terms& terms, const Intent& intent, IssueBase& base) {
  const bool is_file = intent.kind == WriteKind::kAttachmentAdd;
  if (!is_file && intent.kind != WriteKind::kCommentAdd && intent.kind != WriteKind::kWorkLogAdd) {
    return;
  }
  const auto object = base.objects.find(intent.object);
  if (object == base.objects.end()) return;  // our own word about an end
  object->second.jira_id = intent.jira_id;
  if (is_file) return;
  const bool is_comment = intent.kind == WriteKind::kCommentAdd;
  const RegisterKey key =
      TextKey(is_comment ? ObjectKind::kComment : ObjectKind::kWorkLog, intent.object);
  RegisterBase& text = base.registers[key];
  std::string detail;
  for (const Register& target : TargetsOf(terms, intent)) {
    if (target.key == key && target.value) detail = target.value->detail;
  }
  text.has_seen = true;
  text.seen = SeenDigest(intent.body_sent, detail);
}

}  // namespace

std::vector<Register> TargetsOf(const Terms& terms, const Intent& intent) {
  // Not readable: written by a version that bounded it otherwise. The registers are still pending,
  // and the next round writes them again.
  const Result<Record> record = DecodeRecord(intent.targets);
  if (!record.ok()) return {};
  std::vector<Register> targets = std::get<Change>(record.value()).registers;
  const auto is_lost = [&](const Register& one) { return IsLost(terms.contract, one.key); };
  std::erase_if(targets, is_lost);
  return targets;
}

Task<IssueOperation::Step> IssueOperation::SettleIntents() {
  if (issue_id_.is_zero()) co_return Again();
  for (const Intent& intent : world_.store.IntentsOf(issue_id_)) {
    if (intent.state == WriteState::kDone) continue;
    Step step = co_await Settle(intent);
    if (step.next != Next::kAgain) co_return step;
  }
  co_return Again();
}

Task<IssueOperation::Step> IssueOperation::Settle(Intent intent) {
  const std::int64_t now_ms = world_.clock.NowMs();
  if (intent.state == WriteState::kSent) {
    // Found after a restart: the request may have run for as long as we would have waited, and may
    // still be running at Jira.
    intent.state = WriteState::kUnknown;
    const IssueBase base = world_.store.LoadIssue(intent.issue_id).value_or(IssueBase{});
    intent.settle_at_ms =
        intent.sent_at_ms + WriteTimeoutMs(base, intent.object) + SettleMs(intent.kind);
    if (terms_.switches.bug_probe_without_settle) intent.settle_at_ms = now_ms;
    const Result<void> kept = CommitIntent(intent);
    if (!kept.ok()) co_return Later(terms_.settings.poll_every_ms, kept.error().code);
  }
  if (IsSighted(intent)) co_return SettledDone(std::move(intent));
  if (intent.settle_at_ms > now_ms) co_return Later(intent.settle_at_ms - now_ms, "settling");
  const Found found = co_await Probe(intent);
  if (found == Found::kYes) co_return SettledDone(std::move(intent));
  if (found == Found::kCannotTell) co_return Later(terms_.settings.probe_gap_ms, "probe");
  if (++intent.probes >= kProbesNeeded) co_return SettledNot(std::move(intent));
  intent.settle_at_ms = now_ms + terms_.settings.probe_gap_ms;
  const Result<void> kept = CommitIntent(intent);
  if (!kept.ok()) co_return Later(terms_.settings.poll_every_ms, kept.error().code);
  co_return Later(terms_.settings.probe_gap_ms, "probe");
}

std::string IssueOperation::SightedName(const Id& issue_id) { return "sighted." + Text(issue_id); }

// Another operation read the issue that this create made, since it was sent.
bool IssueOperation::IsSighted(Intent& intent) {
  if (intent.kind != WriteKind::kCreate) return false;
  const std::string seen = world_.store.Meta(SightedName(intent.issue_id)).value_or("");
  const std::size_t space = seen.find(' ');
  if (space == std::string::npos) return false;
  intent.jira_id = seen.substr(0, space);
  created_key_ = seen.substr(space + 1);
  return true;
}

Task<IssueOperation::Found> IssueOperation::Probe(Intent& intent) {
  switch (intent.kind) {
    case WriteKind::kCreate:
      co_return co_await ProbeCreate(intent);
    case WriteKind::kCommentAdd:
    case WriteKind::kWorkLogAdd:
      co_return co_await ProbeAdded(intent);
    case WriteKind::kAttachmentAdd:
      co_return co_await ProbeFile(intent);
    case WriteKind::kVersionAdd:
    case WriteKind::kVersionEdit:
    case WriteKind::kComponentAdd:
    case WriteKind::kComponentEdit:
      co_return co_await ProbeProject(intent);
    default:
      co_return co_await ProbeEdit(intent);
  }
}

// The key walk: every issue made since, by number, until a run of numbers that do not exist. One
// that Jira hides from us (403, where it does not say 404; pitfall 7) may be the one.
Task<IssueOperation::Found> IssueOperation::ProbeCreate(Intent& intent) {
  const std::string marker = MarkerOf(terms_, intent.issue_id);
  std::int64_t absent = 0, hidden = 0;
  const std::int64_t known = world_.store.MetaNumber("jira.highest_number", 0);
  for (std::int64_t number = intent.before_mark + 1; absent < kAbsentInARow || number <= known;
       ++number) {
    const std::string key = terms_.binding.project + "-" + std::to_string(number);
    JiraAnswer answer = co_await jira_.Send(jira::ReadMarker(key));
    if (answer.judged.verdict == Verdict::kGone) {
      ++absent;
      continue;
    }
    absent = 0;
    if (answer.judged.verdict == Verdict::kForbidden && ++hidden <= kHiddenMax) continue;
    if (!answer.ok()) co_return Found::kCannotTell;
    const Result<jira::MarkedIssue> issue = jira::ParseMarker(answer.response);
    if (!issue.ok()) co_return Found::kCannotTell;
    if (issue.value().marker == marker && terms_.switches.marker) {
      intent.jira_id = issue.value().id;
      created_key_ = issue.value().key;
      co_return Found::kYes;
    }
  }
  is_unprovable_ = hidden > 0;
  co_return Found::kNo;
}

// All comments or work logs of the issue, as the database has them; nullopt: the issue is gone.
Task<std::optional<Result<std::vector<LocalObject>>>> IssueOperation::ReadAll(
    ObjectKind kind, std::string jira_id) {
  using All = Result<std::vector<LocalObject>>;
  if (kind == ObjectKind::kComment) {
    All all = co_await ReadComments(std::move(jira_id));
    if (!all.ok() && all.error().code == "VAL-JIRA-GONE") co_return std::nullopt;
    co_return all;
  }
  JiraAnswer answer = co_await jira_.Send(jira::ReadWorkLogs(jira_id));
  if (answer.judged.verdict == Verdict::kGone) co_return std::nullopt;
  if (!answer.ok()) co_return All(answer.judged.error);
  Result<jira::WorkLogPage> page = jira::ParseWorkLogs(answer.response);
  if (!page.ok()) co_return All(page.error());
  co_return All(std::move(page.value().work_logs));
}

// By the marker. Twins beyond the lowest id are deleted.
Task<IssueOperation::Found> IssueOperation::ProbeAdded(Intent& intent) {
  const auto base = world_.store.LoadIssue(intent.issue_id);
  if (!base) co_return Found::kCannotTell;
  const bool is_comment = intent.kind == WriteKind::kCommentAdd;
  const ObjectKind kind = is_comment ? ObjectKind::kComment : ObjectKind::kWorkLog;
  auto all = co_await ReadAll(kind, base->jira_id);
  if (!all) co_return Found::kNo;
  if (!all->ok()) co_return Found::kCannotTell;
  std::vector<std::string> ours;
  for (const LocalObject& shown : all->value()) {
    if (!terms_.switches.marker || shown.author.name != terms_.own_user) continue;
    Result<std::string> marker = shown.marker;
    // A work log has it in its text; a Jira need not serve expand=properties.
    if (shown.marker.empty()) marker = co_await MarkerShown(shown);
    if (!marker.ok()) co_return Found::kCannotTell;
    if (marker.value() == MarkerOf(terms_, intent.object)) ours.push_back(shown.id);
  }
  co_return co_await KeepLowest(intent, *base, kind, std::move(ours));
}

// Name, size, and then the bytes: an attachment carries no marker.
Task<IssueOperation::Found> IssueOperation::ProbeFile(Intent& intent) {
  const auto base = world_.store.LoadIssue(intent.issue_id);
  if (!base || !base->objects.contains(intent.object)) co_return Found::kCannotTell;
  const ObjectOrigin& origin = base->objects.at(intent.object).origin;
  std::optional<Result<LocalIssue>> read = co_await ReadWhole(base->jira_id);
  if (!read) co_return Found::kNo;
  if (!read->ok()) co_return Found::kCannotTell;
  std::set<std::string> claimed;
  for (const auto& [id, object] : base->objects) {
    if (object.origin.kind == ObjectKind::kAttachment) claimed.insert(object.jira_id);
  }
  std::vector<std::string> ours;
  for (const LocalObject& shown : read->value().attachments) {
    const bool is_alike = shown.author.name == terms_.own_user && !claimed.contains(shown.id) &&
                          shown.name == SafeFileName(origin.name) && shown.bytes == origin.bytes;
    if (!is_alike) continue;
    const Result<Digest> content = co_await Download(shown);
    if (!content.ok()) co_return Found::kCannotTell;
    if (content.value() == origin.content) ours.push_back(shown.id);
  }
  co_return co_await KeepLowest(intent, *base, ObjectKind::kAttachment, std::move(ours));
}

Task<IssueOperation::Found> IssueOperation::KeepLowest(Intent& intent, const IssueBase& base,
                                                       ObjectKind kind,
                                                       std::vector<std::string> ours) {
  if (ours.empty()) co_return Found::kNo;
  std::sort(ours.begin(), ours.end(), [](const std::string& a, const std::string& b) {
    return std::tuple(a.size(), a) < std::tuple(b.size(), b);
  });
  intent.jira_id = ours.front();
  for (std::size_t twin = 1; twin < ours.size(); ++twin) {
    HttpRequest request = jira::DeleteComment(base.jira_id, ours[twin]);
    if (kind == ObjectKind::kWorkLog) request = jira::DeleteWorkLog(base.jira_id, ours[twin]);
    if (kind == ObjectKind::kAttachment) request = jira::DeleteAttachment(ours[twin]);
    JiraAnswer deleted = co_await jira_.Send(std::move(request));
    (void)deleted;  // a twin that stays is found again by the next whole read
  }
  co_return Found::kYes;
}

// Edits, transitions, comment edits and deletes are absolute: done if our entry is in the
// changelog or Jira shows what we wrote; otherwise they may be planned anew.
Task<IssueOperation::Found> IssueOperation::ProbeEdit(Intent& intent) {
  const auto base = world_.store.LoadIssue(intent.issue_id);
  if (!base || base->jira_id.empty()) co_return Found::kCannotTell;
  std::optional<Result<LocalIssue>> read = co_await ReadWhole(base->jira_id);
  const bool is_deletion = intent.kind == WriteKind::kIssueDelete;
  if (!read) co_return is_deletion ? Found::kYes : Found::kNo;
  if (!read->ok()) co_return Found::kCannotTell;
  if (is_deletion) co_return Found::kNo;
  LocalIssue local = std::move(*read).value();
  Resolve(local, base);  // a link whose other end is not known would look removed
  const std::string write_id = Text(intent.write_id);
  for (const LocalHistory& history : local.histories) {
    if (history.write_id == write_id) co_return Found::kYes;
  }
  if (const auto object = RewrittenBy(intent.kind)) {
    const LocalObject* shown = ShownAs(local, *object, intent.jira_id);
    if (IsDelete(intent.kind)) co_return shown ? Found::kNo : Found::kYes;
    const bool is_written = shown && WithUnixLineEnds(shown->body) == intent.body_sent;
    co_return is_written ? Found::kYes : Found::kNo;
  }
  LearnKeys(*base);
  const LocalView view = ViewOf(terms_, *base, local, jira_.directory(), keys_);
  for (const Register& target : TargetsOf(terms_, intent)) {
    const auto entry = view.find(target.key);
    if (entry == view.end() || entry->second.shared != target.value) co_return Found::kNo;
  }
  co_return Found::kYes;
}

// The result is committed; the read that follows absorbs it.
IssueOperation::Step IssueOperation::SettledDone(Intent intent) {
  intent.state = WriteState::kDone;
  const std::optional<IssueBase> stored =
      IsOfObject(intent.kind) ? world_.store.LoadIssueAround(intent.issue_id, intent.object)
                              : world_.store.LoadIssue(intent.issue_id);
  if (!stored) return Done();
  std::optional<IssueBase> base = stored;
  if (intent.kind == WriteKind::kCreate) {
    base->jira_id = intent.jira_id;
    base->jira_key = created_key_;
    base->state = IssueState::kMapped;
    LearnKeys(*base);
    // Base is what the create wrote, never what is found later: the rest was left empty.
    for (auto& [key, reg] : base->registers) {
      if (reg.has_seen || reg.held == kOtherType || !IsBound(terms_, key)) continue;
      reg.has_seen = true;
      reg.seen = SeenDigest(LocalField{});
    }
    for (const Register& target : TargetsOf(terms_, intent)) {
      const auto binding = terms_.binding.fields.find(target.key.field);
      if (binding == terms_.binding.fields.end()) continue;
      RegisterBase& reg = base->registers[target.key];
      if (target.key.kind == RegisterKind::kElement) {
        reg.seen = SeenWritten(terms_, binding->second, target);
      } else if (const auto local = ToLocalField(terms_, binding->second, target.value,
                                            target.version.site, keys_)) {
        reg.seen = SeenDigest(*local);
      }
    }
  }
  NoteAdded(terms_, intent, *base);
  if (IsDelete(intent.kind)) base->objects[intent.object].jira_id.clear();
  const std::string tries_key = "tries." + Text(intent.issue_id);
  world_.store.Begin();
  if (world_.store.MetaNumber(tries_key, 0) > 0) world_.store.PutMetaNumber(tries_key, 0);
  world_.store.SaveIssue(*base, stored);
  world_.store.PutIntent(intent);
  if (intent.kind == WriteKind::kCreate) {  // links and texts that waited for it
    const std::string sighted = SightedName(intent.issue_id);
    if (world_.store.Meta(sighted)) world_.store.PutMeta(sighted, "");
    TouchAwaiting(std::nullopt, *base);
    for (const Id& source :
         IssuesAimingAt(terms_, world_.store, intent.issue_id, base->jira_key)) {
      touch_({"", source, 0, "link", 0});
    }
  }
  Journal(intent.issue_id, Id{}, "written", intent.method + " done");
  const Result<void> kept = world_.store.Commit();
  if (!kept.ok()) return Later(terms_.settings.poll_every_ms, kept.error().code);
  return Again();
}

// Proved not applied. Everything is still pending, so the plan makes it anew, once; then a hold.
// What nobody can prove is held at once.
IssueOperation::Step IssueOperation::SettledNot(Intent intent) {
  auto base = world_.store.LoadIssue(intent.issue_id);
  if (!base) return Done();
  const std::string tries_key = "tries." + Text(intent.issue_id);
  const std::int64_t tries = world_.store.MetaNumber(tries_key, 0) + 1;
  std::vector<Finding> findings;
  world_.store.Begin();
  if ((tries >= kAttemptsMax || is_unprovable_) && !terms_.switches.bug_blind_retry) {
    if (intent.kind == WriteKind::kCreate) base->held = kUnknownHold;
    if (IsVersionAdd(intent.kind)) RefuseName(intent, "unknown");
    for (const Register& target : TargetsOf(terms_, intent)) {
      HoldRegister(*base, target.key, kUnknownHold, findings);
    }
    world_.store.PutMetaNumber(tries_key, 0);
  } else {
    world_.store.PutMetaNumber(tries_key, tries);
  }
  world_.store.RemoveIntent(intent.write_id);
  world_.store.SaveIssue(*base);
  if (IsHeldBack(*base)) TouchWaiting(base->issue_id);
  AppendFindings(base->issue_id, findings);
  ReportOutcomes(*base);
  Journal(intent.issue_id, Id{}, "not written", "proved by two probes");
  const Result<void> kept = world_.store.Commit();
  if (!kept.ok()) return Later(terms_.settings.poll_every_ms, kept.error().code);
  return Again();
}

}  // namespace valise
