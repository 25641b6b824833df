#include "agent/wishes.h"

#include <memory>

#undef CHECK  // in tests it is doctest's
#include <doctest/doctest.h>

namespace valise {
namespace {

Id IdOf(std::uint8_t number) {
  Id id;
  id.bytes[0] = number;
  return id;
}

const Wish kOne{FieldKey("severity"), {5, 0}, IdOf(3), Side::kPeer};
const Wish kOther{ElementKey("labels", "a b\nc"), {6, 1}, IdOf(4), Side::kHere};

}  // namespace

TEST_CASE("wishes survive their words, and words of others are refused") {
  const std::vector<Wish> wishes{kOne, kOther};
  const auto read = WishesOf(WishWords(IdOf(1), wishes));
  REQUIRE(read);
  CHECK(read->issue_id == IdOf(1));
  CHECK(read->all == wishes);
  for (const char* wrong : {"", "x", "x y", "AAAAAAAAAAAAAAAAAAAAAAAAAA AAAA"}) {
    CHECK_FALSE(WishesOf(wrong));
  }
}

TEST_CASE("wishes are kept until they are obeyed, and those that came meanwhile stay") {
  const auto store = std::move(Store::OpenInMemory()).value();
  IssueBase base;
  base.issue_id = IdOf(1);
  base.jira_id = "10001";
  store->Begin();
  CHECK_FALSE(KeepWishes(*store, WishWords(IdOf(1), {kOne})));  // not known here
  store->SaveIssue(base);
  const auto work = KeepWishes(*store, WishWords(IdOf(1), {kOne}));
  REQUIRE(work);
  CHECK(work->jira_id == "10001");
  const std::string read = KeptWishes(*store, IdOf(1));
  Wish later = kOne;
  later.side = Side::kHere;
  CHECK(KeepWishes(*store, WishWords(IdOf(1), {later, kOther})));
  CHECK(ParseKept(KeptWishes(*store, IdOf(1))) == std::vector<Wish>{later, kOther});
  ForgetWishes(*store, IdOf(1), read);
  CHECK(ParseKept(KeptWishes(*store, IdOf(1))) == std::vector<Wish>{later, kOther});
  ForgetWishes(*store, IdOf(1), KeptWishes(*store, IdOf(1)));
  CHECK(KeptWishes(*store, IdOf(1)).empty());
  CHECK(store->Commit().ok());
}

}  // namespace valise
