#include "agent/config.h"

#include <sys/stat.h>

#include <filesystem>

#include "agent/config/toml_tree.h"
#include "agent/config/units.h"
#include "packet/entropy.h"
#include "tests/config/doctest.h"
#include "tests/config/support.h"

namespace valise::test {
namespace {

TEST_CASE("a sound configuration is read whole") {
  const SoundSite site;
  const LoadedConfig loaded = site.Load();
  REQUIRE_MESSAGE(loaded.problems.empty(), Summary(loaded.problems));
  const Config& config = loaded.config;
  CHECK(config.channel == "acme-globex");
  CHECK(config.site_index == 0);
  CHECK(config.peer_index == 1);
  CHECK(config.state_dir == site.folder.File("state"));
  CHECK(config.jira.url == "https://jira.acme.example/jira");
  CHECK(config.jira.token_file == site.folder.File("token"));
  CHECK(config.settings.poll_every_ms == 5000);
  CHECK(config.settings.requests_in_flight == 4);
  CHECK(config.settings.window_bytes == 8U << 20);
  CHECK(config.settings.flips_max == 5);
  CHECK(config.has_folder);
  CHECK(config.folder.outbox == site.folder.File("out"));
  CHECK(config.folder.marker == ".valise-folder");
}

TEST_CASE("the contract is read whole and its methods answer") {
  const ParsedContract parsed = ParseContract("contract.toml", kContract);
  REQUIRE_MESSAGE(parsed.problems.empty(), Summary(parsed.problems));
  const Contract& contract = parsed.contract;
  CHECK(contract.version == 2);
  CHECK(contract.shares_keys);
  CHECK(contract.types.at("subtask").has_parent);
  CHECK(contract.statuses == std::vector<std::string>{"open", "done"});
  CHECK(contract.Field("priority")->any_value);
  CHECK(contract.Field("labels")->any_value);
  CHECK_FALSE(contract.Field("severity")->any_value);
  CHECK(contract.Field("nothing") == nullptr);
  CHECK(contract.RuleFor("severity").site == 0U);
  CHECK(contract.RuleFor("summary").site == 1U);
  CHECK(contract.RuleFor("status").site == 1U);
  CHECK(contract.DirectionOf("due").owner == 1U);
  CHECK_FALSE(contract.DirectionOf("status").owner.has_value());
  CHECK(contract.Field("due")->local_override_kept);
  CHECK(contract.comments_from.owner == 0U);
  CHECK(contract.comment_visibility == CommentVisibility::kAll);
  CHECK(contract.people.at("jane") == "Jane Doe");
  CHECK(contract.digest == Hash("VLS1 contract", kContract));
}

TEST_CASE("what an issue holds beside fields is read whole") {
  const Contract contract = ParseContract("contract.toml", kContract).contract;
  CHECK(contract.has_work_logs);
  CHECK(contract.work_logs_from.owner == 1U);
  CHECK(contract.work_log_visibility == CommentVisibility::kAll);
  CHECK(contract.has_attachments);
  CHECK(contract.attachments_from.owner == 0U);
  CHECK(contract.attachments ==
        AttachmentTerms{2ULL << 30, {"image/*", "text/plain"}, {"image/svg+xml"}, {"*.exe", "~*"}});
  CHECK(contract.link_types == std::set<std::string>{"blocks", "relates"});
  CHECK(contract.links_from.owner == 0U);
  const SoundSite site;
  const Binding binding = site.Load().config.binding;
  CHECK(binding.has_comments);
  CHECK_FALSE(binding.has_work_logs);
  CHECK_FALSE(binding.has_attachments);
  CHECK(binding.LinkToShared("Relates to") == "relates");
  CHECK(binding.links.at("blocks") == "Blocks");
}

TEST_CASE("how an issue ends is read whole, and is nothing without its table") {
  const Contract contract = ParseContract("contract.toml", kContract).contract;
  CHECK(contract.lifecycle == LifecycleTerms{EndAction::kClose, EndAction::kComment,
                                             EndAction::kLabel, EndAction::kDelete});
  CHECK(contract.lifecycle.Has(EndAction::kDelete));
  CHECK_FALSE(contract.lifecycle.Has(EndAction::kNothing));
  const SoundSite site;
  CHECK(site.Load().config.binding.lifecycle == LifecycleBinding{"gone", "done", 5});
  const std::string whole = kContract;
  const std::string head = whole.substr(0, whole.find("[lifecycle]"));
  CHECK(ParseContract("contract.toml", head).contract.lifecycle == LifecycleTerms{});
}

TEST_CASE("a kind of content without its table does not travel, and a bare table has defaults") {
  const std::string whole = kContract;
  const std::string head = whole.substr(0, whole.find("[worklogs]"));
  const ParsedContract without = ParseContract("contract.toml", head);
  REQUIRE_MESSAGE(without.problems.empty(), Summary(without.problems));
  CHECK_FALSE(without.contract.has_work_logs);
  CHECK_FALSE(without.contract.has_attachments);
  CHECK(without.contract.link_types.empty());
  const ParsedContract bare = ParseContract("contract.toml", head + "[worklogs]\n[attachments]\n");
  REQUIRE_MESSAGE(bare.problems.empty(), Summary(bare.problems));
  CHECK(bare.contract.has_work_logs);
  CHECK_FALSE(bare.contract.work_logs_from.owner.has_value());
  CHECK(bare.contract.work_log_visibility == CommentVisibility::kPublicOnly);
  CHECK(bare.contract.has_attachments);
  CHECK(bare.contract.attachments == AttachmentTerms{});
}

TEST_CASE("the binding translates both ways, first name written") {
  const SoundSite site;
  const Binding binding = site.Load().config.binding;
  CHECK(binding.TypeToShared("Step") == "subtask");
  CHECK(binding.TypeToLocal("subtask") == "Sub-task");
  CHECK_FALSE(binding.TypeToShared("Epic").has_value());
  CHECK(binding.StatusToShared("Reopened") == "open");
  CHECK(binding.statuses.at("done").resolution == "Fixed");
  const FieldBinding* severity = binding.ByField("customfield_10201");
  REQUIRE(severity != nullptr);
  CHECK(severity->name == "severity");
  CHECK(severity->kind == ValueKind::kOption);
  CHECK(severity->values->ToShared("Blocker") == "high");
  CHECK(severity->values->ToLocal("high") == "Major");
  CHECK_FALSE(severity->values->ToShared("Trivial").has_value());
  CHECK(severity->default_value == "Minor");
  CHECK(binding.fields.at("due").kind == ValueKind::kDate);
  CHECK(binding.users.at("jane") == "jdoe");
  CHECK(binding.project == "PROJ");
}

TEST_CASE("secrets must be files of ours alone") {
  const SoundSite site;
  const std::string token = site.folder.File("token");
  for (const unsigned mode : {0640U, 0604U, 0660U, 0620U}) {
    chmod(token.c_str(), mode);
    const LoadedConfig loaded = site.Load();
    REQUIRE(loaded.problems.size() == 1);
    CHECK(loaded.problems[0].code == "VAL-CONFIG-SECRET");
    CHECK(loaded.problems[0].line == 9);
    CHECK(loaded.problems[0].message.find("chmod 600 " + token) != std::string::npos);
    CHECK(loaded.problems[0].message.find("canary") == std::string::npos);
  }
  std::filesystem::remove(token);
  CHECK(site.Load().problems.at(0).code == "VAL-CONFIG-FILE");
  std::filesystem::create_directory(token);
  CHECK(site.Load().problems.at(0).code == "VAL-CONFIG-SECRET");
  std::filesystem::remove(token);
  REQUIRE(mkfifo(token.c_str(), 0600) == 0);
  CHECK(site.Load().problems.at(0).code == "VAL-CONFIG-SECRET");
  std::filesystem::remove(token);
  site.folder.Write("token", " \n");
  CHECK(site.Load().problems.at(0).code == "VAL-CONFIG-SECRET");
}

TEST_CASE("the state folder must be ours alone") {
  const SoundSite site;
  chmod(site.folder.File("state").c_str(), 0750);
  CHECK(site.Load().problems.at(0).code == "VAL-CONFIG-SECRET");
  std::filesystem::remove(site.folder.File("state"));
  CHECK(site.Load().problems.at(0).code == "VAL-CONFIG-FILE");
}

TEST_CASE("all problems come at once, in file order, channel first") {
  const SoundSite site;
  std::string channel = Replaced(kChannel, "poll_every", "pol_every");
  channel = Replaced(channel, "flips_max = 5", "flips_max = 0");
  channel = Replaced(channel, "[bind.users]\njane", "[bind.users]\njan");
  site.folder.Write("channel.toml", Replaced(channel, "\"5s\"", "5"));
  const LoadedConfig loaded = site.Load();
  REQUIRE_MESSAGE(loaded.problems.size() == 3, Summary(loaded.problems));
  CHECK(loaded.problems[0].line == 10);
  CHECK(loaded.problems[0].message.find("did you mean \"poll_every\"?") != std::string::npos);
  CHECK(loaded.problems[1].line == 19);
  CHECK(loaded.problems[2].code == "VAL-BINDING-USER");
}

TEST_CASE("the examples that are shipped are true") {
  const TempFolder folder;
  std::string channel = ReadAll(std::string(VALISE_SOURCE_DIR) + "/deploy/channel.example.toml");
  channel = Replaced(channel, "/var/lib/valise/acme-globex", folder.File("state"));
  folder.Write("channel.toml", channel);
  folder.Write("contract.toml",
               ReadAll(std::string(VALISE_SOURCE_DIR) + "/deploy/contract.example.toml"));
  folder.Write("jira-token", "x\n");
  REQUIRE(mkdir(folder.File("state").c_str(), 0700) == 0);
  const LoadedConfig loaded = LoadConfig(folder.File("channel.toml"));
  REQUIRE_MESSAGE(loaded.problems.empty(), Summary(loaded.problems));
  const Settings defaults;
  const Settings& read = loaded.config.settings;
  CHECK(read.poll_every_ms == defaults.poll_every_ms);
  CHECK(read.settle_create_ms == defaults.settle_create_ms);
  CHECK(read.settle_other_ms == defaults.settle_other_ms);
  CHECK(read.end_proof_ms == defaults.end_proof_ms);
  CHECK(read.sweep_every_ms == defaults.sweep_every_ms);
  CHECK(read.write_timeout_ms == defaults.write_timeout_ms);
  CHECK(read.read_timeout_ms == defaults.read_timeout_ms);
  CHECK(read.probe_gap_ms == defaults.probe_gap_ms);
  CHECK(read.poll_overlap_ms == defaults.poll_overlap_ms);
  CHECK(read.requests_in_flight == defaults.requests_in_flight);
  CHECK(read.resend_after_ms == defaults.resend_after_ms);
  CHECK(read.resend_at_most_ms == defaults.resend_at_most_ms);
  CHECK(read.ack_after_ms == defaults.ack_after_ms);
  CHECK(read.heartbeat_every_ms == defaults.heartbeat_every_ms);
  CHECK(read.gap_patience_ms == defaults.gap_patience_ms);
  CHECK(read.expect_every_ms == defaults.expect_every_ms);
  CHECK(read.sealed_bytes_max == defaults.sealed_bytes_max);
  CHECK(read.window_bytes == defaults.window_bytes);
  CHECK(read.content_window_bytes == defaults.content_window_bytes);
  CHECK(read.spool_keep_ms == defaults.spool_keep_ms);
  CHECK(read.flips_max == defaults.flips_max);
  CHECK(read.objects_max == defaults.objects_max);
  CHECK(loaded.config.binding.author_line == Binding{}.author_line);
}

TEST_CASE("how many comments of the peer's an issue takes can be set") {
  const SoundSite site;
  const auto loaded = [&](const std::string& words) {
    site.folder.Write("channel.toml", Replaced(kChannel, "flips_max = 5", words));
    return site.Load();
  };
  CHECK(loaded("objects_max = 700").config.settings.objects_max == 700);
  CHECK(loaded("objects_max = 20000").problems.empty());
  CHECK(loaded("objects_max = 20001").problems.at(0).code == "VAL-CONFIG-VALUE");
  CHECK(loaded("objects_max = 0").problems.at(0).code == "VAL-CONFIG-VALUE");
}

TEST_CASE("durations and sizes") {
  CHECK(DurationMs("250ms") == 250);
  CHECK(DurationMs("15m") == 15 * 60'000);
  CHECK(DurationMs("2w") == 14LL * 24 * 3600'000);
  CHECK(DurationMs("7 d") == 7LL * 24 * 3600'000);
  for (const char* wrong : {"", "15", "m", "-1s", "1.5h", "15 minutes", "99999999999w", "1s "}) {
    CHECK_FALSE_MESSAGE(DurationMs(wrong).has_value(), wrong);
  }
  CHECK(SizeBytes("25MiB") == 25U << 20);
  CHECK(SizeBytes("25MB") == 25'000'000U);
  for (const char* wrong : {"", "25", "MiB", "25mib", "99999999999999999999GiB", "2000GiB"}) {
    CHECK_FALSE_MESSAGE(SizeBytes(wrong).has_value(), wrong);
  }
  CHECK(DurationText(90'000) == "90s");
  CHECK(DurationText(0) == "0ms");
  CHECK(SizeText(64U << 20) == "64MiB");
  CHECK(NearestWord("pol_evry", {"poll_every", "probe_gap"}) == "poll_every");
  CHECK(NearestWord("colour", {"poll_every", "probe_gap"}).empty());
}

TEST_CASE("every prefix of a sound file is read without harm") {
  const SoundSite site;
  const std::string channel = kChannel;
  for (std::size_t bytes = 0; bytes <= channel.size(); bytes += bytes % 3 + 1) {
    site.folder.Write("channel.toml", channel.substr(0, bytes));
    (void)site.Load();
  }
  const std::string contract = kContract;
  for (std::size_t bytes = 0; bytes < contract.size(); ++bytes) {
    (void)ParseContract("contract.toml", contract.substr(0, bytes));
  }
}

std::string Mutated(std::string text, Entropy& entropy) {
  static const std::string pieces =
      "[]{}=\".,#'\\\n\r\t \0\x80\xff"
      "09azAZ-_\"\"\"";
  const std::uint64_t edits = 1 + entropy.RandomU64() % 4;
  for (std::uint64_t edit = 0; edit < edits; ++edit) {
    const std::size_t at = entropy.RandomU64() % text.size();
    const std::size_t bytes = entropy.RandomU64() % 12;
    switch (entropy.RandomU64() % 4) {
      case 0:
        text[at] = pieces[entropy.RandomU64() % pieces.size()];
        break;
      case 1:
        text.insert(at, 1, pieces[entropy.RandomU64() % pieces.size()]);
        break;
      case 2:
        text.erase(at, bytes);
        break;
      default:
        text.insert(at, text.substr(entropy.RandomU64() % text.size(), bytes));
        break;
    }
    if (text.empty()) text.push_back('x');
  }
  return text;
}

TEST_CASE("random damage never crashes, and damage that is refused names a place") {
  const SoundSite site;
  SeededEntropy entropy(3);
  for (int round = 0; round < 1500; ++round) {
    site.folder.Write("channel.toml", Mutated(kChannel, entropy));
    for (const ConfigProblem& problem : site.Load().problems) {
      CHECK(problem.line > 0);
      CHECK_FALSE(problem.message.empty());
    }
    (void)ParseContract("contract.toml", Mutated(kContract, entropy));
  }
}

TEST_CASE("nesting that would end the process is refused before it is parsed") {
  std::string dotted = "a";
  for (int i = 0; i < 300'000; ++i) dotted += ".a";
  CHECK(ParseToml(dotted + " = 1").fault.has_value());
  CHECK(ParseToml("[" + dotted + "]").fault.has_value());
  for (const char* end : {"\"\"\"\"", "\"\"\"\"\""}) {  // one or two quotes of the string's own
    const std::string quoted = std::string("\"\"\"b") + end;
    CHECK(ParseToml("x = { y = " + quoted + ", " + dotted + " = 1 }").fault.has_value());
    CHECK_FALSE(ParseToml("x = { y = " + quoted + ", a.a = 1 }").fault.has_value());
  }
  CHECK(ParseToml("x = " + std::string(200, '[') + std::string(200, ']')).fault.has_value());
  CHECK(ParseToml(std::string((1U << 20) + 1, '#')).fault.has_value());
  CHECK_FALSE(ParseToml("x = \"....................................\" # .....................")
                  .fault.has_value());
  CHECK_FALSE(ParseToml("x = '''\n....................\n...................[[[[[[[[[[[[[[[[[[[['''")
                  .fault.has_value());
}

}  // namespace
}  // namespace valise::test
