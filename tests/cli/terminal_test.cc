#include "agent/cli/terminal.h"

#include "agent/cli/exit_codes.h"
#include "agent/cli/suggest.h"
#include "agent/config/toml_tree.h"
#include "packet/entropy.h"
#include "tests/config/doctest.h"
#include "tests/config/support.h"

namespace valise::test {
namespace {

using namespace valise::cli;

TEST_CASE("text from elsewhere cannot steer the terminal") {
  CHECK(Printable("plain \xc3\xa4 \xe4\xb8\xad") == "plain \xc3\xa4 \xe4\xb8\xad");
  CHECK(Printable("a\x1b[31mb\r\n\tc") == "a\\u001b[31mb\\r\\n\\tc");
  CHECK(Printable("\xc2\x9b") == "\\u009b");      // C1: CSI
  CHECK(Printable("\xe2\x80\xae") == "\\u202e");  // right-to-left override
  CHECK(Printable("\xe2\x81\xa6\xef\xbb\xbf") == "\\u2066\\ufeff");
  CHECK(Printable("\xf3\xa0\x81\x81") == "\\U000e0041");  // tag
  CHECK(Printable("\xff\xc0\x80\xed\xa0\x80") == "\\xff\\xc0\\x80\\xed\\xa0\\x80");
  CHECK(Printable(std::string("\0\x7f", 2)) == "\\u0000\\u007f");
  CHECK(PrintableLines("a\nb\r") == "a\nb\\r");
  CHECK(ValidUtf8("a\xff\x1b") == "a\xef\xbf\xbd\x1b");
}

TEST_CASE("progress stays on one line of 79 columns") {
  CHECK(ProgressText("issues", 5, 0, 79) == "issues: 5");
  const std::string half = ProgressText("issues", 750, 1499, 79);
  CHECK(half.starts_with("issues: 750 of 1499 (50 %) ["));
  CHECK(half.size() <= 79);
  CHECK(ProgressText("issues", 9, 4, 79).find("(100 %)") != std::string::npos);
}

TEST_CASE("exit codes follow the error's code") {
  const auto exit_of = [](const char* code, Recovery recovery = Recovery::kAskOperator) {
    return static_cast<int>(ExitOf({recovery, code, ""}));
  };
  CHECK(exit_of("VAL-CONFIG-KEY") == 78);
  CHECK(exit_of("VAL-PACKET-MAGIC") == 65);
  CHECK(exit_of("VAL-JIRA-AUTH") == 77);
  CHECK(exit_of("VAL-JIRA-DOWN") == 69);
  CHECK(exit_of("VAL-STATE-LOCKED") == 75);
  CHECK(exit_of("VAL-ELSE") == 1);
  CHECK(exit_of("VAL-ELSE", Recovery::kRetryLater) == 75);
}

jira::FieldInfo Select(const std::string& id, const std::string& name) {
  jira::FieldInfo info;
  info.id = id;
  info.name = name;
  info.is_custom = true;
  info.type = "option";
  info.custom = "com.atlassian.jira.plugin.system.customfieldtypes:select";
  return info;
}

// A Jira whose administrators like odd names.
JiraFacts OddFacts() {
  JiraFacts facts = UsualFacts("PROJ\n[jira]");
  facts.types = {{"", "Bug", false, {}},
                 {"", "bug", false, {}},
                 {"", "\xe6\x95\x85", false, {}},
                 {"", "# = \"\"", false, {}}};
  facts.statuses = {"To Do", "to-do", "\x1b[2J", "a\nb = \"c\""};
  facts.resolutions = {"Won't \"fix\""};
  facts.link_types = {{"", "Blocks\nx = 1", "", "a"}, {"", "]", "", "b"}, {"", "[]", "", "c"}};
  facts.fields.push_back({Select("customfield_1", "Type\nx = 1"), {"a.b", "a b", "]"}, {}, true});
  facts.fields.push_back({Select("customfield_2", "\xe2\x80\xae"), {"1"}, {"Bug\nBug"}, true});
  facts.fields.push_back({Select("customfield_3", "Lifecycle"), {"1"}, {"New"}, true});
  return facts;
}

TEST_CASE("drafts are sound TOML whatever Jira's names are") {
  const std::string contract = DraftContract({"x\"y", {"hq", "field"}}, OddFacts());
  const TomlDocument read = ParseToml(contract);
  REQUIRE_FALSE(read.fault.has_value());
  const ParsedContract parsed = ParseContract("draft", contract);
  REQUIRE_MESSAGE(parsed.problems.empty(), Summary(parsed.problems));
  const TomlDocument binding = ParseToml(DraftBinding(parsed.contract, OddFacts()));
  CHECK_FALSE(binding.fault.has_value());
  CHECK(binding.root.members.size() == 1);  // [bind] and nothing smuggled in
}

TEST_CASE("a draft made where no Jira was asked binds all of its own contract") {
  const std::string toml = DraftContract({"a", {"hq", "field"}}, UsualFacts("P"));
  const ParsedContract parsed = ParseContract("draft", toml);
  REQUIRE_MESSAGE(parsed.problems.empty(), Summary(parsed.problems));
  const std::string binding = DraftBinding(parsed.contract, UsualFacts("P"));
  CHECK(binding.find("= \"\"") == std::string::npos);
  CHECK(binding.find("resolution = \"resolution\"") != std::string::npos);
}

TEST_CASE("how ended issues are closed is drafted where the contract asks for it") {
  const auto draft = [](const std::string& lifecycle, const std::string& statuses) {
    const std::string toml =
        "name = \"a\"\nsites = [\"x\", \"y\"]\n[types]\nb = {}\n[fields]\n"
        "[statuses]\nvalues = [" +
        statuses + "]\n[lifecycle]\n" + lifecycle;
    return DraftBinding(ParseContract("c", toml).contract, UsualFacts("P"));
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  CHECK_FALSE(has(draft("moved = \"delete\"\n", "\"closed\""), "[bind.lifecycle]"));
  CHECK(has(draft("moved = \"close\"\n", "\"open\", \"closed\""),
            "[bind.lifecycle]\nclose = \"closed\"  # guessed"));
  CHECK(has(draft("moved = \"close\"\n", "\"open\""), "# close = \"\""));
  CHECK(has(draft("archived = \"label\"\n", "\"open\""),
            "[bind.lifecycle]\nlabel = \"gone-at-peer\"\n"));
}

TEST_CASE("the shared name versions means fix versions unless both are shared") {
  const auto draft = [](const std::string& fields) {
    const std::string toml =
        "name = \"a\"\nsites = [\"x\", \"y\"]\n[types]\nb = {}\n[statuses]\nvalues = [\"o\"]\n" +
        fields;
    return DraftBinding(ParseContract("c", toml).contract, UsualFacts("P"));
  };
  CHECK(draft("[fields.versions]\nkind = \"set\"\n").find("versions = \"fixVersions\"") !=
        std::string::npos);
  const std::string both =
      draft("[fields.fixVersions]\nkind = \"set\"\n[fields.versions]\nkind = \"set\"\n");
  CHECK(both.find("fixVersions = \"fixVersions\"") != std::string::npos);
  CHECK(both.find("\nversions = \"versions\"") != std::string::npos);
}

}  // namespace
}  // namespace valise::test
