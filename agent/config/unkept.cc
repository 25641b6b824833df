#include "agent/config/unkept.h"

namespace valise {

namespace {

class UnkeptList {
 public:
  void Add(bool is_said, const std::string& word) {
    if (is_said) words_.push_back(word);
  }
  std::vector<std::string> Take() { return std::move(words_); }

 private:
  std::vector<std::string> words_;
};

void AddOfContract(const Contract& contract, UnkeptList& list) {
  for (const auto& [name, field] : contract.fields) {
    const std::string place = "[fields." + name + "] ";
    list.Add(!field.types.empty(), place + "types");
    list.Add(!field.attributes.empty(), place + "attributes");
    list.Add(field.kind == ValueKind::kIssue, place + "kind = \"issue\"");
    list.Add(field.kind == ValueKind::kSprint, place + "kind = \"sprint\"");
  }
}

void AddOfFields(const Binding& binding, UnkeptList& list) {
  for (const auto& [name, field] : binding.fields) {
    const std::string place = "[bind.fields." + name + "] ";
    list.Add(field.missing != MissingValue::kHold, place + "missing");
    list.Add(!field.text_template.empty(), place + "template");
  }
  for (const auto& [name, status] : binding.statuses) {
    list.Add(!status.fields.empty(), "[bind.statuses." + name + "] fields");
  }
  list.Add(!binding.defaults.empty(), "[bind.defaults]");
}

void AddOfRules(const Binding& binding, UnkeptList& list) {
  list.Add(binding.people != PeopleBinding{}, "[bind.people]");
  list.Add(!binding.incoming.IsEmpty(), "[bind.incoming]");
  list.Add(binding.remote_key != RemoteKeyBinding{}, "[bind.remote_key]");
  list.Add(!binding.security_level.empty(), "[bind.security]");
  list.Add(binding.comment_visibility != Visibility{}, "[bind.comments] visibility");
  list.Add(binding.work_log_visibility != Visibility{}, "[bind.worklogs] visibility");
}

}  // namespace

std::vector<std::string> UnkeptTerms(const Contract& contract, const Binding& binding) {
  UnkeptList list;
  AddOfContract(contract, list);
  AddOfFields(binding, list);
  AddOfRules(binding, list);
  return list.Take();
}

}  // namespace valise
