// A text of the peer's in TOML: its way through the child, its flat form, and what hostile ones do.
#include "agent/parser/child_parser.h"
#include "agent/parser/flat.h"
#include "agent/parser/sandbox.h"
#include "packet/limits.h"
#include "tests/parser/values.h"
#include "tests/transport/doctest.h"
#include "tests/transport/temporary.h"

namespace valise {
namespace {

constexpr const char* kEveryKind =
    "name = \"d\u00e4sk\" # told\n"
    "sites = ['hq', \"field\"]\n"
    "n = -9223372036854775808\n"
    "f = 0.5\n"
    "on = true\n"
    "day = 2026-01-01\n"
    "at = 2026-01-01T10:00:00Z\n"
    "[fields.summary]\n"
    "kind = \"line\"\n"
    "[fields.\"a b\"]\n"
    "empty = {}\n"
    "none = []\n"
    "deep = [[1, {x.y = [false]}], \"\"\"two\nlines\"\"\"]\n";

void CheckAlike(Parser& child, const std::string& text) {
  const auto got = child.ParseToml(text);
  REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().message));
  REQUIRE(FlatToml(got.value()) == FlatToml(ParseToml(text)));
}

TomlNode Nested(std::size_t depth) {
  TomlNode node;
  for (; depth > 0; --depth) {
    TomlNode outer;
    outer.kind = TomlNode::Kind::kArray;
    outer.items.push_back(std::move(node));
    node = std::move(outer);
  }
  return node;
}

// An array of that many tables, in the flat form, whatever the limit says.
Bytes FlatArray(std::uint32_t items) {
  const auto number = [](std::uint32_t of) {
    Bytes octets;
    for (unsigned shift = 0; shift < 32; shift += 8) octets += static_cast<char>(of >> shift);
    return octets;
  };
  const auto head = [&](TomlNode::Kind kind) {
    return Bytes(1, static_cast<char>(kind)) + number(1) + number(1);
  };
  Bytes flat = Bytes(1, '\0') + head(TomlNode::Kind::kArray) + number(items);
  for (std::uint32_t i = 0; i < items; ++i) flat += head(TomlNode::Kind::kTable) + number(0);
  return flat;
}

TEST_CASE("a document comes through the child as it comes in process") {
  ChildParser child;
  REQUIRE_FALSE(ParseToml(kEveryKind).fault);
  CheckAlike(child, kEveryKind);
  CheckAlike(child, "");
  CheckAlike(child, "a = 1\na = 2\n");
  CheckAlike(child, "a = \n");
  CHECK(child.ParseToml(kEveryKind).value().root.Find("name")->value.text == "d\u00e4sk");
}

TEST_CASE("the largest documents fit within the walls and their frame") {
  ChildParser child;
  std::string list = "a = [";
  for (std::size_t i = 0; i < limits::kTomlNodesMax - 2; ++i) list += "'',";
  CheckAlike(child, list + "]");
  CHECK_FALSE(child.ParseToml(list + "]").value().fault);
  CHECK(child.ParseToml(list + "'']").value().fault);  // one more
  std::string table;
  for (std::size_t i = 0; i < limits::kTomlNodesMax - 1; ++i) table += std::to_string(i) + "=0\n";
  CheckAlike(child, table);
  CHECK_FALSE(child.ParseToml(table).value().fault);
  CheckAlike(child, "a = '" + std::string(limits::kConfigBytesMax - 6, 'x') + "'");
  CHECK(child.ParseToml(std::string(limits::kConfigBytesMax + 1, '\n')).value().fault);
}

TEST_CASE("a document cut anywhere, with a flipped bit or of junk is read or a fault") {
  ChildParser child;
  const std::string whole = kEveryKind;
  for (std::size_t cut = 0; cut < whole.size(); cut += 7) CheckAlike(child, whole.substr(0, cut));
  for (std::size_t bit = 0; bit < whole.size() * 8; bit += 41) {
    CAPTURE(bit);
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    REQUIRE(child.ParseToml(flipped).ok());
  }
  for (unsigned seed = 0; seed < 30; ++seed) REQUIRE(child.ParseToml(SomeBytes(900, seed)).ok());
}

TEST_CASE("a document that nests without end is a fault of its own") {
  ChildParser child;
  std::string dotted = "a";
  for (int i = 0; i < 100'000; ++i) dotted += ".a";
  for (const std::string& text :
       {dotted + " = 1", "[" + dotted + "]", "a = " + std::string(100'000, '['),
        std::string("a.a.a.a.a.a.a.a.a.a.a.a = [\n{b.b.b.b.b.b.b.b.b.b.b.b = [\n"
                    "{c.c.c.c.c.c.c.c.c.c.c.c = 1}]}]")}) {
    const auto got = child.ParseToml(text);
    REQUIRE(got.ok());
    CHECK(got.value().fault);
  }
}

TEST_CASE("a fault that quotes the peer is printable and bounded") {
  ChildParser child;
  const std::string key(200'000, 'y');
  for (const char* text : {"a.\x1b[31m = 1", "a = \x1b", "\xff = 1"}) {
    CAPTURE(text);
    const auto got = child.ParseToml(text);
    REQUIRE(got.ok());
    REQUIRE(got.value().fault);
    CHECK(got.value().fault->message.find('\x1b') == std::string::npos);
  }
  const auto twice = child.ParseToml(key + " = 1\n" + key + " = 2\n");
  REQUIRE(twice.ok());
  REQUIRE(twice.value().fault);
  CHECK(twice.value().fault->message.size() <= 1000);
}

TEST_CASE("a flat document that is cut, has a flipped bit or more after it does no harm") {
  const Bytes bytes = FlatToml(ParseToml(kEveryKind));
  REQUIRE(ReadFlatToml(bytes).ok());
  CHECK(FlatToml(ReadFlatToml(bytes).value()) == bytes);
  CHECK(!ReadFlatToml(bytes + "x").ok());
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    CAPTURE(cut);
    REQUIRE(!ReadFlatToml(std::string_view(bytes).substr(0, cut)).ok());
  }
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    (void)ReadFlatToml(flipped).ok();
  }
  for (unsigned seed = 0; seed < 5000; ++seed) {
    (void)ReadFlatToml(SomeBytes(seed % 300, seed)).ok();
  }
}

TEST_CASE("a child that lies about depth, number, kind or text of values is refused") {
  const Bytes deepest = FlatToml({std::nullopt, Nested(limits::kTomlDepthMax)});
  CHECK(ReadFlatToml(deepest).ok());
  Bytes deeper = deepest;  // one array more around it, after the octet that says "no fault"
  deeper.insert(1, deepest.substr(1, 13));
  CHECK(!ReadFlatToml(deeper).ok());

  CHECK(ReadFlatToml(FlatArray(limits::kTomlNodesMax - 1)).ok());
  CHECK(!ReadFlatToml(FlatArray(limits::kTomlNodesMax)).ok());

  Bytes unknown = FlatToml({});
  unknown[1] = 7;
  CHECK(!ReadFlatToml(unknown).ok());

  Bytes text = FlatToml(ParseToml("a = 'xyz'"));
  text.replace(text.find("xyz"), 3, "\xff\xff\xff");
  const auto read = ReadFlatToml(text);
  REQUIRE(!read.ok());
  CHECK(read.error().code == "VAL-PARSER-ANSWER");
}

}  // namespace
}  // namespace valise
