// preview: what would leave, field by field: what is captured and waits, and what a look at Jira
// now would capture. Writes nothing, neither here nor there.
#include "agent/cli/channel.h"
#include "agent/cli/jira_session.h"
#include "agent/cli/json_text.h"
#include "agent/cli/state.h"
#include "agent/cli/verbs.h"
#include "agent/core/capture.h"
#include "agent/core/text.h"
#include "agent/jira/answers.h"
#include "agent/jira/jql.h"
#include "agent/jira/requests.h"
#include "agent/link.h"
#include "packet/codec.h"
#include "packet/describe.h"

namespace valise::cli {
namespace {

constexpr std::uint64_t kPage = 50;

struct Leaving {
  std::string issue;   // key, or issue id
  std::string state;   // "waits" (captured) or "new" (would be captured)
  bool is_birth = false;
  std::vector<Register> registers;
};

class Previewer {
 public:
  Previewer(const Config& config, const Paired& paired, const Store* store, HttpPort& port,
            std::size_t issues_max)
      : terms_(TermsOf(config)), paired_(paired), store_(store), session_(port),
        issues_max_(issues_max) {}

  Result<std::vector<Leaving>> Run() {
    if (store_) AddWaiting();
    TRY(Connect());
    TRY(LookAtJira());
    return std::move(leaving_);
  }
  std::size_t looked_at() const { return looked_at_; }
  bool is_cut() const { return is_cut_; }

 private:
  void AddWaiting() {
    for (const OutgoingChange& change : store_->UnpackedChanges(100'000)) {
      const Result<Record> record = DecodeRecord(change.record);
      if (!record.ok()) continue;
      const Change& one = std::get<Change>(record.value());
      leaving_.push_back({IssueName(*store_, change.issue_id), "waits", one.created.has_value(),
                          one.registers});
    }
  }

  Result<void> Connect() {
    const HttpResponse me = TRY(session_.Ask(jira::ReadMyself()));
    const jira::AccountInfo account = TRY(jira::ParseMyself(me));
    if (account.is_anonymous) {
      return Error{Recovery::kAskOperator, "VAL-JIRA-AUTH",
                   "Jira answers as anonymous: put a valid token into the token file"};
    }
    terms_.own_user = account.name;
    zone_ = account.time_zone;
    const HttpResponse told = TRY(session_.Ask(jira::ReadFields()));
    for (const jira::FieldInfo& info : TRY(jira::ParseFields(told))) {
      for (const auto& [name, binding] : terms_.binding.fields) {
        if (binding.field != info.id) continue;
        jira::FieldShape shape = TRY(jira::ShapeOf(info, binding.kind));
        terms_.history_names[info.id] = shape.history_name;
        ids_.push_back(info.id);
        shapes_.push_back(std::move(shape));
      }
    }
    return Ok();
  }

  Result<void> LookAtJira() {
    const std::int64_t cursor = store_ ? store_->MetaNumber("poll.cursor_ms", 0) : 0;
    std::string since;
    if (cursor > 0) since = TRY(jira::JqlTime(cursor - terms_.settings.poll_overlap_ms, zone_));
    jira::SearchQuery query;
    query.jql = jira::JqlChangedSince(terms_.binding.project, terms_.binding.scope, since);
    query.results_max = kPage;
    while (true) {
      const HttpRequest request = TRY(jira::Search(query));
      const HttpResponse answer = TRY(session_.Ask(request));
      const jira::SearchPage page = TRY(jira::ParseSearch(answer));
      for (const jira::SearchHit& hit : page.hits) TRY(LookAt(hit));
      query.start_at += page.hits.size();
      if (page.hits.empty() || query.start_at >= page.total || is_cut_) return Ok();
    }
  }

  Result<void> LookAt(const jira::SearchHit& hit) {
    if (looked_at_ >= issues_max_) {
      is_cut_ = true;
      return Ok();
    }
    const auto known = store_ ? store_->KnownByJiraId(hit.id) : std::nullopt;
    if (known && known->jira_updated_ms == hit.updated_ms) return Ok();
    if (store_ && IsReserved(*store_, hit.id)) return Ok();  // waits for the peer's (valise link)
    ++looked_at_;
    const auto told = TRY(session_.AskIfThere(jira::ReadIssue(hit.id, ids_)));
    if (!told) return Ok();
    LocalIssue local = TRY(jira::ParseIssue(*told, shapes_));
    TRY(LearnInternal(local));
    if (!known && !terms_.binding.TypeToShared(local.type)) return Ok();
    const std::string_view origin = paired_.keys.origin.view();
    IssueBase base = NewBase(terms_, local, origin, Id{});
    if (known) base = store_->LoadIssue(known->issue_id).value_or(base);
    Directory directory;
    for (const LocalComment& comment : local.comments) {
      directory[comment.author.name] = comment.author.display_name;
    }
    const Captured captured =
        Capture(terms_, std::move(base), {local, directory, {}, {}, NowMs(), origin});
    if (captured.change.empty()) return Ok();
    leaving_.push_back({local.key, "new", captured.change.is_birth, captured.change.registers});
    return Ok();
  }

  // As the agent does: a service desk's internal comments stay, so they are not shown as leaving.
  Result<void> LearnInternal(LocalIssue& local) {
    if (local.comments.empty()) return Ok();
    const auto told = TRY(session_.AskIfThere(jira::ReadComments(local.id, 0, 1000, true)));
    if (!told) return Ok();
    const jira::CommentPage page = TRY(jira::ParseComments(*told));
    for (LocalComment& comment : local.comments) {
      for (const LocalComment& asked : page.comments) {
        if (asked.id == comment.id) comment.is_restricted |= asked.is_restricted;
      }
    }
    return Ok();
  }

  Terms terms_;
  const Paired& paired_;
  const Store* store_;
  JiraSession session_;
  std::size_t issues_max_;
  std::string zone_;
  std::vector<std::string> ids_;
  std::vector<jira::FieldShape> shapes_;
  std::vector<Leaving> leaving_;
  std::size_t looked_at_ = 0;
  bool is_cut_ = false;
};

// What is or is not there (an element, a link, a comment as such) has no value to show.
std::string Shown(const Register& reg) {
  const bool is_whole = IsPresence(reg.key.kind) || reg.key.kind == RegisterKind::kElement ||
                        reg.key.kind == RegisterKind::kLinkPresence;
  if (is_whole) return Describe(reg.key) + (reg.value ? ": there" : ": taken away");
  return Describe(reg.key) + " = " + (reg.value ? Describe(*reg.value) : "(empty)");
}

void PrintOne(const Invocation& call, const Leaving& leaving) {
  if (call.is_json) {
    JsonText json;
    json.Object().Text("issue", leaving.issue).Text("state", leaving.state);
    json.Flag("is_new_issue", leaving.is_birth).Array("registers");
    for (const Register& reg : leaving.registers) {
      json.Item(Shown(reg));
    }
    json.EndArray().EndObject();
    call.terminal.OutRaw(std::move(json).Line());
    return;
  }
  call.terminal.Out({{leaving.issue, Style::kStrong},
                     leaving.is_birth ? "  new issue" : "  change",
                     leaving.state == "waits" ? "  (captured, waits for a packet)" : ""});
  for (const Register& reg : leaving.registers) {
    call.terminal.Out({"  " + Shown(reg)});
  }
}

Exit Preview(const Invocation& call) {
  const auto config = LoadOrComplain(call);
  if (!config) return Exit::kConfig;
  const auto paired = LoadPaired(*config);
  if (!paired.ok()) return Fail(call, paired.error());
  const auto store = OpenForReading(*config);
  const bool is_first = !store.ok() && store.error().code == "VAL-STATE-NONE";
  if (!store.ok() && !is_first) return Fail(call, store.error());
  const auto port = OpenJira(config->jira);
  if (!port.ok()) return Fail(call, port.error());
  const std::string issues = call.Value("--issues", "200");
  const std::size_t issues_max = std::strtoull(issues.c_str(), nullptr, 10);
  if (issues_max == 0 || issues.find_first_not_of("0123456789") != std::string::npos) {
    return Fail(call, {Recovery::kAskOperator, "VAL-USAGE",
                       "--issues takes a number from 1 on, not \"" + issues + "\""});
  }
  Previewer previewer(*config, paired.value(), is_first ? nullptr : store.value().get(),
                      *port.value(), issues_max);
  const auto leaving = previewer.Run();
  if (!leaving.ok()) return Fail(call, leaving.error());
  for (const Leaving& one : leaving.value()) PrintOne(call, one);
  if (leaving.value().empty()) call.terminal.Note({"nothing would leave"});
  if (previewer.is_cut()) {
    call.terminal.Note({"only the first " + std::to_string(issues_max) +
                        " changed issues were looked at; more: --issues N"});
  }
  return Exit::kOk;
}

}  // namespace

const Command kPreview{"preview",
                       "what would leave, field by field; writes nothing",
                       {{"--issues", "N", "look at this many changed issues at most (200)"}},
                       {},
                       Preview};

}  // namespace valise::cli
