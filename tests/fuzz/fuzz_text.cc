// Texts at the border and JQL. Whatever the text: what goes in, out and in again is what went in,
// a peer's text notifies nobody but people of the contract, and no value leaves its quotes.
#include "agent/core/text.h"

#include <optional>

#include "agent/core/key_text.h"
#include "agent/jira/jql.h"
#include "tests/fuzz/fuzz.h"
#include "tests/standin/jql.h"

namespace valise {
namespace {

using standin::JqlNode;
using standin::JqlOperand;

// bob and ann have accounts here, ann's name is another's; eve has none.
Terms SideOf(bool is_hq) {
  Terms terms;
  terms.contract.sites = {"hq", "field"};
  terms.contract.shares_keys = true;
  terms.own_site = is_hq ? 0 : 1;
  terms.peer_site = is_hq ? 1 : 0;
  terms.binding.project = is_hq ? "HQ" : "F";
  terms.contract.people = {{"bob", "Bob [Brown]"}, {"eve", "Eve Evans"}, {"ann", "Ann"}};
  terms.binding.users = {{"bob", is_hq ? "bbrown" : "bob.b"},
                         {"ann", is_hq ? "eve" : "ann"},
                         {"nobody", "carl"}};  // not in the contract
  return terms;
}

const Directory& Known() {
  static const Directory known = {{"carl", "Carl Cole"}, {"mal", "[~bob]"}, {"eve", "Ann A."}};
  return known;
}

bool Holds(std::string_view text, std::string_view any) {
  return text.find_first_of(any) != std::string_view::npos;
}

// Every mention in `local` is of somebody whom the contract names.
void CheckMentions(const std::string& local, const Terms& terms) {
  for (const std::string& name : UnknownMentions(local, terms, {})) {
    CHECK(name.empty());  // there is none
  }
}

// Two of the peer's issues are here.
PeerKeys KeysHere(const Terms& terms) {
  if (terms.own_site == 0) return {{"F-1", "HQ-7"}, {"F-2", "HQ-88"}};
  return {{"HQ-1", "F-7"}, {"HQ-2", "F-88"}};
}

// Whatever the keys: no token is shown, and what is shown means what was agreed.
void TryKeys(const std::string& text, const Terms& terms) {
  const PeerKeys keys = KeysHere(terms);
  for (const PeerKeys& known : {PeerKeys{}, keys}) {
    const std::string local = TextToLocal(text, terms, known);
    CHECK(PeerKeysIn(local, terms).empty());
    CHECK(TextToLocal(TextToShared(local, terms, Known()), terms, known) == local);
    const std::string agreed = WithUnixLineEnds(text);
    CHECK(TextToSharedKeeping(local, agreed, terms, Known(), known) == agreed);
    CheckMentions(local, terms);
    const std::string line = LineToLocal(text, terms, known);
    const bool is_cut_down = IsOverLine(KeysToLocal(text, terms, known));  // to words, all of it
    CHECK(is_cut_down || LineToShared(line, Value{text, ""}, terms, known) == text);
  }
}

void TryText(const std::string& text, const Terms& terms) {
  TryKeys(text, terms);
  const std::string local = TextToLocal(text, terms);
  CHECK(!Holds(local, std::string_view("\r\0", 2)));
  CHECK(TextToLocal(TextToShared(local, terms, Known()), terms) == local);
  CheckMentions(local, terms);
  const std::string shared = TextToShared(text, terms, Known());
  CHECK(!Holds(shared, std::string_view("\r\0", 2)));
  CHECK(WithUnixLineEnds(shared) == shared);
}

// The two halves of the input: what was agreed or shown, and what is there now.
void TryKeeping(const std::string& before, const std::string& now, const Terms& terms) {
  const std::string agreed = WithUnixLineEnds(before);
  CHECK(TextToSharedKeeping(TextToLocal(agreed, terms), agreed, terms, Known()) == agreed);
  const std::string shared = TextToShared(before, terms, Known());
  CHECK(TextToLocalKeeping(shared, before, terms, Known()) == agreed);
  const std::string local = TextToLocal(now, terms);
  const std::string sent = TextToSharedKeeping(local, agreed, terms, Known());
  CHECK(TextToLocal(sent, terms) == local);
  const std::string written = TextToLocalKeeping(now, before, terms, Known());
  CHECK(!Holds(written, std::string_view("\r\0", 2)));
}

void TryAuthorLine(const std::string& name, Terms terms) {
  const std::string line = AuthorLine(terms, {name, ""}, 1, 0);
  CHECK(line.ends_with(" (field), 1970-01-01 00:00:_\n"));
  CHECK(line.find('\n') == line.size() - 1);
  CHECK(!Holds(line, std::string_view("\r\0[]", 4)));
  terms.binding.author_line = name;
  const std::string own = AuthorLine(terms, {"Zoe", ""}, 9, 0);
  CHECK(own.empty() == name.empty());
}

// What `quoted` stands for; nullopt when it is not one JQL string and nothing else.
std::optional<std::string> Unquoted(std::string_view quoted) {
  if (quoted.size() < 2 || quoted.front() != '"' || quoted.back() != '"') return std::nullopt;
  quoted = quoted.substr(1, quoted.size() - 2);
  std::string text;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '"') return std::nullopt;
    if (quoted[i] != '\\') {
      text += quoted[i];
      continue;
    }
    if (++i == quoted.size()) return std::nullopt;
    const char c = quoted[i];
    text += c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
  }
  return text;
}

// No name of Jira's holds control characters; they become blanks.
std::string Sayable(std::string text) {
  for (char& c : text) {
    const bool is_sayable = c == '\n' || c == '\r' || c == '\t';
    if ((static_cast<unsigned char>(c) < 0x20 && !is_sayable) || c == 0x7f) c = ' ';
  }
  return text;
}

// The terms of a query that only joins them; none if it does anything else.
std::vector<JqlNode> TermsOf(const std::string& jql) {
  std::string error;
  const auto query = standin::ParseJql(jql, &error);
  CHECK(query && query->where && !query->order_by.empty());
  std::vector<JqlNode> open = {*query->where}, terms;
  while (!open.empty()) {
    const JqlNode node = open.back();
    open.pop_back();
    if (node.kind == JqlNode::Kind::kTerm) {
      terms.push_back(node);
      continue;
    }
    CHECK(node.kind == JqlNode::Kind::kAnd || node.children.size() == 1);
    open.insert(open.end(), node.children.begin(), node.children.end());
  }
  return terms;
}

// The stand-in Jira, which shares no code with the agent, must read one value for each.
void TryJql(const std::string& value) {
  const std::optional<std::string> back = Unquoted(jira::JqlQuote(value));
  CHECK(back && *back == Sayable(value));
  std::string plain = value;  // without what the stand-in reads otherwise: \n is n to it
  std::erase_if(plain, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
  const std::vector<JqlNode> polled = TermsOf(jira::JqlChangedSince(plain, "", plain));
  CHECK(polled.size() == (plain.empty() ? 1U : 2U));
  for (const JqlNode& term : polled) {
    CHECK(term.operands.size() == 1);
    CHECK(term.operands.front().kind == JqlOperand::Kind::kQuoted);
    CHECK(term.operands.front().text == Sayable(plain));
  }
  for (const JqlNode& term : TermsOf(jira::JqlScopeCheck("P", "", {value, "7"}))) {
    CHECK(term.operands.size() == (term.field == "id" ? 2U : 1U));
  }
}

}  // namespace

std::vector<Bytes> fuzz::Samples() {
  const std::vector<Bytes> texts = {
      "ask [~bob] now\nand [~eve]\r\nor [~carl], [~admin]\rlast [~mal]",
      "[~] [~\n] [~open",
      "ask [~bbrown]\nsecond\n[~ann] [~eve] [~bob.b]",
      "[~[~bob]] {code}[~x y]{code} !a.png! [link|http://h/~u] *bold* äöü",
      "one\ntwo\nthree\nask @Eve Evans!\nfive\nsix [~bob]",
      "see [HQ-1|valise-key:0], [F-2|valise-key:1] (HQ-9) F-7\n[[HQ-1|valise-key:0]|valise-key:1]",
      "!F-1.png! https://h/HQ-2 HQ-1-2 [^HQ-3 a.txt] [~HQ-1] !//[HQ-1|a!|valise-key:0]",
      "{name} {site} {date}"};
  std::vector<Bytes> samples;
  for (const Bytes& text : texts) {
    for (const char reader : {'\0', '\1', '\2', '\4'}) samples.push_back(For(reader, text));
    samples.push_back(For(3, text + Bytes(1, '\0') + text));
  }
  samples.push_back(For(4, "labels = \"a\\b\" OR project != 'x' ORDER BY id"));
  return samples;
}

std::vector<Bytes> fuzz::Words() {
  return {"[~",      "]",       "[~bob]", "[~bbrown]", "[~eve]", "[~ann]", "@Bob  Brown ",
          "[",       "~",       "\n",     "\r\n",      "\r",     "\\",     "\"",
          "{name}",  "{site}",  "AND",    " OR ",      ")",      "'",      "ORDER BY id",
          "[~carl]", "[~mal]",  "\\\"",   "[~[~bob]]", "[~]",    "@",      "@someone",
          "\x7f",    "[~nobody]", "HQ-1",     "F-7",      "-",      "_",
          "[HQ-1|valise-key:0]", "|valise-key:1]", "[F-2", "!//[|",  Bytes(1, '\0')};
}

void Try(unsigned reader, const std::string& text) {
  static const Terms kSides[] = {SideOf(true), SideOf(false)};
  const std::size_t half = std::min(text.find('\0'), text.size());
  for (const Terms& terms : kSides) {
    if (reader == 0) TryText(text, terms);
    if (reader == 1) TryAuthorLine(text, terms);
    if (reader == 2) CheckMentions(TextToLocal(TextToShared(text, terms, Known()), terms), terms);
    if (reader == 3) TryKeeping(text.substr(0, half), text.substr(half), terms);
  }
  if (reader == 4) TryJql(text);
}

}  // namespace valise

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  valise::Try(data[0] % 5U, {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
