#include "agent/link.h"

#include <memory>

#undef CHECK  // in tests it is doctest's
#include <doctest/doctest.h>

namespace valise {
namespace {

Contract WithReference() {
  Contract contract;
  contract.fields["reference"].name = "reference";
  contract.fields["summary"].name = "summary";
  contract.fields["text"].kind = ValueKind::kText;
  return contract;
}

// The peer's issue, as its birth says.
IssueBase Born(std::uint8_t number, const std::string& reference) {
  IssueBase base;
  base.issue_id.bytes[0] = number;
  base.origin.remote_key = "HQ-" + std::to_string(number);
  base.registers[FieldKey("summary")].agreed = Value{"REF 9", ""};
  base.registers[FieldKey("text")].agreed = Value{"REF 9", ""};
  base.registers[FieldKey("reference")].agreed = Value{reference, ""};
  return base;
}

struct Desk {
  std::unique_ptr<Store> store = std::move(Store::OpenInMemory()).value();
  Contract contract = WithReference();

  Desk() { store->Begin(); }
  std::string FoundFor(const IssueBase& incoming) const {
    const auto link = LinkFor(*store, contract, incoming);
    return link ? link->jira_id : "";
  }
};

}  // namespace

TEST_CASE("a link by a field is taken by the first issue with that value, and by no second one") {
  Desk desk;
  const std::string target = FieldTarget("reference", "REF 1/ü");
  CHECK(target.find_first_of(" \n") == std::string::npos);
  REQUIRE(ObeyLink(*desk.store, LinkWords(target, {"500", Prefer::kOurs})).ok());
  CHECK(IsReserved(*desk.store, "500"));
  CHECK(WaitingLinks(*desk.store).size() == 1);
  CHECK(desk.FoundFor(Born(1, "REF 2")).empty());
  CHECK(desk.FoundFor(Born(1, "REF 1/ü")) == "500");
  CHECK_FALSE(LinkTwice(*desk.store, desk.contract, Born(1, "REF 1/ü")));
  TakeLink(*desk.store, "500");
  CHECK_FALSE(IsReserved(*desk.store, "500"));
  CHECK(WaitingLinks(*desk.store).empty());
  CHECK(desk.FoundFor(Born(2, "REF 1/ü")).empty());
  CHECK(LinkTwice(*desk.store, desk.contract, Born(2, "REF 1/ü")) == "reference");
  CHECK_FALSE(LinkTwice(*desk.store, desk.contract, Born(2, "REF 2")));
}

TEST_CASE("an id comes before a key, and a key before a value; long texts are no values") {
  Desk desk;
  const IssueBase incoming = Born(7, "REF 9");
  REQUIRE(EnterLink(*desk.store, FieldTarget("text", "REF 9"), {"1", {}}).ok());
  CHECK(desk.FoundFor(incoming).empty());
  REQUIRE(EnterLink(*desk.store, FieldTarget("reference", "REF 9"), {"2", {}}).ok());
  CHECK(desk.FoundFor(incoming) == "2");
  REQUIRE(EnterLink(*desk.store, "HQ-7", {"3", {}}).ok());
  CHECK(desk.FoundFor(incoming) == "3");
  REQUIRE(EnterLink(*desk.store, Text(incoming.issue_id), {"4", {}}).ok());
  CHECK(desk.FoundFor(incoming) == "4");
}

TEST_CASE("a link to an issue that is here and left out has it looked at again") {
  Desk desk;
  const IssueBase incoming = Born(7, "REF 9");
  desk.store->SaveIssue(incoming);
  REQUIRE(EnterLink(*desk.store, Text(incoming.issue_id), {"500", {}}).ok());
  const auto due = desk.store->DueWork(0, 10);
  REQUIRE(due.size() == 1);
  CHECK(due.front().issue_id == incoming.issue_id);
}

TEST_CASE("two issues do not wait for one value, and a forgotten one is looked at again") {
  Desk desk;
  const std::string target = FieldTarget("reference", "REF 1");
  REQUIRE(EnterLink(*desk.store, target, {"500", {}}).ok());
  CHECK(EnterLink(*desk.store, target, {"500", Prefer::kPeers}).ok());
  CHECK(EnterLink(*desk.store, target, {"501", {}}).error().code == "VAL-LINK-TAKEN");
  CHECK(EnterLink(*desk.store, "HQ-1", {"500", {}}).error().code == "VAL-LINK-TAKEN");
  REQUIRE(ObeyLink(*desk.store, LinkWords("", {"500", {}})).ok());
  CHECK_FALSE(IsReserved(*desk.store, "500"));
  CHECK_FALSE(LinkTwice(*desk.store, desk.contract, Born(1, "REF 1")));
  const auto due = desk.store->DueWork(0, 10);
  REQUIRE(due.size() == 1);
  CHECK(due.front().jira_id == "500");
}

}  // namespace valise
