#include "agent/core/text.h"

#include <rapidcheck.h>

#include "packet/limits.h"
#include "tests/agent/support.h"

namespace valise {
namespace {

const Directory kDirectory = {{"carl", "Carl Cole"}, {"mal", "[~bob]"}};

// Pieces that border rules look at, strung together at random.
std::string AnyMarkup() {
  static const std::vector<std::string> pieces = {
      "[~",   "]",         "[",       "~",       "[~]",      "[~bob]", "[~eve]", "[~bbrown]",
      "\n",   "\r\n",      "\r",      "@",       "@someone", "{code}", "*bold*", "[~bob.b]",
      " ",    "|",         "[~carl]", "[~x y]",  "!a.png!",  "äöü",    "[~ ~]",  "[~[~bob]]",
      "word", "{name}",    "[link|http://h/~u]", "!", "!http://h/a.png!", "http:", "|", "{html}",
      "{", "\\", "!//h!", "!//[|", "[HQ-1", "|valise-key:0]", "[HQ-2|valise-key:1]",
      "FIELD-3", "HQ-4", "-", "|~", "[FIELD-5|valise-key:1]", "_", "."};
  const auto picks = *rc::gen::container<std::vector<std::size_t>>(
      rc::gen::inRange<std::size_t>(0, pieces.size()));
  std::string text;
  for (const std::size_t pick : picks) text += pieces[pick];
  return text;
}

Terms WithKeys(std::uint32_t site) {
  Terms terms = TermsOf(site);
  terms.contract.shares_keys = true;
  terms.binding.project = site == kHq ? "HQ" : "FIELD";
  return terms;
}

}  // namespace

TEST_CASE("line ends become line feeds, NUL goes") {
  CHECK(WithUnixLineEnds("a\r\nb\rc\nd") == "a\nb\nc\nd");
  CHECK(WithUnixLineEnds("\r\r\n\n") == "\n\n\n");
  CHECK(WithUnixLineEnds(std::string("a\0b", 3)) == "ab");
}

TEST_CASE("a peer's line ends are made ours too, or no look at Jira would ever show its text") {
  const Terms terms = TermsOf(kHq);
  const std::string odd("a\r\nb\r\0[~e\rve]", 14);
  CHECK(TextToLocal(odd, terms) == "a\nb\n[~e\nve]");
  CHECK(TextToLocalKeeping("a\r\nb\rc", "a\nb", terms, kDirectory) == "a\nb\nc");
}

TEST_CASE("mentions outward: an alias if the contract has one, else a plain name") {
  const Terms terms = TermsOf(kHq);
  const struct {
    const char* local;
    const char* shared;
  } rows[] = {
      {"ask [~bbrown] now", "ask [~bob] now"},
      {"ask [~carl]", "ask @Carl Cole"},
      {"ask [~stranger]", "ask @someone"},
      {"ask [Carl|~carl], [Bob|~bbrown]", "ask [Carl (@Carl Cole)], [Bob ([~bob])]"},
      {"[a [~carl] b]", "[a @Carl Cole b]"},
      {"[~mal]", "@ ~bob "},  // a display name is no markup
      {"[~] [~\n] [~open", "[~] [~\n] [~open"},
      {"a\r\nb", "a\nb"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.local);
    CHECK(TextToShared(row.local, terms, kDirectory) == row.shared);
  }
}

TEST_CASE("what fetches or runs becomes text; pictures of the issue's own files stay") {
  const Terms terms = TermsOf(kHq);
  const struct {
    const char* shared;
    const char* local;
  } rows[] = {
      {"see !https://spy.example/x.png!", "see https://spy.example/x.png"},
      {"!HTTP://spy.example/x.png|width=9,align=right!", "HTTP://spy.example/x.png"},
      {"!//spy.example/x.png! !\\\\spy\\x.png!", "//spy.example/x.png \\\\spy\\x.png"},
      {"!!http://a!http://b!", "http://ahttp://b"},
      {"!mine.png! !mine.png|thumbnail!", "!mine.png! !mine.png|thumbnail!"},
      {"wow! http://a.example is great!", "wow! http://a.example is great!"},
      {"!http://a\nb!", "!http://a\nb!"},
      // Nor does what is left of one notify anybody.
      {"!//[|a!~admin]", "//@admin"},
      {"{html}<script>{html}", "\\{html}<script>\\{html}"},
      {"{Include:X} {iframe:src=a}", "\\{Include:X} \\{iframe:src=a}"},
      {"{{html.parser()}} {code}a{code}", "{{html.parser()}} {code}a{code}"},
      {"\\{html}", "\\{html}"},
      {"\\\\{html}", "\\\\\\{html}"},  // two backslashes are a line break
      {"{{{html}", "{{\\{html}"},
      {"\\{{html}", "\\{\\{html}"},
      // A title stays, the mention goes.
      {"[you|~admin]", "[you (@admin)]"},
      {"[~[~admin]x]", "@@adminx"},
      {"[|~|~~]", "[|~ (@~)]"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.shared);
    CHECK(TextToLocal(row.shared, terms) == row.local);
    CHECK(TextToLocal(row.local, terms) == row.local);
  }
}

// Each once took time that grew with the square of the text: minutes, at the first look.
TEST_CASE("the largest text of nothing but marks is read in one pass") {
  const Terms terms = TermsOf(kHq);
  const auto times = [](const std::string& piece, std::size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += piece;
    return text;
  };
  const std::size_t part = limits::kTextBytesMax / 3;
  for (const std::string open : {"!", "[", "[~", "!//a", "[a|~", "{html", "\\", "![~"}) {
    for (const std::string close : {"!", "]", "b!", "]b", "x"}) {
      CAPTURE(open);
      CAPTURE(close);
      const std::string text = times(open, part) + "//x" + times(close, part);
      const std::string once = TextToLocal(text, terms);
      CHECK(TextToLocal(once, terms) == once);
      CHECK_FALSE(TextToShared(text, terms, kDirectory).empty());
    }
  }
}

TEST_CASE("what stands around a mention is no other one") {
  const Terms terms = TermsOf(kHq);
  CHECK(UnknownMentions("[[~bbrown]~eve] [~zoe]", terms, kDirectory) ==
        std::vector<std::string>{"zoe"});
}

TEST_CASE("what is too long for an account is none, nor when a key in it was shortened") {
  const Terms terms = WithKeys(kHq);
  const std::string longest(255, 'x');
  CHECK(TextToLocal("[~" + longest + "]", terms) == "@" + longest);
  CHECK(TextToShared("[~" + longest + "]", terms, {}) == "@someone");
  CHECK(TextToLocal("[~x" + longest + "]", terms) == "[@x" + longest + "]");
  CHECK(TextToLocal("[a|~b|~x" + longest + "]", terms) == "[a|@b|@x" + longest + "]");
  CHECK(TextToShared("[~x" + longest + "]", terms, {}) == "[@x" + longest + "]");
  CHECK(UnknownMentions("[~x" + longest + "]", terms, {}).empty());
  // A token that the image's end completes is as long as eighteen letters.
  const std::string token = "!//[HQ-1!|valise-key:0]";
  for (std::size_t size = 225; size < 260; ++size) {
    for (const char* before : {"[~", "[a|~", "[a|~b|~"}) {
      const std::string local =
          TextToLocal(before + std::string(size, 'x') + token + "]", terms);
      CHECK(TextToLocal(TextToShared(local, terms, kDirectory), terms) == local);
      CHECK(UnknownMentions(local, terms, {}).empty());
    }
  }
}

TEST_CASE("a trap in a name is none above a comment") {
  Terms terms = TermsOf(kHq);
  terms.binding.author_line = "{name}";
  CHECK(AuthorLine(terms, {"!http://spy/x!", ""}, kField, 0) == "http://spy/x\n");
}

TEST_CASE("mentions inward: a bound account, else the contract's name; nobody else is notified") {
  const Terms terms = TermsOf(kHq);
  CHECK(TextToLocal("ask [~bob]", terms) == "ask [~bbrown]");
  CHECK(TextToLocal("ask [~eve]", terms) == "ask @Eve Evans");
  CHECK(TextToLocal("ask [~admin]", terms) == "ask @admin");
  CHECK(TextToLocal("ask [~bbrown]", terms) == "ask @bbrown");
  CHECK(TextToLocal("ask [Bob|~bob]", terms) == "ask [Bob ([~bbrown])]");
}

TEST_CASE("border translation is idempotent whatever the text") {
  for (const std::uint32_t site : {kHq, kField}) {
    const Terms terms = WithKeys(site);
    REQUIRE(rc::check("with keys of the peer's that are here", [&] {
      const PeerKeys keys = {{site == kHq ? "FIELD-5" : "HQ-1", site == kHq ? "HQ-9" : "FIELD-9"}};
      const std::string local = TextToLocal(AnyMarkup(), terms, keys);
      RC_ASSERT(TextToLocal(TextToShared(local, terms, kDirectory), terms, keys) == local);
    }));
    REQUIRE(rc::check("ToLocal(ToShared(ToLocal(v))) == ToLocal(v)", [&] {
      const std::string v = AnyMarkup();
      const std::string local = TextToLocal(v, terms);
      RC_ASSERT(TextToLocal(TextToShared(local, terms, kDirectory), terms) == local);
    }));
    REQUIRE(rc::check("a peer notifies bound people only", [&] {
      const std::string local = TextToLocal(AnyMarkup(), terms);
      for (std::size_t at = 0; (at = local.find("[~", at)) != std::string::npos; ++at) {
        const std::size_t close = local.find_first_of("]\n", at);
        if (close == std::string::npos || local[close] == '\n' || close == at + 2) continue;
        const std::string account = local.substr(at + 2, close - at - 2);
        if (account.find('[') != std::string::npos) continue;  // the innermost bracket counts
        RC_ASSERT(account == terms.binding.users.at("bob"));
      }
    }));
  }
}

TEST_CASE("a text that nobody touched keeps its shared form, whatever it degraded to") {
  const Terms terms = WithKeys(kHq);
  REQUIRE(rc::check("whichever keys were rewritten since", [&] {
    const PeerKeys keys = {{"FIELD-5", "HQ-9"}};
    const std::string agreed = WithUnixLineEnds(AnyMarkup());
    const std::string local = TextToLocal(agreed, terms, keys);
    RC_ASSERT(TextToSharedKeeping(local, agreed, terms, kDirectory, keys) == agreed);
  }));
  REQUIRE(rc::check("ToSharedKeeping(ToLocal(agreed), agreed) == agreed", [&] {
    const std::string agreed = WithUnixLineEnds(AnyMarkup());
    RC_ASSERT(TextToSharedKeeping(TextToLocal(agreed, terms), agreed, terms, kDirectory) == agreed);
  }));
  REQUIRE(rc::check("ToLocalKeeping(ToShared(shown), shown) == shown", [&] {
    const std::string shown = WithUnixLineEnds(AnyMarkup());
    const std::string shared = TextToShared(shown, terms, kDirectory);
    RC_ASSERT(TextToLocalKeeping(shared, shown, terms, kDirectory) == shown);
  }));
  REQUIRE(rc::check("keeping changes no line that Jira shows", [&] {
    const std::string agreed = WithUnixLineEnds(AnyMarkup());
    const std::string local = TextToLocal(WithUnixLineEnds(AnyMarkup()), terms);
    RC_ASSERT(TextToLocal(TextToSharedKeeping(local, agreed, terms, kDirectory), terms) == local);
  }));
}

TEST_CASE("an edit of one line keeps the others, outward") {
  const Terms terms = TermsOf(kHq);
  const std::string agreed = "ask [~eve]\nsecond\nlast [~eve]";  // eve has no account here
  CHECK(TextToSharedKeeping("ask @Eve Evans\nchanged\r\nlast @Eve Evans", agreed, terms,
                            kDirectory) == "ask [~eve]\nchanged\nlast [~eve]");
  CHECK(TextToSharedKeeping("new\nask @Eve Evans\nsecond", agreed, terms, kDirectory) ==
        "new\nask [~eve]\nsecond");
  CHECK(TextToSharedKeeping("ask @Eve Evans!", agreed, terms, kDirectory) == "ask @Eve Evans!");
}

TEST_CASE("a peer's edit of one line destroys no mention in another") {
  const Terms terms = TermsOf(kHq);
  const std::string shown = "ask [~carl]\r\nsecond\r\nthird";
  CHECK(TextToLocalKeeping("ask @Carl Cole\nsecond\nchanged", shown, terms, kDirectory) ==
        "ask [~carl]\nsecond\nchanged");
  CHECK(TextToLocalKeeping("other", shown, terms, kDirectory) == "other");
}

TEST_CASE("very many lines are kept at their equal ends at least") {
  const Terms terms = TermsOf(kHq);
  std::string agreed = "first [~eve]\n", local = "first @Eve Evans\n";
  for (int line = 0; line < 3000; ++line) {
    agreed += "a" + std::to_string(line) + "\n";
    local += "b" + std::to_string(line) + "\n";
  }
  const std::string kept = TextToSharedKeeping(local + "last @Eve Evans", agreed + "last [~eve]",
                                               terms, kDirectory);
  CHECK(kept.starts_with("first [~eve]\nb0\n"));
  CHECK(kept.ends_with("\nlast [~eve]"));
}

TEST_CASE("accounts that nobody knows are asked for") {
  const Terms terms = TermsOf(kHq);
  CHECK(UnknownMentions("[~bbrown] [~carl] [~new] [~]", terms, kDirectory) ==
        std::vector<std::string>{"new"});
}

TEST_CASE("the line above a peer's comment") {
  Terms terms = TermsOf(kHq);
  CHECK(AuthorLine(terms, {"Zoe", ""}, kField, 0) == "_Zoe (field), 1970-01-01 00:00:_\n");
  CHECK(AuthorLine(terms, {"[~bbrown]\n", ""}, 9, 0) == "_ ~bbrown   (?), 1970-01-01 00:00:_\n");
  CHECK(AuthorLine(terms, {std::string("Z\0e", 3), ""}, kField, 0) ==
        "_Z e (field), 1970-01-01 00:00:_\n");
  CHECK(AuthorLine(terms, {"", ""}, kField, 0) == "_somebody (field), 1970-01-01 00:00:_\n");
  CHECK(AuthorLine(terms, {"{name} {site}", ""}, kField, 0) ==
        "_ name   site  (field), 1970-01-01 00:00:_\n");
  terms.binding.author_line.clear();
  CHECK(AuthorLine(terms, {"Zoe", ""}, kField, 0).empty());
}

}  // namespace valise
