#include <algorithm>
#include <set>

#include "tests/standin/jql.h"
#include "tests/standin/jql_values.h"
#include "tests/standin/model.h"

namespace valise::standin {
namespace {

using Kind = JqlNode::Kind;

const std::string* FieldFor(const Model& model, const std::string& written) {
  static const std::map<std::string, std::string> kNames = {{"project", "project"},
                                                            {"key", "key"},
                                                            {"issuekey", "key"},
                                                            {"issue", "key"},
                                                            {"id", "key"},
                                                            {"updated", "updated"},
                                                            {"updateddate", "updated"},
                                                            {"created", "created"},
                                                            {"createddate", "created"},
                                                            {"resolved", "resolved"},
                                                            {"resolutiondate", "resolved"},
                                                            {"due", "due"},
                                                            {"duedate", "due"},
                                                            {"status", "status"},
                                                            {"statuscategory", "statuscategory"},
                                                            {"labels", "labels"},
                                                            {"type", "type"},
                                                            {"issuetype", "type"},
                                                            {"resolution", "resolution"},
                                                            {"priority", "priority"},
                                                            {"assignee", "assignee"},
                                                            {"reporter", "reporter"},
                                                            {"creator", "creator"},
                                                            {"component", "component"},
                                                            {"fixversion", "fixversion"},
                                                            {"affectedversion", "affectedversion"},
                                                            {"parent", "parent"},
                                                            {"summary", "summary"},
                                                            {"description", "description"},
                                                            {"environment", "environment"},
                                                            {"text", "text"},
                                                            {"level", "level"},
                                                            {"comment", "comment"}};
  const auto found = kNames.find(Lower(written));
  if (found != kNames.end()) return &found->second;
  for (const Field& field : model.fields) {
    if (field.custom_type.empty()) continue;
    const std::string clause = "cf[" + std::to_string(field.custom_id) + "]";
    if (Lower(written) == clause || Lower(written) == Lower(field.name)) return &field.id;
  }
  return nullptr;
}

IssueTest Always(bool value) {
  return [value](const Issue&) { return value; };
}

IssueTest Combine(std::vector<IssueTest> tests, bool all) {
  if (tests.size() == 1) return tests[0];
  return [tests = std::move(tests), all](const Issue& issue) {
    for (const IssueTest& test : tests) {
      if (test(issue) != all) return !all;
    }
    return all;
  };
}

class Compiler {
 public:
  Compiler(const JqlContext& context, std::vector<std::string>* errors)
      : context_(context), errors_(errors) {}

  IssueTest Compile(const JqlNode& node) {
    if (node.kind == Kind::kTerm) return Term(node);
    std::vector<IssueTest> tests;
    for (const JqlNode& child : node.children) tests.push_back(Compile(child));
    if (node.kind == Kind::kNot) {
      return [test = tests.at(0)](const Issue& issue) { return !test(issue); };
    }
    return Combine(std::move(tests), node.kind == Kind::kAnd);
  }

 private:
  IssueTest Term(const JqlNode& node) {
    const std::string* field = FieldFor(context_.model, node.field);
    if (field == nullptr) {
      errors_->push_back("Field '" + node.field +
                         "' does not exist or you do not have permission to view it.");
      return Always(false);
    }
    if (IsDateField(*field)) return DateTerm(context_, *field, node, errors_);
    if (*field == "key") return KeyTerm(context_, node, errors_);
    if (IsTextField(*field)) return TextTerm(*field, node, errors_);
    return ValueTerm(*field, node);
  }

  bool IsSupported(const JqlNode& node) {
    static const std::set<std::string> kPlain = {"=", "!=", "in", "not in", "is", "is not"};
    if (kPlain.contains(node.relation)) return true;
    errors_->push_back("The operator '" + node.relation + "' is not supported by the '" +
                       node.field + "' field.");
    return false;
  }

  // Fields whose values are names: the issue has a set of them, the query another. `!=` does not
  // find issues without any value, as in Jira.
  IssueTest ValueTerm(const std::string& field, const JqlNode& node) {
    if (!IsSupported(node)) return Always(false);
    std::set<std::string> wanted;
    bool wants_empty = false;
    for (const JqlOperand& operand : node.operands) {
      if (operand.kind == JqlOperand::Kind::kEmpty)
        wants_empty = true;
      else
        ResolveNames(context_, field, node.field, operand, &wanted, errors_);
    }
    const bool negated = node.relation[0] == '!' || node.relation.find("not") != std::string::npos;
    return [field, wanted, wants_empty, negated, &model = context_.model](const Issue& issue) {
      const std::vector<std::string> values = NamesOf(model, field, issue);
      if (values.empty()) return wants_empty != negated && (wants_empty || false);
      const bool hit = std::any_of(values.begin(), values.end(),
                                   [&](const std::string& v) { return wanted.contains(v); });
      return hit != negated;
    };
  }

  JqlContext context_;
  std::vector<std::string>* errors_;
};

int Compare(std::int64_t a, std::int64_t b) { return a < b ? -1 : (a > b ? 1 : 0); }

using Comparison = std::function<int(const Issue&, const Issue&)>;

template <typename T>
std::int64_t Rank(const std::vector<T>& all, const std::string& id) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].id == id) return static_cast<std::int64_t>(i);
  }
  return static_cast<std::int64_t>(all.size());
}

// Dates are ordered by the second, the index knows no finer.
Comparison ComparisonFor(const Model& model, const std::string& field) {
  if (IsDateField(field)) {
    return [field](const Issue& a, const Issue& b) {
      return Compare(SecondsOf(field, a), SecondsOf(field, b));
    };
  }
  if (field == "key") {
    return [](const Issue& a, const Issue& b) {
      return Compare(static_cast<std::int64_t>(KeyNumber(a.key)),
                     static_cast<std::int64_t>(KeyNumber(b.key)));
    };
  }
  if (field == "priority") {  // the most urgent is the greatest
    return [&model](const Issue& a, const Issue& b) {
      return Compare(Rank(model.priorities, b.priority), Rank(model.priorities, a.priority));
    };
  }
  if (field == "summary") {
    return [](const Issue& a, const Issue& b) { return a.summary.compare(b.summary); };
  }
  return [field, &model](const Issue& a, const Issue& b) {
    const auto left = NamesOf(model, field, a), right = NamesOf(model, field, b);
    return left < right ? -1 : (right < left ? 1 : 0);
  };
}

}  // namespace

std::uint64_t KeyNumber(const std::string& key) {
  const std::size_t dash = key.rfind('-');
  const std::string digits = dash == std::string::npos ? key : key.substr(dash + 1);
  const bool ok = !digits.empty() && digits.size() < 19 &&
                  digits.find_first_not_of("0123456789") == std::string::npos;
  return ok ? std::stoull(digits) : 0;
}

IssueTest CompileJql(const Model& model, const User* user, std::int64_t now_ms,
                     const JqlQuery& query, std::vector<std::string>* errors) {
  if (!query.where.has_value()) return Always(true);
  const JqlContext context{model, user, now_ms,
                           user == nullptr ? model.options.time_zone : user->time_zone};
  return Compiler(context, errors).Compile(*query.where);
}

IssueOrder CompileOrder(const Model& model, const JqlQuery& query,
                        std::vector<std::string>* errors) {
  std::vector<std::pair<Comparison, bool>> keys;
  for (const JqlSort& sort : query.order_by) {
    const std::string* field = FieldFor(model, sort.field);
    if (field == nullptr) {
      errors->push_back("Field '" + sort.field +
                        "' does not exist or you do not have permission to view it.");
    } else {
      keys.emplace_back(ComparisonFor(model, *field), sort.descending);
    }
  }
  if (query.order_by.empty()) keys.emplace_back(ComparisonFor(model, "key"), true);
  return [keys](const Issue& a, const Issue& b) {
    for (const auto& [compare, descending] : keys) {
      const int order = compare(a, b);
      if (order != 0) return descending ? order > 0 : order < 0;
    }
    return false;
  };
}

}  // namespace valise::standin
