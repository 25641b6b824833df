// Which contract is in force, which one waits, and which may follow which.
#include "agent/core/contract_book.h"

#include "tests/agent/support.h"

namespace valise {
namespace {

KnownContract Row(std::uint8_t name, std::uint32_t version, ContractState state,
                  std::uint32_t site) {
  KnownContract row;
  row.digest.bytes.fill(name);
  row.version = version;
  row.state = state;
  row.site = site;
  return row;
}

constexpr auto kAgreed = ContractState::kAgreed;
constexpr auto kProposed = ContractState::kProposed;
constexpr auto kRejected = ContractState::kRejected;

TEST_CASE("the agreed one of the highest version is in force, whatever the order of rows") {
  CHECK(ContractBook().InForce() == nullptr);
  CHECK(ContractBook().Pending() == nullptr);
  const ContractBook book({Row(2, 2, kAgreed, 1), Row(1, 1, kAgreed, 0), Row(3, 3, kRejected, 0)});
  CHECK(book.InForce()->version == 2);
  CHECK(book.Pending() == nullptr);
  CHECK(book.Agreed().size() == 2);
  CHECK(book.Agreed().front() == book.InForce()->digest);
}

TEST_CASE("of two proposals that of the site named first waits; the other comes up after it") {
  const KnownContract first = Row(1, 1, kAgreed, 0);
  KnownContract hq = Row(2, 2, kProposed, kHq);
  const KnownContract field = Row(3, 2, kProposed, kField);
  CHECK(ContractBook({first, field, hq}).Pending()->site == kHq);
  hq.is_asked_back = true;  // not before the other site rejected it: it may have accepted
  CHECK(ContractBook({first, field, hq}).Pending()->site == kHq);
  hq.state = kRejected;
  CHECK(ContractBook({first, field, hq}).Pending()->site == kField);
  hq.state = kAgreed;  // then the other one's number is taken
  CHECK(ContractBook({first, field, hq}).Pending() == nullptr);
}

TEST_CASE("what came to nothing is forgotten from the oldest on, and nothing else is") {
  const auto at = [](KnownContract row, std::int64_t at_ms) {
    row.at_ms = at_ms;
    return row;
  };
  const ContractBook book({Row(1, 1, kAgreed, kField), Row(2, 2, kAgreed, kHq),
                           at(Row(3, 2, kProposed, kField), 30),  // overtaken
                           at(Row(4, 3, kRejected, kField), 10),
                           at(Row(5, 3, kRejected, kField), 20),
                           at(Row(6, 3, kProposed, kField), 5),  // open
                           at(Row(7, 3, kRejected, kHq), 1)});
  CHECK(book.OpenOf(kField)->version == 3);
  CHECK(book.OpenOf(kHq) == nullptr);
  CHECK(book.SpentOf(kField, 3).empty());
  CHECK(book.SpentOf(kField, 2) == std::vector<Digest>{Row(4, 3, kRejected, kField).digest});
  CHECK(book.SpentOf(kField, 0).size() == 3);
  CHECK(book.SpentOf(kHq, 0) == std::vector<Digest>{Row(7, 3, kRejected, kHq).digest});
}

Contract Next(const Contract& before) {
  Contract next = before;
  ++next.version;
  return next;
}

std::string Why(const Contract& before, const Contract& next) {
  const auto why_not = WhyNotNext({&before}, next);
  REQUIRE(why_not.size() <= 1);
  return why_not.empty() ? "" : why_not.front();
}

TEST_CASE("a contract may grow, and lose whole fields") {
  const Contract before = TermsOf(kHq).contract;
  Contract next = Next(before);
  CHECK(Why(before, next).empty());
  next.fields["new"].kind = ValueKind::kUrl;
  next.fields.erase("notes");
  next.statuses.push_back("reviewed");
  next.types["epic"] = {};
  next.people["jane"] = "Jane Doe";
  if (!next.fields["severity"].values.empty()) next.fields["severity"].values.push_back("huge");
  CHECK(Why(before, next).empty());
}

TEST_CASE("registers that no field of the contract names are not taken for those of a lost field") {
  Contract contract;
  contract.sites = {"hq", "field"};
  contract.fields["fixed"].name = "fixed";
  for (const char* kept : {"type", "status", "parent", "lifecycle", "fixed", "fixed.released"}) {
    CHECK_MESSAGE(contract.HasRegistersOf(kept), kept);
  }
  CHECK_FALSE(contract.HasRegistersOf("key:hq"));  // keys are not shared
  contract.shares_keys = true;
  CHECK(contract.HasRegistersOf("key:hq"));
  CHECK_FALSE(contract.HasRegistersOf("gone"));
  CHECK_FALSE(contract.HasRegistersOf("gone.released"));
}

TEST_CASE("what a name means never changes") {
  const Contract before = TermsOf(kHq).contract;
  const auto refused = [&](auto change) {
    Contract next = Next(before);
    change(next);
    return Why(before, next);
  };
  CHECK(refused([](Contract& c) { c.fields["summary"].kind = ValueKind::kText; }) ==
        "field summary has another kind; give it another name");
  CHECK(refused([](Contract& c) { c.fields["summary"].from.owner = 0; }) ==
        "field summary has another direction; give it another name");
  CHECK(refused([](Contract& c) { c.fields["summary"].conflict = ConflictRule{1}; }) ==
        "the conflict rule of summary is another");
  CHECK(refused([](Contract& c) { c.fields["summary"].types = {"bug"}; }) ==
        "field summary is of other types; give it another name");
  CHECK(refused([](Contract& c) { c.has_comments = false; }) == "[comments] is gone");
  CHECK(refused([](Contract& c) { c.comments_from.owner = 0; }) ==
        "[comments] has another direction");
  CHECK(refused([](Contract& c) { c.types.erase(c.types.begin()); }).ends_with("is gone"));
  CHECK(refused([](Contract& c) { c.version += 1; }).starts_with("version must be"));
  CHECK(refused([](Contract& c) { std::swap(c.sites[0], c.sites[1]); }).starts_with("the sites"));
}

TEST_CASE("a field that was away comes back as what it was") {
  const Contract first = TermsOf(kHq).contract;
  Contract second = Next(first);
  second.fields.erase("notes");
  Contract third = Next(second);
  third.fields["notes"] = first.fields.at("notes");
  CHECK(WhyNotNext({&first, &second}, third).empty());
  third.fields["notes"].kind = ValueKind::kNumber;
  CHECK(WhyNotNext({&first, &second}, third) ==
        std::vector<std::string>{"field notes has another kind; give it another name"});
}

}  // namespace
}  // namespace valise
