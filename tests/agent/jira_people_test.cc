// Who of the peer's people is who in this Jira, against a Jira that answers by script.
#include <algorithm>
#include <functional>
#include <tuple>

#include "agent/core/people.h"
#include "agent/jira_side.h"
#include "tests/config/doctest.h"

namespace valise {
namespace {

constexpr char kEmailKey[] = "a key of twenty-six octets!";

std::string UserJson(const std::string& name, const std::string& display_name,
                     const std::string& email = "", bool is_active = true) {
  return "{\"name\":\"" + name + "\",\"key\":\"" + name + "\",\"displayName\":\"" + display_name +
         "\",\"emailAddress\":\"" + email + "\",\"active\":" + (is_active ? "true" : "false") + "}";
}

using Reply = std::pair<int, std::string>;

// Answers at once, by the request's path.
struct ScriptedJira final : HttpPort {
  std::uint64_t Start(const HttpRequest& request) override {
    paths.push_back(request.path);
    HttpAnswer answer;
    answer.request = paths.size();
    std::tie(answer.response.status, answer.response.body) = reply(request.path);
    answer.response.headers = {{"content-type", "application/json"}};
    if (answer.response.status == 200) answer.response.headers["x-ausername"] = "valise";
    ready.push_back(answer);
    return answer.request;
  }
  std::vector<HttpAnswer> Collect(std::chrono::milliseconds) override {
    return std::exchange(ready, {});
  }
  std::size_t Count(const std::string& part) const {
    return static_cast<std::size_t>(std::count_if(
        paths.begin(), paths.end(),
        [&](const std::string& path) { return path.find(part) != std::string::npos; }));
  }

  std::function<Reply(const std::string& path)> reply;
  std::vector<std::string> paths;
  std::vector<HttpAnswer> ready;
};

struct PeopleCase {
  ScriptedJira jira;
  Terms terms;
  JiraSide side{jira, terms};
  std::vector<std::string> users;       // of /user/search, in its order
  std::vector<std::string> assignable;  // of /user/assignable/search
  std::map<std::string, Reply> single;  // of /user?username=, by name
  std::string fails;                    // paths with it answer 503

  PeopleCase() {
    terms.contract.sites = {"hq", "field"};
    terms.contract.email_key = kEmailKey;
    terms.binding.project = "PROJ";
    jira.reply = [this](const std::string& path) { return ReplyTo(path); };
  }

  void Contract(const std::string& alias, const std::string& name, const std::string& email = "") {
    terms.contract.people[alias] = name;
    if (!email.empty()) {
      terms.contract.people_emails[alias] = EmailDigest(kEmailKey, email).value();
    }
  }

  static bool Has(const std::string& path, const std::string& part) {
    return path.find(part) != std::string::npos;
  }
  static Reply Page(const std::vector<std::string>& all, const std::string& path) {
    const std::size_t at = path.find("startAt=");
    std::size_t index = at == std::string::npos ? 0 : std::stoul(path.substr(at + 8));
    std::string body;
    for (std::size_t count = 0; index < all.size() && count < 100; ++index, ++count) {
      body += (body.empty() ? "" : ",") + all[index];
    }
    return {200, "[" + body + "]"};
  }
  Reply ReplyTo(const std::string& path) {
    if (!fails.empty() && Has(path, fails)) return {503, "{}"};
    if (Has(path, "/myself")) {
      return {200, R"({"name":"valise","displayName":"Sync","timeZone":"UTC"})"};
    }
    if (Has(path, "/field")) return {200, "[]"};
    if (Has(path, "assignable")) return Page(assignable, path);
    if (Has(path, "user/search")) return Page(users, path);
    const auto found = single.find(path.substr(path.find('=') + 1));
    return found == single.end() ? Reply{404, R"({"errorMessages":["none"]})"} : found->second;
  }

  Result<void> Await(Task<Result<void>> task) {
    task.Start();
    while (!task.is_done()) REQUIRE(side.Deliver(std::chrono::milliseconds(0), 0) > 0);
    return task.await_resume();
  }
  Result<void> Connect() { return Await(side.Connect()); }
  Result<void> Find(std::vector<Value> people) { return Await(side.FindPeople(std::move(people))); }
  std::string Account(const std::string& alias) const {
    const auto found = terms.people.by_alias.find(alias);
    return found == terms.people.by_alias.end() ? "" : found->second;
  }
  void Fill(std::vector<std::string>& list, std::size_t count, const std::string& display_name) {
    for (std::size_t i = 0; i < count; ++i) {
      list.push_back(UserJson("filler" + std::to_string(list.size()), display_name));
    }
  }
};

TEST_CASE("an account that is switched off is nobody, and the next rule is asked") {
  PeopleCase c;
  c.terms.binding.people.match = {PersonMatch::kAlias, PersonMatch::kEmail, PersonMatch::kName};
  c.terms.binding.people.prefix = "ext-";
  c.Contract("jane", "Jane Doe", "jane@example.org");
  c.single["ext-jane"] = {200, UserJson("ext-jane", "Jane Doe", "", false)};
  c.users = {UserJson("old-jane", "Jane Doe", "jane@example.org", false)};
  SUBCASE("found by e-mail") {
    c.users.push_back(UserJson("jdoe", "Jane Doe", "jane@example.org"));
  }
  SUBCASE("found by e-mail among those who can be assigned") {
    c.assignable = {UserJson("gone", "J. Doe", "jane@example.org", false),
                    UserJson("jdoe", "J. Doe", "Jane@Example.org")};
  }
  SUBCASE("found by name") { c.users.push_back(UserJson("jdoe", "Jane Doe")); }
  REQUIRE(c.Connect().ok());
  CHECK(c.Account("jane") == "jdoe");
}

TEST_CASE("a colleague beyond the first page is found by e-mail") {
  PeopleCase c;
  c.terms.binding.people.match = {PersonMatch::kEmail};
  c.Contract("jane", "Jane Doe", "jane@example.org");
  c.Contract("joe", "Joe Doe", "joe@example.org");
  std::vector<std::string>* list = nullptr;
  SUBCASE("of those with that name") { list = &c.users; }
  SUBCASE("of those who can be assigned") { list = &c.assignable; }
  c.Fill(*list, 250, "Jane Doe");
  list->push_back(UserJson("jdoe", "Jane Doe", "jane@example.org"));
  REQUIRE(c.Connect().ok());
  CHECK(c.Account("jane") == "jdoe");
  CHECK(c.Account("joe").empty());
  CHECK(c.jira.Count("assignable") <= 3);  // once for both
}

TEST_CASE("only one who is known to be the only one of that name is taken") {
  PeopleCase c;
  c.terms.binding.people.match = {PersonMatch::kName};
  c.users = {UserJson("first", "Jane Doe")};
  std::string account;
  SUBCASE("one page") {
    c.Fill(c.users, 50, "Jane Doering");
    account = "first";
  }
  SUBCASE("several pages") {
    c.Fill(c.users, 250, "Jane Doering");
    account = "first";
  }
  SUBCASE("a second one on a later page") {
    c.Fill(c.users, 250, "Jane Doering");
    c.users.push_back(UserJson("second", "Jane Doe"));
  }
  SUBCASE("more than are looked at") { c.Fill(c.users, 2000, "Jane Doering"); }
  SUBCASE("pages that end at 100, as some versions of Jira do") {
    c.Fill(c.users, 99, "Jane Doering");
  }
  SUBCASE("a Jira that always shows its first page") {
    c.Fill(c.users, 150, "Jane Doering");
    c.jira.reply = [&](const std::string& path) {
      return c.ReplyTo(path.substr(0, path.find("&startAt")));
    };
  }
  REQUIRE(c.Find({{"Jane Doe", ""}}).ok());
  CHECK(c.terms.people.by_name.at("Jane Doe") == account);
  CHECK(c.jira.paths.size() <= 10);
}

// As people have a second account for administration, under the same address.
TEST_CASE("of two accounts with one address that of the contract's name is taken, else none") {
  PeopleCase c;
  c.terms.binding.people.match = {PersonMatch::kEmail};
  c.Contract("jane", "Jane Doe", "jane@example.org");
  std::string account;
  SUBCASE("one has the name") {
    c.users = {UserJson("jdoe-admin", "Jane Doe (admin)", "jane@example.org"),
               UserJson("jdoe", "Jane Doe", "jane@example.org")};
    account = "jdoe";
  }
  SUBCASE("both have it") {
    c.users = {UserJson("jdoe-admin", "Jane Doe", "jane@example.org"),
               UserJson("jdoe", "Jane Doe", "jane@example.org")};
  }
  SUBCASE("neither has it") {
    c.assignable = {UserJson("root", "Administrator", "jane@example.org"),
                    UserJson("jdoe", "J. Doe", "jane@example.org")};
  }
  REQUIRE(c.Connect().ok());
  CHECK(c.Account("jane") == account);
}

TEST_CASE("an account or a name that Jira always fails at counts as nobody in the end") {
  PeopleCase c;
  c.terms.binding.people.match = {PersonMatch::kName};
  c.single["odd"] = {500, "{}"};
  c.single["jdoe"] = {200, UserJson("jdoe", "Jane Doe")};
  c.fails = "Odd%20Name";
  for (int round = 0; round < 9; ++round) {
    CHECK_FALSE(c.Await(c.side.LearnPeople({"odd", "jdoe"})).ok());
    CHECK_FALSE(c.Find({{"Odd Name", ""}}).ok());
  }
  CHECK(c.Await(c.side.LearnPeople({"odd", "jdoe"})).ok());
  CHECK(c.side.directory().at("jdoe") == "Jane Doe");
  CHECK(c.Find({{"Odd Name", ""}}).ok());
  const std::size_t asked = c.jira.paths.size();
  CHECK(c.Await(c.side.LearnPeople({"odd"})).ok());
  CHECK(c.Find({{"Odd Name", ""}}).ok());
  CHECK(c.jira.paths.size() == asked);
}

TEST_CASE("nobody gets another one's alias by calling themselves so") {
  CHECK(ElementOfPerson({"Jane Doe", "jane"}) == "~jane");
  CHECK(ElementOfPerson({"~~jane", ""}) == "jane");
  CHECK(ElementOfPerson({"~", ""}) == "someone");
}

TEST_CASE("one change with thousands of people costs a bounded number of searches") {
  PeopleCase c;
  c.terms.binding.people.match = {PersonMatch::kName};
  c.users = {UserJson("jdoe", "Jane Doe")};
  REQUIRE(c.Find({{"Jane Doe", ""}}).ok());
  std::vector<Value> people;
  for (int i = 0; i < 10'000; ++i) people.push_back({"Nobody " + std::to_string(i), ""});
  REQUIRE(c.Find(people).ok());
  CHECK(c.jira.paths.size() == 101);
  // However often such changes come, what is remembered of them is bounded, and nobody forgets
  // who was found.
  for (int round = 0; round < 30; ++round) {
    people.erase(people.begin(), people.begin() + 100);
    REQUIRE(c.Find(people).ok());
  }
  CHECK(c.jira.paths.size() == 3101);
  CHECK(c.terms.people.by_name.size() <= 1001);
  CHECK(c.terms.people.by_name.at("Jane Doe") == "jdoe");
}

TEST_CASE("a person whom Jira fails to tell of keeps its own issues waiting, nothing else") {
  PeopleCase c;
  c.terms.binding.people.match = {PersonMatch::kAlias};
  c.terms.binding.people.prefix = "ext-";
  c.Contract("eve", "Eve Evans");
  c.Contract("jane", "Jane Doe");
  c.single["ext-jane"] = {200, UserJson("ext-jane", "Jane Doe")};
  c.single["ext-eve"] = {200, "{}"};  // JSON that is no user
  REQUIRE(c.Connect().ok());
  CHECK(c.side.is_connected());
  CHECK(c.Account("jane") == "ext-jane");
  CHECK(c.Account("eve").empty());
  CHECK(c.side.missed_people() == 1);
  CHECK(c.Find({{"Jane Doe", "jane"}}).ok());
  const Result<void> waits = c.Find({{"Eve Evans", "eve"}});
  REQUIRE_FALSE(waits.ok());
  CHECK(waits.error().recovery == Recovery::kRetryLater);
  SUBCASE("until it is told") {
    c.single["ext-eve"] = {200, UserJson("ext-eve", "Eve Evans")};
    REQUIRE(c.Await(c.side.FindMissedPeople()).ok());
    CHECK(c.side.missed_people() == 0);
    CHECK(c.Account("eve") == "ext-eve");
    CHECK(c.Find({{"Eve Evans", "eve"}}).ok());
  }
  SUBCASE("but not for ever: then it is nobody") {
    for (int poll = 0; poll < 10; ++poll) REQUIRE(c.Await(c.side.FindMissedPeople()).ok());
    CHECK(c.Find({{"Eve Evans", "eve"}}).ok());
    CHECK(c.side.missed_people() == 1);  // and still asked for
  }
}

TEST_CASE("a Jira that fails for everybody costs three searches a poll") {
  PeopleCase c;
  c.terms.binding.people.match = {PersonMatch::kAlias};
  c.terms.binding.people.prefix = "ext-";
  for (int i = 0; i < 50; ++i) c.Contract("alias" + std::to_string(i), "Somebody");
  c.fails = "ext-";
  REQUIRE(c.Connect().ok());
  CHECK(c.jira.Count("ext-") == 3);
  CHECK(c.side.missed_people() == 50);
  REQUIRE(c.Await(c.side.FindMissedPeople()).ok());
  CHECK(c.jira.Count("ext-") == 6);
  c.fails.clear();  // nobody is there, which is an answer
  REQUIRE(c.Await(c.side.FindMissedPeople()).ok());
  CHECK(c.side.missed_people() == 0);
}

TEST_CASE("a log-in that is gone, and a Jira that asks for peace, end the walk") {
  PeopleCase c;
  c.terms.binding.people.match = {PersonMatch::kAlias};
  c.terms.binding.people.prefix = "ext-";
  c.Contract("eve", "Eve Evans");
  c.Contract("jane", "Jane Doe");
  int status = 0;
  SUBCASE("401") { status = 401; }
  SUBCASE("429") { status = 429; }
  c.single["ext-eve"] = {status, "{}"};
  CHECK_FALSE(c.Connect().ok());
  CHECK_FALSE(c.side.is_connected());
  CHECK(c.jira.Count("ext-jane") == 0);
}

}  // namespace
}  // namespace valise
