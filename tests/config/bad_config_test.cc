// Every way to get a configuration wrong: its code, the line it names, and a word of the advice.
#include <algorithm>

#include "tests/config/doctest.h"
#include "tests/config/support.h"

namespace valise::test {
namespace {

struct Spoilt {
  const char* from;
  const char* to;
  const char* code;
  std::uint32_t line;
  const char* advice;
};

const Spoilt kSpoiltChannels[] = {
    {"name = \"hq\"", "nme = \"hq\"", "VAL-CONFIG-KEY", 3, "did you mean \"name\"?"},
    {"name = \"hq\"", "name = \"hg\"", "VAL-CONFIG-VALUE", 3, "did you mean \"hq\"?"},
    {"name = \"hq\"", "name = 7", "VAL-CONFIG-TYPE", 3, "must be a string, not a whole number"},
    {"name = \"hq\"", "", "VAL-CONFIG-MISSING", 2, "[site] name is missing"},
    {"name = \"hq\"", "name = \"\"", "VAL-CONFIG-VALUE", 3, "is empty"},
    {"name = \"hq\"", "name = \"hq", "VAL-CONFIG-SYNTAX", 3, ""},
    {"name = \"hq\"", "name = \"hq\"\nname = \"hq\"", "VAL-CONFIG-SYNTAX", 4, ""},
    {"[site]", "[sites]", "VAL-CONFIG-KEY", 2, "did you mean \"site\"?"},
    {"[site]", "[site]\ncontract = \"x.toml\"", "VAL-CONFIG-FILE", 3, "valise pair join"},
    {"state_dir = \"state\"", "state_dir = \"nowhere\"", "VAL-CONFIG-FILE", 4, "mkdir -m 700"},
    {"state_dir = \"state\"", "state_dir = [\"state\"]", "VAL-CONFIG-TYPE", 4, "not a list"},
    {"state_dir = \"state\"", "", "VAL-CONFIG-MISSING", 2, "state_dir is missing"},
    {"state_dir = \"state\"", "state_dir = \"token\"", "VAL-CONFIG-SECRET", 4, "not a folder"},
    {"https://jira.acme.example/jira/", "jira.acme.example", "VAL-CONFIG-VALUE", 6, "https://"},
    {"https://jira.acme.example/jira/", "https://me:pw@jira.example", "VAL-CONFIG-VALUE", 6,
     "user or password"},
    {"https://jira.acme.example/jira/", "https:///jira", "VAL-CONFIG-VALUE", 6, "no host"},
    {"https://jira.acme.example/jira/", "https://j/?os_username=x", "VAL-CONFIG-VALUE", 6, "?"},
    {"https://jira.acme.example/jira/", "https://j/a b", "VAL-CONFIG-VALUE", 6, "blanks"},
    {"url = ", "URL = ", "VAL-CONFIG-KEY", 6, "URL"},
    {"\"PROJ\"", "\"proj\"", "VAL-CONFIG-VALUE", 7, "project key"},
    {"\"PROJ\"", "\"\"", "VAL-CONFIG-VALUE", 7, "is empty"},
    {"token_file = \"token\"", "token_file = \"tokn\"", "VAL-CONFIG-FILE", 9, "create it"},
    {"token_file = \"token\"", "token = \"s3cret-canary\"", "VAL-CONFIG-KEY", 9, "token_file"},
    {"token_file = \"token\"", "", "VAL-CONFIG-MISSING", 5, "personal access token"},
    {"token_file = \"token\"", "user = \"me\"", "VAL-CONFIG-MISSING", 5, "password_file"},
    {"token_file = \"token\"", "password_file = \"token\"", "VAL-CONFIG-MISSING", 5, "user"},
    {"scope = ", "user = \"me\"\nscope = ", "VAL-CONFIG-VALUE", 8, "keep one"},
    {"scope = ", "ca_file = \"none.pem\"\nscope = ", "VAL-CONFIG-FILE", 8, "none.pem"},
    {"poll_every = \"5s\"", "poll_every = 5", "VAL-CONFIG-TYPE", 10, "with its unit"},
    {"poll_every = \"5s\"", "poll_every = \"5\"", "VAL-CONFIG-VALUE", 10, "with its unit"},
    {"poll_every = \"5s\"", "poll_every = \"0s\"", "VAL-CONFIG-VALUE", 10, "at least"},
    {"poll_every = \"5s\"", "poll_evry = \"5s\"", "VAL-CONFIG-KEY", 10, "poll_every"},
    {"requests_in_flight = 4", "requests_in_flight = 65", "VAL-CONFIG-VALUE", 11,
     "between 1 and 64"},
    {"requests_in_flight = 4", "requests_in_flight = \"4\"", "VAL-CONFIG-TYPE", 11, "whole number"},
    {"requests_in_flight = 4", "requests_in_flight = 4.5", "VAL-CONFIG-TYPE", 11, "fraction"},
    {"window = \"8MiB\"", "window = \"8\"", "VAL-CONFIG-VALUE", 14, "with its unit"},
    {"window = \"8MiB\"", "sealed_bytes_max = \"1GiB\"", "VAL-CONFIG-VALUE", 14, "64MiB"},
    {"window = \"8MiB\"", "resend_at_most = \"1s\"", "VAL-CONFIG-VALUE", 14, "shorter"},
    {"[carrier.folder]", "[carrier.folders]", "VAL-CONFIG-KEY", 15, "did you mean \"folder\"?"},
    {"inbox = \"in\"", "inbox = \"./out/\"", "VAL-CONFIG-VALUE", 17, "one folder"},
    {"inbox = \"in\"", "", "VAL-CONFIG-MISSING", 15, "inbox"},
    {"inbox = \"in\"", "inbox = \"in\"\nmarker = \"a/b\"", "VAL-CONFIG-VALUE", 18, "file name"},
    {"flips_max = 5", "flips_max = -1", "VAL-CONFIG-VALUE", 19, "between"},
    {"[sync]", "[[sync]]", "VAL-CONFIG-TYPE", 18, "must be a table"},
    {"bug = \"Bug\"", "bgu = \"Bug\"", "VAL-BINDING-TYPE", 21, "did you mean \"bug\"?"},
    {"bug = \"Bug\"", "bug = \"Step\"", "VAL-BINDING-AMBIGUOUS", 22, "bind it once"},
    {"bug = \"Bug\"", "bug = [\"Bug\", \"Bug\"]", "VAL-CONFIG-VALUE", 21, "stands twice"},
    {"bug = \"Bug\"", "bug = [\"Bug\", 3]", "VAL-CONFIG-TYPE", 21, "not a whole number"},
    {"bug = \"Bug\"", "bug = []", "VAL-CONFIG-VALUE", 21, "names nothing"},
    {"bug = \"Bug\"", "bug = \"\"", "VAL-CONFIG-VALUE", 21, "is empty"},
    {"open = [\"To Do\"", "opne = [\"To Do\"", "VAL-BINDING-STATUS", 24, "did you mean \"open\"?"},
    {"\"Reopened\"", "\"Done\"", "VAL-BINDING-AMBIGUOUS", 25, "already stands for \"open\""},
    {"status = \"Done\", ", "", "VAL-CONFIG-MISSING", 25, "local status"},
    {"resolution = \"Fixed\"", "resolutoin = \"Fixed\"", "VAL-CONFIG-KEY", 25, "resolution"},
    {"summary = \"summary\"", "sumary = \"summary\"", "VAL-BINDING-FIELD", 27, "\"summary\"?"},
    {"summary = \"summary\"", "summary = \"status\"", "VAL-BINDING-KIND", 27, "[bind.statuses]"},
    {"summary = \"summary\"", "summary = \"labels\"", "VAL-BINDING-KIND", 27, "is set"},
    {"summary = \"summary\"", "summary = \"duedate\"", "VAL-BINDING-KIND", 27, "is date"},
    {"summary = \"summary\"", "summary = 1", "VAL-CONFIG-TYPE", 27, "Jira field id"},
    {"due = \"duedate\"", "due = \"customfield_10201\"", "VAL-BINDING-AMBIGUOUS", 29,
     "bind it once"},
    {"field = \"customfield_10201\"", "", "VAL-CONFIG-MISSING", 29, "field is missing"},
    {"low = \"Minor\"", "lwo = \"Minor\"", "VAL-BINDING-VALUE", 31, "did you mean \"low\"?"},
    {"low = \"Minor\"", "low = \"Major\"", "VAL-BINDING-AMBIGUOUS", 31, "bind it once"},
    {"[bind.fields.severity]",
     "[bind.fields.labels]\nfield = \"labels\"\nvalue = {}\n"
     "[bind.fields.severity]",
     "VAL-CONFIG-KEY", 31, "did you mean \"values\"?"},
    {"due = \"duedate\"", "due = { field = \"duedate\", values = { a = \"b\" } }",
     "VAL-BINDING-KIND", 28, "no values to map"},
    {"jane = \"jdoe\"", "jnae = \"jdoe\"", "VAL-BINDING-USER", 34, "did you mean \"jane\"?"},
    {"jane = \"jdoe\"", "jane = \"j]doe\"", "VAL-CONFIG-VALUE", 34, "holds a ]"},
    {"jane = \"jdoe\"", "jane = \"j\\ndoe\"", "VAL-CONFIG-VALUE", 34, "control character"},
    {"blocks = \"Blocks\"", "block = \"Blocks\"", "VAL-BINDING-LINK", 36,
     "did you mean \"blocks\"?"},
    {"blocks = \"Blocks\"", "blocks = [\"Blocks\"]", "VAL-CONFIG-TYPE", 36, "a string"},
    {"blocks = \"Blocks\"", "blocks = \"\"", "VAL-CONFIG-VALUE", 36, "is empty"},
    {"blocks = \"Blocks\"", "blocks = \" Blocks\"", "VAL-CONFIG-VALUE", 36, "with a blank"},
    {"\"Relates to\"", "\"Blocks\"", "VAL-BINDING-AMBIGUOUS", 37, "bind it once"},
    {"worklogs = false", "worklog = false", "VAL-CONFIG-KEY", 39, "did you mean \"worklogs\"?"},
    {"attachments = false", "attachments = 1", "VAL-CONFIG-TYPE", 40, "true or false"},
    {"label = \"gone\"", "label = \"is gone\"", "VAL-CONFIG-VALUE", 42, "no blanks"},
    {"label = \"gone\"", "label = \"\"", "VAL-CONFIG-VALUE", 42, "one label"},
    {"close = \"done\"", "close = \"dne\"", "VAL-BINDING-STATUS", 43, "did you mean \"done\"?"},
    {"close = \"done\"", "closed = \"done\"", "VAL-CONFIG-KEY", 43, "did you mean \"close\"?"},
    {"done = { status = \"Done\", resolution = \"Fixed\" }\n", "", "VAL-BINDING-STATUS", 42,
     "bind it in [bind.statuses]"},
    {"at_once_max = 5", "at_once_max = -1", "VAL-CONFIG-VALUE", 44, "between 0 and"},
    {"summary = \"summary\"", "summary = \"issuelinks\"", "VAL-BINDING-KIND", 27, "[bind.links]"},
    {"[bind.types]\nbug = \"Bug\"\nsubtask = [\"Sub-task\", \"Step\"]", "", "VAL-BINDING-MISSING",
     36, "valise map suggest"},
};

const Spoilt kSpoiltContracts[] = {
    {"sites = [\"hq\", \"field\"]", "sites = [\"hq\"]", "VAL-CONFIG-VALUE", 3, "exactly two"},
    {"sites = [\"hq\", \"field\"]", "sites = [\"hq\", \"hq\"]", "VAL-CONFIG-VALUE", 3, "twice"},
    {"sites = [\"hq\", \"field\"]", "sites = \"hq\"", "VAL-CONFIG-TYPE", 3, "a list"},
    {"sites = [\"hq\", \"field\"]", "", "VAL-CONFIG-MISSING", 1, "name both sites"},
    {"version = 2", "version = 0", "VAL-CONFIG-VALUE", 2, "between 1"},
    {"version = 2", "version = 2026-01-01", "VAL-CONFIG-TYPE", 2, "a date or time"},
    {"bug = {}", "bug = \"Bug\"", "VAL-CONFIG-TYPE", 6, "bug = {}"},
    {"parent = true", "parnt = true", "VAL-CONFIG-KEY", 7, "did you mean \"parent\"?"},
    {"[statuses]", "[states]", "VAL-CONFIG-KEY", 8, ""},
    {"values = [\"open\", \"done\"]", "values = []", "VAL-CONFIG-MISSING", 8, "name the statuses"},
    {"kind = \"line\"", "kind = \"lin\"", "VAL-CONFIG-VALUE", 11, "did you mean \"line\"?"},
    {"kind = \"line\"", "kind = \"wibble\"", "VAL-CONFIG-VALUE", 11, "use one of line, text"},
    {"kind = \"line\"", "", "VAL-CONFIG-MISSING", 10, "kind is missing"},
    {"kind = \"line\"", "kind = \"line\"\nvalues = [\"a\"]", "VAL-CONFIG-VALUE", 12, "remove it"},
    {"values = [\"low\", \"high\"]", "", "VAL-CONFIG-MISSING", 12, "\"any\""},
    {"values = \"any\"", "values = \"all\"", "VAL-CONFIG-TYPE", 18, "\"any\""},
    {"conflict = \"hq\"", "conflict = \"hg\"", "VAL-CONFIG-VALUE", 15, "did you mean \"hq\"?"},
    {"from = \"field\"", "from = \"nobody\"", "VAL-CONFIG-VALUE", 21, "use one of hq, field, both"},
    {"from = \"field\"\n", "", "VAL-CONFIG-VALUE", 21, "needs a direction"},
    {"local_edits = \"list\"", "local_edits = \"keep\"", "VAL-CONFIG-VALUE", 22, "put-back"},
    {"[fields.labels]", "[fields.status]", "VAL-CONFIG-KEY", 23, "reserved"},
    {"visibility = \"all\"", "visibility = \"none\"", "VAL-CONFIG-VALUE", 27, "public-only"},
    {"jane = \"Jane Doe\"", "\"ja]ne\" = \"Jane Doe\"", "VAL-CONFIG-VALUE", 31, "holds a ]"},
    {"default = \"field\"", "default = \"oldest\"", "VAL-CONFIG-VALUE", 29, "newest"},
    {"[worklogs]", "[worklog]", "VAL-CONFIG-KEY", 32, "did you mean \"worklogs\"?"},
    {"[worklogs]", "[[worklogs]]", "VAL-CONFIG-TYPE", 32, "must be a table"},
    {"[worklogs]\nfrom = \"field\"", "[worklogs]\nfrom = \"feld\"", "VAL-CONFIG-VALUE", 33,
     "did you mean \"field\"?"},
    {"[worklogs]", "[worklogs]\nvisibilty = \"all\"", "VAL-CONFIG-KEY", 33,
     "did you mean \"visibility\"?"},
    {"all\"\n[attachments]", "al\"\n[attachments]", "VAL-CONFIG-VALUE", 34,
     "[worklogs] visibility must be \"public-only\" or \"all\"; did you mean \"all\"?"},
    {"\"2GiB\"", "2147483648", "VAL-CONFIG-TYPE", 37, "with its unit"},
    {"\"2GiB\"", "\"0B\"", "VAL-CONFIG-VALUE", 37, "between \"1B\" and \"16GiB\""},
    {"\"2GiB\"", "\"17GiB\"", "VAL-CONFIG-VALUE", 37, "between \"1B\" and \"16GiB\""},
    {"bytes_max", "byte_max", "VAL-CONFIG-KEY", 37, "did you mean \"bytes_max\"?"},
    {"[\"image/*\", \"text/plain\"]", "\"image/*\"", "VAL-CONFIG-TYPE", 38, "a list"},
    {"[\"image/*\", \"text/plain\"]", "[]", "VAL-CONFIG-VALUE", 38, "names nothing"},
    {"\"image/*\"", "\"image\"", "VAL-CONFIG-VALUE", 38, "\"image\" is no pattern of MIME types"},
    {"\"image/*\"", "\"/*\"", "VAL-CONFIG-VALUE", 38, "like \"image/*\""},
    {"\"image/*\"", "\"image/\"", "VAL-CONFIG-VALUE", 38, "like \"image/*\""},
    {"\"image/svg+xml\"", "\"a/b/c\"", "VAL-CONFIG-VALUE", 39, "types_refused"},
    {"\"text/plain\"", "\"text/plain; charset=x\"", "VAL-CONFIG-VALUE", 38, "MIME types"},
    {"\"*.exe\"", "\"*/x\"", "VAL-CONFIG-VALUE", 40, "no pattern of file names, like \"*.exe\""},
    {"\"*.exe\"", "\"a\\\\b\"", "VAL-CONFIG-VALUE", 40, "file names"},
    {"\"*.exe\"", "7", "VAL-CONFIG-TYPE", 40, "not a whole number"},
    {"[\"blocks\", \"relates\"]", "[]", "VAL-CONFIG-VALUE", 42, "remove [links]"},
    {"types = [\"blocks\", \"relates\"]\n", "", "VAL-CONFIG-MISSING", 41, "types = [\"blocks\""},
    {"\"relates\"", "\"blocks\"", "VAL-CONFIG-VALUE", 42, "stands twice"},
    {"\"relates\"]\nfrom = \"hq\"", "\"relates\"]\nfrom = \"newest\"", "VAL-CONFIG-VALUE", 43,
     "use one of hq, field, both"},
    {"deleted = \"close\"", "deleted = \"clos\"", "VAL-CONFIG-VALUE", 45,
     "\"close\" or \"delete\"; did you mean \"close\"?"},
    {"left_scope = ", "left-scope = ", "VAL-CONFIG-KEY", 48, "did you mean \"left_scope\"?"},
    {"archived = \"label\"", "archived = [\"label\"]", "VAL-CONFIG-TYPE", 47, "a string"},
};

void Expect(const std::vector<ConfigProblem>& problems, const Spoilt& spoilt) {
  const bool is_named =
      std::any_of(problems.begin(), problems.end(), [&](const ConfigProblem& problem) {
        return problem.code == spoilt.code && problem.line == spoilt.line &&
               problem.message.find(spoilt.advice) != std::string::npos;
      });
  const std::string gave = std::string(spoilt.to) + " gave " + Summary(problems);
  CHECK_MESSAGE(is_named, gave);
  for (const ConfigProblem& problem : problems) {
    CHECK(problem.message.find("canary") == std::string::npos);
  }
}

TEST_CASE("a spoilt channel.toml is refused with code, line and advice") {
  for (const Spoilt& spoilt : kSpoiltChannels) {
    const SoundSite site;
    site.folder.Write("channel.toml", Replaced(kChannel, spoilt.from, spoilt.to));
    Expect(site.Load().problems, spoilt);
  }
}

TEST_CASE("a spoilt contract.toml is refused with code, line and advice") {
  for (const Spoilt& spoilt : kSpoiltContracts) {
    Expect(ParseContract("contract.toml", Replaced(kContract, spoilt.from, spoilt.to)).problems,
           spoilt);
  }
}

TEST_CASE("a problem of the contract names the contract's file") {
  const SoundSite site;
  site.folder.Write("contract.toml", Replaced(kContract, "version = 2", "version = 0"));
  const LoadedConfig loaded = site.Load();
  REQUIRE(loaded.problems.size() == 1);
  CHECK(loaded.problems[0].file == site.folder.File("contract.toml"));
}

TEST_CASE("a missing configuration says what to type") {
  const LoadedConfig loaded = LoadConfig("/nonexistent/channel.toml");
  REQUIRE(loaded.problems.size() == 1);
  CHECK(loaded.problems[0].code == "VAL-CONFIG-FILE");
  CHECK(loaded.problems[0].message.find("valise init") != std::string::npos);
}

}  // namespace
}  // namespace valise::test
