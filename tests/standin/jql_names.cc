// Fields whose values are names: status, labels, users and so on.
#include <algorithm>

#include "tests/standin/jql_values.h"
#include "tests/standin/model.h"

namespace valise::standin {
namespace {

using Names = std::set<std::string>;

// By name in any case, or by id.
template <typename T>
bool AddMatching(const std::vector<T>& all, const std::string& wanted, Names* names) {
  bool found = false;
  for (const T& one : all) {
    if (Lower(one.name) != Lower(wanted) && one.id != wanted) continue;
    names->insert(one.id);
    found = true;
  }
  return found;
}

bool AddUserKey(const JqlContext& context, const JqlOperand& operand, Names* names) {
  if (operand.kind == JqlOperand::Kind::kFunction) {
    if (Lower(operand.text) != "currentuser") return false;
    if (context.user != nullptr) names->insert(context.user->key);
    return true;
  }
  const User* user = context.model.UserByName(operand.text);
  if (user != nullptr) names->insert(user->key);
  return user != nullptr;
}

bool AddProject(const JqlContext& context, const std::string& wanted, Names* names) {
  const Options& options = context.model.options;
  const bool known = Lower(wanted) == Lower(options.project) ||
                     Lower(wanted) == Lower(options.project_name) ||
                     wanted == context.model.project_id;
  for (const OtherProject& other : context.model.other_projects) {
    const bool is_it = Lower(wanted) == Lower(other.key) || wanted == other.id;
    if (!is_it || other.is_hidden) continue;
    names->insert(other.key);
    return true;
  }
  // A project one may not browse is told apart from none (pitfall 6).
  if (!known || context.user == nullptr) return false;
  names->insert(options.project);
  return true;
}

bool AddCategory(const std::string& wanted, Names* names) {
  static const std::map<std::string, std::string> kIds = {
      {"to do", "2"}, {"new", "2"}, {"in progress", "4"}, {"indeterminate", "4"},
      {"done", "3"},  {"2", "2"},   {"4", "4"},           {"3", "3"}};
  const auto found = kIds.find(Lower(wanted));
  if (found != kIds.end()) names->insert(found->second);
  return found != kIds.end();
}

bool AddCustom(const JqlContext& context, const std::string& id, const JqlOperand& operand,
               Names* names) {
  const Field* field = context.model.FieldById(id);
  if (field == nullptr) return false;
  if (field->type == "user" || field->element == "user") return AddUserKey(context, operand, names);
  if (field->kind == FieldKind::kEpicLink) {
    const IssuePtr epic = context.model.FindIssue(operand.text);
    if (epic != nullptr) names->insert(std::to_string(epic->id));
    return epic != nullptr;
  }
  if (field->kind == FieldKind::kSprint) {
    return AddMatching(context.model.sprints, operand.text, names);
  }
  if (field->options.empty()) {
    names->insert(operand.text);
    return true;
  }
  bool found = false;
  for (const FieldOption& option : field->options) {
    if (Lower(option.value) != Lower(operand.text) && option.id != operand.text) continue;
    names->insert(option.id);
    found = true;
  }
  return found;
}

bool AddNames(const JqlContext& context, const std::string& field, const JqlOperand& operand,
              Names* names) {
  const Model& model = context.model;
  const std::string& text = operand.text;
  if (field == "project") return AddProject(context, text, names);
  if (field == "level") return AddMatching(model.security_levels, text, names);
  if (field == "status") return AddMatching(model.statuses, text, names);
  if (field == "statuscategory") return AddCategory(text, names);
  if (field == "type") return AddMatching(model.types, text, names);
  if (field == "priority") return AddMatching(model.priorities, text, names);
  if (field == "component") return AddMatching(model.components, text, names);
  if (field == "fixversion" || field == "affectedversion") {
    return AddMatching(model.versions, text, names);
  }
  if (field == "assignee" || field == "reporter" || field == "creator") {
    return AddUserKey(context, operand, names);
  }
  if (field == "resolution") {
    if (Lower(text) == "unresolved") {
      names->insert("");
      return true;
    }
    return AddMatching(model.resolutions, text, names);
  }
  if (field == "parent") {
    const IssuePtr issue = model.FindIssue(text);
    if (issue != nullptr) names->insert(std::to_string(issue->id));
    return issue != nullptr;
  }
  if (field == "labels") {
    names->insert(text);
    return true;
  }
  return AddCustom(context, field, operand, names);
}

std::vector<std::string> OneOrNone(const std::string& value) {
  return value.empty() ? std::vector<std::string>() : std::vector<std::string>{value};
}

}  // namespace

std::vector<std::string> NamesOf(const Model& model, const std::string& field, const Issue& issue) {
  if (field == "project") return {ProjectOf(model, issue).key};
  if (field == "level") return OneOrNone(issue.security);
  if (field == "status") return {issue.status};
  if (field == "statuscategory") {
    const Status* status = model.StatusById(issue.status);
    return {std::to_string(status == nullptr ? 1 : status->category)};
  }
  if (field == "type") return {issue.type};
  if (field == "priority") return OneOrNone(issue.priority);
  if (field == "resolution") return OneOrNone(issue.resolution);
  if (field == "assignee") return OneOrNone(issue.assignee);
  if (field == "reporter") return OneOrNone(issue.reporter);
  if (field == "creator") return OneOrNone(issue.creator);
  if (field == "component") return issue.components;
  if (field == "fixversion") return issue.fix_versions;
  if (field == "affectedversion") return issue.versions;
  if (field == "labels") return issue.labels;
  if (field == "parent") return OneOrNone(issue.parent == 0 ? "" : std::to_string(issue.parent));
  const auto custom = issue.custom.find(field);
  if (custom == issue.custom.end()) return {};
  return custom->second.items.empty() ? std::vector<std::string>{custom->second.text}
                                      : custom->second.items;
}

void ResolveNames(const JqlContext& context, const std::string& field, const std::string& written,
                  const JqlOperand& operand, std::set<std::string>* names,
                  std::vector<std::string>* errors) {
  if (AddNames(context, field, operand, names)) return;
  errors->push_back("The value '" + operand.text + "' does not exist for the field '" + written +
                    "'.");
}

}  // namespace valise::standin
