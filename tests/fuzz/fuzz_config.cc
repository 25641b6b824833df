// channel.toml and contract.toml, the contract being the peer's as often as ours. Either all that
// is read holds together, or every problem names its file, its place in it and what to do.
#include <algorithm>
#include <set>
#include <tuple>

#include "agent/config/toml_tree.h"
#include "agent/config/units.h"
#include "agent/config/vocabulary.h"
#include "agent/core/template.h"
#include "agent/core/text.h"
#include "packet/limits.h"
#include "tests/config/support.h"
#include "tests/fuzz/fuzz.h"

namespace valise {
namespace {

using test::kChannel;
using test::kContract;
using test::ReadAll;
using test::Replaced;

// Deep enough for anything, shallow enough for recursion (toml_tree.cc bounds both).
constexpr std::size_t kDepthMax = 16 * 17 + 17;

std::string Example(const char* name) {
  return ReadAll(std::string(VALISE_SOURCE_DIR) + "/deploy/" + name);
}

struct Fixture {
  Fixture() {
    site.folder.Write("jira-token", "canary-token-2\n");
    site.folder.Write("example.toml", Example("contract.example.toml"));
  }
  std::string ChannelExample() const {
    const std::string text = Replaced(Example("channel.example.toml"),
                                      "/var/lib/valise/acme-globex", site.folder.File("state"));
    return Replaced(text, "\"contract.toml\"", "\"example.toml\"");
  }
  std::string File(const std::string& name) const { return site.folder.File(name); }
  test::SoundSite site;
};

const Fixture& The() {
  static const Fixture fixture;
  return fixture;
}

std::size_t LinesOf(const std::string& text) {
  return 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

void CheckProblems(const std::vector<ConfigProblem>& problems, const std::string& file,
                   const std::string& text) {
  const bool may_quote = text.find("canary") != std::string::npos;
  for (const ConfigProblem& problem : problems) {
    CHECK(problem.code.starts_with("VAL-CONFIG-") || problem.code.starts_with("VAL-BINDING-"));
    CHECK(!problem.message.empty());
    CHECK(may_quote || problem.message.find("canary") == std::string::npos);
    if (problem.file != file) continue;
    const bool is_whole_file = problem.code == "VAL-CONFIG-FILE" ||
                               (problem.code == "VAL-CONFIG-SYNTAX" &&
                                text.size() > limits::kConfigBytesMax);
    CHECK(is_whole_file || problem.line >= 1);
    CHECK(problem.line <= LinesOf(text));
  }
}

std::size_t DepthOf(const TomlNode& node) {
  std::size_t depth = 0;
  for (const TomlNode& item : node.items) depth = std::max(depth, DepthOf(item));
  for (const TomlNode::Member& member : node.members) {
    depth = std::max(depth, DepthOf(member.value));
  }
  return depth + 1;
}

void CheckAttachmentTerms(const AttachmentTerms& terms) {
  CHECK(terms.bytes_max >= 1 && terms.bytes_max <= limits::kAttachmentBytesMax);
  for (const auto* types : {&terms.types, &terms.types_refused}) {
    for (const std::string& type : *types) CHECK(type.find('/') != std::string::npos);
  }
  for (const std::string& name : terms.names_refused) {
    CHECK(!name.empty() && name.find('/') == std::string::npos);
  }
}

void CheckContract(const Contract& contract, const std::string& text) {
  CHECK(contract.toml == text && contract.digest == Hash("VLS1 contract", text));
  CHECK(!contract.name.empty() && contract.version >= 1);
  CHECK(contract.sites.size() == 2 && contract.sites[0] != contract.sites[1]);
  CHECK(!contract.types.empty() && !contract.statuses.empty());
  const auto is_site = [](const std::optional<std::uint32_t>& site) { return !site || *site < 2; };
  for (const auto& [name, field] : contract.fields) {
    CHECK(field.name == name && !IsReservedField(name));
    CHECK(is_site(field.from.owner) && (!field.conflict || is_site(field.conflict->site)));
    const bool is_option = field.kind == ValueKind::kOption || field.kind == ValueKind::kOptions;
    CHECK(!is_option || field.any_value != !field.values.empty());
    CHECK(is_option || field.values.empty());
    CHECK(!field.local_override_kept || field.from.owner);
    CHECK(field.attributes.empty() || field.kind == ValueKind::kSet);
    for (const std::string& type : field.types) CHECK(contract.types.contains(type));
  }
  CHECK(is_site(contract.comments_from.owner) && is_site(contract.conflict.site));
  CHECK(is_site(contract.work_logs_from.owner) && is_site(contract.attachments_from.owner));
  CHECK(is_site(contract.links_from.owner) && !contract.link_types.contains(""));
  CheckAttachmentTerms(contract.attachments);
  for (const auto& [alias, digest] : contract.people_emails) {
    CHECK(contract.people.contains(alias) && contract.email_key.size() >= 26);
  }
}

void TryContract(const std::string& text) {
  const ParsedContract parsed = ParseContract("contract.toml", text);
  for (const ConfigProblem& problem : parsed.problems) CHECK(problem.file == "contract.toml");
  CheckProblems(parsed.problems, "contract.toml", text);
  if (parsed.problems.empty()) CheckContract(parsed.contract, text);
  const TomlDocument document = ParseToml(text);
  if (!document.fault) CHECK(DepthOf(document.root) <= kDepthMax);
}

void CheckTemplate(const FieldBinding& field) {
  const std::string& frame = field.text_template;
  if (frame.empty()) return;
  const std::string value = "a {value} {site}";
  CHECK(OutOfTemplate(frame, "hq", InTemplate(frame, "hq", value)) == value);
}

void CheckRules(const Config& config) {
  const Binding& binding = config.binding;
  for (const std::string& type : binding.incoming.types) {
    CHECK(config.contract.types.contains(type));
  }
  for (const auto& [field, values] : binding.incoming.fields) {
    CHECK(config.contract.Field(field) != nullptr && !values.empty());
  }
  const RemoteKeyBinding& remote = binding.remote_key;
  CHECK(!remote.is_linked || (remote.url.starts_with("http") && config.contract.shares_keys));
  for (const std::string& spare : {remote.field, binding.people.text_field}) {
    CHECK(spare.empty() || binding.ByField(spare) == nullptr);
  }
  for (const Visibility& seen : {binding.comment_visibility, binding.work_log_visibility}) {
    CHECK((seen.kind == Visibility::Kind::kPublic) == seen.name.empty());
  }
}

// Every local name means one shared name, and each shared name comes back from what is written.
void CheckBinding(const Config& config) {
  const Binding& binding = config.binding;
  const Contract& contract = config.contract;
  CHECK(!binding.types.empty());
  for (const auto& [shared, local] : binding.types) {
    CHECK(contract.types.contains(shared));
    CHECK(binding.TypeToShared(*binding.TypeToLocal(shared)) == shared);
  }
  for (const auto& [shared, status] : binding.statuses) {
    CHECK(binding.StatusToShared(status.local.front()) == shared);
  }
  for (const auto& [shared, local] : binding.links) {
    CHECK(contract.link_types.contains(shared) && binding.LinkToShared(local) == shared);
  }
  const std::string& close = binding.lifecycle.close;
  CHECK(close.empty() || binding.statuses.contains(close));
  CHECK(binding.lifecycle.label.find(' ') == std::string::npos);
  CheckRules(config);
  std::set<std::string> fields;
  for (const auto& [shared, field] : binding.fields) {
    CHECK(contract.Field(shared) != nullptr && contract.Field(shared)->kind == field.kind);
    CHECK(!field.field.empty() && fields.insert(field.field).second);
    CHECK(field.missing == MissingValue::kHold || field.kind == ValueKind::kSet);
    CheckTemplate(field);
    if (!field.values) continue;
    for (const auto& [value, local] : field.values->to_local) {
      CHECK(field.values->ToShared(local.front()) == value);
    }
  }
}

// Whoever has an account here is mentioned by it here, and by the alias at the peer.
void CheckMentions(const Config& config) {
  Terms terms;
  terms.contract = config.contract;
  terms.binding = config.binding;
  for (const auto& [alias, account] : config.binding.users) {
    const std::string local = "[~" + account + "]";
    CHECK(TextToLocal("[~" + alias + "]", terms) == local);
    const std::string shared = TextToShared(local, terms, {});
    CHECK(TextToLocal(shared, terms) == local);
  }
  for (const auto& [alias, name] : config.contract.people) {
    const std::string local = TextToLocal("[~" + alias + "]", terms);
    CHECK(TextToLocal(TextToShared(local, terms, {}), terms) == local);
    CHECK(local.find(']') == std::string::npos || config.binding.users.contains(alias));
  }
}

void CheckSettings(const Settings& settings) {
  CHECK(settings.requests_in_flight >= 1 && settings.requests_in_flight <= 64);
  CHECK(settings.sealed_bytes_max <= limits::kSealedBytesMax);
  CHECK(settings.resend_at_most_ms >= settings.resend_after_ms && settings.resend_after_ms > 0);
  CHECK(settings.poll_every_ms > 0 && settings.poll_every_ms < (1LL << 50));
}

// `name` is written and channel.toml read; the other files are sound.
void TryChannel(const std::string& name, const std::string& text) {
  const Fixture& the = The();
  the.site.folder.Write(name, text);
  const LoadedConfig loaded = the.site.Load();
  const std::string file = the.File(name);
  std::tuple<std::uint32_t, std::uint32_t> last;
  for (const ConfigProblem& problem : loaded.problems) {
    CHECK(problem.file.starts_with(the.site.folder.path()) || name == "channel.toml");
    if (problem.file != the.File("channel.toml")) continue;
    CHECK(last <= std::tuple(problem.line, problem.column));
    last = {problem.line, problem.column};
  }
  CheckProblems(loaded.problems, file, text);
  const Config& config = loaded.config;
  if (loaded.problems.empty()) {
    CHECK(config.site == config.contract.sites[config.site_index]);
    CHECK(config.site_index + config.peer_index == 1);
    CHECK(config.state_dir.starts_with('/'));
    CheckBinding(config);
    CheckMentions(config);
    CheckSettings(config.settings);
  }
  const SiteFiles files = LoadSiteFiles(the.File("channel.toml"));
  if (loaded.problems.empty()) CHECK(files.problems.empty() && files.site == config.site);
  the.site.folder.Write(name, name == "channel.toml" ? kChannel : kContract);
}

void TryUnits(const std::string& text) {
  if (const auto ms = DurationMs(text)) CHECK(*ms >= 0 && DurationMs(DurationText(*ms)) == ms);
  if (const auto bytes = SizeBytes(text)) CHECK(SizeBytes(SizeText(*bytes)) == bytes);
  const std::vector<std::string> known = {"name", "state_dir", "sealed_bytes_max"};
  const std::string near = NearestWord(text, known);
  CHECK(near.empty() || std::find(known.begin(), known.end(), near) != known.end());
}

// Far more levels than anything here needs.
std::string DeepKey() {
  std::string key = "c";
  for (int i = 0; i < 400; ++i) key += ".c";
  return key;
}

}  // namespace

std::vector<Bytes> fuzz::Samples() {
  const std::string wide = R"(name = """a"b""""
version = 0x1_0
sites = ['hq', "f\u00efeld"]
types = { bug = {}, 'sub task' = { parent = true } }
statuses.values = [
  "open",  # one
  '''done''' ]
[fields."due.date"]
kind = "date"
[people]
"jane" = "Jane Doe"
)";
  std::vector<Bytes> samples = {For(0, kContract), For(0, Example("contract.example.toml")),
                                For(0, wide), For(1, kChannel), For(1, The().ChannelExample()),
                                For(2, kContract)};
  samples.push_back(For(0, R"(x = {a = """b"""", )" + DeepKey() + " = 1}"));
  samples.push_back(For(1, Replaced(kChannel, "jdoe", "j]doe")));
  for (const char* unit : {"250ms", "15m", "2w", "25MiB", "512 B", "1TiB", "state_dri"}) {
    samples.push_back(For(3, unit));
  }
  return samples;
}

std::vector<Bytes> fuzz::Words() {
  return {"[",         "]",      "[[",       "{",       "}",      "\"",   "'",      "\"\"\"",
          "'''",       "#",      "=",        ".",       ",",      "\n",   "\r\n",   "\\",
          "\\u0000",   "\\n",    DeepKey(),       "true",    "-1",     "1e9",  "0x7f",   "[]",
          "{}",        "\"\"",   "\"any\"",  "[bind]",  "[site]", "jane", "\"a]b\"", "[people]\n",
          "\"\\u0007\"", "\xff", "2026-01-01", "status", "parent", "9223372036854775807",
          "values = ", "\xc3\xa4", Bytes(1, '\0'), "inf", "x = {a = \"\"\"b\"\"\"\", ",
          "[worklogs]\n", "[attachments]\n", "bytes_max = \"16GiB\"\n", "\"image/*\"",
          "[links]\ntypes = [\"blocks\"]\n", "[bind.links]\n",
          "[lifecycle]\n", "left_scope = \"delete\"\n", "types = [\"bug\"]\n",
          "attributes = [\"released\"]\n", "template = \"From {site}: {value}\"",
          "missing = \"create\"",
          "[bind.incoming]\n", "fields = { severity = [\"high\"] }\n", "[bind.security]\n",
          "[bind.remote_key]\n", "url = \"https://j/{key}\"\n", "visibility = { role = \"a\" }",
          "[bind.defaults]\n", "[bind.people]\n",
          "email_key = \"4ctqp2xw7sdtr3h6cv5n2ke7mdqa\"\n", "unknown = \"default\"\n",
          "email_digest = \"aaaaaaaaaaaaaaaaaaaaaaaaaa\"", "[bind.lifecycle]\nclose = \"done\"\n"};
}

void Try(unsigned reader, const std::string& text) {
  if (reader == 0) TryContract(text);
  if (reader == 1) TryChannel("channel.toml", text);
  if (reader == 2) TryChannel("contract.toml", text);
  if (reader == 3) TryUnits(text);
}

}  // namespace valise

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) valise::Try(data[0] % 4U, {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
