#include "tests/standin/jql_values.h"

#include <algorithm>
#include <optional>

#include "tests/standin/handlers.h"
#include "tests/standin/model.h"
#include "tests/standin/zone.h"

namespace valise::standin {
namespace {

using OperandKind = JqlOperand::Kind;

IssueTest Never() {
  return [](const Issue&) { return false; };
}

bool Holds(const std::string& relation, std::int64_t left, std::int64_t right) {
  if (relation == "=") return left == right;
  if (relation == "!=") return left != right;
  if (relation == ">") return left > right;
  if (relation == ">=") return left >= right;
  if (relation == "<") return left < right;
  return left <= right;
}

bool AllDigits(const std::string& text) {
  return !text.empty() && text.size() < 19 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

// "-5d", "4w 2d", "1h": a distance from now in milliseconds.
std::optional<std::int64_t> ReadPeriod(const std::string& text) {
  std::int64_t sum = 0;
  std::size_t at = 0;
  bool any = false;
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) ++at;
  while (at < text.size()) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    const std::size_t end = text.find_first_not_of("0123456789", at);
    if (end == at || end == std::string::npos || end - at > 6) return std::nullopt;
    const std::int64_t count = std::stoll(text.substr(at, end - at));
    const std::string units = "mhdw";
    const std::size_t unit = units.find(text[end]);
    if (unit == std::string::npos) return std::nullopt;
    const std::int64_t minutes[] = {1, 60, 1440, 10080};
    sum += count * minutes[unit] * 60000;
    at = end + 1;
    any = true;
  }
  if (!any) return std::nullopt;
  return negative ? -sum : sum;
}

int Part(const std::string& text, std::size_t at, std::size_t width) {
  const std::string digits = text.substr(at, width);
  return AllDigits(digits) && digits.size() == width ? std::stoi(digits) : -1;
}

// "yyyy-MM-dd HH:mm" or "yyyy/MM/dd", to the minute and no finer (pitfall 1).
std::optional<std::int64_t> ReadWallTime(const std::string& text, const std::string& zone) {
  if (text.size() != 10 && text.size() != 16) return std::nullopt;
  std::string date = text.substr(0, 10);
  std::replace(date.begin(), date.end(), '/', '-');
  if (!IsDate(date)) return std::nullopt;
  WallTime wall{Part(date, 0, 4), Part(date, 5, 2), Part(date, 8, 2), 0, 0, 0};
  if (text.size() == 16) {
    wall.hour = Part(text, 11, 2);
    wall.minute = Part(text, 14, 2);
    if (text[10] != ' ' || text[13] != ':' || wall.hour < 0 || wall.hour > 23 || wall.minute < 0 ||
        wall.minute > 59) {
      return std::nullopt;
    }
  }
  return FromWallTime(wall, zone);
}

std::optional<std::int64_t> ReadDate(const JqlContext& context, const JqlOperand& operand) {
  const std::string& text = operand.text;
  if (operand.kind == OperandKind::kFunction) {
    if (Lower(text) == "now") return context.now_ms;
    if (Lower(text) != "startofday") return std::nullopt;
    WallTime wall = ToWallTime(context.now_ms, context.zone);
    wall.hour = wall.minute = wall.second = 0;
    return FromWallTime(wall, context.zone);
  }
  if (operand.kind == OperandKind::kWord && AllDigits(text)) return std::stoll(text);
  const auto period = ReadPeriod(text);
  if (period.has_value()) return context.now_ms + *period;
  return ReadWallTime(text, context.zone);
}

std::string BadDate(const JqlNode& node, const std::string& value) {
  return "Date value '" + value + "' for field '" + node.field +
         "' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', "
         "'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.";
}

// An issue named by key, or by id when it is a bare number.
IssuePtr NamedIssue(const JqlContext& context, const JqlNode& node, const JqlOperand& operand,
                    std::vector<std::string>* errors) {
  const bool is_id = operand.kind == OperandKind::kWord && AllDigits(operand.text);
  const bool is_key = operand.text.find('-') != std::string::npos;
  if (!is_id && !is_key) {
    errors->push_back("The issue key '" + operand.text + "' for field '" + node.field +
                      "' is invalid.");
    return nullptr;
  }
  IssuePtr issue = context.model.FindIssue(operand.text);
  if (issue != nullptr && !MaySee(context.model, *issue, context.user)) issue = nullptr;
  if (issue == nullptr && is_id) {
    errors->push_back("A value with ID '" + operand.text + "' does not exist for the field '" +
                      node.field + "'.");
  } else if (issue == nullptr) {
    errors->push_back("An issue with key '" + operand.text + "' does not exist for field '" +
                      node.field + "'.");
  }
  return issue;
}

bool IsRange(const std::string& relation) { return relation[0] == '<' || relation[0] == '>'; }

bool ContainsWord(const std::string& text, const std::string& lower) {
  return Lower(text).find(lower) != std::string::npos;
}

bool HasText(const std::string& field, const Issue& issue, const std::string& lower) {
  const bool any = field == "text";
  if ((any || field == "summary") && ContainsWord(issue.summary, lower)) return true;
  if ((any || field == "description") && ContainsWord(issue.description.value_or(""), lower)) {
    return true;
  }
  if ((any || field == "environment") && ContainsWord(issue.environment.value_or(""), lower)) {
    return true;
  }
  if (!any && field != "comment") return false;
  return std::any_of(issue.comments.begin(), issue.comments.end(),
                     [&](const auto& comment) { return ContainsWord(comment->body, lower); });
}

bool TextIsEmpty(const std::string& field, const Issue& issue) {
  if (field == "description") return !issue.description.has_value();
  if (field == "environment") return !issue.environment.has_value();
  return field == "comment" && issue.comments.empty();
}

}  // namespace

bool IsDateField(const std::string& field) {
  return field == "updated" || field == "created" || field == "resolved" || field == "due";
}

bool IsTextField(const std::string& field) {
  return field == "summary" || field == "description" || field == "environment" ||
         field == "text" || field == "comment";
}

std::int64_t SecondsOf(const std::string& field, const Issue& issue) {
  if (field == "updated") return issue.updated_ms / 1000;
  if (field == "created") return issue.created_ms / 1000;
  if (field == "resolved") return issue.resolved_ms == 0 ? -1 : issue.resolved_ms / 1000;
  if (issue.due_date.empty()) return -1;
  return ReadWallTime(issue.due_date, "UTC").value_or(-1000) / 1000;
}

IssueTest DateTerm(const JqlContext& context, const std::string& field, const JqlNode& node,
                   std::vector<std::string>* errors) {
  const JqlOperand& operand = node.operands.at(0);
  const std::string& relation = node.relation;
  if (operand.kind == OperandKind::kEmpty) {
    const bool wants_empty = relation == "is" || relation == "=";
    return [=](const Issue& issue) { return (SecondsOf(field, issue) < 0) == wants_empty; };
  }
  if (relation == "~" || relation == "!~" || relation.find('i') != std::string::npos) {
    errors->push_back("The operator '" + relation + "' is not supported by the '" + node.field +
                      "' field.");
    return Never();
  }
  const auto instant = ReadDate(context, operand);
  if (!instant.has_value()) {
    errors->push_back(BadDate(node, operand.text));
    return Never();
  }
  return [field, relation, second = *instant / 1000](const Issue& issue) {
    const std::int64_t value = SecondsOf(field, issue);
    return value >= 0 && Holds(relation, value, second);
  };
}

// A key or id that does not exist is an error, also beside < and >: Jira checks the operand first.
IssueTest KeyTerm(const JqlContext& context, const JqlNode& node,
                  std::vector<std::string>* errors) {
  std::set<std::uint64_t> ids;
  std::uint64_t bound = 0;
  for (const JqlOperand& operand : node.operands) {
    if (operand.kind == OperandKind::kEmpty) continue;
    const IssuePtr issue = NamedIssue(context, node, operand, errors);
    if (issue == nullptr) continue;
    ids.insert(issue->id);
    bound = KeyNumber(issue->key);
  }
  if (IsRange(node.relation)) {
    return [relation = node.relation, bound](const Issue& issue) {
      return Holds(relation, static_cast<std::int64_t>(KeyNumber(issue.key)),
                   static_cast<std::int64_t>(bound));
    };
  }
  const bool negated = node.relation == "!=" || node.relation.find("not") != std::string::npos;
  return [ids, negated](const Issue& issue) { return ids.contains(issue.id) != negated; };
}

IssueTest TextTerm(const std::string& field, const JqlNode& node,
                   std::vector<std::string>* errors) {
  const JqlOperand& operand = node.operands.at(0);
  if (operand.kind == OperandKind::kEmpty) {
    const bool wants_empty = node.relation == "is" || node.relation == "=";
    return [=](const Issue& issue) { return TextIsEmpty(field, issue) == wants_empty; };
  }
  if (node.relation != "~" && node.relation != "!~") {
    errors->push_back("The operator '" + node.relation + "' is not supported by the '" +
                      node.field + "' field.");
    return Never();
  }
  const bool negated = node.relation == "!~";
  return [field, negated, lower = Lower(operand.text)](const Issue& issue) {
    return HasText(field, issue, lower) != negated;
  };
}

}  // namespace valise::standin
