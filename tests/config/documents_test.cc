// The reference in deploy/OPERATING.md: its example is sound, and it names every word there is.
#include <algorithm>
#include <set>

#include "agent/config/toml_tree.h"
#include "tests/config/doctest.h"
#include "tests/config/support.h"

namespace valise::test {
namespace {

std::string Operating() { return ReadAll(std::string(VALISE_SOURCE_DIR) + "/deploy/OPERATING.md"); }

// The block that follows "<!-- name -->"; empty: there is none.
std::string ExampleOf(const std::string& name) {
  const std::string text = Operating(), start = "<!-- " + name + " -->\n```toml\n";
  const std::size_t at = text.find(start);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + start.size();
  return text.substr(begin, text.find("```", begin) - begin);
}

std::string Shipped(const char* name) {
  return ReadAll(std::string(VALISE_SOURCE_DIR) + "/deploy/" + name);
}

// Tables whose keys are the site's own names, no words of valise.
bool HasFreeKeys(const std::string& path) {
  static const std::set<std::string> kFree{"types",
                                           "fields",
                                           "people",
                                           "bind.types",
                                           "bind.statuses",
                                           "bind.fields",
                                           "bind.links",
                                           "bind.users",
                                           "bind.defaults",
                                           "bind.incoming.fields",
                                           "bind.fields.*.values",
                                           "bind.statuses.*.fields"};
  return kFree.contains(path);
}

void CollectWords(const TomlNode& table, const std::string& path, std::set<std::string>& words) {
  for (const TomlNode::Member& member : table.members) {
    const bool is_free = HasFreeKeys(path);
    const std::string name = is_free ? "*" : member.key;
    const std::string below = path.empty() ? name : path + "." + name;
    const bool is_table = member.value.kind == TomlNode::Kind::kTable;
    if (!is_free && !is_table) words.insert(member.key);
    if (is_table) CollectWords(member.value, below, words);
  }
}

std::set<std::string> WordsOf(const std::string& toml, const std::string& table) {
  const TomlDocument document = ParseToml(toml);
  REQUIRE_FALSE(document.fault.has_value());
  std::set<std::string> words;
  if (table.empty()) {
    CollectWords(document.root, "", words);
  } else {
    const TomlNode::Member* member = document.root.Find(table);
    REQUIRE(member != nullptr);
    CollectWords(member->value, table, words);
  }
  return words;
}

TEST_CASE("every reason that the lists explain stands in the page") {
  const std::string code = ReadAll(std::string(VALISE_SOURCE_DIR) + "/agent/cli/reasons.cc");
  const std::string page = Operating();
  const std::string holds = page.substr(page.find("## Holds and retry"));
  const std::string tables = holds.substr(0, holds.find("## When a name"));
  const std::string start = "\n    {\"";
  std::size_t count = 0;
  for (std::size_t at = code.find(start); at != std::string::npos; at = code.find(start, at + 1)) {
    const std::size_t begin = at + start.size();
    const std::string reason = code.substr(begin, code.find('"', begin) - begin);
    INFO("reason " << reason);
    const bool is_there = tables.find("`" + reason + "`") != std::string::npos ||
                          tables.find("`" + reason + ":") != std::string::npos;
    CHECK(is_there);
    ++count;
  }
  CHECK(count > 60);
}

TEST_CASE("the example of the reference is sound") {
  const SoundSite site;
  const std::string contract = ExampleOf("contract.toml"), channel = ExampleOf("channel.toml");
  REQUIRE_FALSE(contract.empty());
  REQUIRE_FALSE(channel.empty());
  site.folder.Write("contract.toml", contract);
  site.folder.Write("channel.toml", channel);
  site.folder.Write("jira-token", "x\n");
  const LoadedConfig loaded = site.Load();
  REQUIRE_MESSAGE(loaded.problems.empty(), Summary(loaded.problems));
  CHECK(loaded.config.site == "field");
  CHECK(loaded.config.binding.people.unknown == UnknownPerson::kText);
}

TEST_CASE("the reference and its example hold every word that the shipped examples and tests use") {
  const std::string text = Operating();
  std::set<std::string> words = WordsOf(ExampleOf("contract.toml"), "");
  const std::set<std::string> in_example = words;
  words.merge(WordsOf(kContract, ""));
  words.merge(WordsOf(Shipped("contract.example.toml"), ""));
  for (const std::string& word : words) {
    CHECK_MESSAGE(in_example.contains(word), word);
    CHECK_MESSAGE(text.find("`" + word) != std::string::npos, word);
  }
  std::set<std::string> bound = WordsOf(ExampleOf("channel.toml"), "bind");
  bound.merge(WordsOf(kChannel, "bind"));
  bound.merge(WordsOf(Shipped("channel.example.toml"), "bind"));
  for (const std::string& word : bound) {
    CHECK_MESSAGE(text.find("`" + word) != std::string::npos, word);
  }
}

}  // namespace
}  // namespace valise::test
