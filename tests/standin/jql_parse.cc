#include <cctype>

#include "tests/standin/jql.h"
#include "tests/standin/model.h"

namespace valise::standin {
namespace {

struct Token {
  enum class Kind { kWord, kQuoted, kSymbol, kEnd };
  Kind kind = Kind::kEnd;
  std::string text, lower;
  std::size_t at = 0;
};

const char kStops[] = " \t\r\n()=!<>~,\"'";

class Parser {
 public:
  explicit Parser(const std::string& text) : text_(text) { Next(); }

  std::optional<JqlQuery> Parse(std::string* error) {
    JqlQuery query;
    if (token_.kind != Token::Kind::kEnd && !IsWord("order")) query.where = Or();
    if (ok() && IsWord("order")) OrderBy(&query);
    if (ok() && token_.kind != Token::Kind::kEnd) {
      Expect("either 'OR' or 'AND'");
    }
    if (!ok()) {
      *error = "Error in the JQL Query: " + error_;
      return std::nullopt;
    }
    return query;
  }

 private:
  bool ok() const { return error_.empty(); }
  bool IsWord(const char* lower) const {
    return token_.kind == Token::Kind::kWord && token_.lower == lower;
  }
  bool IsSymbol(const char* text) const {
    return token_.kind == Token::Kind::kSymbol && token_.text == text;
  }

  std::string Where(std::size_t at) const {
    return " (line 1, character " + std::to_string(at + 1) + ")";
  }

  void Expect(const std::string& what) {
    if (!ok()) return;
    if (token_.kind == Token::Kind::kEnd) {
      error_ = "Expecting " + what + " before the end of the query.";
    } else {
      error_ = "Expecting " + what + " but got '" + token_.text + "'." + Where(token_.at);
    }
  }

  void Quoted(char quote) {
    const std::size_t start = at_++;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      token_.text += text_[at_++];
    }
    if (at_ >= text_.size() && ok()) {
      error_ = "The quoted string '" + token_.text + "' has not been completed." + Where(start);
    }
    ++at_;
    token_.kind = Token::Kind::kQuoted;
  }

  void Next() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    token_ = {};
    token_.at = at_;
    if (at_ >= text_.size()) return;
    const char c = text_[at_];
    if (c == '"' || c == '\'') return Quoted(c);
    if (std::string_view(kStops).find(c) != std::string_view::npos) {
      token_.kind = Token::Kind::kSymbol;
      token_.text = c;
      ++at_;
      const char next = at_ < text_.size() ? text_[at_] : ' ';
      const bool pair =
          (next == '=' && (c == '!' || c == '<' || c == '>')) || (next == '~' && c == '!');
      if (pair) token_.text += text_[at_++];
      return;
    }
    token_.kind = Token::Kind::kWord;
    while (at_ < text_.size() &&
           std::string_view(kStops).find(text_[at_]) == std::string_view::npos) {
      token_.text += text_[at_++];
    }
    token_.lower = Lower(token_.text);
  }

  JqlNode Or() {
    JqlNode node{JqlNode::Kind::kOr, {And()}, "", "", {}};
    while (ok() && IsWord("or")) {
      Next();
      node.children.push_back(And());
    }
    return node;
  }

  JqlNode And() {
    JqlNode node{JqlNode::Kind::kAnd, {Not()}, "", "", {}};
    while (ok() && IsWord("and")) {
      Next();
      node.children.push_back(Not());
    }
    return node;
  }

  JqlNode Not() {
    if (++depth_ > 100) error_ = "The query is nested too deep.";
    JqlNode node;
    if (!ok()) {
      node.kind = JqlNode::Kind::kAnd;
    } else if (IsWord("not") || IsSymbol("!")) {
      Next();
      node = JqlNode{JqlNode::Kind::kNot, {Not()}, "", "", {}};
    } else if (IsSymbol("(")) {
      Next();
      node = Or();
      if (IsSymbol(")"))
        Next();
      else
        Expect("')'");
    } else {
      node = Term();
    }
    --depth_;
    return node;
  }

  JqlNode Term() {
    JqlNode node;
    if (token_.kind != Token::Kind::kWord && token_.kind != Token::Kind::kQuoted) {
      Expect("a field name");
      return node;
    }
    node.field = token_.text;
    Next();
    node.relation = Relation();
    if (ok()) Operands(&node);
    return node;
  }

  std::string Relation() {
    std::string relation = token_.kind == Token::Kind::kWord ? token_.lower : token_.text;
    static const char* const kSymbols[] = {"=", "!=", ">", ">=", "<", "<=", "~", "!~"};
    for (const char* symbol : kSymbols) {
      if (!IsSymbol(symbol)) continue;
      Next();
      return relation;
    }
    if (IsWord("in") || IsWord("is") || IsWord("not")) {
      Next();
      const bool second =
          (relation == "not" && IsWord("in")) || (relation == "is" && IsWord("not"));
      if (second) {
        relation += " " + token_.lower;
        Next();
      }
      if (relation != "not") return relation;
    }
    Expect("operator");
    if (token_.kind != Token::Kind::kEnd) {
      error_ = "Expecting operator but got '" + token_.text +
               "'. The valid operators are '=', '!=', "
               "'<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'." +
               Where(token_.at);
    }
    return "";
  }

  void Operands(JqlNode* node) {
    const bool is_list = node->relation == "in" || node->relation == "not in";
    if (!is_list || !IsSymbol("(")) {
      node->operands.push_back(Operand());
      return;
    }
    do {
      Next();
      node->operands.push_back(Operand());
    } while (ok() && IsSymbol(","));
    if (ok() && IsSymbol(")"))
      Next();
    else
      Expect("')'");
  }

  JqlOperand Operand() {
    JqlOperand operand;
    operand.text = token_.text;
    if (token_.kind == Token::Kind::kQuoted) {
      operand.kind = JqlOperand::Kind::kQuoted;
    } else if (IsWord("empty") || IsWord("null")) {
      operand.kind = JqlOperand::Kind::kEmpty;
    } else if (token_.kind != Token::Kind::kWord) {
      Expect("either a value, list or function");
      return operand;
    }
    Next();
    if (operand.kind == JqlOperand::Kind::kWord && IsSymbol("(")) {
      operand.kind = JqlOperand::Kind::kFunction;
      Next();
      if (IsSymbol(")"))
        Next();
      else
        Expect("')'");
    }
    return operand;
  }

  void OrderBy(JqlQuery* query) {
    Next();
    if (!IsWord("by")) return Expect("'by'");
    do {
      Next();
      if (token_.kind != Token::Kind::kWord && token_.kind != Token::Kind::kQuoted) {
        return Expect("a field name");
      }
      JqlSort sort{token_.text, false};
      Next();
      if (IsWord("asc") || IsWord("desc")) {
        sort.descending = token_.lower == "desc";
        Next();
      }
      query->order_by.push_back(sort);
    } while (IsSymbol(","));
  }

  const std::string& text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Token token_;
  std::string error_;
};

}  // namespace

std::optional<JqlQuery> ParseJql(const std::string& text, std::string* error) {
  return Parser(text).Parse(error);
}

}  // namespace valise::standin
