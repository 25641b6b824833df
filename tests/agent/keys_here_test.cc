#include "agent/keys_here.h"

#include "agent/core/remote_key.h"
#include "tests/agent/support.h"

namespace valise {
namespace {

// HQ's side: an issue of both Jiras, FIELD-7 there, whose description names it and another one.
struct Keys {
  Terms terms = TermsOf(kHq);
  std::unique_ptr<Store> store = std::move(Store::OpenInMemory()).value();
  IssueBase own = Issue(1, "HQ-1", "FIELD-7");
  IssueBase other = Issue(2, "HQ-2", "FIELD-8");

  Keys() {
    terms.contract.shares_keys = true;
    terms.binding.project = "HQ";
    own.registers[FieldKey("description")].agreed =
        Text("see [FIELD-7|valise-key:1], [FIELD-8|valise-key:1] and [FIELD-9|valise-key:1]");
    Save(own);
    Save(other);
  }
  IssueBase Issue(std::uint8_t number, const std::string& here, const std::string& peers) const {
    IssueBase issue;
    issue.issue_id = IdOf(number);
    issue.state = IssueState::kMapped;
    issue.jira_id = std::to_string(number);
    issue.jira_key = here;
    issue.registers[FieldKey(KeyFieldOf(terms.contract, kField))].agreed = Text(peers);
    return issue;
  }
  void Save(const IssueBase& issue) {
    store->Begin();
    store->SaveIssue(issue);
    REQUIRE(store->Commit().ok());
  }
  PeerKeys Here() const { return KeysHere(terms, *store, own); }
};

}  // namespace

TEST_CASE("the peer's keys that a text names, as far as they are here") {
  CHECK(Keys().Here() == PeerKeys{{"FIELD-7", "HQ-1"}, {"FIELD-8", "HQ-2"}});
}

TEST_CASE("a key of another project of this Jira is none: it would leave with the text") {
  Keys keys;
  keys.Save(keys.Issue(2, "OTHER-5", "FIELD-8"));
  CHECK(keys.Here() == PeerKeys{{"FIELD-7", "HQ-1"}});
}

// It was written by its former key, which the read after the write no longer knew: listed as
// altered by Jira, and no later key of the text was rewritten. Simulation, seed 1671.
TEST_CASE("an issue that names itself is known by the key it has in this round") {
  Keys keys;
  SUBCASE("it went to another project and back, and has a new one") {
    keys.own.jira_key = "HQ-3";
    CHECK(keys.Here() == PeerKeys{{"FIELD-7", "HQ-3"}, {"FIELD-8", "HQ-2"}});
  }
  SUBCASE("it is in another project now") {
    keys.own.jira_key = "OTHER-1";
    CHECK(keys.Here() == PeerKeys{{"FIELD-8", "HQ-2"}});
  }
  SUBCASE("its key at the peer came with this round's changes") {
    keys.own.registers[FieldKey(KeyFieldOf(keys.terms.contract, kField))].agreed = Text("FIELD-9");
    CHECK(keys.Here().at("FIELD-9") == "HQ-1");
  }
  SUBCASE("it has ended, and another issue has its key at the peer") {
    keys.Save(keys.Issue(3, "HQ-4", "FIELD-7"));
    keys.own.state = IssueState::kFrozen;
    keys.Save(keys.own);
    CHECK(keys.Here().at("FIELD-7") == "HQ-4");
  }
}

}  // namespace valise
