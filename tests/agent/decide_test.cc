#include "tests/agent/support.h"

namespace valise {
namespace {

const RegisterKey kSummary = FieldKey("summary");
const RegisterKey kReference = FieldKey("reference");  // rule: hq stands

RegisterBase Base(Version version, Version own_newest, Version peer_newest) {
  RegisterBase base;
  base.agreed = Text("agreed");
  base.version = version;
  base.own_newest = own_newest;
  base.peer_newest = peer_newest;
  return base;
}

struct Row {
  const char* what;
  RegisterBase base;
  Version incoming;
  Version seen;
  Decision wanted;
};

void Hold(std::uint32_t site, const RegisterKey& key, const std::vector<Row>& rows) {
  const Terms terms = TermsOf(site);
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Register incoming = Peers(key, row.incoming, Text("incoming"), row.seen);
    CHECK(Decide(terms, row.base, incoming) == row.wanted);
  }
}

}  // namespace

TEST_CASE("rule newest: the higher time, then the higher site stands") {
  Hold(kHq, kSummary,
       {{"a first value", {}, At(5, kField), {}, Decision::kStands},
        {"newer than ours", Base(At(4, kHq), At(4, kHq), {}), At(5, kField), {}, Decision::kStands},
        {"older than ours", Base(At(6, kHq), At(6, kHq), {}), At(5, kField), {}, Decision::kLoses},
        {"same time, higher site", Base(At(5, kHq), At(5, kHq), {}), At(5, kField), {},
         Decision::kStands},
        {"older, though it saw ours", Base(At(6, kHq), At(6, kHq), {}), At(5, kField), At(6, kHq),
         Decision::kLoses},
        {"next of the peer's", Base(At(5, kField), {}, At(5, kField)), At(6, kField), {},
         Decision::kStands}});
  Hold(kField, kSummary,
       {{"same time, lower site", Base(At(5, kField), At(5, kField), {}), At(5, kHq), {},
         Decision::kLoses}});
}

TEST_CASE("a version that is known, or older than one that is, is a no-op under each rule") {
  for (const char* field : {"summary", "reference", "points"}) {
    CAPTURE(field);
    Hold(kHq, FieldKey(field),
         {{"the same", Base(At(5, kField), {}, At(5, kField)), At(5, kField), {},
           Decision::kKnown},
          {"older", Base(At(5, kField), {}, At(5, kField)), At(4, kField), {}, Decision::kKnown},
          {"the same, ours stands since", Base(At(9, kHq), At(9, kHq), At(5, kField)),
           At(5, kField), At(9, kHq), Decision::kKnown}});
  }
}

TEST_CASE("rule site W at W: the other side stands only on W's newest version") {
  Hold(kHq, kReference,
       {{"W never had one", {}, At(5, kField), {}, Decision::kStands},
        {"made on W's newest", Base(At(4, kHq), At(4, kHq), {}), At(5, kField), At(4, kHq),
         Decision::kStands},
        {"made on W's newest, clock behind", Base(At(9, kHq), At(9, kHq), {}), At(5, kField),
         At(9, kHq), Decision::kStands},
        {"did not see W's newest", Base(At(4, kHq), At(4, kHq), {}), At(50, kField), At(3, kHq),
         Decision::kLoses},
        {"saw nothing of W", Base(At(4, kHq), At(4, kHq), {}), At(50, kField), {},
         Decision::kLoses},
        {"second edit on the same version of W",
         Base(At(5, kField), At(4, kHq), At(5, kField)), At(6, kField), At(4, kHq),
         Decision::kStands}});
}

TEST_CASE("rule site W at the other side: W stands whatever the clocks say") {
  Hold(kField, kReference,
       {{"newer", Base(At(4, kField), At(4, kField), {}), At(5, kHq), {}, Decision::kStands},
        {"older", Base(At(9, kField), At(9, kField), {}), At(5, kHq), {}, Decision::kStands},
        {"saw nothing", Base(At(9, kField), At(9, kField), At(2, kHq)), At(3, kHq), {},
         Decision::kStands}});
}

TEST_CASE("one-way: the owner always stands, the other side is refused") {
  Hold(kField, FieldKey("due"),
       {{"owner, older than a local value", Base(At(9, kField), At(9, kField), {}), At(5, kHq), {},
         Decision::kStands},
        {"owner, known", Base(At(5, kHq), {}, At(5, kHq)), At(5, kHq), {}, Decision::kKnown}});
  Hold(kHq, FieldKey("due"),
       {{"wrong side", {}, At(5, kField), {}, Decision::kRefused},
        {"wrong side, on the owner's newest", Base(At(4, kHq), At(4, kHq), {}), At(5, kField),
         At(4, kHq), Decision::kRefused}});
}

TEST_CASE("one-way comments: those of the wrong side are refused") {
  Terms terms = TermsOf(kHq);
  terms.contract.comments_from.owner = kHq;
  for (const RegisterKey& key : {CommentTextKey(IdOf(7)), CommentPresenceKey(IdOf(7))}) {
    CHECK(Decide(terms, {}, Peers(key, At(5, kField), Text("x"))) == Decision::kRefused);
  }
  terms.own_site = kField;
  terms.peer_site = kHq;
  CHECK(Decide(terms, {}, Peers(CommentTextKey(IdOf(7)), At(5, kHq), Text("x"))) ==
        Decision::kStands);
}

TEST_CASE("deletion wins over presence, whoever made it and whenever") {
  const Terms terms = TermsOf(kHq);
  const RegisterKey key = CommentPresenceKey(IdOf(7));
  RegisterBase present = Base(At(9, kHq), At(9, kHq), {});
  RegisterBase gone = present;
  gone.agreed.reset();
  CHECK(Decide(terms, present, Peers(key, At(5, kField), std::nullopt)) == Decision::kStands);
  CHECK(Decide(terms, present, Peers(key, At(50, kField), std::nullopt)) == Decision::kStands);
  CHECK(Decide(terms, gone, Peers(key, At(50, kField), Value{})) == Decision::kKnown);
  CHECK(Decide(terms, {}, Peers(key, At(5, kField), Value{})) == Decision::kStands);
  // Both deleted: the version still moves up, so that both sides end with the same one.
  CHECK(Decide(terms, gone, Peers(key, At(5, kField), std::nullopt)) == Decision::kKnown);
  CHECK(Decide(terms, gone, Peers(key, At(50, kField), std::nullopt)) == Decision::kStands);
}

TEST_CASE("each element of a set is decided for itself") {
  const Terms terms = TermsOf(kHq);
  RegisterBase removed = Base(At(9, kHq), At(9, kHq), {});
  removed.agreed.reset();
  CHECK(Decide(terms, removed, Peers(ElementKey("labels", "a"), At(5, kField), Value{})) ==
        Decision::kLoses);
  CHECK(Decide(terms, {}, Peers(ElementKey("labels", "b"), At(5, kField), Value{})) ==
        Decision::kStands);
}

}  // namespace valise
