#include "tests/store/support.h"

namespace valise {
namespace {

RegisterBase FullRegister() {
  RegisterBase base;
  base.agreed = Value{Octets(300), "detail"};
  base.version = {1'700'000'000'001, 1};
  base.own_newest = {1'700'000'000'002, 0};
  base.peer_newest = {1'700'000'000'003, 1};
  base.has_seen = true;
  base.seen = IdOf(99);
  base.is_pending = true;
  base.held = "VAL-HELD-SCREEN";
  base.is_override = true;
  base.flips = 4;
  return base;
}

ObjectBase CommentOf(std::uint8_t number, const char* author, bool is_ours, const char* jira_id) {
  ObjectBase comment;
  comment.origin.id = IdOf(number);
  comment.origin.author.name = author;
  comment.origin.author.alias = is_ours ? "alias" : "";
  comment.origin.created_ms = 1'600'000'000'004;
  comment.is_ours = is_ours;
  comment.jira_id = jira_id;
  return comment;
}

IssueBase FullIssue(std::uint8_t number) {
  IssueBase issue;
  issue.issue_id = IdOf(number);
  issue.origin = {1, "bug", IdOf(200), {"Ada", "ada"}, 1'600'000'000'000, "PROJ-1"};
  issue.state = IssueState::kMapped;
  issue.jira_id = std::to_string(10'000 + number);
  issue.jira_key = std::string("PROJ-").append(std::to_string(number));
  issue.jira_created_ms = 1'600'000'000'001;
  issue.jira_updated_ms = 1'600'000'000'002;
  issue.history_through = 77;
  issue.held = "VAL-HELD-CREATE";
  issue.out_epoch = 3;
  issue.out_sequence = 5;
  issue.in_epoch = {4, 0xffff'ffff'ffff'fff0};
  issue.in_sequence = 6;
  issue.jira_parts.bytes[3] = 9;
  issue.registers[Field("summary")] = FullRegister();
  issue.registers[Field("due")] = RegisterBase{};
  RegisterBase empty_value;
  empty_value.agreed = Value{};
  issue.registers[{RegisterKind::kElement, "labels", "x", {}}] = empty_value;
  issue.registers[{RegisterKind::kCommentText, "", "", IdOf(50)}] = FullRegister();
  issue.objects[IdOf(50)] = CommentOf(50, "Bob", false, "20001");
  issue.objects[IdOf(51)] = CommentOf(51, "Eve", true, "");
  return issue;
}

// Rows written by saving `issue`.
std::int64_t RowsWritten(Store& store, const IssueBase& issue) {
  std::int64_t before = store.rows_changed();
  Commit(store, [&] { store.SaveIssue(issue); });
  return store.rows_changed() - before;
}

TEST_CASE("an issue comes back whole") {
  auto store = InMemory();
  CHECK_FALSE(store->LoadIssue(IdOf(1)));
  IssueBase issue = FullIssue(1);
  Commit(*store, [&] { store->SaveIssue(issue); });
  auto loaded = store->LoadIssue(IdOf(1));
  REQUIRE(loaded);
  CHECK(*loaded == issue);
  CHECK_FALSE(loaded->registers[Field("due")].agreed);
  CHECK_FALSE(store->LoadIssue(IdOf(2)));
}

TEST_CASE("an issue of defaults comes back whole") {
  auto store = InMemory();
  IssueBase issue;
  issue.issue_id = IdOf(1);
  Commit(*store, [&] { store->SaveIssue(issue); });
  CHECK(store->LoadIssue(IdOf(1)) == issue);
}

TEST_CASE("saving writes only what differs") {
  auto store = InMemory();
  IssueBase issue = FullIssue(1);
  CHECK(RowsWritten(*store, issue) == 1 + 4 + 2);
  CHECK(RowsWritten(*store, issue) == 0);

  issue.registers[Field("summary")].flips = 5;
  CHECK(RowsWritten(*store, issue) == 1);
  issue.registers[Field("due")].agreed = Value{"2024-01-01", ""};
  issue.registers[Field("assignee")] = RegisterBase{};
  CHECK(RowsWritten(*store, issue) == 2);
  issue.registers.erase(Field("assignee"));
  issue.registers.erase(Field("summary"));
  CHECK(RowsWritten(*store, issue) == 2);
  issue.objects[IdOf(51)].jira_id = "20002";
  CHECK(RowsWritten(*store, issue) == 1);
  issue.objects.erase(IdOf(50));
  issue.jira_updated_ms += 1;
  CHECK(RowsWritten(*store, issue) == 2);
  CHECK(store->LoadIssue(IdOf(1)) == issue);
}

TEST_CASE("one object of an issue is read and saved without the others") {
  auto store = InMemory();
  IssueBase issue = FullIssue(1);
  Commit(*store, [&] { store->SaveIssue(issue); });
  const auto around = store->LoadIssueAround(IdOf(1), IdOf(50));
  REQUIRE(around);
  REQUIRE(around->objects.size() == 1);
  CHECK(around->objects.at(IdOf(50)) == issue.objects.at(IdOf(50)));
  std::size_t of_object = 0;
  for (const auto& [key, base] : issue.registers) {
    const bool is_its = key.object == IdOf(50);
    of_object += is_its ? 1U : 0U;
    CHECK(around->registers.contains(key) == is_its);
    if (is_its) CHECK(around->registers.at(key) == base);
  }
  CHECK(of_object > 0);
  CHECK_FALSE(store->LoadIssueAround(IdOf(2), IdOf(50)));

  IssueBase changed = *around;
  changed.objects[IdOf(50)].jira_id = "20009";
  issue.objects[IdOf(50)].jira_id = "20009";
  const std::int64_t before = store->rows_changed();
  Commit(*store, [&] { store->SaveIssue(changed, around); });
  CHECK(store->rows_changed() - before == 1);
  CHECK(store->LoadIssue(IdOf(1)) == issue);
}

TEST_CASE("every member of an issue and its parts makes a difference") {
  auto store = InMemory();
  IssueBase issue = FullIssue(1);
  Commit(*store, [&] { store->SaveIssue(issue); });
  auto differs_in_one_row = [&](auto change) {
    change(issue);
    CHECK(RowsWritten(*store, issue) == 1);
    CHECK(store->LoadIssue(IdOf(1)) == issue);
  };
  differs_in_one_row([](IssueBase& now) { now.origin.author.alias.push_back('2'); });
  differs_in_one_row([](IssueBase& now) { now.origin.parent = {}; });
  differs_in_one_row([](IssueBase& now) { now.origin.remote_key.clear(); });
  differs_in_one_row([](IssueBase& now) { now.state = IssueState::kFrozen; });
  differs_in_one_row([](IssueBase& now) { now.jira_id.push_back('1'); });
  differs_in_one_row([](IssueBase& now) { now.jira_key.push_back('1'); });
  differs_in_one_row([](IssueBase& now) { now.history_through = 78; });
  differs_in_one_row([](IssueBase& now) { now.held.clear(); });
  differs_in_one_row([](IssueBase& now) { now.out_sequence = 6; });
  differs_in_one_row([](IssueBase& now) { now.in_epoch.nonce = 1; });
  differs_in_one_row([](IssueBase& now) { now.in_sequence = 7; });
  differs_in_one_row([](IssueBase& now) { now.jira_parts.bytes[0] = 1; });
  auto summary = [](IssueBase& now) -> RegisterBase& { return now.registers[Field("summary")]; };
  differs_in_one_row([&](IssueBase& now) { summary(now).agreed->detail.clear(); });
  differs_in_one_row([&](IssueBase& now) { summary(now).agreed.reset(); });
  differs_in_one_row([&](IssueBase& now) { summary(now).version.site = 0; });
  differs_in_one_row([&](IssueBase& now) { summary(now).own_newest.at_ms = 1; });
  differs_in_one_row([&](IssueBase& now) { summary(now).peer_newest.at_ms = 1; });
  differs_in_one_row([&](IssueBase& now) { summary(now).has_seen = false; });
  differs_in_one_row([&](IssueBase& now) { summary(now).seen = {}; });
  differs_in_one_row([&](IssueBase& now) { summary(now).is_pending = false; });
  differs_in_one_row([&](IssueBase& now) { summary(now).held.clear(); });
  differs_in_one_row([&](IssueBase& now) { summary(now).is_override = false; });
  differs_in_one_row([](IssueBase& now) { now.objects[IdOf(50)].is_ours = true; });
  differs_in_one_row(
      [](IssueBase& now) { now.objects[IdOf(50)].origin.author.name.push_back('2'); });
  differs_in_one_row([](IssueBase& now) { now.objects[IdOf(50)].origin.created_ms = 1; });
}

TEST_CASE("issues are found by Jira id and key") {
  auto store = InMemory();
  IssueBase incoming;
  incoming.issue_id = IdOf(9);
  incoming.state = IssueState::kIncoming;
  Commit(*store, [&] {
    store->SaveIssue(FullIssue(2));
    store->SaveIssue(FullIssue(1));
    store->SaveIssue(incoming);
  });
  CHECK(store->IssueByJiraId("10001") == IdOf(1));
  CHECK(store->IssueByKey("PROJ-2") == IdOf(2));
  CHECK_FALSE(store->IssueByJiraId("10003"));
  CHECK_FALSE(store->IssueByJiraId(""));
  CHECK_FALSE(store->IssueByKey(""));
  CHECK(store->JiraIdOf(IdOf(1)) == "10001");
  CHECK_FALSE(store->JiraIdOf(IdOf(9)));
  CHECK_FALSE(store->JiraIdOf(IdOf(10)));
  CHECK(store->AllIssues() == std::vector<Id>{IdOf(1), IdOf(2), IdOf(9)});
  auto known = store->KnownByJiraId("10002");
  REQUIRE(known);
  CHECK(known->issue_id == IdOf(2));
  CHECK(known->jira_key == "PROJ-2");
  CHECK(known->jira_updated_ms == 1'600'000'000'002);
  CHECK(known->jira_parts == FullIssue(2).jira_parts);
  CHECK_FALSE(store->KnownByJiraId(""));
  CHECK(store->KnownIssues().size() == 2);
}

TEST_CASE("a Jira id that a restored Jira gave again means the issue that is not frozen") {
  auto store = InMemory();
  IssueBase frozen = FullIssue(1), living = FullIssue(2);
  frozen.state = IssueState::kFrozen;
  frozen.jira_created_ms = living.jira_created_ms + 1;
  living.jira_id = frozen.jira_id;
  living.jira_key = frozen.jira_key;
  Commit(*store, [&] {
    store->SaveIssue(frozen);
    store->SaveIssue(living);
  });
  CHECK(store->IssueByJiraId(frozen.jira_id) == IdOf(2));
  CHECK(store->IssueByKey(frozen.jira_key) == IdOf(2));
  CHECK(store->KnownByJiraId(frozen.jira_id)->issue_id == IdOf(2));
}

TEST_CASE("open registers are those that are pending or held") {
  auto store = InMemory();
  IssueBase issue;
  issue.issue_id = IdOf(1);
  issue.registers[Field("done")] = RegisterBase{};
  issue.registers[Field("held")].held = "VAL-HELD-VALUE";
  issue.registers[Field("held")].version = {5, 1};
  issue.registers[Field("pending")].is_pending = true;
  Commit(*store, [&] { store->SaveIssue(issue); });
  auto open = store->OpenRegisters();
  REQUIRE(open.size() == 2);
  CHECK(open[0].key == Field("held"));
  CHECK(open[0].held == "VAL-HELD-VALUE");
  CHECK(open[0].version == Version{5, 1});
  CHECK_FALSE(open[0].is_pending);
  CHECK(open[1].key == Field("pending"));
  CHECK(open[1].is_pending);
  CHECK(open[1].issue_id == IdOf(1));
}

TEST_CASE("elements are found over all issues: known names, and where they are shown") {
  auto store = InMemory();
  const Id shown = IdOf(90);
  const auto element = [](const char* name) {
    return RegisterKey{RegisterKind::kElement, "fixed", name, {}};
  };
  for (std::uint8_t number = 1; number <= 4; ++number) {
    IssueBase issue;
    issue.issue_id = IdOf(number);
    issue.jira_id = std::to_string(number);
    RegisterBase& reg = issue.registers[element("1.0")];
    reg.version = {5, 0};
    reg.seen = shown;
    issue.registers[element("unmapped")].seen = IdOf(91);
    if (number == 2) reg.seen = IdOf(91);             // agreed, and not shown
    if (number == 3) reg.is_pending = true;           // to be written
    if (number == 4) issue.held = "gone";
    Commit(*store, [&] { store->SaveIssue(issue); });
  }
  CHECK(store->ElementNames("fixed") == std::vector<std::string>{"1.0", "unmapped"});
  CHECK(store->ElementNames("labels").empty());
  CHECK(store->HasElement("fixed", "1.0"));
  CHECK_FALSE(store->HasElement("fixed", "unmapped"));  // nobody ever agreed on it
  CHECK_FALSE(store->HasElement("labels", "1.0"));
  CHECK(store->IssuesShowing("fixed", "1.0", shown) == std::vector<Id>{IdOf(1)});
}

}  // namespace
}  // namespace valise
