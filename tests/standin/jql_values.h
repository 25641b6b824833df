// Values in JQL: what an operand means for a field, and what an issue has there.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/standin/jql.h"

namespace valise::standin {

struct JqlContext {
  const Model& model;
  const User* user;
  std::int64_t now_ms;
  std::string zone;  // of the searching user (pitfall 1)
};

bool IsDateField(const std::string& field);
bool IsTextField(const std::string& field);

// The date as the index has it, in whole seconds; -1 for none.
std::int64_t SecondsOf(const std::string& field, const Issue& issue);

// The issue's values in a field of names: ids, user keys or labels.
std::vector<std::string> NamesOf(const Model& model, const std::string& field, const Issue& issue);

// Adds what the operand names; unknown values give Jira's error.
void ResolveNames(const JqlContext& context, const std::string& field, const std::string& written,
                  const JqlOperand& operand, std::set<std::string>* names,
                  std::vector<std::string>* errors);

IssueTest DateTerm(const JqlContext& context, const std::string& field, const JqlNode& node,
                   std::vector<std::string>* errors);
IssueTest KeyTerm(const JqlContext& context, const JqlNode& node, std::vector<std::string>* errors);
IssueTest TextTerm(const std::string& field, const JqlNode& node, std::vector<std::string>* errors);

}  // namespace valise::standin
