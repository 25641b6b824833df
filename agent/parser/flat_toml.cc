// The flat form of a parsed TOML file: a tree, so its depth and size are counted while it is read.
#include "agent/parser/flat.h"
#include "agent/parser/flat_side.h"
#include "packet/check.h"

namespace valise {
namespace {

template <typename Side>
class TreeWalk {
 public:
  explicit TreeWalk(Side& side) : side_(side) {}

  void Node(For<Side, TomlNode> node, std::size_t depth) {
    const bool is_bounded = nodes_left_ > 0 && depth <= limits::kTomlDepthMax;
    if (!is_bounded) return OutOfBounds();
    --nodes_left_;
    side_.Enum(node.kind);
    side_.Number(node.line);
    side_.Number(node.column);
    Content(node, depth);
  }

 private:
  void Content(For<Side, TomlNode> node, std::size_t depth) {
    switch (node.kind) {
      case TomlNode::Kind::kTable:
        return side_.List(
            node.members, [&](Side&, auto& member) { Member(member, depth); },
            limits::kTomlNodesMax);
      case TomlNode::Kind::kArray:
        return side_.List(
            node.items, [&](Side&, auto& item) { Node(item, depth + 1); }, limits::kTomlNodesMax);
      case TomlNode::Kind::kText:
        return Utf8(node.text);
      case TomlNode::Kind::kInteger:
        return side_.Number(node.integer);
      case TomlNode::Kind::kFlag:
        return side_.Flag(node.flag);
      case TomlNode::Kind::kNumber:  // nobody asks for its value
      case TomlNode::Kind::kOther:
        return;
    }
    OutOfBounds();
  }

  void Member(For<Side, TomlNode::Member> member, std::size_t depth) {
    Utf8(member.key);
    side_.Number(member.line);
    side_.Number(member.column);
    Node(member.value, depth + 1);
  }

  void Utf8(For<Side, std::string> text) {
    side_.Text(text);
    if (!IsUtf8(text)) OutOfBounds();
  }

  // A reader is told so by a child that lies; a writer by ParseToml, which keeps these bounds.
  void OutOfBounds() {
    if constexpr (Side::kIsReader) {
      side_.Fail();
    } else {
      CHECK(false);
    }
  }

  Side& side_;
  std::size_t nodes_left_ = limits::kTomlNodesMax;
};

template <typename Side>
void Walk(Side& side, For<Side, TomlDocument> document) {
  side.Optional(document.fault, [](Side& inner, auto& fault) {
    inner.Number(fault.line);
    inner.Number(fault.column);
    inner.Text(fault.message);
  });
  TreeWalk<Side>(side).Node(document.root, 0);
}

}  // namespace

Bytes FlatToml(const TomlDocument& document) {
  FlatWriter writer;
  Walk(writer, document);
  return writer.Take();
}

Result<TomlDocument> ReadFlatToml(std::string_view bytes) {
  FlatReader reader(bytes);
  TomlDocument document;
  Walk(reader, document);
  if (!reader.is_whole()) return BadAnswer();
  if (document.fault) document.fault->message = PrintableText(std::move(document.fault->message));
  return document;
}

}  // namespace valise
