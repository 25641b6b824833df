#include "agent/poll.h"

#include <algorithm>
#include <set>

#include "agent/config/vocabulary.h"
#include "agent/core/agile.h"
#include "agent/core/view.h"
#include "agent/jira/jql.h"
#include "agent/swept_names.h"

namespace valise {
namespace {

constexpr char kCursor[] = "poll.cursor_ms";
constexpr char kKnownCursor[] = "poll.known_cursor_ms";
constexpr std::int64_t kSecondMs = 1000;
constexpr int kPollsAProject = 4;  // versions change seldom

std::int64_t KeyNumber(const std::string& key) {
  const std::size_t dash = key.rfind('-');
  return dash == std::string::npos ? 0 : std::strtoll(key.c_str() + dash + 1, nullptr, 10);
}

bool MayLeaveScope(const Store::KnownIssue& known, const Terms& terms) {
  return known.birth_site == terms.own_site && known.state == IssueState::kMapped;
}

// Votes and watchers move nothing that a search for `updated` finds (pitfall 8).
bool HasOtherCounts(const Terms& terms, const IssueBase& base, const jira::SearchHit& hit) {
  for (const auto& [field, count] : hit.counts) {
    const FieldBinding* binding = terms.binding.ByField(field);
    if (!binding) continue;
    const auto reg = base.registers.find(FieldKey(binding->name));
    if (reg == base.registers.end() || reg->second.seen != SeenDigest(count)) return true;
  }
  return false;
}

}  // namespace

const char* Poll::CursorOf(Pass pass) { return pass == Pass::kScope ? kCursor : kKnownCursor; }

Task<Result<void>> Poll::Run() {
  Result<void> login = co_await jira_.CheckLogin();
  if (!login.ok()) co_return login;
  Result<void> project = TouchProject();
  if (!project.ok()) co_return project;
  Result<void> scoped = co_await Pages(Pass::kScope);
  if (!scoped.ok() || terms_.binding.scope.empty()) co_return scoped;
  // Shared issues outside the scope's words stay in scope: only their birth site may let them go.
  if (world_.store.MetaNumber(kKnownCursor, 0) == 0) {
    // What is shared at the first poll was in scope until then, or is made later than now.
    const std::int64_t begin_ms = world_.store.MetaNumber(kCursor, 0);
    world_.store.Begin();
    world_.store.PutMetaNumber(kKnownCursor, begin_ms > 0 ? begin_ms : world_.clock.NowMs());
    Result<void> kept = world_.store.Commit();
    if (!kept.ok()) co_return kept;
  }
  co_return co_await Pages(Pass::kKnown);
}

// A change of a version, component or sprint moves nothing that a search could find.
Result<void> Poll::TouchProject() {
  const bool has_lists =
      !ListsInUse(terms_).empty() || !BoundOf(terms_, ValueKind::kSprint).empty();
  if (!has_lists || polls_++ % kPollsAProject != 0) return Ok();
  world_.store.Begin();
  touch_({"", terms_.project_id, 0, "poll", 0});
  return world_.store.Commit();
}

Task<Result<void>> Poll::Pages(Pass pass) {
  const std::string scope = pass == Pass::kScope ? terms_.binding.scope : "";
  std::int64_t since_ms = world_.store.MetaNumber(CursorOf(pass), 0);
  if (since_ms > 0) {
    since_ms = std::max<std::int64_t>(0, since_ms - terms_.settings.poll_overlap_ms);
  }
  std::uint64_t start_at = 0;
  while (true) {
    std::string since;
    if (since_ms > 0) {
      Result<std::string> text = jira::JqlTime(since_ms, jira_.time_zone());
      if (!text.ok()) co_return text.error();
      since = std::move(text).value();
    }
    jira::SearchQuery query;
    query.jql = jira::JqlChangedSince(terms_.binding.project, scope, since);
    query.start_at = start_at;
    query.results_max = terms_.settings.search_page;
    Result<HttpRequest> request = jira::Search(query);
    if (!request.ok()) co_return request.error();
    JiraAnswer answer = co_await jira_.Send(std::move(request).value());
    if (!answer.ok()) co_return answer.judged.error;
    Result<jira::SearchPage> page = jira::ParseSearch(answer.response);
    if (!page.ok()) co_return page.error();
    Result<void> kept = CommitPage(page.value(), pass);
    if (!kept.ok()) co_return kept;

    const auto& hits = page.value().hits;
    if (hits.empty() || start_at + hits.size() >= page.value().total) co_return Ok();
    // Begin again at the last `updated` rather than far down a list that moves (pitfall 3); inside
    // one minute, which JQL cannot divide, go on by position.
    const std::int64_t last_ms = hits.back().updated_ms;
    if (last_ms / 60'000 > since_ms / 60'000) {
      since_ms = last_ms;
      start_at = 0;
    } else {
      start_at += hits.size();
    }
  }
}

void Poll::NoteHit(const jira::SearchHit& hit, Pass pass) {
  const auto known = world_.store.KnownByJiraId(hit.id);
  if (pass == Pass::kKnown && !known) return;
  const std::int64_t now_ms = world_.clock.NowMs();
  Look& look = looks_[hit.id];
  const bool is_new = look.updated_ms != hit.updated_ms;
  if (is_new) look = {hit.updated_ms, now_ms, false};
  // Changed, and not among what the scope has: it may have left.
  const bool is_doubted = is_new && pass == Pass::kKnown && MayLeaveScope(*known, terms_);
  if (is_doubted) jira_.scope_doubts.insert(hit.id);
  const bool is_read = known && known->jira_updated_ms == hit.updated_ms;
  // Some databases keep whole seconds: a second edit inside of it moves nothing. One more look,
  // once that second is over.
  const bool may_hide = hit.updated_ms % kSecondMs == 0 && !look.is_again &&
                        now_ms - look.first_ms > 2 * kSecondMs;
  // The overlap shows it again; its work stands.
  if (!is_doubted && (is_new ? is_read : !may_hide)) return;
  look.is_again = !is_new;
  touch_({hit.id, known ? known->issue_id : Id{}, 0, "poll", 0});
}

Result<void> Poll::CommitPage(const jira::SearchPage& page, Pass pass) {
  std::int64_t cursor = world_.store.MetaNumber(CursorOf(pass), 0);
  std::int64_t highest = world_.store.MetaNumber("jira.highest_number", 0);
  world_.store.Begin();
  for (const jira::SearchHit& hit : page.hits) {
    NoteHit(hit, pass);
    cursor = std::max(cursor, hit.updated_ms);
    highest = std::max(highest, KeyNumber(hit.key));
  }
  // Never past our own clock: an `updated` in the future would hide everything until then.
  world_.store.PutMetaNumber(CursorOf(pass), std::min(cursor, world_.clock.NowMs()));
  world_.store.PutMetaNumber("jira.highest_number", highest);
  Result<void> kept = world_.store.Commit();
  if (!kept.ok()) looks_.clear();  // nothing of this page was kept: ask again
  return kept;
}

Task<Result<void>> Poll::Sweep() {
  in_scope_.clear();
  in_project_.clear();
  new_names_ = NamesToSweep(world_.store, terms_);
  Result<void> swept = co_await Census(Pass::kScope);
  if (swept.ok() && !terms_.binding.scope.empty()) swept = co_await Census(Pass::kKnown);
  if (swept.ok()) swept = CommitVanished();
  in_scope_.clear();
  in_project_.clear();
  co_return swept;
}

// What the index shows no more: deleted, moved, archived, hidden (pitfall 7), or out of scope. Each
// is read by its id; absence here proves nothing.
Result<void> Poll::CommitVanished() {
  const bool has_scope = !terms_.binding.scope.empty();
  const std::set<std::string>& in_project = has_scope ? in_project_ : in_scope_;
  world_.store.Begin();
  for (const Store::KnownIssue& known : world_.store.KnownIssues()) {
    const bool is_shown = in_project.contains(known.jira_id);
    const bool is_outside = is_shown && has_scope && !in_scope_.contains(known.jira_id);
    const bool is_frozen = known.state == IssueState::kFrozen;
    const bool is_doubted = is_outside && MayLeaveScope(known, terms_);
    // An end that was told and a hold that was listed are looked at when the issue shows again.
    const bool is_back = is_shown && !is_outside && (is_frozen || !known.held.empty());
    if (is_doubted) jira_.scope_doubts.insert(known.jira_id);
    const bool is_unproven = known.held == "gone" && known.birth_site == terms_.own_site;
    const bool is_missed = !is_shown && !is_frozen && (known.held.empty() || is_unproven);
    if (is_doubted || is_back || is_missed) {
      touch_({known.jira_id, known.issue_id, 0, "sweep", 0});
    }
  }
  NoteSwept(world_.store, terms_);
  return world_.store.Commit();
}

// What is compared of each issue; of work logs, attachments and links what is read of them, too.
std::vector<std::string> Poll::SweptFields() const {
  std::vector<std::string> fields{"updated", "comment"};
  if (jira_.parts().has_work_logs) fields.push_back("worklog");
  if (jira_.parts().has_attachments) fields.push_back("attachment");
  if (jira_.parts().has_links) fields.push_back("issuelinks");
  for (const auto& [name, binding] : terms_.binding.fields) {
    const bool is_new = new_names_.contains(SweptField(name));
    if (IsCount(binding.field) || is_new) fields.push_back(binding.field);
  }
  return fields;
}

// What people gave before it was bound. Of links `parts` tells.
bool Poll::ShowsNewName(const jira::SearchHit& hit) const {
  if (new_names_.contains(kSweptComments) && !hit.comment_ids.empty()) return true;
  return std::any_of(terms_.binding.fields.begin(), terms_.binding.fields.end(),
                     [&](const auto& bound) {
                       const auto& [name, binding] = bound;
                       return new_names_.contains(SweptField(name)) &&
                              hit.filled.contains(binding.field);
                     });
}

// Key-set paging by `id > last`. Jira orders and compares `id` by key, not by number: a moved issue
// keeps its old, lower id, so only a page without news ends the census.
Task<Result<void>> Poll::Census(Pass pass) {
  const std::string scope = pass == Pass::kScope ? terms_.binding.scope : "";
  std::vector<std::string> anchors{""};  // of the last page, the latest last
  std::set<std::string>& shown = pass == Pass::kScope ? in_scope_ : in_project_;
  while (true) {
    jira::SearchQuery query;
    query.jql = jira::JqlCensus(terms_.binding.project, scope, anchors.back());
    query.results_max = terms_.settings.sweep_page;
    query.fields = SweptFields();
    Result<HttpRequest> request = jira::Search(query);
    if (!request.ok()) co_return request.error();
    JiraAnswer answer = co_await jira_.Send(std::move(request).value());
    if (answer.judged.verdict == jira::Verdict::kRefused && anchors.size() > 2) {
      anchors.pop_back();  // deleted meanwhile: Jira does not compare with an issue it has not
      continue;
    }
    if (!answer.ok()) co_return answer.judged.error;
    Result<jira::SearchPage> page = jira::ParseSearch(answer.response, jira_.link_types());
    if (!page.ok()) co_return page.error();
    const std::size_t shown_before = shown.size();
    for (const jira::SearchHit& hit : page.value().hits) shown.insert(hit.id);
    if (shown.size() == shown_before) co_return Ok();
    Result<void> kept = CommitSweepPage(page.value(), pass);
    if (!kept.ok()) co_return kept;
    anchors.resize(1);
    for (const jira::SearchHit& hit : page.value().hits) anchors.push_back(hit.id);
  }
}

Result<void> Poll::CommitSweepPage(const jira::SearchPage& page, Pass pass) {
  world_.store.Begin();
  for (const jira::SearchHit& hit : page.hits) {
    const auto known = world_.store.KnownByJiraId(hit.id);
    if (!known) {
      // The index showed it too late for the poll's overlap, or it became visible without an edit.
      if (pass == Pass::kScope) NoteHit(hit, pass);
      continue;
    }
    // Of a cut page nobody knows: such an issue is read once a sweep.
    bool is_changed = known->jira_updated_ms != hit.updated_ms ||
                      known->jira_parts != hit.parts || !hit.has_all_work_logs ||
                      ShowsNewName(hit);
    const bool is_asked = !is_changed && (hit.has_all_comments || !hit.counts.empty());
    const auto base = is_asked ? world_.store.LoadIssue(known->issue_id) : std::nullopt;
    if (is_asked && !base) continue;
    if (is_asked) is_changed = HasOtherCounts(terms_, *base, hit);
    if (!is_changed && hit.has_all_comments) {
      std::set<std::string> ours;
      for (const auto& [id, comment] : base->objects) {
        const bool is_comment = comment.origin.kind == ObjectKind::kComment;
        if (is_comment && !comment.jira_id.empty()) ours.insert(comment.jira_id);
      }
      const std::set<std::string> shown(hit.comment_ids.begin(), hit.comment_ids.end());
      is_changed = !std::includes(shown.begin(), shown.end(), ours.begin(), ours.end());
    }
    if (is_changed) touch_({hit.id, known->issue_id, 0, "sweep", 0});
  }
  return world_.store.Commit();
}

}  // namespace valise
