// Comments, work logs, attachments and links of one issue, between a read and its diff: what is
// proven gone, what is a late twin of our own write, whose bytes must be fetched, who is linked.
#include <algorithm>

#include "agent/core/decide.h"
#include "agent/issue_operation.h"
#include "agent/issue_targets.h"

namespace valise {

using jira::Verdict;

namespace {

constexpr std::uint64_t kFetchBytesPerRound = 256ULL << 20;

HttpRequest AskFor(const std::string& issue, const ObjectRef& ref) {
  switch (ref.kind) {
    case ObjectKind::kWorkLog:
      return jira::ReadWorkLog(issue, ref.jira_id);
    case ObjectKind::kAttachment:
      return jira::ReadAttachment(ref.jira_id);
    case ObjectKind::kComment:
      break;
  }
  return jira::ReadComment(issue, ref.jira_id, false);
}

const ObjectBase* KnownAs(const IssueBase& base, const LocalObject& shown) {
  for (const auto& [id, object] : base.objects) {
    if (object.origin.kind == shown.kind && object.jira_id == shown.id) return &object;
  }
  return nullptr;
}

// A write that came late: the object is what was wanted, and is no longer pending or held.
void Adopt(IssueBase& base, ObjectBase& wanted, const LocalObject& shown) {
  wanted.jira_id = shown.id;
  base.registers[PresenceKey(shown.kind, wanted.origin.id)].held.clear();
  if (shown.kind == ObjectKind::kAttachment) return;
  RegisterBase& text = base.registers[TextKey(shown.kind, wanted.origin.id)];
  text.has_seen = true;
  text.seen = SeenDigest(shown);
  text.is_pending = text.is_pending || !text.held.empty();
  text.held.clear();
}

}  // namespace

// Absence from a page proves nothing: each is asked for by its id.
Task<std::set<ObjectRef>> IssueOperation::ProveGone(const IssueBase& base,
                                                    const LocalIssue& local) {
  std::set<ObjectRef> gone;
  for (const ObjectRef& ref : MissingObjects(terms_, base, local)) {
    HttpRequest request = AskFor(local.id, ref);
    JiraAnswer answer = co_await jira_.Send(std::move(request));
    if (answer.judged.verdict == Verdict::kGone) gone.insert(ref);
  }
  co_return gone;
}

// Objects by the sync user that base does not know: a write that came late or twice. One that is
// still wanted is adopted; the others are nobody's.
Task<std::set<ObjectRef>> IssueOperation::FindTwins(IssueBase& base, const LocalIssue& local) {
  std::set<ObjectRef> twins;
  for (const ObjectKind kind : kObjectKinds) {
    if (!IsBound(terms_, kind) || !terms_.switches.marker) continue;
    for (const LocalObject& shown : ObjectsOf(local, kind)) {
      if (shown.author.name != terms_.own_user || KnownAs(base, shown)) continue;
      std::optional<ObjectRef> twin;  // no ?: around co_await, which g++ 12 destroys twice
      if (kind == ObjectKind::kAttachment) twin = co_await RecogniseFile(base, shown);
      else twin = co_await RecogniseText(base, shown);
      if (twin) twins.insert(*twin);
    }
  }
  co_return twins;
}

// "": it has none.
Task<Result<std::string>> IssueOperation::MarkerShown(const LocalObject& shown) {
  if (shown.kind == ObjectKind::kWorkLog) co_return MarkerInBody(shown.body);
  JiraAnswer answer = co_await jira_.Send(jira::ReadCommentMarker(shown.id));
  if (answer.judged.verdict == Verdict::kGone) co_return std::string();
  if (!answer.ok()) co_return answer.judged.error;
  co_return jira::ParseCommentMarker(answer.response);
}

Task<std::optional<ObjectRef>> IssueOperation::RecogniseText(IssueBase& base,
                                                             const LocalObject& shown) {
  const ObjectRef ref{shown.kind, shown.id};
  const Result<std::string> marker = co_await MarkerShown(shown);
  if (!marker.ok()) co_return ref;  // cannot be told now; the next read asks again
  const auto id = IdFromText(marker.value().substr(0, marker.value().find(':')));
  // None, or of another channel: local here.
  if (!id || marker.value() != MarkerOf(terms_, *id)) co_return std::nullopt;
  const auto wanted = base.objects.find(*id);
  if (wanted == base.objects.end() || !wanted->second.jira_id.empty()) co_return ref;
  Adopt(base, wanted->second, shown);
  co_return std::nullopt;
}

// Attachments carry no marker, so the peer's origin is the proof: name, size, and then the bytes.
// Without one, another channel's agent made it under the same account, and it is news here.
Task<std::optional<ObjectRef>> IssueOperation::RecogniseFile(IssueBase& base,
                                                             const LocalObject& shown) {
  const ObjectRef ref{shown.kind, shown.id};
  std::optional<ObjectRef> twin;
  for (auto& [id, object] : base.objects) {
    const ObjectOrigin& origin = object.origin;
    const bool is_alike = origin.kind == ObjectKind::kAttachment && !object.is_ours &&
                          SafeFileName(origin.name) == shown.name && origin.bytes == shown.bytes;
    if (!is_alike) continue;
    if (!object.jira_id.empty()) {
      twin = ref;
      continue;
    }
    const Result<Digest> content = co_await Download(shown);
    if (!content.ok()) co_return ref;  // cannot be told now; the next read asks again
    if (content.value() != origin.content) continue;
    Adopt(base, object, shown);
    co_return std::nullopt;
  }
  co_return twin;
}

// Into a file named by its digest. Durable when it returns.
Task<Result<Digest>> IssueOperation::Download(const LocalObject& file) {
  using Out = Result<Digest>;
  const std::string name = DownloadName(file.id);
  if (Result<void> fresh = world_.contents.Remove(name); !fresh.ok()) co_return Out(fresh.error());
  HttpRequest request = jira::DownloadAttachment(
      file.path, SinkOf(world_.contents, name, terms_.contract.attachments.bytes_max), file.bytes,
      file.mime);
  JiraAnswer answer = co_await jira_.Send(std::move(request));
  if (!answer.ok()) co_return Out(answer.judged.error);
  if (world_.contents.SizeOf(name).value_or(0) != file.bytes) {
    co_return Out(Error{Recovery::kRetryLater, "VAL-JIRA-CONTENT",
                        "attachment " + file.id + " is not as long as Jira says it is"});
  }
  if (file.bytes == 0) {  // nothing was written, so there is no file yet
    if (Result<void> made = world_.contents.Write(name, 0, ""); !made.ok()) {
      co_return Out(made.error());
    }
  }
  Result<Digest> content = DigestOf(world_.contents, name);
  if (!content.ok()) co_return content;
  Result<void> kept = world_.contents.Sync(name);
  if (kept.ok()) kept = world_.contents.Rename(name, WholeName(content.value()));
  co_return kept.ok() ? content : Out(kept.error());
}

// New attachments that may leave and whose bytes are not here yet.
std::vector<LocalObject> IssueOperation::FilesToFetch(const IssueBase& base,
                                                      const LocalIssue& local,
                                                      const std::set<ObjectRef>& ignored) const {
  std::vector<LocalObject> files;
  const bool leave = IsBound(terms_, ObjectKind::kAttachment) &&
                     MayEdit(terms_, PresenceKey(ObjectKind::kAttachment, Id{}), terms_.own_site);
  if (!leave || base.state == IssueState::kFrozen) return files;
  for (const LocalObject& file : local.attachments) {
    if (KnownAs(base, file) || ignored.contains({file.kind, file.id})) continue;
    if (!IsShareable(terms_, file) || jira_.fetched.contains(file.id)) continue;
    const auto& terms = terms_.contract.attachments;
    if (WhyFiltered(terms, file.name, file.mime, file.bytes).empty()) files.push_back(file);
  }
  return files;
}

// Bytes first, then the round that captures them. What cannot be had is listed once and does not
// hold up anything else.
Task<IssueOperation::Step> IssueOperation::FetchFiles(std::vector<LocalObject> files) {
  std::uint64_t bytes = 0;
  for (const LocalObject& file : files) {
    const Result<Digest> content = co_await Download(file);
    if (content.ok()) {
      jira_.fetched[file.id] = content.value();
    } else if (content.error().recovery == Recovery::kRetryLater) {
      co_return Later(BackOffMs(), content.error().code);
    } else {
      jira_.fetched[file.id] = Digest{};
      world_.store.Begin();
      AppendFindings(issue_id_, {{"unreadable", FieldKey("attachment " + file.id),
                                  Value{SafeFileName(file.name), ""}, Version{},
                                  content.error().code}});
      const Result<void> kept = world_.store.Commit();
      if (!kept.ok()) co_return Later(terms_.settings.poll_every_ms, kept.error().code);
    }
    bytes += file.bytes;
    if (bytes >= kFetchBytesPerRound) break;
  }
  co_return files.empty() ? Done() : Again();
}

// Which of the linked issues are shared, and which files are here already.
void IssueOperation::Resolve(LocalIssue& local, const std::optional<IssueBase>& base) {
  if (!local.parent_id.empty()) {
    local.parent = world_.store.IssueByJiraId(local.parent_id).value_or(Id{});
  }
  std::set<Id> linked;
  for (LocalLink& link : local.links) {
    link.other = world_.store.IssueByJiraId(link.other_id).value_or(Id{});
    if (!link.other.is_zero()) linked.insert(link.other);
  }
  static const std::map<RegisterKey, RegisterBase> kNone;
  for (const auto& [key, reg] : base ? base->registers : kNone) {
    if (key.kind == RegisterKind::kLinkPresence) linked.insert(key.object);
  }
  for (const Id& other : linked) {
    if (world_.store.HasEnded(other)) local.ended.insert(other);
  }
  ResolveTargets(terms_, world_.store, base ? &*base : nullptr, local);
  for (LocalObject& file : local.attachments) {
    const auto fetched = jira_.fetched.find(file.id);
    if (fetched == jira_.fetched.end()) continue;
    const Digest& content = fetched->second;
    const bool is_here = world_.contents.SizeOf(WholeName(content)).has_value();
    if (is_here) file.content = content;
    else if (!content.is_zero()) jira_.fetched.erase(fetched);  // cleaned away: fetched again
  }
}

// A link is captured at its source, which may have been read before this issue was shared, and
// whose `updated` a link need not move (pitfall 8).
std::vector<Id> IssueOperation::LinkSources(const Id& issue_id, const LocalIssue& local) const {
  std::vector<Id> sources;
  for (const LocalLink& link : local.links) {
    const auto type = terms_.binding.LinkToShared(link.type);
    if (link.is_source || link.other.is_zero() || !type) continue;
    const auto source = world_.store.LoadIssue(link.other);
    if (source && !source->registers.contains(LinkKey(*type, issue_id))) {
      sources.push_back(link.other);
    }
  }
  return sources;
}

Neighbours IssueOperation::NeighboursOf(const IssueBase& base) const {
  Neighbours neighbours;
  neighbours.peer_keys = keys_;
  neighbours.offered = OfferedHere();
  neighbours.sprints = jira_.sprints.Open();
  AddTargets(terms_, world_.store, base, neighbours);
  for (const auto& [id, object] : base.objects) {
    const Digest& content = object.origin.content;
    if (object.is_ours || !object.jira_id.empty() || content.is_zero()) continue;
    if (world_.store.HasContent(content)) neighbours.contents.insert(content);
  }
  return neighbours;
}

void IssueOperation::TouchAll(const std::vector<Id>& issues, const char* why) {
  if (issues.empty()) return;
  world_.store.Begin();
  for (const Id& issue : issues) touch_({"", issue, 0, why, 0});
  (void)world_.store.Commit().ok();  // not kept: the next read of this issue says it again
}

Result<HttpRequest> IssueOperation::WorkLogRequest(const PlannedWrite& write,
                                                   const IssueBase& base) const {
  if (write.kind == WriteKind::kWorkLogDelete) {
    return jira::DeleteWorkLog(base.jira_id, write.object_jira_id);
  }
  const WorkTime time = ParseWorkTime(write.detail).value_or(WorkTime{});
  const jira::WorkLogWrite work_log{write.body, time.started_ms, time.seconds, write.visible_to};
  if (write.kind == WriteKind::kWorkLogAdd) return jira::AddWorkLog(base.jira_id, work_log);
  return jira::EditWorkLog(base.jira_id, write.object_jira_id, work_log);
}

}  // namespace valise
