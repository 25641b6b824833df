#include "agent/config/toml_tree.h"

#include <toml++/toml.h>

#include <algorithm>
#include <tuple>

#include "packet/limits.h"

namespace valise {

namespace {

// Dots of one line and open brackets: their product bounds the depth of the tree. A dotted key
// nests without limit in toml++, whose destructor then recurses: 500,000 levels end the process.
constexpr std::uint32_t kDotsMax = 16;
constexpr std::uint32_t kBracketsMax = 16;

// Follows TOML's strings and comments just far enough to tell which dots and brackets count.
class NestingScan {
 public:
  explicit NestingScan(const std::string& text) : text_(text) {}

  std::optional<TomlDocument::Fault> Run() {
    while (at_ < text_.size()) {
      if (!Token()) {
        return TomlDocument::Fault{line_, 0, "nested too deeply; nothing here needs such depth"};
      }
    }
    return std::nullopt;
  }

 private:
  bool Token() {
    const char next = text_[at_];
    if (next == '#') {
      SkipTo('\n');
    } else if (next == '"' || next == '\'') {
      String(next);
    } else {
      if (next == '\n') NewLine();
      if (next == '.') ++dots_;
      if (next == '[' || next == '{') ++brackets_;
      if ((next == ']' || next == '}') && brackets_ > 0) --brackets_;
      ++at_;
    }
    return dots_ <= kDotsMax && brackets_ <= kBracketsMax;
  }

  void NewLine() {
    ++line_;
    dots_ = 0;
  }

  void SkipTo(char end) {
    while (at_ < text_.size() && text_[at_] != end) ++at_;
  }

  void String(char quote) {
    const std::string long_quote(3, quote);
    const bool is_long = text_.compare(at_, 3, long_quote) == 0;
    const std::string end = is_long ? long_quote : std::string(1, quote);
    at_ += end.size();
    while (at_ < text_.size() && text_.compare(at_, end.size(), end) != 0) {
      if (text_[at_] == '\n') {
        if (!is_long) return;  // the parser stops here anyway
        ++line_;
      }
      at_ += quote == '"' && text_[at_] == '\\' ? 2U : 1U;
    }
    at_ = std::min(at_ + end.size(), text_.size());
    // A long string may end in quotes of its own: up to five in a row, the last three close it.
    for (int more = 0; is_long && more < 2 && at_ < text_.size() && text_[at_] == quote; ++more) {
      ++at_;
    }
  }

  const std::string& text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t dots_ = 0;
  std::uint32_t brackets_ = 0;
};

TomlNode Convert(const toml::node& node);

void ConvertTable(const toml::table& table, TomlNode& into) {
  into.kind = TomlNode::Kind::kTable;
  for (const auto& [key, value] : table) {
    const auto& begin = key.source().begin;
    into.members.push_back({std::string(key.str()), begin.line, begin.column, Convert(value)});
  }
  std::stable_sort(into.members.begin(), into.members.end(),
                   [](const TomlNode::Member& a, const TomlNode::Member& b) {
                     return std::tie(a.line, a.column) < std::tie(b.line, b.column);
                   });
}

void ConvertArray(const toml::array& array, TomlNode& into) {
  into.kind = TomlNode::Kind::kArray;
  for (const auto& item : array) into.items.push_back(Convert(item));
}

void ConvertScalar(const toml::node& node, TomlNode& into) {
  if (node.is_string()) {
    into.kind = TomlNode::Kind::kText;
    into.text = node.as_string()->get();
  } else if (node.is_integer()) {
    into.kind = TomlNode::Kind::kInteger;
    into.integer = node.as_integer()->get();
  } else if (node.is_boolean()) {
    into.kind = TomlNode::Kind::kFlag;
    into.flag = node.as_boolean()->get();
  } else {
    into.kind = node.is_floating_point() ? TomlNode::Kind::kNumber : TomlNode::Kind::kOther;
  }
}

TomlNode Convert(const toml::node& node) {
  TomlNode result;
  result.line = node.source().begin.line;
  result.column = node.source().begin.column;
  if (const toml::table* table = node.as_table()) {
    ConvertTable(*table, result);
  } else if (const toml::array* array = node.as_array()) {
    ConvertArray(*array, result);
  } else {
    ConvertScalar(node, result);
  }
  return result;
}

// What is left of `nodes` below `node`, itself included; nullopt: too many, or too deep.
std::optional<std::size_t> LeftOf(std::size_t nodes, const TomlNode& node, std::size_t depth) {
  if (nodes == 0 || depth > limits::kTomlDepthMax) return std::nullopt;
  std::optional<std::size_t> left = nodes - 1;
  for (const TomlNode::Member& member : node.members) {
    if (left) left = LeftOf(*left, member.value, depth + 1);
  }
  for (const TomlNode& item : node.items) {
    if (left) left = LeftOf(*left, item, depth + 1);
  }
  return left;
}

TomlDocument Bounded(TomlNode root) {
  if (LeftOf(limits::kTomlNodesMax, root, 0)) return {std::nullopt, std::move(root)};
  return {TomlDocument::Fault{0, 0, "too many values, or nested too deeply; nothing here needs it"},
          {}};
}

}  // namespace

const TomlNode::Member* TomlNode::Find(const std::string& key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member;
  }
  return nullptr;
}

const char* NameOf(TomlNode::Kind kind) {
  switch (kind) {
    case TomlNode::Kind::kTable:
      return "a table";
    case TomlNode::Kind::kArray:
      return "a list";
    case TomlNode::Kind::kText:
      return "a string";
    case TomlNode::Kind::kInteger:
      return "a whole number";
    case TomlNode::Kind::kNumber:
      return "a fraction";
    case TomlNode::Kind::kFlag:
      return "true or false";
    case TomlNode::Kind::kOther:
      return "a date or time";
  }
  return "nothing";
}

TomlDocument ParseToml(const std::string& text) {
  TomlDocument document;
  if (text.size() > limits::kConfigBytesMax) {
    document.fault = TomlDocument::Fault{0, 0, "larger than 1 MiB; this is no configuration"};
    return document;
  }
  document.fault = NestingScan(text).Run();
  if (document.fault) return document;
  try {
    return Bounded(Convert(toml::parse(text)));
  } catch (const toml::parse_error& error) {
    document.fault = TomlDocument::Fault{error.source().begin.line, error.source().begin.column,
                                         std::string(error.description())};
  }
  return document;
}

}  // namespace valise
