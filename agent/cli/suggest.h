// Drafts, from what a Jira says about itself: a binding of a contract's names, or a contract. Pure;
// the result is TOML for a person to correct, so what did not match is said in comments. Hidden
// characters in names appear as TOML escapes.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/contract.h"
#include "agent/jira_facts.h"

namespace valise::cli {

// Tables [bind…] for channel.toml.
std::string DraftBinding(const Contract& contract, const JiraFacts& facts);

struct ContractHead {
  std::string name;
  std::vector<std::string> sites;
};
std::string DraftContract(const ContractHead& head, const JiraFacts& facts);
// Where no Jira can be asked: the names of Jira's own default project.
JiraFacts UsualFacts(const std::string& project);

// The parts of both that are no fields: [worklogs], [attachments], [links]; [bind], [bind.links],
// [bind.lifecycle].
std::string DraftContentTerms(const JiraFacts& facts);
std::string DraftContentSwitches(const Contract& contract, const JiraFacts& facts);
std::string DraftLinks(const Contract& contract, const JiraFacts& facts);
std::string DraftLifecycle(const Contract& contract);

// The kind that a field of Jira can carry; nullopt: none that travels.
std::optional<ValueKind> KindOf(const jira::FieldInfo& field);
// "To Do" -> "todo": what names are compared by.
std::string Normal(std::string_view name);
// Whether two Normal names mean the same in many Jiras: a guess.
bool AreSynonyms(const std::string& a, const std::string& b);
// "To Do" -> "to-do": a shared name.
std::string SharedName(std::string_view local, std::string_view missing);
// A shared name that no other has: `name`, or with a number behind it.
std::string Fresh(std::string name, std::set<std::string>& taken);
// "# text", one line.
std::string TomlComment(const std::string& text);

std::string TomlQuoted(std::string_view text);
std::string TomlKey(std::string_view name);  // bare where TOML allows it

}  // namespace valise::cli
