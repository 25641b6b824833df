#include "agent/core/key_text.h"

#include "agent/core/key_places.h"
#include "agent/core/objects.h"
#include "agent/core/text.h"
#include "tests/agent/support.h"

namespace valise {
namespace {

Terms KeysOf(std::uint32_t site, const std::string& project = "") {
  Terms terms = TermsOf(site);
  terms.contract.shares_keys = true;
  terms.binding.project = !project.empty() ? project : site == kHq ? "HQ" : "FIELD";
  return terms;
}

// With each key that stands free in brackets.
std::string Marked(const std::string& line) {
  std::string out;
  std::size_t at = 0;
  for (const KeyPlace& place : FreeKeys(line, "HQ")) {
    out += line.substr(at, place.at - at) + "<" + line.substr(place.at, place.length) + ">";
    at = place.at + place.length;
  }
  return out + line.substr(at);
}

const PeerKeys kHere = {{"HQ-12", "FIELD-7"}, {"HQ-13", "FIELD-8"}};

}  // namespace

TEST_CASE("keys that stand free in a line") {
  for (const char* marked :
       {"<HQ-12>", "see <HQ-12>.", "(<HQ-12>)", "<HQ-12>, <HQ-13> and <HQ-14>", "<HQ-12>: done",
        "fixed by <HQ-12>!", "is it <HQ-12>?", "*<HQ-12>* _<HQ-12>_ -<HQ-12>- +<HQ-12>+",
        "{{<HQ-12>}} {color:red}<HQ-12>{color}", "|<HQ-12>|open|", "||<HQ-12>||", "* <HQ-12>",
        "[<HQ-12>] [title|<HQ-12>] [<HQ-12>|http://h/]", "\"<HQ-12>\" '<HQ-12>' „<HQ-12>“",
        "«<HQ-12>»",
        "<HQ-12> – <HQ-13>→<HQ-14>", "<HQ-12>- and -<HQ-13>", "key=<HQ-12>;<HQ-13>",
        "<HQ-123456789012>", "a\n<HQ-12>\nb <HQ-13>", "wow! <HQ-12> is great!", "<HQ-12>...",
        "{code}<HQ-12>{code}"}) {
    std::string line = marked;
    std::erase_if(line, [](char c) { return c == '<' || c == '>'; });
    CAPTURE(line);
    CHECK(Marked(line) == marked);
  }
}

TEST_CASE("keys that are part of something else stay what they are") {
  for (const char* line :
       {"https://x/browse/HQ-12", "https://x/HQ-12?a=HQ-13&b=HQ-14", "[title|https://x/a,HQ-12]",
        "(see https://x/a=HQ-12)", "ftp://h:HQ-12", "HQ-12://", "HQ-12.png", "[^HQ-12.txt]",
        "[^HQ-12]", "[^a HQ-12 b.txt]", "[title|^a HQ-12 b.txt]", "!HQ-12.png!",
        "!a HQ-12 b.png|width=9!", "XHQ-12", "HQ-12X", "HQ-12-3", "X-HQ-12", "A_HQ-12", "HQ-12_b",
        "HQ2-12", "hq-12", "Hq-12", "HQ-012", "HQ-0", "HQ-", "HQ -12", "HQ-1234567890123",
        "HQ-12@h.example", "a@HQ-12", "[~HQ-12]", "[~a HQ-12]", "C:\\HQ-12", "\\HQ-12", "HQ-12/a",
        "a/HQ-12", "a.HQ-12", "#HQ-12", "HQ-12#b", "$HQ-12", "ÄHQ-12", "HQ-12ß", "HQ-12字"}) {
    CAPTURE(line);
    CHECK(Marked(line) == line);
  }
  CHECK(FreeKeys("-12", "").empty());
}

TEST_CASE("own keys leave as tokens, where the contract shares keys") {
  Terms terms = KeysOf(kHq);
  CHECK(TextToShared("see HQ-12.", terms, {}) == "see [HQ-12|valise-key:0].");
  CHECK(TextToShared("ask [~bbrown] of HQ-12", terms, {}) == "ask [~bob] of [HQ-12|valise-key:0]");
  CHECK(LineToShared("HQ-12 again", std::nullopt, terms, {}) == "[HQ-12|valise-key:0] again");
  CHECK(TextToShared("FIELD-7", terms, {}) == "FIELD-7");  // the peer's word for it
  terms.contract.shares_keys = false;
  CHECK(TextToShared("see HQ-12.", terms, {}) == "see HQ-12.");
  CHECK(LineToShared("HQ-12 again", std::nullopt, terms, {}) == "HQ-12 again");
}

TEST_CASE("tokens become the key here, else the word; what only looks like one stays") {
  const Terms terms = KeysOf(kField);
  const struct {
    const char* shared;
    const char* local;
  } rows[] = {
      {"see [HQ-12|valise-key:0].", "see FIELD-7."},
      {"[HQ-99|valise-key:0] [FIELD-3|valise-key:1]", "HQ-99 FIELD-3"},
      {"[ELSE-1|valise-key:1]", "ELSE-1"},
      {"[title|[HQ-12|valise-key:0]]", "[title|FIELD-7]"},
      {"[HQ-12|valise-key:2] [HQ-12|valise-key:00] [HQ-12|valise-key:]",
       "[HQ-12|valise-key:2] [HQ-12|valise-key:00] [HQ-12|valise-key:]"},
      {"[HQ-012|valise-key:0] [hq-1|valise-key:0] [HQ|valise-key:0]",
       "[HQ-012|valise-key:0] [hq-1|valise-key:0] [HQ|valise-key:0]"},
      {"[a b|valise-key:0] [|valise-key:0] [HQ-1234567890123|valise-key:0]",
       "[a b|valise-key:0] [|valise-key:0] [HQ-1234567890123|valise-key:0]"},
      {"[HQ-12|valise-\nkey:0]", "[HQ-12|valise-\nkey:0]"},
      // What is left is none either.
      {"[[HQ-12|valise-key:0]|valise-key:1]", "FIELD-7"},
      {"!http://[HQ-12|width=9!|valise-key:0]", "http://FIELD-7"},
      {"[~[HQ-12|valise-key:0]]", "@FIELD-7"},
      {"{h[TML-1|valise-key:0]}", "\\{hTML-1}"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.shared);
    CHECK(TextToLocal(row.shared, terms, kHere) == row.local);
    CHECK(TextToLocal(row.local, terms, kHere) == row.local);
  }
  const std::string line = "[HQ-12|valise-key:0]: [HQ-99|valise-key:0]";
  CHECK(LineToLocal(line, terms, kHere) == "FIELD-7: HQ-99");
}

TEST_CASE("a hundred thousand tokens in one another are taken apart at once") {
  std::string text;
  for (int depth = 0; depth < 100'000; ++depth) text += '[';
  text += "HQ-12";
  for (int depth = 0; depth < 100'000; ++depth) text += "|valise-key:0]";
  CHECK(TextToLocal(text, KeysOf(kField), {}) == "HQ-12");
  CHECK(TextToLocal(std::string(900'000, ']'), KeysOf(kField), {}).size() == 900'000);
}

TEST_CASE("where both projects have one key, a word of the peer's links no issue of this Jira") {
  const Terms terms = KeysOf(kField, "HQ");
  const PeerKeys here = {{"HQ-12", "HQ-70"}};
  const std::string shared = "[HQ-12|valise-key:0] [HQ-13|valise-key:0] [HQ-12|valise-key:1]";
  CHECK(TextToLocal(shared, terms, here) == "HQ-70 HQ\u201113 HQ-12");
  for (const std::string shown : {"HQ-70 HQ\u201113 HQ-12", "HQ\u201112 HQ\u201113 HQ-12"}) {
    CHECK(TextToSharedKeeping(shown, shared, terms, {}, here) == shared);
  }
  // This site's HQ-12 in place of the peer's is an edit.
  CHECK(TextToSharedKeeping("HQ-12 HQ\u201113 HQ-12", shared, terms, {}, here) ==
        "[HQ-12|valise-key:1] HQ\u201113 [HQ-12|valise-key:1]");
}

TEST_CASE("a line keeps its tokens, whichever of them are rewritten yet") {
  const Terms terms = KeysOf(kField);
  const std::string agreed = "first\nsee [HQ-12|valise-key:0] and [HQ-13|valise-key:0]";
  for (const char* shown : {"see HQ-12 and HQ-13", "see FIELD-7 and HQ-13",
                            "see FIELD-7 and FIELD-8"}) {
    CAPTURE(shown);
    CHECK(TextToSharedKeeping(std::string("changed\n") + shown, agreed, terms, {}, kHere) ==
          "changed\nsee [HQ-12|valise-key:0] and [HQ-13|valise-key:0]");
    CHECK(LineToShared(shown, Text(agreed.substr(6)), terms, kHere) == agreed.substr(6));
  }
  CHECK(TextToSharedKeeping("first\nsee FIELD-7", agreed, terms, {}, kHere) ==
        "first\nsee [FIELD-7|valise-key:1]");
  CHECK(TextToLocalKeeping(agreed, "first\nsee HQ-12 and HQ-13", terms, {}, kHere) ==
        "first\nsee FIELD-7 and FIELD-8");
}

TEST_CASE("keys that would bring a text over the limit stay words, all of them") {
  const Terms terms = KeysOf(kField);
  const std::string token = "[HQ-12|valise-key:0]";
  const PeerKeys longer = {{"HQ-12", "FIELD-1234"}};
  CHECK(LineToLocal(token + std::string(245, 'x'), terms, longer) ==
        "FIELD-1234" + std::string(245, 'x'));
  CHECK(LineToLocal(token + std::string(246, 'x'), terms, longer) ==
        "HQ-12" + std::string(246, 'x'));
  const std::string text(30'985, 'x');
  const std::string fits = token + "\n" + text + "xxxx", over = fits + "x";
  CHECK(TextToLocal(fits, terms, longer) == "FIELD-1234\n" + text + "xxxx");
  CHECK(TextToLocal(over, terms, longer) == "HQ-12\n" + text + "xxxxx");
  CHECK(TextToLocalKeeping(over, "HQ-12\n", terms, {}, longer) == "HQ-12\n" + text + "xxxxx");
  CHECK(TextToSharedKeeping("HQ-12\n" + text + "xxxxx", over, terms, {}, longer) == over);
  // Java counts what is beyond the first plane twice.
  std::string signs;
  for (int sign = 0; sign < 123; ++sign) signs += "😀";
  CHECK(LineToLocal(token + signs, terms, longer) == "HQ-12" + signs);
}

TEST_CASE("fields, comments and work logs have their keys rewritten") {
  const Terms terms = KeysOf(kField);
  const Value agreed = Text("see [HQ-12|valise-key:0]");
  for (const char* name : {"summary", "description"}) {
    const FieldBinding& binding = terms.binding.fields.at(name);
    CHECK(ToLocalField(terms, binding, agreed, kHq, kHere) == Local({"see FIELD-7"}));
    for (const char* shown : {"see FIELD-7", "see HQ-12"}) {
      CHECK(ToSharedField(terms, binding, Local({shown}), agreed, {}, kHere).shared == agreed);
    }
  }
  for (const ObjectKind kind : {ObjectKind::kComment, ObjectKind::kWorkLog}) {
    ObjectBase object;
    object.origin.kind = kind;
    object.is_ours = false;
    LocalObject shown;
    shown.kind = kind;
    shown.body = ObjectBody(terms, object, agreed, kHere);
    CHECK(shown.body.ends_with("\nsee FIELD-7"));
    CHECK(ObjectToShared(terms, object, shown, agreed, {}, kHere)->text == agreed.text);
  }
}

TEST_CASE("a new issue has its keys rewritten, in its fields and in its comments") {
  const Terms terms = KeysOf(kField);
  const Value agreed = Text("see [HQ-12|valise-key:0]");
  const Version at = At(5, kHq);
  Change change = ChangeOf({Peers(FieldKey("summary"), at, agreed),
                            Peers(CommentPresenceKey(IdOf(9)), at, Value{}),
                            Peers(CommentTextKey(IdOf(9)), at, agreed)});
  change.created = IssueOrigin{kHq, "bug", {}, {}, 1, ""};
  change.objects.push_back({IdOf(9), {"Zoe", ""}, 77});
  Neighbours neighbours;
  neighbours.peer_keys = kHere;
  const IssueBase base = Merge(terms, IncomingBase(change), change).base;
  const Plan plan = PlanCreate(terms, base, "To Do", neighbours);
  REQUIRE(plan.writes.size() == 2);
  CHECK(plan.writes[0].fields.at("summary") == Local({"see FIELD-7"}));
  CHECK(plan.writes[1].body.ends_with("\nsee FIELD-7"));
}

TEST_CASE("the peer's keys that an issue's texts name, no more than may be looked up") {
  Terms terms = KeysOf(kField);
  IssueBase base;
  base.registers[FieldKey("summary")].agreed = Text("[HQ-1|valise-key:0] [FIELD-2|valise-key:1]");
  base.registers[CommentTextKey(IdOf(1))].agreed = Text("[HQ-3|valise-key:0]");
  base.registers[FieldKey("severity")].agreed = Text("[HQ-4|valise-key:0]");
  CHECK(PeerKeysOf(terms, base) == std::set<std::string>{"HQ-1", "HQ-3"});
  std::string many;
  for (int key = 1; key < 2'000; ++key) many += "[HQ-" + std::to_string(key) + "|valise-key:0]";
  base.registers[FieldKey("description")].agreed = Text(many);
  CHECK(PeerKeysOf(terms, base).size() == kKeysOfIssueMax);
}

TEST_CASE("rewritten are texts that show what is agreed; what a person did, or is held, is not") {
  const Terms terms = KeysOf(kField);
  IssueBase base;
  RegisterBase& text = base.registers[FieldKey("description")];
  text.agreed = Text("see [HQ-12|valise-key:0]");
  text.version = At(5, kHq);
  LocalView view;
  view[FieldKey("description")].shared = text.agreed;
  const std::vector<RegisterKey> all = {FieldKey("description")};
  CHECK(TextsToRewrite(terms, base, view, {"HQ-12"}) == all);
  CHECK(TextsToRewrite(terms, base, view, {"HQ-13"}).empty());
  for (const auto spoil : {+[](RegisterBase& one) { one.is_pending = true; },
                           +[](RegisterBase& one) { one.is_override = true; },
                           +[](RegisterBase& one) { one.held = "refused"; },
                           +[](RegisterBase& one) { one.agreed.reset(); }}) {
    IssueBase other = base;
    spoil(other.registers[FieldKey("description")]);
    CHECK(TextsToRewrite(terms, other, view, {"HQ-12"}).empty());
  }
  view[FieldKey("description")].shared = Text("see something else");
  CHECK(TextsToRewrite(terms, base, view, {"HQ-12"}).empty());
}

// FIELD-7 was the copy of HQ-12, went to another project and came back as FIELD-30. The line that
// named it had its other word for ever: nothing of it looked agreed.
TEST_CASE("a word beside the key of an issue that moved away and back is rewritten, too") {
  const Terms terms = KeysOf(kField);
  const RegisterKey key = FieldKey("description");
  const Value agreed = Text("first\n[HQ-12|valise-key:0] waits for [HQ-1|valise-key:0]");
  IssueBase base;
  base.registers[key].agreed = agreed;
  base.registers[key].version = At(5, kHq);
  const FieldBinding& binding = terms.binding.fields.at("description");
  const auto shows = [&](const std::string& text, const PeerKeys& keys) {
    LocalView view;
    view[key] = ToSharedField(terms, binding, Local({text}), agreed, {}, keys);
    return TextsToRewrite(terms, base, view, {"HQ-1"});
  };
  const PeerKeys keys{{"HQ-12", "FIELD-30"}, {"HQ-1", "FIELD-8"}};
  const std::vector<RegisterKey> all = {key};
  CHECK(shows("first\nFIELD-7 waits for HQ-1", keys) == all);
  CHECK(shows("first\nFIELD-30 waits for HQ-1", keys) == all);
  CHECK(shows("first\nFIELD-7 waits for HQ-13", keys).empty());
  CHECK(shows("first\nFIELD-7 waited for HQ-1", keys).empty());
  CHECK(shows("other\nFIELD-7 waits for HQ-1", keys).empty());
  const auto written = ToLocalField(terms, binding, agreed, kHq, keys);
  CHECK(written->values.front().text == "first\nFIELD-30 waits for FIELD-8");
}

}  // namespace valise
