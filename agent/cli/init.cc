#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "agent/cli/init_files.h"
#include "agent/cli/jira_facts.h"
#include "agent/cli/suggest.h"
#include "agent/cli/verbs.h"
#include "agent/config/channel_file.h"
#include "agent/durable_file.h"
#include "agent/pairing.h"
#include "packet/limits.h"
#include "transport/drop_folder.h"

namespace valise::cli {

namespace {

struct Question {
  const char* option;
  std::string InitAnswers::*answer;
  const char* text;
  const char* missing;  // default; null: must be given
};

const Question kQuestions[] = {
    {"--site", &InitAnswers::site, "Name of this site in the contract, like hq", nullptr},
    {"--peer", &InitAnswers::peer, "Name of the peer's site, like field", ""},
    {"--channel", &InitAnswers::channel, "Name of the channel, for people", ""},
    {"--jira-url", &InitAnswers::jira_url, "Address of this Jira, with context path", nullptr},
    {"--project", &InitAnswers::project, "Project key", nullptr},
    {"--scope", &InitAnswers::scope, "JQL of what is shared (empty: the whole project)", ""},
    {"--token-file", &InitAnswers::token_file, "File with a personal access token", "jira-token"},
    {"--outbox", &InitAnswers::outbox, "Folder for packets to the peer (empty: by hand only)", ""},
    {"--inbox", &InitAnswers::inbox, "Folder for packets from the peer", ""},
    {"--state-dir", &InitAnswers::state_dir, "Folder for keys and database", "state"},
};

bool IsSkipped(const Question& question, const Invocation& call, const InitAnswers& answers) {
  const std::string_view option = question.option;
  const bool has_contract = call.Has("--contract") || call.Has("--join");
  return (option == "--peer" && has_contract) || (option == "--token-file" && call.Has("--user")) ||
         (option == "--inbox" && answers.outbox.empty());
}

// Fills the answers from options, and from a person where there is one. An Error: what is missing.
Result<InitAnswers> Gather(const Invocation& call) {
  InitAnswers answers;
  answers.user = call.Value("--user");
  answers.password_file = call.Value("--password-file");
  answers.ca_file = call.Value("--ca-file");
  answers.contract_file = call.Value("--contract", "contract.toml");
  const bool may_ask = call.terminal.can_ask() && !call.Has("--yes");
  std::string missing;
  for (const Question& question : kQuestions) {
    std::string& answer = answers.*question.answer;
    answer = call.Value(question.option, question.missing == nullptr ? "" : question.missing);
    if (call.Has(question.option) || IsSkipped(question, call, answers)) continue;
    if (may_ask) {
      const std::string hint = answer.empty() ? ":" : " [" + answer + "]:";
      const auto typed = call.terminal.Ask(question.text + hint);
      if (typed && !typed->empty()) answer = *typed;
    }
    if (answer.empty() && question.missing == nullptr)
      missing += std::string(" ") + question.option;
  }
  if (!missing.empty()) {
    return Error{Recovery::kAskOperator, "VAL-USAGE", "these are missing:" + missing};
  }
  return answers;
}

Result<void> CheckAnswers(const Invocation& call, const InitAnswers& answers, bool needs_peer) {
  const Error usage{Recovery::kAskOperator, "VAL-USAGE", ""};
  Error error = usage;
  if (needs_peer && answers.peer.empty()) {
    error.message =
        "name the peer's site (--peer), an existing contract (--contract FILE), or "
        "--join when the peer invites and brings the contract";
  } else if (answers.peer == answers.site) {
    error.message = "the two sites need two names";
  } else if (answers.outbox.empty() != answers.inbox.empty()) {
    error.message = "--outbox and --inbox belong together";
  } else if (call.Has("--user") != call.Has("--password-file")) {
    error.message = "--user and --password-file belong together";
  }
  if (error.message.empty()) return Ok();
  return error;
}

Result<void> MakeStateFolder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return Error{Recovery::kAskOperator, "VAL-FILE-ACCESS",
                 "cannot make folder " + path + ": " + std::strerror(errno)};
  }
  return Ok();
}

// The contract that is there, the draft that was written, or none yet (--join).
Result<std::optional<Contract>> PrepareContract(const Invocation& call, const InitAnswers& answers,
                                                const std::string& file, const JiraFacts& facts) {
  if (call.Has("--join") && !Exists(file)) return std::optional<Contract>{};
  if (!Exists(file)) {
    const std::string name =
        answers.channel.empty() ? answers.site + "-" + answers.peer : answers.channel;
    const std::string draft = DraftContract({name, {answers.site, answers.peer}}, facts);
    TRY(WriteDurably(file, draft, 0644, IfThere::kRefuse));
    call.terminal.Out({"contract: " + file + " (a draft: remove what shall not travel)"});
  }
  const std::string toml = TRY(ReadWhole(file, limits::kConfigBytesMax));
  ParsedContract parsed = ParseContract(file, toml);
  if (parsed.problems.empty()) return std::optional<Contract>{std::move(parsed.contract)};
  const ConfigProblem& first = parsed.problems.front();
  return Error{Recovery::kAskOperator, first.code, Place(first) + ": " + first.message};
}

Result<JiraFacts> GatherFacts(const Invocation& call, const InitAnswers& answers,
                              const PathBase& base) {
  if (!call.Has("--from-jira")) return UsualFacts(answers.project);
  JiraAccess access;
  access.url = answers.jira_url;
  access.user = answers.user;
  if (answers.user.empty()) access.token_file = base.Absolute(answers.token_file);
  if (!answers.user.empty()) access.password_file = base.Absolute(answers.password_file);
  if (!answers.ca_file.empty()) access.ca_file = base.Absolute(answers.ca_file);
  const auto port = TRY(OpenJira(access));
  JiraSession session(*port);
  return ReadJiraFacts(session, answers.project);
}

Result<void> MakeFolders(const Invocation& call, const InitAnswers& answers, const PathBase& base) {
  if (answers.outbox.empty()) return Ok();
  DropFolderSettings settings;
  settings.outbox = base.Absolute(answers.outbox);
  settings.inbox = base.Absolute(answers.inbox);
  TRY(DropFolder::Prepare(settings));
  call.terminal.Out({"folders: " + settings.outbox + ", " + settings.inbox});
  return Ok();
}

Result<void> WriteAll(const Invocation& call, const InitAnswers& answers) {
  const PathBase base(call.config_file);
  const JiraFacts facts = TRY(GatherFacts(call, answers, base));
  const std::string contract_file = base.Absolute(answers.contract_file);
  const auto contract = TRY(PrepareContract(call, answers, contract_file, facts));
  const std::string binding =
      contract ? DraftBinding(*contract, facts)
               : "# The binding comes when the contract is here: valise map suggest\n";
  TRY(MakeStateFolder(base.Absolute(answers.state_dir)));
  TRY(MakeFolders(call, answers, base));
  SystemEntropy entropy;
  const SiteFiles site{
      call.config_file, answers.site, contract_file, base.Absolute(answers.state_dir), {}};
  TRY(EnsureKeys(site, entropy));
  call.terminal.Out({"keys: " + site.state_dir + "/keys (keep a copy in a safe place)"});
  // Last, so that an init that failed half-way can simply be repeated.
  TRY(WriteDurably(call.config_file, ChannelText(answers, binding), 0644, IfThere::kRefuse));
  call.terminal.Out({"configuration: " + call.config_file});
  return Ok();
}

Exit Init(const Invocation& call) {
  if (Exists(call.config_file)) {
    return Fail(call, {Recovery::kAskOperator, "VAL-FILE-EXISTS",
                       call.config_file + " is there already; edit it, or name another file with "
                                          "--config"});
  }
  const auto answers = Gather(call);
  if (!answers.ok()) return Fail(call, answers.error());
  const bool needs_peer = !call.Has("--contract") && !call.Has("--join");
  const auto checked = CheckAnswers(call, answers.value(), needs_peer);
  if (!checked.ok()) return Fail(call, checked.error());
  const auto written = WriteAll(call, answers.value());
  if (!written.ok()) return Fail(call, written.error());
  const LoadedConfig loaded = LoadConfig(call.config_file);
  if (loaded.problems.empty()) {
    call.terminal.Note({call.Has("--from-jira")
                            ? "Next: read channel.toml and contract.toml, then: valise pair invite"
                            : "Next: valise map suggest, then valise pair invite"});
    return Exit::kOk;
  }
  call.terminal.Note({"Still to do before valise check-config is content:"});
  PrintProblems(call, loaded.problems);
  return Exit::kAttention;
}

}  // namespace

const Command kInit{
    "init",
    "set a channel up: writes configuration, keys and folders; never starts",
    {{"--site", "NAME", "this site's name in the contract"},
     {"--peer", "NAME", "the peer's site, for a new contract"},
     {"--channel", "NAME", "name of the channel, for people"},
     {"--jira-url", "URL", "address of this Jira, with context path"},
     {"--project", "KEY", "project key"},
     {"--scope", "JQL", "what is shared; default: the whole project"},
     {"--token-file", "FILE", "personal access token, mode 0600"},
     {"--user", "NAME", "user name, instead of a token"},
     {"--password-file", "FILE", "that user's password, mode 0600"},
     {"--ca-file", "FILE", "certificates to trust"},
     {"--outbox", "DIR", "folder for packets to the peer"},
     {"--inbox", "DIR", "folder for packets from the peer"},
     {"--state-dir", "DIR", "folder for keys and database"},
     {"--contract", "FILE", "a contract that is there already"},
     {"--join", nullptr, "the contract comes with the peer's invitation"},
     {"--from-jira", nullptr, "draft contract and binding from this Jira's metadata"},
     {"--yes", nullptr, "ask nothing"}},
    {},
    Init};

}  // namespace valise::cli
