// Intend -> send -> settle -> probe -> confirm: the first, second and last of these. A write stands
// between a committed intent and a committed result (agent/DESIGN.md, "Writing to Jira").
#include <algorithm>

#include "agent/issue_operation.h"
#include "packet/codec.h"

namespace valise {

using jira::Verdict;

namespace {

jira::FieldShape TypeShape() {
  return {"issuetype", ValueKind::kOption, jira::JsonForm::kName, "issuetype"};
}

std::string FileOf(const IssueBase& base, const Id& object) {
  const auto known = base.objects.find(object);
  return WholeName(known == base.objects.end() ? Digest{} : known->second.origin.content);
}

std::string MimeOf(const IssueBase& base, const Id& object) {
  const auto known = base.objects.find(object);
  return known == base.objects.end() ? "" : known->second.origin.mime;
}

// A write that changes or removes a text which a person may be editing.
bool IsRewrite(WriteKind kind) {
  return kind == WriteKind::kCommentEdit || kind == WriteKind::kCommentDelete ||
         kind == WriteKind::kWorkLogEdit || kind == WriteKind::kWorkLogDelete;
}

LocalField OneValue(const std::string& text) {
  LocalField field;
  field.values.push_back(Value{text, ""});
  return field;
}

Result<std::string> IdOf(const Result<LocalObject>& object) {
  if (!object.ok()) return object.error();
  return object.value().id;
}

// What Jira calls the object that was added; nullopt: nothing was, or its answer does not say.
std::optional<Result<std::string>> AddedId(WriteKind kind, const HttpResponse& response) {
  if (kind == WriteKind::kCommentAdd) return IdOf(jira::ParseComment(response));
  if (kind == WriteKind::kWorkLogAdd) return IdOf(jira::ParseWorkLog(response));
  if (kind != WriteKind::kAttachmentAdd) return std::nullopt;
  const Result<std::vector<LocalObject>> files = jira::ParseUploaded(response);
  if (!files.ok()) return Result<std::string>(files.error());
  if (files.value().size() == 1) return Result<std::string>(files.value().front().id);
  return Result<std::string>(Error{Recovery::kRetryLater, "VAL-JIRA-FORMAT",
                                   "an upload of one file is answered with another number"});
}

}  // namespace

// A file has the time that its bytes may take.
std::int64_t IssueOperation::WriteTimeoutMs(const IssueBase& base, const Id& object) const {
  const auto known = base.objects.find(object);
  const std::uint64_t bytes = known == base.objects.end() ? 0 : known->second.origin.bytes;
  const std::uint64_t seconds = bytes / jira::kStreamBytesPerSecondMin;
  return terms_.settings.write_timeout_ms + static_cast<std::int64_t>(seconds) * 1000;
}

std::int64_t IssueOperation::SettleMs(WriteKind kind) const {
  return kind == WriteKind::kCreate ? terms_.settings.settle_create_ms
                                    : terms_.settings.settle_other_ms;
}

Intent IssueOperation::NewIntent(const PlannedWrite& write, const IssueBase& base,
                                 std::int64_t history_before) const {
  Change targets;
  targets.op_id = world_.entropy.RandomId();
  targets.issue_id = base.issue_id;
  targets.issue_sequence = 1;  // a record of the wire's form, used here to keep registers
  for (const RegisterKey& key : write.keys) {
    const auto found = base.registers.find(key);
    if (found == base.registers.end()) continue;
    // Nobody here can have seen a value before it was written; but where only keys are rewritten.
    const Version seen = woken_.contains(key) ? found->second.version : Version{};
    targets.registers.push_back({key, found->second.version, seen, found->second.agreed});
  }
  Intent intent;
  intent.write_id = targets.op_id;
  intent.issue_id = base.issue_id;
  intent.kind = write.kind;
  intent.targets = EncodeRecord(targets);
  intent.history_before = history_before;
  intent.object = write.object;
  intent.body_sent = write.body;
  intent.jira_id = write.object_jira_id;
  intent.before_mark = write.kind == WriteKind::kCreate
                           ? world_.store.MetaNumber("jira.highest_number", 0)
                           : 0;
  intent.sent_at_ms = world_.clock.NowMs();
  intent.attempts = 1;
  return intent;
}

Result<HttpRequest> IssueOperation::CreateRequest(const PlannedWrite& write,
                                                  const IssueBase& base) {
  jira::CreateIssue create;
  create.project = terms_.binding.project;
  create.type = write.type;
  if (const Id parent = ParentOf(base); !parent.is_zero()) {
    const auto known = world_.store.LoadIssue(parent);
    if (known) create.parent_key = known->jira_key;
  }
  if (terms_.switches.marker) create.marker = MarkerOf(terms_, base.issue_id);
  for (const auto& [field, value] : write.fields) {
    const jira::FieldShape* shape = jira_.Shape(field);
    if (shape) create.fields.emplace_back(*shape, value);
  }
  for (const auto& [field, text] : write.defaults) {
    const jira::FieldShape* shape = jira_.WritableShape(field);
    if (!shape || write.fields.contains(field) || refused_defaults_.contains(field)) continue;
    create.fields.emplace_back(*shape, jira::FieldOfText(*shape, text));
  }
  return jira::CreateIssueRequest(create);
}

Result<HttpRequest> IssueOperation::RequestOf(const PlannedWrite& write, const IssueBase& base,
                                              const std::string& write_id) {
  switch (write.kind) {
    case WriteKind::kCreate:
      return CreateRequest(write, base);
    case WriteKind::kCommentAdd:
      return jira::AddComment(base.jira_id, write.body,
                              terms_.switches.marker ? MarkerOf(terms_, write.object) : "",
                              write.visible_to);
    case WriteKind::kCommentEdit:
      return jira::EditComment(base.jira_id, write.object_jira_id, write.body, write.visible_to);
    case WriteKind::kCommentDelete:
      return jira::DeleteComment(base.jira_id, write.object_jira_id);
    case WriteKind::kWorkLogAdd:
    case WriteKind::kWorkLogEdit:
    case WriteKind::kWorkLogDelete:
      return WorkLogRequest(write, base);
    case WriteKind::kAttachmentAdd:
      return jira::UploadAttachment(base.jira_id, write.body,
                                    SourceOf(world_.contents, FileOf(base, write.object)),
                                    MimeOf(base, write.object));
    case WriteKind::kAttachmentDelete:
      return jira::DeleteAttachment(write.object_jira_id);
    case WriteKind::kLinkAdd:
      return jira::AddLink(write.type, base.jira_key, write.object_jira_id);
    case WriteKind::kLinkDelete:
      return jira::DeleteLink(write.object_jira_id);
    case WriteKind::kRemoteLinkPut:
      return jira::PutRemoteLink(base.jira_id, "valise:" + Text(base.issue_id), write.body,
                                 write.object_jira_id);
    case WriteKind::kVersionAdd:
    case WriteKind::kVersionEdit:
    case WriteKind::kComponentAdd:
    case WriteKind::kComponentEdit:
      return ProjectRequest(write);
    case WriteKind::kIssueDelete:
      return jira::DeleteIssue(base.jira_id);
    default:
      return EditRequest(write, base, write_id);
  }
}

Result<HttpRequest> IssueOperation::EditRequest(const PlannedWrite& write, const IssueBase& base,
                                                const std::string& write_id) {
  if (write.label) {
    return jira::EditLabel(base.jira_id, write.label->first, write.label->second, write_id);
  }
  std::vector<jira::FieldWrite> fields;
  for (const auto& [field, value] : write.fields) {
    const jira::FieldShape* shape = jira_.Shape(field);
    if (shape) fields.emplace_back(*shape, value);
  }
  if (!write.type.empty()) fields.emplace_back(TypeShape(), OneValue(write.type));
  return jira::EditIssue(base.jira_id, fields, write_id);
}

// Jira keeps no changelog of comments and of work logs' texts, so a person's edit that ours
// overwrites is nowhere to be found afterwards: it is read once more, right before. What is edited
// within that one round trip is lost; Jira has no conditional write.
Task<bool> IssueOperation::IsStale(const PlannedWrite& write, std::string issue) {
  if (IsVersionEdit(write.kind)) co_return co_await IsVersionStale(write);
  if (write.kind == WriteKind::kIssueDelete) {
    std::optional<Result<LocalIssue>> now = co_await ReadWhole(issue);
    co_return now && now->ok() &&
        SeenDigest(std::to_string(now->value().updated_ms)) != write.shown;
  }
  if (!IsRewrite(write.kind) || write.shown.is_zero()) co_return false;
  const bool is_comment =
      write.kind == WriteKind::kCommentEdit || write.kind == WriteKind::kCommentDelete;
  HttpRequest request = is_comment ? jira::ReadComment(issue, write.object_jira_id, false)
                                   : jira::ReadWorkLog(issue, write.object_jira_id);
  JiraAnswer answer = co_await jira_.Send(std::move(request));
  if (!answer.ok()) co_return false;  // the write will tell
  const Result<LocalObject> now = is_comment ? jira::ParseComment(answer.response)
                                             : jira::ParseWorkLog(answer.response);
  if (!now.ok()) co_return false;
  // An edit gives the visibility along: restricted since, the text would be public again.
  const bool is_edit =
      write.kind == WriteKind::kCommentEdit || write.kind == WriteKind::kWorkLogEdit;
  const bool is_widened = is_edit && now.value().visible_to != write.visible_to;
  co_return is_widened || SeenDigest(now.value()) != write.shown;
}

Task<IssueOperation::Prepared> IssueOperation::Prepare(PlannedWrite write, const IssueBase& base,
                                                       std::string type,
                                                       std::int64_t history_before) {
  Prepared out;
  out.is_stale = co_await IsStale(write, base.jira_id);
  if (out.is_stale) co_return out;
  out.intent = NewIntent(write, base, history_before);
  const std::string write_id = Text(out.intent.write_id);
  if (write.kind == WriteKind::kTransition) {
    Hop hop = co_await NextHop(write, base.jira_id, std::move(type), current_status_, write_id);
    out.request = std::move(hop.request);
    out.held_reason = std::move(hop.reason);
    out.judged = std::move(hop.judged);
  } else {
    Result<HttpRequest> request = RequestOf(write, base, write_id);
    if (request.ok()) out.request = std::move(request).value();
    else out.held_reason = "text";  // no valid UTF-8: Jira would refuse it
  }
  if (out.request) {
    out.request->timeout = std::chrono::milliseconds(WriteTimeoutMs(base, write.object));
    out.intent.method = out.request->method;
    out.intent.path = out.request->path;
    out.intent.body = out.request->body;
  }
  co_return out;
}

// Commit A (and D of what was written before), with the intent of the first write in it.
Task<IssueOperation::Step> IssueOperation::CommitAndWrite(
    Plan plan, LocalChange change, std::vector<Finding> findings, std::vector<Id> writes_done,
    std::string type, std::int64_t history_before) {
  Prepared first;
  must_replan_ = false;
  if (one_at_a_time_) SplitEdits(plan.writes);
  if (!plan.writes.empty()) {
    first = co_await Prepare(plan.writes.front(), plan.base, type, history_before);
    if (first.is_stale) co_return Again();
    if (!first.held_reason.empty()) {
      const PlannedWrite& write = plan.writes.front();
      if (write.kind == WriteKind::kCreate) plan.base.held = first.held_reason;
      for (const RegisterKey& key : write.keys) {
        HoldRegister(plan.base, key, first.held_reason, findings);
      }
    }
  }
  Result<void> kept = CommitRound(plan, change, findings, writes_done,
                                  first.request ? &first.intent : nullptr);
  if (!kept.ok()) co_return NotKept(kept.error());
  if (plan.writes.empty()) co_return Done();
  if (!first.held_reason.empty()) co_return Again();
  if (!first.request) co_return AfterFailure(first.judged);
  co_return co_await RunWrites(std::move(plan.writes), std::move(first), std::move(type),
                               history_before);
}

// The names of people who are nobody here ([bind.people] text_field) go with the first of them.
void IssueOperation::AddPeopleText(const PlannedWrite& write,
                                   std::vector<PlannedWrite>& split) const {
  const std::string& field = terms_.binding.people.text_field;
  const auto text = write.fields.find(field);
  if (field.empty() || text == write.fields.end()) return;
  for (const RegisterKey& key : write.keys) {
    const auto binding = terms_.binding.fields.find(key.field);
    const bool is_person =
        binding != terms_.binding.fields.end() && binding->second.kind == ValueKind::kPerson;
    if (!is_person) continue;
    PlannedWrite one;
    one.fields[field] = text->second;
    one.keys = {key};
    return split.push_back(std::move(one));
  }
}

// After a refusal that named no field: one PUT a field, so that only the culprit is held.
void IssueOperation::SplitEdits(std::vector<PlannedWrite>& writes) const {
  std::vector<PlannedWrite> split;
  for (PlannedWrite& write : writes) {
    if (write.kind != WriteKind::kEdit || write.keys.size() == 1) {
      split.push_back(std::move(write));
      continue;
    }
    for (const RegisterKey& key : write.keys) {
      const std::string field = WrittenFieldOf(terms_, key);
      PlannedWrite one;
      if (field.empty()) one.type = write.type;
      else one.fields[field] = write.fields[field];
      one.keys = {key};
      const bool is_same_set = !split.empty() && split.back().kind == WriteKind::kEdit &&
                               !split.back().keys.empty() &&
                               split.back().keys.front().field == key.field;
      if (is_same_set) split.back().keys.push_back(key); else split.push_back(std::move(one));
    }
    AddPeopleText(write, split);
  }
  writes = std::move(split);
}

Result<void> IssueOperation::CommitIntent(const Intent& intent) {
  if (!terms_.switches.intent) return Ok();
  world_.store.Begin();
  world_.store.PutIntent(intent);
  return world_.store.Commit();
}

Task<IssueOperation::Step> IssueOperation::RunWrites(std::vector<PlannedWrite> writes,
                                                     Prepared first, std::string type,
                                                     std::int64_t history_before) {
  Step step = co_await SendWrite(std::move(first), writes.front());
  if (step.next != Next::kAgain) co_return step;
  std::size_t at = 0;
  std::optional<IssueBase> base;
  while (true) {
    const bool is_on_its_way = writes[at].kind == WriteKind::kTransition &&
                               current_status_ != writes[at].status;
    if (!is_on_its_way && ++at == writes.size()) break;
    // Once: only a create, which comes first, changes what requests are made of, and the base of
    // an issue with thousands of comments is large.
    if (!base) base = world_.store.LoadIssue(issue_id_);
    if (!base || base->jira_id.empty()) break;  // the create was refused
    if (must_replan_) break;
    Prepared next = co_await Prepare(writes[at], *base, type, history_before);
    if (!next.request) break;                   // the next round finds and holds it
    Result<void> kept = CommitIntent(next.intent);
    if (!kept.ok()) co_return Later(terms_.settings.poll_every_ms, kept.error().code);
    step = co_await SendWrite(std::move(next), writes[at]);
    if (step.next != Next::kAgain) co_return step;
  }
  co_return Again();
}

Task<IssueOperation::Step> IssueOperation::SendWrite(Prepared prepared, PlannedWrite write) {
  JiraAnswer answer = co_await jira_.Send(*prepared.request);
  switch (answer.judged.verdict) {
    case Verdict::kOk:
      co_return WriteDone(std::move(prepared.intent), write, answer.response);
    case Verdict::kUnknown:
      co_return WriteUnknown(std::move(prepared.intent));
    case Verdict::kRefused:
    case Verdict::kForbidden:
    case Verdict::kGone:
      if (prepared.intent.kind == WriteKind::kIssueDelete &&
          answer.judged.verdict == Verdict::kGone) {
        co_return WriteDone(std::move(prepared.intent), write, answer.response);
      }
      if (terms_.switches.bug_retry_refused) break;
      co_return co_await Refused(std::move(prepared.intent), write, answer.judged);
    default:
      break;
  }
  world_.store.Begin();  // not applied: the plan is made anew later
  world_.store.RemoveIntent(prepared.intent.write_id);
  Result<void> kept = world_.store.Commit();
  co_return AfterFailure(answer.judged);
}

IssueOperation::Step IssueOperation::WriteDone(Intent intent, const PlannedWrite& write,
                                               const HttpResponse& response) {
  intent.state = WriteState::kDone;
  if (intent.kind == WriteKind::kCreate) {
    const Result<jira::CreatedIssue> created = jira::ParseCreated(response);
    if (!created.ok()) return WriteUnknown(std::move(intent));  // an unparsable 2xx
    intent.jira_id = created.value().id;
    created_key_ = created.value().key;
    return SettledDone(std::move(intent));
  }
  const std::optional<Result<std::string>> added = AddedId(intent.kind, response);
  if (added && !added->ok()) return WriteUnknown(std::move(intent));
  if (added) intent.jira_id = added->value();
  if (intent.kind == WriteKind::kTransition) {
    // The hop's own target is the request's; the next hop or the read afterwards corrects it.
    current_status_ = hop_status_;
  }
  (void)write;
  return SettledDone(std::move(intent));
}

IssueOperation::Step IssueOperation::WriteUnknown(Intent intent) {
  if (terms_.switches.bug_blind_retry) return SettledNot(std::move(intent));
  intent.state = WriteState::kUnknown;
  const std::int64_t settle_ms =
      terms_.switches.bug_probe_without_settle ? 0 : SettleMs(intent.kind);
  intent.settle_at_ms = world_.clock.NowMs() + settle_ms;
  const Result<void> kept = CommitIntent(intent);
  if (!kept.ok()) return Later(terms_.settings.poll_every_ms, kept.error().code);
  return Later(settle_ms, "unknown");
}

}  // namespace valise
