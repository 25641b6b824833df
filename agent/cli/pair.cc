#include <pwd.h>
#include <unistd.h>

#include "agent/cli/json_text.h"
#include "agent/cli/verbs.h"
#include "agent/durable_file.h"
#include "agent/pairing.h"
#include "agent/parser/child_parser.h"
#include "packet/limits.h"

namespace valise::cli {

namespace {

constexpr std::size_t kPairingFileBytesMax = 4 * limits::kConfigBytesMax;

std::string OutFile(const Invocation& call, const SiteFiles& site, const char* what) {
  return call.Value("--out", site.site + "-" + what + ".txt");
}

// Public, to be sent: it may be written again with the same content, else never over another file.
Result<void> WriteOut(const std::string& file, const std::string& text) {
  const auto present = ReadWhole(file, kPairingFileBytesMax);
  if (present.ok() && present.value() == text) return Ok();
  return WriteDurably(file, text, 0644, IfThere::kRefuse);
}

Result<std::string> ReadNamed(const Invocation& call) {
  return ReadWhole(call.ArgumentOf("FILE"), kPairingFileBytesMax);
}

void SayCode(const Invocation& call, const PairingState& state) {
  call.terminal.Note({"Compare this code with \"" + state.peer->card.name +
                      "\" by voice or in person, then type: valise pair verify"});
  call.terminal.Out({{"code: "}, {state.code, Style::kStrong}});
}

Exit Invite(const Invocation& call) {
  const auto site = LoadSiteOrComplain(call);
  if (!site) return Exit::kConfig;
  SystemEntropy entropy;
  const auto text = Invite(*site, call.Has("--again"), entropy);
  if (!text.ok()) return Fail(call, text.error());
  const std::string file = OutFile(call, *site, "invitation");
  const auto written = WriteOut(file, text.value());
  if (!written.ok()) return Fail(call, written.error());
  call.terminal.Out({"invitation: " + file});
  call.terminal.Note({"Send it to the peer, who types: valise pair join FILE"});
  return Exit::kOk;
}

Exit Join(const Invocation& call) {
  const auto site = LoadSiteOrComplain(call);
  if (!site) return Exit::kConfig;
  const auto text = ReadNamed(call);
  if (!text.ok()) return Fail(call, text.error());
  SystemEntropy entropy;
  ChildParser parser;
  const auto joined = Join(*site, text.value(), parser, NowMs(), entropy);
  if (!joined.ok()) return Fail(call, joined.error());
  const std::string file = OutFile(call, *site, "reply");
  const auto written = WriteOut(file, joined.value().reply);
  if (!written.ok()) return Fail(call, written.error());
  call.terminal.Out({"reply: " + file});
  if (joined.value().has_written_contract) {
    call.terminal.Out({"contract: " + site->contract_file});
    call.terminal.Note({"Bind its names to this Jira's: valise map suggest"});
  }
  call.terminal.Note({"Send the reply back to \"" + joined.value().peer_name +
                      "\", who types: valise pair finish FILE"});
  const auto state = LoadPairingState(*site);
  if (!state.ok()) return Fail(call, state.error());
  SayCode(call, state.value());
  return Exit::kOk;
}

Exit Finish(const Invocation& call) {
  const auto site = LoadSiteOrComplain(call);
  if (!site) return Exit::kConfig;
  const auto text = ReadNamed(call);
  if (!text.ok()) return Fail(call, text.error());
  const auto finished = Finish(*site, text.value(), NowMs());
  if (!finished.ok()) return Fail(call, finished.error());
  call.terminal.Out({"paired with: " + finished.value().card.name});
  const auto state = LoadPairingState(*site);
  if (!state.ok()) return Fail(call, state.error());
  SayCode(call, state.value());
  return Exit::kOk;
}

std::string OperatorName() {
  const passwd* user = getpwuid(getuid());
  return user == nullptr ? "uid " + std::to_string(getuid()) : user->pw_name;
}

// The code as heard; nullopt inside: compared by eye. An Error: nothing was said.
Result<std::optional<std::string>> HeardCode(const Invocation& call, const PairingState& state) {
  if (call.Has("--yes-i-compared")) return std::optional<std::string>{};
  if (call.Has("--code")) return std::optional<std::string>{call.Value("--code")};
  const Error usage{Recovery::kAskOperator, "VAL-USAGE",
                    "give the code that the peer reads out: --code \"12345 …\", or say that you "
                    "compared it: --yes-i-compared"};
  if (!call.terminal.can_ask()) return usage;
  call.terminal.Note({"Read this to \"" + state.peer->card.name + "\": " + state.code});
  auto typed = call.terminal.Ask("Type the code that they read to you:");
  if (!typed) return usage;
  return std::optional<std::string>{std::move(*typed)};
}

Exit Verify(const Invocation& call) {
  const auto site = LoadSiteOrComplain(call);
  if (!site) return Exit::kConfig;
  const auto state = LoadPairingState(*site);
  if (!state.ok()) return Fail(call, state.error());
  if (state.value().peer) {
    const auto heard = HeardCode(call, state.value());
    if (!heard.ok()) return Fail(call, heard.error());
    const auto verified = VerifyPairing(*site, heard.value(), OperatorName(), NowMs());
    if (!verified.ok()) return Fail(call, verified.error());
    call.terminal.Out({{"verified", Style::kGood}, {": " + state.value().peer->card.name}});
    return Exit::kOk;
  }
  return Fail(call, VerifyPairing(*site, std::nullopt, "", NowMs()).error());
}

const char* NameOf(PairingStage stage) {
  switch (stage) {
    case PairingStage::kNone:
      return "none";
    case PairingStage::kInvited:
      return "invited";
    case PairingStage::kPaired:
      return "paired";
    case PairingStage::kVerified:
      return "verified";
  }
  return "none";
}

std::string ShowJson(const PairingState& state) {
  JsonText json;
  json.Object().Text("state", NameOf(state.stage)).Text("site", state.own.name);
  json.Text("site_id", Text(SiteId(state.own))).Flag("pre_shared_key", state.has_psk);
  if (state.peer) {
    json.Text("peer", state.peer->card.name).Text("peer_id", Text(SiteId(state.peer->card)));
    json.Text("channel", Text(state.peer->channel)).Text("code", state.code);
    json.Text("paired_at", state.peer->paired_at);
    json.Text("verified_at", state.peer->verified_at);
    json.Text("verified_by", state.peer->verified_by);
  }
  json.EndObject();
  return std::move(json).Line();
}

void ShowPeer(Terminal& terminal, const PairingState& state) {
  terminal.Out({"peer:    " + state.peer->card.name + " (" + Text(SiteId(state.peer->card)) + ")"});
  terminal.Out({"channel: " + Text(state.peer->channel)});
  terminal.Out({{"code:    "}, {state.code, Style::kStrong}});
  terminal.Out({"paired:  " + state.peer->paired_at});
  if (state.peer->verified_at.empty()) {
    terminal.Out({{"verified: no", Style::kWarning}, {"; nothing is sent or taken before"}});
  } else {
    terminal.Out({"verified: " + state.peer->verified_at + " by " + state.peer->verified_by});
  }
}

Exit Show(const Invocation& call) {
  const auto site = LoadSiteOrComplain(call);
  if (!site) return Exit::kConfig;
  const auto loaded = LoadPairingState(*site);
  if (!loaded.ok()) return Fail(call, loaded.error());
  const PairingState& state = loaded.value();
  if (call.is_json) {
    call.terminal.OutRaw(ShowJson(state));
    return Exit::kOk;
  }
  call.terminal.Out({{"state:   "}, {NameOf(state.stage), Style::kStrong}});
  call.terminal.Out({"site:    " + state.own.name + " (" + Text(SiteId(state.own)) + ")"});
  if (state.peer) ShowPeer(call.terminal, state);
  call.terminal.Out({std::string("pre-shared key: ") + (state.has_psk ? "in use" : "none")});
  return Exit::kOk;
}

Exit Psk(const Invocation& call) {
  if (call.Has("--new") == call.Has("--use")) {
    return FailUsage(call, "say either --new FILE or --use FILE");
  }
  if (call.Has("--new")) {
    SystemEntropy entropy;
    const auto written = NewPreSharedKey(call.Value("--new"), entropy);
    if (!written.ok()) return Fail(call, written.error());
    call.terminal.Out({"pre-shared key: " + call.Value("--new")});
    call.terminal.Note(
        {"Carry it to the peer by hand; then type at both sites: "
         "valise pair psk --use FILE, and delete it from the stick"});
    return Exit::kOk;
  }
  const auto site = LoadSiteOrComplain(call);
  if (!site) return Exit::kConfig;
  const auto used = UsePreSharedKey(*site, call.Value("--use"));
  if (!used.ok()) return Fail(call, used.error());
  call.terminal.Out({"pre-shared key: in use"});
  return Exit::kOk;
}

const Option kOut{"--out", "FILE", "where to write it"};

}  // namespace

const Command kPairInvite{"pair invite",
                          "write an invitation for the peer",
                          {kOut, {"--again", nullptr, "void the pending invitation"}},
                          {},
                          Invite};
const Command kPairJoin{"pair join",
                        "take the peer's invitation and write the reply",
                        {kOut},
                        {{"FILE", true, "invitation"}},
                        Join};
const Command kPairFinish{
    "pair finish", "take the peer's reply", {}, {{"FILE", true, "reply"}}, Finish};
const Command kPairVerify{"pair verify",
                          "record that both sites' codes were compared; traffic starts after it",
                          {{"--code", "DIGITS", "the 40 digits that the peer reads out"},
                           {"--yes-i-compared", nullptr, "you compared all 40 digits yourself"}},
                          {},
                          Verify};
const Command kPairShow{
    "pair show", "state of the pairing and the code to read aloud", {}, {}, Show};
const Command kPairPsk{"pair psk",
                       "a pre-shared key, carried by hand: holds against later quantum computers",
                       {{"--new", "FILE", "write a new key"}, {"--use", "FILE", "install it here"}},
                       {},
                       Psk};

}  // namespace valise::cli
