#include "agent/config/binding_parts.h"

#include <algorithm>

#include "agent/config/units.h"
#include "agent/config/vocabulary.h"

namespace valise {

namespace {

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::vector<std::string> BindingWords::Statuses() const {
  return contract_ == nullptr ? std::vector<std::string>{} : contract_->statuses;
}

std::vector<std::string> BindingWords::LinkTypes() const {
  if (contract_ == nullptr) return {};
  return {contract_->link_types.begin(), contract_->link_types.end()};
}

bool BindingWords::Agrees(const TomlNode::Member& member, const std::vector<std::string>& words,
                          const char* code, const std::string& what) const {
  if (contract_ == nullptr || Holds(words, member.key)) return true;
  const std::string hint = DidYouMean(member.key, words);
  problems_.AddWord(
      member.value, member.key, code,
      what + " \"" + member.key + "\" is not in the contract" +
          (hint.empty() ? "; remove it here, or agree on a contract that has it" : hint));
  return false;
}

bool BindingWords::Agrees(const TomlNode& value, const std::string& word,
                          const std::vector<std::string>& words, const char* code,
                          const std::string& place) const {
  if (contract_ == nullptr || Holds(words, word)) return true;
  problems_.AddWord(
      value, word, code,
      place + ": \"" + word + "\" is not in the contract" + DidYouMeanOr(word, words));
  return false;
}

void BindingWords::AddLocal(const TomlNode& at, const std::string& shared, const std::string& place,
                            const std::vector<std::string>& names,
                            std::map<std::string, std::string>& taken) const {
  for (const std::string& name : names) {
    const auto [known, is_new] = taken.emplace(name, shared);
    if (is_new || known->second == shared) continue;
    problems_.Add(
        at, "VAL-BINDING-AMBIGUOUS",
        place + ": \"" + name + "\" already stands for \"" + known->second + "\"; bind it once");
  }
}

std::vector<std::string> BindingWords::LocalNamesOf(const TomlNode& node,
                                                    const std::string& place) const {
  std::vector<std::string> names = ReadNames(node, place, problems_);
  if (names.empty() && node.kind == TomlNode::Kind::kArray && node.items.empty()) {
    problems_.Add(node, "VAL-CONFIG-VALUE", place + " names nothing; add a name or remove it");
  }
  return names;
}

void CheckSpareField(const TomlNode& at, const std::string& place, const std::string& jira_field,
                     const Binding& binding, ProblemList& problems) {
  const std::string fault = FaultOfName(jira_field);
  const std::string why_not = WhyUnbindable(jira_field);
  if (!fault.empty()) {
    problems.Add(at, "VAL-CONFIG-VALUE", place + ": a Jira field id " + fault);
  } else if (!why_not.empty()) {
    problems.Add(at, "VAL-BINDING-KIND",
                 place + ": \"" + jira_field + "\" cannot be filled as a field: " + why_not);
  } else if (const FieldBinding* bound = binding.ByField(jira_field)) {
    problems.Add(at, "VAL-BINDING-AMBIGUOUS",
                 place + ": \"" + jira_field + "\" is bound already, as [bind.fields] " +
                     bound->name + "; name another field");
  } else if (binding.defaults.contains(jira_field) || binding.people.text_field == jira_field) {
    problems.Add(at, "VAL-BINDING-AMBIGUOUS",
                 place + ": \"" + jira_field + "\" is filled already, by " +
                     (binding.defaults.contains(jira_field) ? "[bind.defaults]" : "[bind.people]") +
                     "; name another field");
  }
}

}  // namespace valise
