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
    list.Add(field.kind == ValueKind::kIssue, place + "kind = \"issue\"");
    list.Add(field.kind == ValueKind::kSprint, place + "kind = \"sprint\"");
  }
}

}  // namespace

std::vector<std::string> UnkeptTerms(const Contract& contract, const Binding&) {
  UnkeptList list;
  AddOfContract(contract, list);
  return list.Take();
}

}  // namespace valise
