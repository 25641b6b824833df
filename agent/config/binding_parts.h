// The tables of [bind…] that are read in files of their own, and what all of them ask.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/config/table_reader.h"
#include "agent/core/binding.h"

namespace valise {

// The contract's words, as the binding is held against them.
class BindingWords {
 public:
  // Null: the contract itself has problems, so that only the form is checked.
  BindingWords(const Contract* contract, ProblemList& problems)
      : contract_(contract), problems_(problems) {}

  const Contract* contract() const { return contract_; }
  ProblemList& problems() const { return problems_; }

  // The names of a map of the contract: Names(&Contract::types).
  template <typename Named>
  std::vector<std::string> Names(std::map<std::string, Named> Contract::*part) const {
    std::vector<std::string> names;
    if (contract_ == nullptr) return names;
    for (const auto& [name, value] : contract_->*part) names.push_back(name);
    return names;
  }
  std::vector<std::string> Statuses() const;
  std::vector<std::string> LinkTypes() const;

  // `member` is one of `words`, or the disagreement is reported under `code`.
  bool Agrees(const TomlNode::Member& member, const std::vector<std::string>& words,
              const char* code, const std::string& what) const;
  // Likewise for a value; `place`: "[bind.incoming] types".
  bool Agrees(const TomlNode& value, const std::string& word, const std::vector<std::string>& words,
              const char* code, const std::string& place) const;
  // One local name may stand for one shared name only, or reading it back would be a guess.
  void AddLocal(const TomlNode& at, const std::string& shared, const std::string& place,
                const std::vector<std::string>& names,
                std::map<std::string, std::string>& taken) const;
  // A name or a list of them, at least one.
  std::vector<std::string> LocalNamesOf(const TomlNode& node, const std::string& place) const;

 private:
  const Contract* contract_;
  ProblemList& problems_;
};

// A Jira field that valise fills beside the bound ones: neither bound itself nor one of those that
// have tables of their own. `place`: "[bind.people] text_field".
void CheckSpareField(const TomlNode& at, const std::string& place, const std::string& jira_field,
                     const Binding& binding, ProblemList& problems);

// [bind.fields]
void ReadFieldBindings(const TomlNode& fields, const BindingWords& words, Binding& binding);
// [bind.lifecycle]; after the statuses.
void ReadLifecycleBinding(TableReader& bind, const BindingWords& words, Binding& binding);
// [bind.people]
void ReadPeopleBinding(TableReader& bind, const BindingWords& words, Binding& binding);
// [bind.defaults]
void ReadDefaults(TableReader& bind, const BindingWords& words, Binding& binding);
// [bind] comments and worklogs: true, false, or a table with the visibility of what is written.
void ReadContentBinding(TableReader& bind, Binding& binding);
// [bind.incoming]
void ReadIncoming(TableReader& bind, const BindingWords& words, Binding& binding);
// [bind.remote_key] and [bind.security]
void ReadRemoteKey(TableReader& bind, const BindingWords& words, Binding& binding);
void ReadSecurity(TableReader& bind, ProblemList& problems, Binding& binding);

}  // namespace valise
