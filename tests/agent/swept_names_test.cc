#include "agent/swept_names.h"

#include "tests/agent/support.h"

namespace valise {
namespace {

using Names = std::set<std::string>;

// HQ's state and binding: "due" and "region" are HQ's alone, "points" is decided by FIELD.
struct Swept {
  Terms terms = TermsOf(kHq);
  std::unique_ptr<Store> store = std::move(Store::OpenInMemory()).value();

  Swept() {
    terms.binding.links = {{"blocks", "Blocks"}};
    Start();
  }
  void Start() {
    store->Begin();
    ForgetLostNames(*store, terms);
    REQUIRE(store->Commit().ok());
  }
  void Sweep() {
    store->Begin();
    NoteSwept(*store, terms);
    REQUIRE(store->Commit().ok());
  }
  Names New() const { return NamesToSweep(*store, terms); }
};

}  // namespace

TEST_CASE("what a state of a former version bound counts as looked at") {
  Swept swept;
  CHECK(swept.New().empty());
  const auto store = std::move(Store::OpenInMemory()).value();
  CHECK(NamesToSweep(*store, swept.terms).empty());
}

TEST_CASE("a field, a link type and comments that are bound late are new until a sweep is whole") {
  Swept swept;
  const Binding whole = swept.terms.binding;
  swept.terms.binding.fields.erase("points");
  swept.terms.binding.links = {{"blocks", "Prevents"}};
  swept.Start();
  CHECK(swept.New() == Names{"link type Prevents"});
  swept.terms.binding = whole;
  const Names all{SweptField("points"), "link type Blocks"};
  swept.Start();
  CHECK(swept.New() == all);
  swept.Start();  // and again, before any sweep
  CHECK(swept.New() == all);
  swept.Sweep();
  CHECK(swept.New().empty());
}

TEST_CASE("what was unbound for one start only is new") {
  Swept swept;
  const Binding whole = swept.terms.binding;
  swept.terms.binding.has_comments = false;
  swept.Start();
  CHECK(swept.New().empty());
  swept.terms.binding = whole;
  CHECK(swept.New() == Names{kSweptComments});
}

TEST_CASE("other words, another Jira field and what never leaves are nothing to look for") {
  Swept swept;
  swept.terms.binding.fields["severity"].values->to_local["high"] = {"Other"};
  swept.terms.binding.fields["points"].field = "customfield_99";
  CHECK(swept.New().empty());
  Terms field = TermsOf(kField);
  CHECK_FALSE(SweptNames(field).contains(SweptField("due")));
  CHECK(SweptNames(TermsOf(kHq)).contains(SweptField("due")));
}

}  // namespace valise
