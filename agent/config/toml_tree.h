// A TOML file as plain values with positions, in file order. toml++ stays inside toml_tree.cc.
// The contract comes from the peer, so nesting is bounded before the parser sees the text, and the
// agent has a text of the peer's parsed in its sandboxed child (agent/parser/).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace valise {

struct TomlNode {
  enum class Kind : std::uint8_t { kTable, kArray, kText, kInteger, kNumber, kFlag, kOther };
  struct Member;

  Kind kind = Kind::kTable;
  std::uint32_t line = 0, column = 0;
  std::string text;             // kText
  std::int64_t integer = 0;     // kInteger
  bool flag = false;            // kFlag
  std::vector<Member> members;  // kTable
  std::vector<TomlNode> items;  // kArray

  const Member* Find(const std::string& key) const;
};

struct TomlNode::Member {
  std::string key;
  std::uint32_t line = 0, column = 0;  // of the key
  TomlNode value;
};

const char* NameOf(TomlNode::Kind kind);  // "a table", "a string", …

struct TomlDocument {
  struct Fault {
    std::uint32_t line = 0, column = 0;
    std::string message;
  };
  std::optional<Fault> fault;  // the first one: TOML cannot be read on after it
  TomlNode root;
};
// A document that is larger, deeper or of more values than packet/limits.h allows is a fault.
TomlDocument ParseToml(const std::string& text);

}  // namespace valise
