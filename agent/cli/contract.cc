// contract show, propose, accept, reject: a new contract on a living channel. All but show write a
// request row, which the agent obeys at once or when it runs next.
#include <algorithm>

#include "agent/cli/contract_state.h"
#include "agent/cli/json_text.h"
#include "agent/cli/state.h"
#include "agent/cli/verbs.h"
#include "agent/config/contract_diff.h"
#include "agent/contract_text.h"
#include "agent/durable_file.h"
#include "agent/parser/child_parser.h"
#include "packet/limits.h"

namespace valise::cli {

namespace {

Error Refusal(std::string message) {
  return {Recovery::kAskOperator, "VAL-CONTRACT-REFUSED", std::move(message)};
}

// The channel as these commands need it: what is in force, what waits, who we are.
struct Desk {
  Config config;
  ContractBook book;
  const KnownContract* in_force = nullptr;
  const KnownContract* pending = nullptr;
  std::vector<Contract> coming;  // of higher versions, after ReadComing
  const Contract& Coming(const KnownContract& one) const;
  bool is_above(const KnownContract& one) const {
    return in_force != nullptr && one.version > in_force->version;
  }
  Contract present() const;  // in force, whatever the contract file holds meanwhile
  bool is_own(const KnownContract& one) const { return one.site == config.site_index; }
};

Contract Desk::present() const {
  return in_force ? ParseContract("contract", in_force->toml).contract : config.contract;
}

const Contract& Desk::Coming(const KnownContract& one) const {
  const auto found = std::find_if(coming.begin(), coming.end(), [&](const Contract& contract) {
    return contract.digest == one.digest;
  });
  CHECK(found != coming.end());
  return *found;
}

// Nobody here has accepted these: the child reads them.
Result<void> ReadComing(Desk& desk) {
  ChildParser parser;
  for (const KnownContract& one : desk.book.all()) {
    if (!desk.is_above(one)) continue;
    desk.coming.push_back(TRY(ReadProposal(parser, one.toml)).contract);
  }
  return Ok();
}

std::optional<Desk> OpenDesk(const Invocation& call) {
  auto config = LoadOrComplain(call);
  if (!config) return std::nullopt;
  Result<ContractBook> book = ReadContracts(config->state_dir);
  if (!book.ok()) {
    Fail(call, book.error());
    return std::nullopt;
  }
  Desk desk{std::move(*config), std::move(book).value(), nullptr, nullptr, {}};
  desk.in_force = desk.book.InForce();
  desk.pending = desk.book.Pending();
  return desk;
}

std::string StateOf(const Desk& desk, const KnownContract& one) {
  if (&one == desk.in_force) return "in force";
  if (one.state == ContractState::kAgreed) return "former";
  if (one.state == ContractState::kRejected) return "rejected";
  if (desk.in_force != nullptr && one.version <= desk.in_force->version) return "superseded";
  const std::string by = desk.is_own(one) ? "proposed here" : "proposed by the peer";
  if (one.is_asked_back) return by + ", asked back";
  return &one == desk.pending ? by : by + ", waits for the other proposal";
}

std::string Short(const Digest& digest) { return Text(digest).substr(0, 12); }

void ShowDiff(const Invocation& call, const Contract& before, const Contract& after) {
  for (const std::string& line : ContractDiff(before, after)) {
    const Style style = line[0] == '+'   ? Style::kGood
                        : line[0] == '-' ? Style::kBad
                                         : Style::kPlain;
    call.terminal.Out({{"  " + line, style}});
  }
}

void ShowJson(const Invocation& call, const Desk& desk) {
  JsonText json;
  json.Object().Array("contracts");
  for (const KnownContract& one : desk.book.all()) {
    json.Object().Count("version", one.version).Text("digest", Text(one.digest));
    json.Text("state", StateOf(desk, one)).Flag("own", desk.is_own(one));
    json.Time("at", one.at_ms).Array("changes");
    if (desk.is_above(one)) {
      for (const auto& line : ContractDiff(desk.present(), desk.Coming(one))) json.Item(line);
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  call.terminal.OutRaw(std::move(json).Line());
}

void ShowBook(const Invocation& call, const Desk& desk) {
  if (desk.book.all().empty()) {
    const Contract& contract = desk.config.contract;
    call.terminal.Out({"version " + std::to_string(contract.version) + " " +
                       Short(contract.digest) + ": the contract file; nothing has run yet"});
  }
  for (const KnownContract& one : desk.book.all()) {
    call.terminal.Out({"version " + std::to_string(one.version) + " " + Short(one.digest) + ": " +
                       StateOf(desk, one)});
    const bool is_coming = one.state == ContractState::kProposed && desk.is_above(one);
    if (is_coming) ShowDiff(call, desk.present(), desk.Coming(one));
  }
}

Exit Show(const Invocation& call) {
  auto desk = OpenDesk(call);
  if (!desk) return Exit::kConfig;
  const std::string out = call.Value("--out");
  const KnownContract* pending = desk->pending;
  const bool wants_pending = call.Has("--pending");
  if (wants_pending && pending == nullptr) return Fail(call, Refusal("no proposal waits"));
  if (!out.empty()) {
    const auto written = WriteDurably(out, wants_pending ? pending->toml : desk->present().toml,
                                      0644, IfThere::kRefuse);
    return written.ok() ? Exit::kOk : Fail(call, written.error());
  }
  const Result<void> read = ReadComing(*desk);
  if (!read.ok()) return Fail(call, read.error());
  if (call.is_json) ShowJson(call, *desk);
  if (call.is_json) return Exit::kOk;
  ShowBook(call, *desk);
  if (pending == nullptr) return Exit::kOk;
  if (desk->is_own(*pending))
    call.terminal.Note({"Type at the peer: valise contract accept"});
  else
    call.terminal.Note({"Type: valise contract accept, or: valise contract reject"});
  return Exit::kOk;
}

Exit Request(const Invocation& call, const Desk& desk, const std::string& verb,
             const std::string& argument) {
  const auto store = Store::Open(DatabaseFile(desk.config), Store::Mode::kReadWrite);
  if (!store.ok()) return Fail(call, store.error());
  store.value()->Begin();
  store.value()->AppendRequest({0, NowMs(), verb, argument});
  const auto recorded = store.value()->Commit();
  if (!recorded.ok()) return Fail(call, recorded.error());
  call.terminal.Note({verb + ": done by run, at once or when it runs next; then type: valise "
                             "contract show"});
  return Exit::kOk;
}

// The configuration as it will be read under `next`; what would stop `run` then is refused now.
bool FitsBinding(const Invocation& call, const Desk& desk, const ParsedContract& next) {
  KnownContracts known = AcceptedOf(desk.book);
  ChildParser parser;
  const Result<void> waiting = AddWaiting(desk.book, parser, known);
  if (!waiting.ok()) Fail(call, waiting.error());
  if (!waiting.ok()) return false;
  known.former.push_back(desk.present().toml);
  known.in_force = next;
  const LoadedConfig loaded = LoadConfig(desk.config.file, known);
  PrintProblems(call, loaded.problems);
  for (const ConfigProblem& warning : loaded.warnings) {
    call.terminal.Note({Place(warning) + ": " + warning.message});
  }
  return loaded.problems.empty();
}

bool IsAgreed(const Invocation& call, const std::string& question) {
  if (call.Has("--yes")) return true;
  const auto answer = call.terminal.Ask(question + " (yes, or anything else for no): ");
  if (answer == "yes") return true;
  call.terminal.Note({"nothing was done: the answer was not yes; without being asked: --yes"});
  return false;
}

Exit Propose(const Invocation& call) {
  const auto desk = OpenDesk(call);
  if (!desk) return Exit::kConfig;
  if (desk->in_force == nullptr) {
    return Fail(call, Refusal("nothing has run yet; edit the contract file and pair on it"));
  }
  for (const KnownContract& one : desk->book.all()) {
    if (one.state != ContractState::kProposed || one.version <= desk->in_force->version) continue;
    return Fail(call, Refusal("version " + std::to_string(one.version) + " is " +
                              StateOf(*desk, one) + " already; see: valise contract show"));
  }
  const auto toml = ReadWhole(call.ArgumentOf("FILE"), limits::kTextBytesMax);
  if (!toml.ok()) return Fail(call, toml.error());
  const ParsedContract parsed = ParseContract(call.ArgumentOf("FILE"), toml.value());
  PrintProblems(call, parsed.problems);
  if (!parsed.problems.empty()) return Exit::kConfig;
  const auto why_not = WhyNotNext(AgreedOf(desk->book), parsed.contract);
  for (const std::string& why : why_not)
    call.terminal.Complain({{"refused: ", Style::kBad}, {why}});
  if (!why_not.empty()) return Exit::kConfig;
  if (!FitsBinding(call, *desk, parsed)) return Exit::kConfig;
  ShowDiff(call, desk->present(), parsed.contract);
  if (!IsAgreed(call, "Propose this to the peer?")) return Exit::kFailed;
  return Request(call, *desk, "contract propose", toml.value());
}

Exit Accept(const Invocation& call) {
  const auto desk = OpenDesk(call);
  if (!desk) return Exit::kConfig;
  if (desk->pending == nullptr || desk->is_own(*desk->pending)) {
    return Fail(call, Refusal("no proposal of the peer waits; see: valise contract show"));
  }
  ChildParser parser;
  const auto proposed = ReadProposal(parser, desk->pending->toml);
  if (!proposed.ok()) return Fail(call, proposed.error());
  ShowDiff(call, desk->present(), proposed.value().contract);
  if (!FitsBinding(call, *desk, proposed.value())) return Exit::kConfig;
  if (!IsAgreed(call, "Accept this for both sites?")) return Exit::kFailed;
  return Request(call, *desk, "contract accept", Text(desk->pending->digest));
}

Exit Reject(const Invocation& call) {
  const auto desk = OpenDesk(call);
  if (!desk) return Exit::kConfig;
  if (desk->pending == nullptr) return Fail(call, Refusal("no proposal waits"));
  return Request(call, *desk, "contract reject", Text(desk->pending->digest));
}

const Option kYes{"--yes", nullptr, "do not ask"};

}  // namespace

const Command kContractShow{"contract show",
                            "the contract in force, those before it, and what is proposed",
                            {{"--out", "FILE", "write the one in force into FILE"},
                             {"--pending", nullptr, "with --out: the proposed one"}},
                            {},
                            Show};
const Command kContractPropose{"contract propose",
                               "propose a new contract to the peer; traffic goes on",
                               {kYes},
                               {{"FILE", true, "the whole new contract, its version one higher"}},
                               Propose};
const Command kContractAccept{
    "contract accept", "accept what the peer proposes, for both sites", {kYes}, {}, Accept};
const Command kContractReject{"contract reject",
                              "reject what the peer proposes, or ask our own proposal back",
                              {},
                              {},
                              Reject};

}  // namespace valise::cli
