// JQL: the language in which a client asks for issues. Parsing knows no Jira; compiling resolves
// the names against one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace valise::standin {

struct Issue;
struct Model;
struct User;

struct JqlOperand {
  enum class Kind { kQuoted, kWord, kEmpty, kFunction };
  Kind kind = Kind::kWord;
  std::string text;
};

struct JqlNode {
  enum class Kind { kAnd, kOr, kNot, kTerm };
  Kind kind = Kind::kTerm;
  std::vector<JqlNode> children;
  std::string field;  // as written
  std::string
      relation;  // "=", "!=", ">", ">=", "<", "<=", "~", "!~", "in", "not in", "is", "is not"
  std::vector<JqlOperand> operands;
};

struct JqlSort {
  std::string field;
  bool descending = false;
};

struct JqlQuery {
  std::optional<JqlNode> where;
  std::vector<JqlSort> order_by;
};

// Nothing, and Jira's message in `error`, when the text is no JQL.
std::optional<JqlQuery> ParseJql(const std::string& text, std::string* error);

using IssueTest = std::function<bool(const Issue&)>;

// The test that an issue must pass. Unknown fields and values go to `errors` (pitfall 6). Dates
// are read in the user's zone, to the minute (pitfall 1).
IssueTest CompileJql(const Model& model, const User* user, std::int64_t now_ms,
                     const JqlQuery& query, std::vector<std::string>* errors);

// Whether the first comes before the second; newest key first when the query orders nothing.
using IssueOrder = std::function<bool(const Issue&, const Issue&)>;
IssueOrder CompileOrder(const Model& model, const JqlQuery& query,
                        std::vector<std::string>* errors);

// The number behind the last dash of a key.
std::uint64_t KeyNumber(const std::string& key);

}  // namespace valise::standin
