// map apply: the registers whose translation changed with the binding, as this Jira shows them now,
// and which side is to be written anew. The agent does it, issue by issue (core/reapply.h).
#include "agent/cli/channel.h"
#include "agent/cli/jira_session.h"
#include "agent/cli/json_text.h"
#include "agent/cli/state.h"
#include "agent/cli/verbs.h"
#include "agent/core/people.h"
#include "agent/core/reapply.h"
#include "agent/core/text.h"
#include "agent/jira/answers.h"
#include "agent/jira_side.h"
#include "agent/keys_here.h"
#include "agent/wishes.h"
#include "packet/describe.h"

namespace valise::cli {
namespace {

constexpr std::uint64_t kFailuresMax = 5;  // in a row

struct Found {
  std::string issue;
  Id issue_id;
  Misfits misfits;
};

Error Usage(std::string message) {
  return {Recovery::kAskOperator, "VAL-USAGE", std::move(message)};
}

class Looker {
 public:
  Looker(const Config& config, const Store& store, HttpPort& port, std::string field)
      : terms_(TermsOf(config)),
        store_(store),
        session_(port),
        side_(port, terms_),
        field_(std::move(field)) {}

  Result<void> Connect() { return Wait(side_.Connect()); }

  // Nullopt: this Jira does not show the issue.
  Result<std::optional<Misfits>> Look(const Id& issue_id) {
    const auto base = store_.LoadIssue(issue_id);
    if (!base) return std::optional<Misfits>{};
    const auto told =
        TRY(session_.AskIfThere(jira::ReadIssue(base->jira_id, side_.field_ids())));
    if (!told) return std::optional<Misfits>{};
    const LocalIssue local = TRY(jira::ParseIssue(*told, side_.shapes()));
    TRY(LearnPeople(*base, local));
    Misfits misfits = FindMisfits(terms_, *base, local, side_.directory(),
                                  KeysHere(terms_, store_, *base));
    if (!field_.empty()) {
      std::erase_if(misfits.found, [&](const Misfit& one) { return one.key.field != field_; });
      std::erase_if(misfits.edited, [&](const RegisterKey& key) { return key.field != field_; });
    }
    return std::optional<Misfits>{std::move(misfits)};
  }

 private:
  template <typename T>
  T Wait(Task<T> task) {
    task.Start();
    while (!task.is_done()) side_.Deliver(std::chrono::milliseconds(1000), NowMs());
    return task.await_resume();
  }

  // Whom the texts mention, and who the agreed people are here.
  Result<void> LearnPeople(IssueBase base, const LocalIssue& local) {
    side_.NotePeople(local);
    std::vector<std::string> accounts;
    for (const auto& [name, binding] : terms_.binding.fields) {
      const auto field = local.fields.find(binding.field);
      if (binding.kind != ValueKind::kText || field == local.fields.end()) continue;
      for (const Value& value : field->second.values) {
        for (std::string& account : UnknownMentions(value.text, terms_, side_.directory())) {
          accounts.push_back(std::move(account));
        }
      }
    }
    TRY(Wait(side_.LearnPeople(std::move(accounts))));
    for (auto& [key, reg] : base.registers) reg.is_pending = true;
    return Wait(side_.FindPeople(PeopleToFind(terms_, base)));
  }

  Terms terms_;
  const Store& store_;
  JiraSession session_;
  JiraSide side_;
  const std::string field_;
};

bool CanDo(const Misfit& misfit, Side side) {
  return side == Side::kHere ? misfit.CanWrite() : misfit.CanLeave();
}

std::string Quoted(const std::optional<Value>& value) {
  return value ? Describe(*value) : "nothing";
}

// Of an element: its name, where it is in the set.
std::optional<Value> Named(const Misfit& one, const std::optional<Value>& value) {
  const bool is_element = one.key.kind == RegisterKind::kElement && value;
  return is_element ? Value{one.key.element, ""} : value;
}

std::string HereText(const Misfit& one) {
  if (one.wanted) return one.wanted->empty() ? "nothing" : "\"" + *one.wanted + "\"";
  return one.version == Version{} ? "as it is: nothing is agreed yet" : "no local value";
}

std::string PeerText(const Misfit& one) {
  if (!one.may_leave) return "stays: the field is not this site's";
  return one.is_mapped ? Quoted(Named(one, one.shared)) : "stays: no shared value";
}

void PrintText(Terminal& terminal, const Found& found) {
  terminal.Out({{found.issue, Style::kStrong}});
  for (const Misfit& one : found.misfits.found) {
    const std::string shown = one.shown.empty() ? "nothing" : "\"" + one.shown + "\"";
    terminal.Out({"  " + Describe(one.key) + ": shows " + shown + ", agreed " +
                  Quoted(Named(one, one.agreed)) +
                  "; --write here: " + HereText(one) + "; --write peer: " + PeerText(one)});
  }
  for (const RegisterKey& key : found.misfits.edited) {
    terminal.Out({"  " + Describe(key) + ": edited since it was read last; captured first"});
  }
}

std::string Plain(const std::optional<Value>& value) {
  if (!value) return "";
  return value->detail.empty() ? value->text : value->text + " (" + value->detail + ")";
}

std::string ToJson(const Found& found) {
  std::string lines;
  for (const Misfit& one : found.misfits.found) {
    JsonText json;
    json.Object().Text("issue", found.issue).Text("register", Describe(one.key));
    json.Text("shown", one.shown).Text("agreed", Plain(Named(one, one.agreed)));
    json.Text("here", one.wanted.value_or("")).Flag("can_write_here", one.CanWrite());
    json.Text("peer", Plain(Named(one, one.shared)));
    json.Flag("can_write_peer", one.CanLeave()).EndObject();
    lines += std::move(json).Line();
  }
  return lines;
}

Result<std::vector<Store::KnownIssue>> IssuesOf(const Store& store, const std::string& name) {
  std::vector<Store::KnownIssue> issues;
  const auto only = name.empty() ? std::nullopt : FindIssue(store, name);
  if (!name.empty() && !only) return Usage("issue " + name + " is not known on this channel");
  for (const Store::KnownIssue& issue : store.KnownIssues()) {
    const bool is_asked = !only || issue.issue_id == *only;
    const bool is_live = issue.state == IssueState::kMapped && issue.jira_id != kProjectJiraId;
    if (is_asked && is_live) issues.push_back(issue);
  }
  return issues;
}

// Said of one issue by a Jira that tells of others; several in a row are said of all.
bool IsOfOneIssue(const Error& error) {
  const auto& code = error.code;
  return code == "VAL-JIRA-FORBIDDEN" || code == "VAL-JIRA-REFUSED" || code == "VAL-JIRA-FORMAT" ||
         code == "VAL-JIRA-DOWN";
}

struct Looked {
  std::vector<Found> found;
  bool is_whole = true;  // Jira told of every issue
};

Result<Looked> LookAtAll(const Invocation& call, Looker& looker,
                         const std::vector<Store::KnownIssue>& issues) {
  Looked all;
  if (issues.size() > kRequestsQuiet) {
    call.terminal.Note({"this asks Jira " + std::to_string(issues.size()) +
                        " times, once for each shared issue; fewer: --issue KEY"});
  }
  Progress progress(call.terminal, "issues", issues.size());
  TRY(looker.Connect());
  std::uint64_t done = 0, failed = 0;
  for (const Store::KnownIssue& issue : issues) {
    auto told = looker.Look(issue.issue_id);
    progress.Show(++done, NowMs());
    failed = told.ok() ? 0 : failed + 1;
    if (!told.ok() && (!IsOfOneIssue(told.error()) || failed == kFailuresMax)) return told.error();
    if (!told.ok()) {
      all.is_whole = false;
      call.terminal.Complain({{issue.jira_key + " is left out: ", Style::kBad},
                              {told.error().message}});
      continue;
    }
    std::optional<Misfits>& misfits = told.value();
    if (!misfits || (misfits->found.empty() && misfits->edited.empty())) continue;
    all.found.push_back({issue.jira_key, issue.issue_id, std::move(*misfits)});
  }
  return all;
}

// Request rows: one an issue. Returns the number of values wished for.
Result<std::size_t> Enter(const Config& config, const std::vector<Found>& all, Side side) {
  const auto store = TRY(Store::Open(DatabaseFile(config), Store::Mode::kReadWrite));
  std::size_t count = 0;
  store->Begin();
  for (const Found& found : all) {
    std::vector<Wish> wishes;
    for (const Misfit& one : found.misfits.found) {
      if (CanDo(one, side)) wishes.push_back(WishFor(one, side));
    }
    if (wishes.empty()) continue;
    count += wishes.size();
    store->AppendRequest({0, NowMs(), "map apply", WishWords(found.issue_id, wishes)});
  }
  TRY(store->Commit());
  return count;
}

std::string Count(std::size_t number, const char* what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

void Advise(const Invocation& call, const std::vector<Found>& all) {
  std::size_t values = 0, here = 0, peer = 0;
  for (const Found& found : all) {
    for (const Misfit& one : found.misfits.found) {
      ++values;
      if (one.CanWrite()) ++here;
      if (one.CanLeave()) ++peer;
    }
  }
  if (values == 0) return call.terminal.Note({"nothing is translated otherwise than agreed"});
  call.terminal.Note({Count(values, "value") + " translated otherwise than agreed; nothing is done"
                      " yet. Type one of:"});
  call.terminal.Note({"  valise map apply --write here --yes   what is agreed is written into this "
                      "Jira (" + std::to_string(here) + ")"});
  call.terminal.Note({"  valise map apply --write peer --yes   what this Jira shows is sent as an "
                      "edit made now (" + std::to_string(peer) + ")"});
}

std::optional<Side> SideNamed(const std::string& word) {
  if (word == "here") return Side::kHere;
  if (word == "peer") return Side::kPeer;
  return std::nullopt;
}

bool IsField(const Config& config, const std::string& name) {
  return name.empty() || name == kTypeField || name == kStatusField ||
         config.binding.fields.contains(name);
}

Exit Apply(const Invocation& call) {
  const auto config = LoadOrComplain(call);
  if (!config) return Exit::kConfig;
  const std::string field = call.Value("--field");
  const auto side = SideNamed(call.Value("--write"));
  if (!IsField(*config, field)) return FailUsage(call, "--field: " + field + " is not bound here");
  if (call.Has("--write") && !side) return FailUsage(call, "--write is here or peer");
  if (call.Has("--yes") && !side) return FailUsage(call, "--yes needs --write here or peer");
  const auto store = OpenForReading(*config);
  if (!store.ok()) return Fail(call, store.error());
  const auto issues = IssuesOf(*store.value(), call.Value("--issue"));
  if (!issues.ok()) return Fail(call, issues.error());
  const auto port = OpenJira(config->jira);
  if (!port.ok()) return Fail(call, port.error());
  Looker looker(*config, *store.value(), *port.value(), field);
  const auto all = LookAtAll(call, looker, issues.value());
  if (!all.ok()) return Fail(call, all.error());
  const Exit done = all.value().is_whole ? Exit::kOk : Exit::kAttention;
  for (const Found& found : all.value().found) {
    if (call.is_json) call.terminal.OutRaw(ToJson(found));
    else PrintText(call.terminal, found);
  }
  if (!call.Has("--yes")) {
    Advise(call, all.value().found);
    return done;
  }
  const auto entered = Enter(*config, all.value().found, *side);
  if (!entered.ok()) return Fail(call, entered.error());
  call.terminal.Note({"map apply: " + Count(entered.value(), "value") +
                      " asked of the agent, which does it now or when it runs next"});
  return done;
}

}  // namespace

const Command kMapApply{"map apply",
                        "list what a changed binding shows otherwise; have it written anew",
                        {{"--write", "SIDE", "here: what is agreed, into this Jira; peer: what "
                                             "this Jira shows, as an edit made now"},
                         {"--field", "NAME", "of this contract field, type or status only"},
                         {"--issue", "KEY", "of this issue only"},
                         {"--yes", nullptr, "do it; without, only list"}},
                        {},
                        Apply};

}  // namespace valise::cli
