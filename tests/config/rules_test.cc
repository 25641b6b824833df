// What a site does beyond translating: people, and later rules of the binding.
#include <algorithm>

#include "agent/core/people.h"
#include "tests/config/doctest.h"
#include "tests/config/support.h"

namespace valise::test {
namespace {

const std::string kEmailKey = "4ctqp2xw7sdtr3h6cv5n2ke7mdqa";

std::string DigestOf(const std::string& address) { return *EmailDigest(kEmailKey, address); }

// kContract with an e-mail digest, for jane.
std::string ContractWithEmail() {
  const std::string contract = Replaced(kContract, "share_keys = true",
                                        "share_keys = true\nemail_key = \"" + kEmailKey + "\"");
  return Replaced(contract, "jane = \"Jane Doe\"",
                  "jane = { name = \"Jane Doe\", email_digest = \"" +
                      DigestOf("jane@acme.example") + "\" }\nbob = \"Bob Brown\"");
}

LoadedConfig LoadWith(const std::string& contract, const std::string& appended) {
  const SoundSite site;
  site.folder.Write("contract.toml", contract);
  site.folder.Write("channel.toml", kChannel + appended);
  return site.Load();
}

bool IsNamed(const std::vector<ConfigProblem>& problems, const char* code, std::uint32_t line,
             const char* advice) {
  return std::any_of(problems.begin(), problems.end(), [&](const ConfigProblem& problem) {
    return problem.code == code && problem.line == line &&
           problem.message.find(advice) != std::string::npos;
  });
}

std::uint32_t LinesOf(const std::string& text) {
  return static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));
}

struct Appended {
  const char* text;
  const char* code;
  std::uint32_t line;  // within `text`, from 1
  const char* advice;
};

void ExpectOf(const std::string& contract, const Appended& bad) {
  const LoadedConfig loaded = LoadWith(contract, bad.text);
  const std::string gave = std::string(bad.text) + " gave " + Summary(loaded.problems);
  const std::uint32_t line = LinesOf(kChannel) + bad.line;
  CHECK_MESSAGE(IsNamed(loaded.problems, bad.code, line, bad.advice), gave);
}

TEST_CASE("people may be known by the digest of an e-mail address") {
  const LoadedConfig loaded = LoadWith(ContractWithEmail(),
                                       "[bind.people]\n"
                                       "match = [\"email\", \"alias\", \"name\"]\n"
                                       "prefix = \"ext-\"\n"
                                       "unknown = \"default\"\n"
                                       "default = \"nobody\"\n");
  REQUIRE_MESSAGE(loaded.problems.empty(), Summary(loaded.problems));
  const Contract& contract = loaded.config.contract;
  CHECK(contract.people.at("jane") == "Jane Doe");
  CHECK(contract.people.at("bob") == "Bob Brown");
  CHECK(contract.email_key == kEmailKey);
  CHECK(AliasOfEmail(contract, "Jane@ACME.example") == "jane");
  CHECK(contract.people_emails.size() == 1);
  const PeopleBinding& people = loaded.config.binding.people;
  CHECK(people.match ==
        std::vector<PersonMatch>{PersonMatch::kEmail, PersonMatch::kAlias, PersonMatch::kName});
  CHECK(people.prefix == "ext-");
  CHECK(people.unknown == UnknownPerson::kDefault);
  CHECK(people.default_user == "nobody");
}

TEST_CASE("without [bind.people] a person is found by alias, and an unknown one is held") {
  const LoadedConfig loaded = LoadWith(kContract, "");
  REQUIRE(loaded.problems.empty());
  CHECK(loaded.config.binding.people == PeopleBinding{});
  CHECK(loaded.config.binding.people.match == std::vector<PersonMatch>{PersonMatch::kAlias});
  CHECK(loaded.config.binding.people.unknown == UnknownPerson::kHold);
}

TEST_CASE("a spoilt [people] of the contract is refused with code, line and advice") {
  const std::string digest = DigestOf("jane@acme.example");
  const std::string row = "jane = { name = \"Jane Doe\", email_digest = \"" + digest + "\" }";
  struct Spoilt {
    std::string from, to;
    const char* code;
    std::uint32_t line;
    const char* advice;
  };
  const Spoilt kSpoilt[] = {
      {kEmailKey, "short", "VAL-CONFIG-VALUE", 5, "valise map digest --new-key"},
      {kEmailKey, std::string(65, 'a'), "VAL-CONFIG-VALUE", 5, "26 to 64"},
      {kEmailKey, "4ctqp2xw7sdtr3h6cv5n 2ke7mdqa", "VAL-CONFIG-VALUE", 5, "without blanks"},
      {"email_key = \"" + kEmailKey + "\"\n", "", "VAL-CONFIG-VALUE", 31, "needs email_key"},
      {digest, "jane@acme.example", "VAL-CONFIG-VALUE", 32, "an address never stands here"},
      {"bob = \"Bob Brown\"", "bob = { name = \"B\", email_digest = \"" + digest + "\" }",
       "VAL-CONFIG-VALUE", 33, "is that of \"jane\" already"},
      {"name = \"Jane Doe\", ", "", "VAL-CONFIG-MISSING", 32, "[people.jane] name is missing"},
      {"email_digest", "email", "VAL-CONFIG-KEY", 32, "[people.jane]"},
      {"bob = \"Bob Brown\"", "bob = { name = \" \" }", "VAL-CONFIG-VALUE", 33, "a blank"},
      {"bob = \"Bob Brown\"", "bob = 1", "VAL-CONFIG-TYPE", 33, "a string"},
      {row, "\"ja]ne\" = { name = \"x\" }", "VAL-CONFIG-VALUE", 32, "holds a ]"},
  };
  for (const Spoilt& spoilt : kSpoilt) {
    const auto problems =
        ParseContract("c", Replaced(ContractWithEmail(), spoilt.from, spoilt.to)).problems;
    const std::string gave = spoilt.to + " gave " + Summary(problems);
    CHECK_MESSAGE(IsNamed(problems, spoilt.code, spoilt.line, spoilt.advice), gave);
  }
}

TEST_CASE("a spoilt [bind.people] is refused with code, line and advice") {
  const Appended kBad[] = {
      {"[bind.people]\nmatch = [\"mail\"]\n", "VAL-CONFIG-VALUE", 2, "did you mean \"email\"?"},
      {"[bind.people]\nmatch = \"email\"\n", "VAL-CONFIG-TYPE", 2, "a list"},
      {"[bind.people]\nmatch = [\"name\", \"name\"]\n", "VAL-CONFIG-VALUE", 2, "twice"},
      {"[bind.people]\nmatch = []\n", "VAL-CONFIG-VALUE", 2, "names nothing"},
      {"[bind.people]\nprefix = \"x]\"\n", "VAL-CONFIG-VALUE", 2, "holds a ]"},
      {"[bind.people]\nprefix = \"\"\n", "VAL-CONFIG-VALUE", 2, "is empty"},
      {"[bind.people]\nunknown = \"drop\"\n", "VAL-CONFIG-VALUE", 2, "\"default\" or \"text\""},
      {"[bind.people]\nunknown = \"default\"\n", "VAL-CONFIG-MISSING", 1, "name the user"},
      {"[bind.people]\ndefault = \"x\"\n", "VAL-CONFIG-VALUE", 2, "says nothing here"},
      {"[bind.people]\nunknown = \"text\"\n", "VAL-CONFIG-MISSING", 1, "a Jira text field"},
      {"[bind.people]\nunknow = \"text\"\n", "VAL-CONFIG-KEY", 2, "did you mean \"unknown\"?"},
  };
  for (const Appended& bad : kBad) ExpectOf(ContractWithEmail(), bad);
  ExpectOf(kContract,
           {"[bind.people]\nmatch = [\"email\"]\n", "VAL-BINDING-USER", 2, "no email_digest"});
}

// kContract, with `more` in [fields.labels], on line 25.
std::string ContractWith(const std::string& more) {
  return Replaced(kContract, "[fields.labels]\nkind = \"set\"\n",
                  "[fields.labels]\nkind = \"set\"\n" + more + "\n");
}

TEST_CASE("a field may be of some types only, and share what versions hold") {
  const std::string more =
      "types = [\"bug\"]\nattributes = [\"released\", \"release-date\", \"archived\"]\n"
      "[fields.epic]\nkind = \"issue\"\n[fields.sprint]\nkind = \"sprint\"";
  const ParsedContract parsed = ParseContract("c", ContractWith(more));
  REQUIRE_MESSAGE(parsed.problems.empty(), Summary(parsed.problems));
  const FieldTerms& labels = *parsed.contract.Field("labels");
  CHECK(labels.IsOf("bug"));
  CHECK_FALSE(labels.IsOf("subtask"));
  CHECK(labels.attributes == std::set<VersionAttribute>{VersionAttribute::kReleased,
                                                        VersionAttribute::kReleaseDate,
                                                        VersionAttribute::kArchived});
  CHECK(parsed.contract.Field("epic")->kind == ValueKind::kIssue);
  CHECK(parsed.contract.Field("sprint")->kind == ValueKind::kSprint);
  CHECK(parsed.contract.Field("summary")->IsOf("subtask"));
  CHECK(parsed.contract.Field("summary")->attributes.empty());
}

TEST_CASE("spoilt types and attributes of a field are refused with code, line and advice") {
  const Appended kBad[] = {
      {"types = [\"bgu\"]", "VAL-CONFIG-VALUE", 25, "did you mean \"bug\"?"},
      {"types = [\"story\"]", "VAL-CONFIG-VALUE", 25, "use one of bug, subtask"},
      {"types = []", "VAL-CONFIG-VALUE", 25, "names nothing"},
      {"types = \"bug\"", "VAL-CONFIG-TYPE", 25, "a list"},
      {"attributes = [\"release\"]", "VAL-CONFIG-VALUE", 25, "did you mean \"released\"?"},
      {"attributes = []", "VAL-CONFIG-VALUE", 25, "names nothing"},
      {"attribute = []", "VAL-CONFIG-KEY", 25, "did you mean \"attributes\"?"},
      {"[fields.x]\nkind = \"line\"\nattributes = [\"released\"]", "VAL-CONFIG-VALUE", 27,
       "only a set"},
      {"[fields.x]\nkind = \"sprnt\"", "VAL-CONFIG-VALUE", 26, "did you mean \"sprint\"?"},
  };
  for (const Appended& bad : kBad) {
    const auto problems = ParseContract("c", ContractWith(bad.text)).problems;
    const std::string gave = std::string(bad.text) + " gave " + Summary(problems);
    CHECK_MESSAGE(IsNamed(problems, bad.code, bad.line, bad.advice), gave);
  }
}

TEST_CASE("values that are missing, templates, transition fields and defaults are read") {
  const SoundSite site;
  const std::string contract =
      Replaced(kContract, "[comments]",
               "[fields.parts]\nkind = \"set\"\n[fields.text]\nkind = \"text\"\n[comments]");
  std::string channel = Replaced(kChannel, "resolution = \"Fixed\" }",
                                 "resolution = \"Fixed\", fields = { customfield_7 = \"x\" } }");
  channel = Replaced(channel, "summary = \"summary\"\n",
                     "summary = { field = \"summary\", template = \"From {site}: {value}\" }\n"
                     "parts = { field = \"components\", missing = \"create\" }\n"
                     "text = { field = \"description\", template = \"{value}\\n({site})\" }\n");
  site.folder.Write("contract.toml", contract);
  site.folder.Write("channel.toml", channel + "[bind.defaults]\ncustomfield_8 = \"y\"\n");
  const LoadedConfig loaded = site.Load();
  REQUIRE_MESSAGE(loaded.problems.empty(), Summary(loaded.problems));
  const Binding& binding = loaded.config.binding;
  CHECK(binding.fields.at("summary").text_template == "From {site}: {value}");
  CHECK(binding.fields.at("text").text_template == "{value}\n({site})");
  CHECK(binding.fields.at("parts").missing == MissingValue::kCreate);
  CHECK(binding.fields.at("due").missing == MissingValue::kHold);
  CHECK(binding.statuses.at("done").fields.at("customfield_7") == "x");
  CHECK(binding.statuses.at("done").resolution == "Fixed");
  CHECK(binding.defaults == std::map<std::string, std::string>{{"customfield_8", "y"}});
}

TEST_CASE("a flag says which option of this Jira is ticked") {
  const auto problems = [](const std::string& bound) {
    const SoundSite site;
    site.folder.Write("contract.toml",
                      Replaced(kContract, "[comments]",
                               "[fields.blocked]\nkind = \"flag\"\n[comments]"));
    site.folder.Write("channel.toml", Replaced(kChannel, "summary = \"summary\"\n",
                                               "summary = \"summary\"\nblocked = " + bound + "\n"));
    return site.Load().problems;
  };
  CHECK(problems(R"({ field = "customfield_9", values = { true = "Impediment" } })").empty());
  CHECK(problems(R"({ field = "customfield_9", values = { true = ["A", "B"] } })").empty());
  for (const char* const bad : {R"("customfield_9")", R"({ field = "customfield_9" })"}) {
    CHECK(IsNamed(problems(bad), "VAL-BINDING-VALUE", 28, "add values = { true = \"OPTION\" }"));
  }
  const auto other = problems(R"({ field = "customfield_9", values = { yes = "Impediment" } })");
  CHECK(other.size() == 2);
  CHECK(Summary(other).find("\"yes\"") != std::string::npos);
}

TEST_CASE("one field of this Jira's versions shares their attributes, not two") {
  const auto problems = [](const std::string& second) {
    const SoundSite site;
    const char* const kSet = "kind = \"set\"\nattributes = [\"description\"]\n";
    site.folder.Write("contract.toml",
                      Replaced(kContract, "[comments]", std::string("[fields.fixed]\n") + kSet +
                                                            "[fields.other]\n" + kSet +
                                                            "[comments]"));
    site.folder.Write("channel.toml",
                      Replaced(kChannel, "summary = \"summary\"\n",
                               "summary = \"summary\"\nfixed = \"fixVersions\"\nother = \"" +
                                   second + "\"\n"));
    return site.Load().problems;
  };
  CHECK(problems("components").empty());
  const auto refused = problems("versions");
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].code == "VAL-BINDING-KIND");
  CHECK(refused[0].message.find("bind one of the two") != std::string::npos);
}

TEST_CASE("a spoilt rule of a field is refused with code, line and advice") {
  struct Spoilt {
    const char* from;
    const char* to;
    const char* code;
    std::uint32_t line;
    const char* advice;
  };
  const Spoilt kSpoilt[] = {
      {"due = \"duedate\"", "due = { field = \"duedate\", missing = \"create\" }",
       "VAL-BINDING-KIND", 28, "only fixVersions, versions and components"},
      {"due = \"duedate\"", "labels = { field = \"labels\", missing = \"hold\" }",
       "VAL-BINDING-KIND", 28, "only fixVersions, versions and components"},
      {"due = \"duedate\"", "labels = { field = \"components\", missing = \"make\" }",
       "VAL-CONFIG-VALUE", 28, "\"hold\", \"create\" or \"ignore\""},
      {"due = \"duedate\"", "due = { field = \"duedate\", template = \"{value}\" }",
       "VAL-BINDING-KIND", 28, "only line and text"},
      {"summary = \"summary\"", "summary = { field = \"summary\", template = \"{valu}\" }",
       "VAL-CONFIG-VALUE", 27, "holds no {value}"},
      {"summary = \"summary\"", "summary = { field = \"summary\", template = \"{value}\\nx\" }",
       "VAL-CONFIG-VALUE", 27, "more than one line"},
      {"summary = \"summary\"", "summary = \"votes\"", "VAL-BINDING-KIND", 27,
       "Jira counts \"votes\" by itself"},
      {"resolution = \"Fixed\"", "fields = { resolution = \"Fixed\" }", "VAL-CONFIG-KEY", 25,
       "stands beside status"},
      {"resolution = \"Fixed\"", "fields = { customfield_7 = 1 }", "VAL-CONFIG-TYPE", 25,
       "a string"},
      {"[bind.users]", "[bind.defaults]\nsummary = \"x\"\n[bind.users]", "VAL-BINDING-AMBIGUOUS",
       34, "bound already, as [bind.fields] summary"},
      {"[bind.users]", "[bind.defaults]\nstatus = \"x\"\n[bind.users]", "VAL-BINDING-KIND", 34,
       "[bind.statuses]"},
      {"[bind.users]", "[bind.defaults]\ncustomfield_8 = \"\"\n[bind.users]", "VAL-CONFIG-VALUE",
       34, "is empty"},
      {"[bind.users]", "[bind.people]\nunknown = \"text\"\ntext_field = \"duedate\"\n[bind.users]",
       "VAL-BINDING-AMBIGUOUS", 35, "name another field"},
  };
  for (const Spoilt& spoilt : kSpoilt) {
    const SoundSite site;
    site.folder.Write("channel.toml", Replaced(kChannel, spoilt.from, spoilt.to));
    const auto problems = site.Load().problems;
    const std::string gave = std::string(spoilt.to) + " gave " + Summary(problems);
    CHECK_MESSAGE(IsNamed(problems, spoilt.code, spoilt.line, spoilt.advice), gave);
  }
}

// kChannel writes comments and worklogs as flags; these say who sees what is written.
std::string ChannelWithVisibility() {
  return Replaced(kChannel, "worklogs = false\n",
                  "comments = { visibility = { role = \"Developers\" } }\n"
                  "worklogs = { visibility = { group = \"jira-users\" } }\n");
}

TEST_CASE("what is taken, and who sees what is written, is read") {
  const SoundSite site;
  site.folder.Write("channel.toml", ChannelWithVisibility() +
                                        "[bind.incoming]\n"
                                        "types = [\"bug\"]\n"
                                        "statuses = [\"open\"]\n"
                                        "fields = { severity = [\"high\"], priority = [\"P1\"] }\n"
                                        "[bind.remote_key]\n"
                                        "link = true\n"
                                        "url = \"https://jira.peer.example/browse/{key}\"\n"
                                        "field = \"customfield_10300\"\n"
                                        "[bind.security]\n"
                                        "default = \"Internal\"\n");
  const LoadedConfig loaded = site.Load();
  REQUIRE_MESSAGE(loaded.problems.empty(), Summary(loaded.problems));
  const Binding& binding = loaded.config.binding;
  CHECK(binding.has_comments);
  CHECK(binding.has_work_logs);
  CHECK(binding.comment_visibility == Visibility{Visibility::Kind::kRole, "Developers"});
  CHECK(binding.work_log_visibility == Visibility{Visibility::Kind::kGroup, "jira-users"});
  CHECK(binding.incoming ==
        IncomingConditions{{"bug"}, {"open"}, {{"priority", {"P1"}}, {"severity", {"high"}}}});
  CHECK_FALSE(binding.incoming.IsEmpty());
  CHECK(binding.remote_key ==
        RemoteKeyBinding{true, "https://jira.peer.example/browse/{key}", "customfield_10300"});
  CHECK(binding.security_level == "Internal");
}

TEST_CASE("without these tables all is taken and written for everybody") {
  const Binding binding = SoundSite().Load().config.binding;
  CHECK(binding.incoming.IsEmpty());
  CHECK(binding.comment_visibility == Visibility{});
  CHECK(binding.remote_key == RemoteKeyBinding{});
  CHECK(binding.security_level.empty());
}

TEST_CASE("spoilt conditions, keys and levels are refused with code, line and advice") {
  const Appended kBad[] = {
      {"[bind.incoming]\ntypes = [\"bgu\"]\n", "VAL-BINDING-TYPE", 2, "did you mean \"bug\"?"},
      {"[bind.incoming]\ntypes = []\n", "VAL-CONFIG-VALUE", 2, "names nothing"},
      {"[bind.incoming]\ntypes = \"bug\"\n", "VAL-CONFIG-TYPE", 2, "a list"},
      {"[bind.incoming]\nstatuses = [\"new\"]\n", "VAL-BINDING-STATUS", 2, "open, done"},
      {"[bind.incoming]\nstatus = [\"open\"]\n", "VAL-CONFIG-KEY", 2, "\"statuses\"?"},
      {"[bind.incoming.fields]\nseverty = [\"high\"]\n", "VAL-BINDING-FIELD", 2, "\"severity\"?"},
      {"[bind.incoming.fields]\nseverity = [\"hgh\"]\n", "VAL-BINDING-VALUE", 2, "\"high\"?"},
      {"[bind.incoming.fields]\nsummary = [\"x\"]\n", "VAL-BINDING-KIND", 2, "options and sets"},
      {"[bind.remote_key]\nlink = true\n", "VAL-CONFIG-MISSING", 1, "a link leads somewhere"},
      {"[bind.remote_key]\nurl = \"https://j/browse/\"\n", "VAL-CONFIG-VALUE", 2, "{key} once"},
      {"[bind.remote_key]\nurl = \"https://j/{key}/{key}\"\n", "VAL-CONFIG-VALUE", 2, "once"},
      {"[bind.remote_key]\nurl = \"javascript:{key}\"\n", "VAL-CONFIG-VALUE", 2, "https://"},
      {"[bind.remote_key]\nurl = \"https://j/a b{key}\"\n", "VAL-CONFIG-VALUE", 2, "https://"},
      {"[bind.remote_key]\nfield = \"duedate\"\n", "VAL-BINDING-AMBIGUOUS", 2, "bound already"},
      {"[bind.defaults]\na = \"x\"\n[bind.remote_key]\nfield = \"a\"\n", "VAL-BINDING-AMBIGUOUS", 4,
       "by [bind.defaults]"},
      {"[bind.people]\nunknown = \"text\"\ntext_field = \"a\"\n[bind.remote_key]\nfield = \"a\"\n",
       "VAL-BINDING-AMBIGUOUS", 5, "by [bind.people]"},
      {"[bind.remote_key]\nfield = \"\"\n", "VAL-CONFIG-VALUE", 2, "is empty"},
      {"[bind.security]\n", "VAL-CONFIG-MISSING", 1, "default is missing"},
      {"[bind.security]\ndefault = \"a\\tb\"\n", "VAL-CONFIG-VALUE", 2, "control character"},
  };
  for (const Appended& bad : kBad) ExpectOf(kContract, bad);
  ExpectOf(Replaced(kContract, "share_keys = true", "share_keys = false"),
           {"[bind.remote_key]\nfield = \"customfield_10300\"\n", "VAL-BINDING-MISSING", 1,
            "share_keys = true"});
}

TEST_CASE("a visibility names one role or one group") {
  const char* const kBad[] = {"{}",
                              "{ role = \"a\", group = \"b\" }",
                              "{ role = \"\" }",
                              "{ rol = \"a\" }",
                              "\"a\"",
                              "{ role = 1 }"};
  for (const char* bad : kBad) {
    const SoundSite site;
    site.folder.Write("channel.toml",
                      Replaced(ChannelWithVisibility(), "{ role = \"Developers\" }", bad));
    const auto problems = site.Load().problems;
    const bool is_refused = std::any_of(problems.begin(), problems.end(), [](const auto& problem) {
      return problem.line == 39 && problem.message.find("bind.comments") != std::string::npos;
    });
    CHECK_MESSAGE(is_refused, bad);
  }
}

}  // namespace
}  // namespace valise::test
