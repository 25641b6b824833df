#include "tests/store/support.h"

namespace valise {
namespace {

constexpr char kField[] = "key:field";

IssueBase WithKeys(std::uint8_t number, const std::string& here, const std::string& peers) {
  IssueBase issue;
  issue.issue_id = IdOf(number);
  issue.jira_id = here.empty() ? "" : std::to_string(number);
  issue.jira_key = here;
  if (!peers.empty()) issue.registers[Field(kField)].agreed = Value{peers, ""};
  issue.registers[Field("summary")].agreed = Value{peers, ""};
  return issue;
}

}  // namespace

TEST_CASE("an issue is known by its key at the peer once it has one here") {
  auto store = InMemory();
  Commit(*store, [&] {
    store->SaveIssue(WithKeys(1, "HQ-1", "FIELD-7"));
    store->SaveIssue(WithKeys(2, "", "FIELD-8"));
    store->SaveIssue(WithKeys(3, "HQ-3", ""));
  });
  CHECK(store->KeyHereOf(kField, "FIELD-7") == "HQ-1");
  CHECK_FALSE(store->KeyHereOf(kField, "FIELD-8"));
  CHECK_FALSE(store->KeyHereOf(kField, "HQ-3"));
  CHECK_FALSE(store->KeyHereOf("key:hq", "FIELD-7"));
  CHECK_FALSE(store->KeyHereOf(kField, ""));
  Commit(*store, [&] { store->SaveIssue(WithKeys(2, "HQ-2", "FIELD-8")); });
  CHECK(store->KeyHereOf(kField, "FIELD-8") == "HQ-2");
  Commit(*store, [&] { store->SaveIssue(WithKeys(1, "HQ-1", "OTHER-1")); });  // it was moved there
  CHECK_FALSE(store->KeyHereOf(kField, "FIELD-7"));
}

TEST_CASE("of two issues with one key the one that has not ended is meant") {
  auto store = InMemory();
  IssueBase ended = WithKeys(1, "HQ-1", "FIELD-7");
  ended.state = IssueState::kFrozen;
  Commit(*store, [&] {
    store->SaveIssue(ended);
    store->SaveIssue(WithKeys(2, "HQ-2", "FIELD-7"));
  });
  CHECK(store->KeyHereOf(kField, "FIELD-7") == "HQ-2");
}

TEST_CASE("awaited keys are replaced as a whole and found from either end") {
  auto store = InMemory();
  Commit(*store, [&] {
    store->SaveIssue(WithKeys(1, "HQ-1", ""));
    store->SaveIssue(WithKeys(2, "HQ-2", ""));
    store->PutAwaitedKeys(IdOf(1), {"FIELD-7", "FIELD-8"});
    store->PutAwaitedKeys(IdOf(2), {"FIELD-7"});
  });
  CHECK(store->IssuesAwaiting("FIELD-7") == std::vector<Id>{IdOf(1), IdOf(2)});
  CHECK(store->AwaitedKeys(IdOf(1)) == std::set<std::string>{"FIELD-7", "FIELD-8"});
  Commit(*store, [&] { store->PutAwaitedKeys(IdOf(1), {"FIELD-8", "FIELD-9"}); });
  CHECK(store->IssuesAwaiting("FIELD-7") == std::vector<Id>{IdOf(2)});
  CHECK(store->AwaitedKeys(IdOf(1)) == std::set<std::string>{"FIELD-8", "FIELD-9"});
  const std::int64_t before = store->rows_changed();
  Commit(*store, [&] { store->PutAwaitedKeys(IdOf(1), {"FIELD-8", "FIELD-9"}); });
  CHECK(store->rows_changed() == before);
  Commit(*store, [&] { store->PutAwaitedKeys(IdOf(1), {}); });
  CHECK(store->AwaitedKeys(IdOf(1)).empty());
}

}  // namespace valise
