#include "agent/cli/suggest.h"

#include <algorithm>
#include <array>
#include <set>

#include "agent/cli/terminal.h"
#include "agent/config/units.h"
#include "agent/config/vocabulary.h"

namespace valise::cli {

namespace {

// Names that mean the same in many Jiras. A match through them is a guess and says so.
constexpr std::array<std::array<const char*, 6>, 13> kSynonyms{{
    {"open", "todo", "reopened", "new", "backlog", "selectedfordevelopment"},
    {"inprogress", "doing", "indevelopment", "started", "active", "wip"},
    {"done", "closed", "resolved", "complete", "completed", "finished"},
    {"inreview", "review", "codereview", "underreview", "", ""},
    {"bug", "defect", "error", "fault", "problem", "incident"},
    {"task", "todo", "workitem", "", "", ""},
    {"story", "userstory", "feature", "newfeature", "improvement", "enhancement"},
    {"subtask", "technicaltask", "step", "", "", ""},
    {"severity", "impact", "", "", "", ""},
    {"blocks", "blocker", "dependency", "depends", "dependson", ""},
    {"relates", "relatesto", "relation", "related", "relationship", ""},
    {"duplicate", "duplicates", "duplication", "", "", ""},
    {"cloners", "clones", "cloned", "clone", "", ""},
}};

// Contract names of Jira's own fields other than their ids.
constexpr std::array<std::pair<const char*, const char*>, 8> kFieldNames{{
    {"due", "duedate"},
    {"fixversions", "fixVersions"},
    {"fixversion", "fixVersions"},
    {"versions", "fixVersions"},
    {"affectsversions", "versions"},
    {"affectsversion", "versions"},
    {"components", "components"},
    {"labels", "labels"},
}};

struct Match {
  std::vector<std::string> local;  // first is written; empty: none
  bool is_guess = false;
};

// Pairs shared names with local ones: equal names first, synonyms with what is left.
std::map<std::string, Match> MatchNames(const std::vector<std::string>& shared,
                                        const std::vector<std::string>& local) {
  std::map<std::string, Match> matches;
  std::set<std::string> taken;
  for (const std::string& name : shared) {
    for (const std::string& candidate : local) {
      if (Normal(name) != Normal(candidate) || !taken.insert(candidate).second) continue;
      matches[name].local.push_back(candidate);
    }
  }
  for (const std::string& name : shared) {
    for (const std::string& candidate : local) {
      if (!AreSynonyms(Normal(name), Normal(candidate))) continue;
      if (!taken.insert(candidate).second) continue;
      matches[name].is_guess = true;
      matches[name].local.push_back(candidate);
    }
  }
  return matches;
}

std::string Listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + TomlQuoted(name);
  return list;
}

std::string NamesValue(const std::vector<std::string>& names) {
  if (names.size() == 1) return TomlQuoted(names.front());
  std::string value = "[";
  return value.append(Listed(names)).append("]");
}

// What transitions to a status like "done" are given when they ask for a resolution.
std::string UsualResolution(const std::string& shared, const JiraFacts& facts) {
  if (!AreSynonyms(Normal(shared), "done") && Normal(shared) != "done") return "";
  for (const char* usual : {"Done", "Fixed"}) {
    const auto& names = facts.resolutions;
    if (std::find(names.begin(), names.end(), usual) != names.end()) return usual;
  }
  return facts.resolutions.empty() ? "" : facts.resolutions.front();
}

std::string Table(const char* title, const std::vector<std::string>& shared,
                  const std::vector<std::string>& local, const JiraFacts* with_resolution) {
  std::string text = std::string("\n[") + title + "]\n";
  const auto matches = MatchNames(shared, local);
  std::set<std::string> used;
  for (const std::string& name : shared) {
    const auto found = matches.find(name);
    if (found == matches.end()) {
      text += TomlComment(TomlKey(name) + " = \"\"  (nothing here is called so)");
      continue;
    }
    used.insert(found->second.local.begin(), found->second.local.end());
    const std::string names = NamesValue(found->second.local);
    const std::string resolution =
        with_resolution == nullptr ? "" : UsualResolution(name, *with_resolution);
    text += TomlKey(name) + " = ";
    text += resolution.empty()
                ? names
                : "{ status = " + names + ", resolution = " + TomlQuoted(resolution) + " }";
    text += found->second.is_guess ? "  # guessed: please check\n" : "\n";
  }
  std::vector<std::string> unused;
  for (const std::string& name : local) {
    if (used.count(name) == 0) unused.push_back(name);
  }
  if (!unused.empty()) text += TomlComment("not bound, stays at home: " + Listed(unused));
  return text;
}

// 0: unfit; higher is better.
int Fitness(const FieldTerms& terms, const FieldFact& fact) {
  const auto system = KindOfSystemField(fact.info.id);
  const bool fits = system ? *system == terms.kind : jira::ShapeOf(fact.info, terms.kind).ok();
  if (!fits || !WhyUnbindable(fact.info.id).empty() || IsCount(fact.info.id)) return 0;
  for (const auto& [name, id] : kFieldNames) {
    if (Normal(terms.name) == name && fact.info.id == id) return 5;
  }
  const int on_screen = fact.is_on_screen ? 1 : 0;
  if (Normal(terms.name) == Normal(fact.info.id)) return 4;
  if (Normal(terms.name) == Normal(fact.info.name)) return 2 + on_screen;
  // One type of field carries it, whatever its name is in this Jira's language (pitfall 18).
  const bool is_told = terms.kind == ValueKind::kSprint || terms.kind == ValueKind::kIssue;
  if (is_told) return 1;
  return 0;
}

const FieldFact* BestField(const FieldTerms& terms, const JiraFacts& facts,
                           const std::set<std::string>& bound) {
  const FieldFact* best = nullptr;
  int fitness = 0;
  for (const FieldFact& fact : facts.fields) {
    if (Fitness(terms, fact) <= fitness || bound.count(fact.info.id) > 0) continue;
    fitness = Fitness(terms, fact);
    best = &fact;
  }
  return best;
}

std::string ValuesOf(const FieldTerms& terms, const std::vector<std::string>& allowed) {
  const auto matches = MatchNames(terms.values, allowed);
  std::string values, missing;
  for (const std::string& value : terms.values) {
    const auto found = matches.find(value);
    if (found == matches.end()) {
      missing += (missing.empty() ? "" : ", ") + TomlQuoted(value);
    } else {
      values +=
          (values.empty() ? "" : ", ") + TomlKey(value) + " = " + NamesValue(found->second.local);
    }
  }
  std::string text = "values = { " + values + " }\n";
  if (!missing.empty()) {
    text += TomlComment("no option is called " + missing + "; this Jira has: " + Listed(allowed));
  }
  return text;
}

// Its only option is the one that is ticked.
std::string FlagOf(const std::vector<std::string>& allowed) {
  const std::string ticked = allowed.empty() ? "" : allowed.front();
  const std::string text = "values = { true = " + TomlQuoted(ticked) + " }";
  if (allowed.size() == 1) return text + "\n";
  return text + "  # guessed: please check\n" + TomlComment("this Jira has: " + Listed(allowed));
}

std::string DraftFields(const Contract& contract, const JiraFacts& facts,
                        std::set<std::string>& bound) {
  std::string plain = "\n[bind.fields]\n", tables;
  for (const auto& [name, terms] : contract.fields) {
    const FieldFact* fact = BestField(terms, facts, bound);
    if (fact != nullptr) bound.insert(fact->info.id);
    if (fact == nullptr) {
      plain += TomlComment(TomlKey(name) + " = \"\"  (" + NameOf(terms.kind) +
                           ": no field of that name and kind)");
    } else if (terms.values.empty() && terms.kind != ValueKind::kFlag) {
      const bool says_more = Normal(fact->info.id) != Normal(fact->info.name);
      plain += TomlKey(name) + " = " + TomlQuoted(fact->info.id);
      plain += says_more ? "  # " + Printable(fact->info.name) + "\n" : "\n";
    } else {
      tables += "\n[bind.fields." + TomlKey(name) + "]\nfield = " + TomlQuoted(fact->info.id) +
                "  # " + Printable(fact->info.name) + "\n" +
                (terms.kind == ValueKind::kFlag ? FlagOf(AllowedOf(facts, *fact))
                                                : ValuesOf(terms, AllowedOf(facts, *fact)));
    }
  }
  return plain + tables;
}

std::string RequiredElsewhere(const JiraFacts& facts, const std::set<std::string>& bound) {
  std::string text;
  for (const FieldFact& fact : facts.fields) {
    const bool is_given = fact.info.id == "project" || fact.info.id == "issuetype" ||
                          fact.info.id == "parent" || fact.info.id == "reporter";
    if (fact.required_by.empty() || is_given || bound.count(fact.info.id) > 0) continue;
    text +=
        TomlComment("create needs " + TomlQuoted(fact.info.name) + " (" + fact.info.id + ") for " +
                    Listed(fact.required_by) + ": agree on it, or make it optional in Jira");
  }
  return text.empty() ? "" : "\n" + text;
}

}  // namespace

bool AreSynonyms(const std::string& a, const std::string& b) {
  for (const auto& group : kSynonyms) {
    const auto holds = [&](const std::string& name) {
      return !name.empty() && std::find(group.begin(), group.end(), name) != group.end();
    };
    if (holds(a) && holds(b)) return true;
  }
  return false;
}

std::string TomlComment(const std::string& text) {
  std::string line = "# ";
  return line.append(Printable(text)).append("\n");
}

std::string DraftBinding(const Contract& contract, const JiraFacts& facts) {
  std::string text = "# Drafted from project " + Printable(facts.project) +
                     ". Check it line by line; what is commented out does not travel.\n[bind]\n";
  text += DraftContentSwitches(contract, facts);
  std::vector<std::string> shared, parents, local, subtasks;
  for (const auto& [name, terms] : contract.types)
    (terms.has_parent ? parents : shared).push_back(name);
  for (const auto& type : facts.types) (type.is_subtask ? subtasks : local).push_back(type.name);
  std::string types = Table("bind.types", shared, local, nullptr);
  if (!parents.empty() || !subtasks.empty()) {
    const std::string below = Table("bind.types", parents, subtasks, nullptr);
    types += below.substr(below.find("]\n") + 2);
  }
  text += types + Table("bind.statuses", contract.statuses, facts.statuses, &facts);
  std::set<std::string> bound;
  text += DraftFields(contract, facts, bound);
  text += DraftLinks(contract, facts) + DraftLifecycle(contract);
  if (!contract.people.empty()) {
    text += "\n[bind.users]\n";
    for (const auto& [alias, name] : contract.people) {
      text += TomlComment(TomlKey(alias) + " = \"\"  (user name of " + name + ")");
    }
  }
  return PrintableLines(text + RequiredElsewhere(facts, bound));
}

}  // namespace valise::cli
