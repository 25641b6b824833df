#include "agent/config/contract_diff.h"

#include <algorithm>
#include <array>
#include <optional>

#include "agent/config/units.h"
#include "agent/core/words.h"

namespace valise {
namespace {

using Lines = std::vector<std::string>;
// A table of the file: its keys, each with its value as it would be written, defaults too.
using Table = std::vector<std::pair<std::string, std::string>>;

// That stand for "no name at all" in lists and tables.
constexpr std::array<const char*, 3> kOwnWords{"all", "none", "any"};

template <typename List>
bool Holds(const List& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

// In quotes where it could be taken for several names, or for words of the diff itself.
std::string Word(const std::string& name) {
  const bool is_plain = name.find_first_of(",\"()") == std::string::npos &&
                        name.find(" becomes ") == std::string::npos && !Holds(kOwnWords, name);
  if (is_plain) return name;
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

template <typename List>
std::string Joined(const List& list, const std::string& if_empty) {
  std::string text;
  for (const std::string& one : list) text += (text.empty() ? "" : ", ") + Word(one);
  return text.empty() ? if_empty : text;
}

std::string SiteWord(const Contract& contract, const std::optional<std::uint32_t>& site,
                     const char* none) {
  if (!site) return none;
  return *site < contract.sites.size() ? Word(contract.sites[*site]) : "?";
}

std::string FromWord(const Contract& contract, const Direction& from) {
  return SiteWord(contract, from.owner, "both");
}

std::string RuleWord(const Contract& contract, const ConflictRule& rule) {
  return SiteWord(contract, rule.site, "newest");
}

const char* YesOrNo(bool is) { return is ? "true" : "false"; }

const char* VisibilityWord(CommentVisibility visibility) {
  return visibility == CommentVisibility::kAll ? "all" : "public-only";
}

std::string EndWord(EndAction action) {
  static constexpr const char* kWords[] = {"nothing", "comment", "label", "close", "delete"};
  return kWords[static_cast<std::size_t>(action)];
}

Table HeadOf(const Contract& contract) {
  return {{"name", Word(contract.name)},
          {"sites", Joined(contract.sites, "none")},
          {"share_keys", YesOrNo(contract.shares_keys)},
          {"email_key", contract.email_key.empty() ? "none" : "a key"}};
}

Table CommentsOf(const Contract& contract) {
  return {{"from", FromWord(contract, contract.comments_from)},
          {"visibility", VisibilityWord(contract.comment_visibility)}};
}

Table WorkLogsOf(const Contract& contract) {
  return {{"from", FromWord(contract, contract.work_logs_from)},
          {"visibility", VisibilityWord(contract.work_log_visibility)}};
}

Table AttachmentsOf(const Contract& contract) {
  const AttachmentTerms& terms = contract.attachments;
  return {{"from", FromWord(contract, contract.attachments_from)},
          {"bytes_max", SizeText(terms.bytes_max)},
          {"types", Joined(terms.types, "all")},
          {"types_refused", Joined(terms.types_refused, "none")},
          {"names_refused", Joined(terms.names_refused, "none")}};
}

Table LinksOf(const Contract& contract) {
  return {{"from", FromWord(contract, contract.links_from)},
          {"types", Joined(contract.link_types, "none")}};
}

Table LifecycleOf(const Contract& contract) {
  const LifecycleTerms& terms = contract.lifecycle;
  return {{"deleted", EndWord(terms.deleted)},
          {"moved", EndWord(terms.moved)},
          {"archived", EndWord(terms.archived)},
          {"left_scope", EndWord(terms.left_scope)}};
}

Table ConflictOf(const Contract& contract) {
  return {{"default", RuleWord(contract, contract.conflict)}};
}

// Listed values are compared one by one instead.
std::string ValuesWord(const FieldTerms& field) {
  const bool is_choice = field.kind == ValueKind::kOption || field.kind == ValueKind::kOptions;
  if (!is_choice) return "none";
  return field.any_value || field.values.empty() ? "any" : "listed";
}

std::string AttributesWord(const FieldTerms& field) {
  std::vector<std::string> names;
  for (const VersionAttribute attribute : field.attributes) {
    names.emplace_back(AttributeName(attribute));
  }
  return Joined(names, "none");
}

Table FieldOf(const Contract& contract, const FieldTerms& field) {
  return {{"kind", NameOf(field.kind)},
          {"from", FromWord(contract, field.from)},
          {"conflict", RuleWord(contract, field.conflict.value_or(contract.conflict))},
          {"local_edits", field.local_override_kept ? "list" : "put-back"},
          {"types", Joined(field.types, "all")},
          {"values", ValuesWord(field)},
          {"attributes", AttributesWord(field)}};
}

void DiffNames(const std::string& what, const std::vector<std::string>& before,
               const std::vector<std::string>& after, Lines& lines) {
  for (const std::string& name : after) {
    if (!Holds(before, name)) lines.push_back("+ " + what + " " + Word(name));
  }
  for (const std::string& name : before) {
    if (!Holds(after, name)) lines.push_back("- " + what + " " + Word(name));
  }
}

// Both have the same keys in the same order: one function made them.
void DiffTerms(const std::string& what, const Table& before, const Table& after, Lines& lines) {
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (before[i].second == after[i].second) continue;
    lines.push_back("~ " + what + " " + after[i].first + ": " + before[i].second + " becomes " +
                    after[i].second);
  }
}

std::string InBrackets(const Table& table) {
  std::string text;
  for (const auto& [key, value] : table) text += (text.empty() ? "" : ", ") + key + " " + value;
  return " (" + text + ")";
}

struct Part {
  const char* name;
  bool (*is_there)(const Contract&);
  Table (*terms)(const Contract&);
};

constexpr Part kParts[] = {
    {"comments", [](const Contract& c) { return c.has_comments; }, CommentsOf},
    {"work logs", [](const Contract& c) { return c.has_work_logs; }, WorkLogsOf},
    {"attachments", [](const Contract& c) { return c.has_attachments; }, AttachmentsOf},
    {"links", [](const Contract& c) { return !c.link_types.empty(); }, LinksOf},
    {"lifecycle", [](const Contract&) { return true; }, LifecycleOf},
    {"conflict", [](const Contract&) { return true; }, ConflictOf}};

void DiffPart(const Part& part, const Contract& before, const Contract& after, Lines& lines) {
  const bool was_there = part.is_there(before);
  const bool is_there = part.is_there(after);
  if (!was_there && is_there) {
    lines.push_back(std::string("+ ") + part.name + InBrackets(part.terms(after)));
  }
  if (was_there && !is_there) lines.push_back(std::string("- ") + part.name);
  if (was_there && is_there) DiffTerms(part.name, part.terms(before), part.terms(after), lines);
}

// Of a new field only what is not as if unsaid: "+ field due (date, from hq)".
std::string NewField(const Contract& contract, const FieldTerms& field) {
  FieldTerms plain;
  plain.kind = field.kind;
  const Table unsaid = FieldOf(contract, plain);
  const Table table = FieldOf(contract, field);
  std::string text = "+ field " + Word(field.name) + " (" + table[0].second;
  for (std::size_t i = 1; i < table.size(); ++i) {
    const std::string& value = table[i].second;
    if (value == "listed")
      text += ", values " + Joined(field.values, "none");
    else if (value != unsaid[i].second)
      text += ", " + table[i].first + " " + value;
  }
  return text + ")";
}

void DiffFields(const Contract& before, const Contract& after, Lines& lines) {
  for (const auto& [name, field] : after.fields) {
    FieldTerms named = field;
    named.name = name;
    const FieldTerms* old = before.Field(name);
    if (old == nullptr) {
      lines.push_back(NewField(after, named));
      continue;
    }
    DiffTerms("field " + Word(name), FieldOf(before, *old), FieldOf(after, field), lines);
    if (!field.any_value) {
      DiffNames("value of field " + Word(name), old->values, field.values, lines);
    }
  }
  for (const auto& [name, field] : before.fields) {
    if (after.Field(name) == nullptr) lines.push_back("- field " + Word(name));
  }
}

void DiffTypes(const Contract& before, const Contract& after, Lines& lines) {
  for (const auto& [name, terms] : after.types) {
    const auto old = before.types.find(name);
    if (old == before.types.end()) {
      lines.push_back("+ type " + Word(name) + (terms.has_parent ? " (parent true)" : ""));
    } else {
      DiffTerms("type " + Word(name), {{"parent", YesOrNo(old->second.has_parent)}},
                {{"parent", YesOrNo(terms.has_parent)}}, lines);
    }
  }
  for (const auto& [name, terms] : before.types) {
    if (!after.types.contains(name)) lines.push_back("- type " + Word(name));
  }
}

std::string EmailDigestOf(const Contract& contract, const std::string& alias) {
  const auto found = contract.people_emails.find(alias);
  return found == contract.people_emails.end() ? "none" : found->second;
}

std::string NewPerson(const Contract& contract, const std::string& alias) {
  const std::string text = "+ person " + Word(alias) + ": " + Word(contract.people.at(alias));
  if (!contract.people_emails.contains(alias)) return text;
  return text + " (e-mail digest " + EmailDigestOf(contract, alias) + ")";
}

// An alias that means another person, or is found by another address, is news for whoever reads.
void DiffPeople(const Contract& before, const Contract& after, Lines& lines) {
  for (const auto& [alias, name] : after.people) {
    const auto old = before.people.find(alias);
    if (old == before.people.end()) {
      lines.push_back(NewPerson(after, alias));
      continue;
    }
    DiffTerms("person " + Word(alias),
              {{"name", Word(old->second)}, {"e-mail digest", EmailDigestOf(before, alias)}},
              {{"name", Word(name)}, {"e-mail digest", EmailDigestOf(after, alias)}}, lines);
  }
  for (const auto& [alias, name] : before.people) {
    if (!after.people.contains(alias)) lines.push_back("- person " + Word(alias));
  }
  const bool has_another_key =
      !before.email_key.empty() && !after.email_key.empty() && before.email_key != after.email_key;
  if (has_another_key) lines.push_back("~ email_key: another key");
}

}  // namespace

std::vector<std::string> ContractDiff(const Contract& before, const Contract& after) {
  Lines lines;
  DiffTerms("contract", HeadOf(before), HeadOf(after), lines);
  DiffTypes(before, after, lines);
  DiffNames("status", before.statuses, after.statuses, lines);
  DiffFields(before, after, lines);
  for (const Part& part : kParts) DiffPart(part, before, after, lines);
  DiffPeople(before, after, lines);
  if (lines.empty()) lines.push_back("= nothing but its text and number");
  return lines;
}

}  // namespace valise
