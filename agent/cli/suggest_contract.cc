#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>

#include "agent/cli/suggest.h"
#include "agent/cli/terminal.h"
#include "agent/config/vocabulary.h"
#include "agent/core/words.h"

namespace valise::cli {

namespace {

constexpr const char* kPlugin = "com.atlassian.jira.plugin.system.customfieldtypes:";
constexpr const char* kAgile = "com.pyxis.greenhopper.jira:";  // Jira Software's (pitfall 19)
using CustomKind = std::pair<const char*, ValueKind>;
constexpr std::array<CustomKind, 3> kAgileKinds{{
    {"gh-sprint", ValueKind::kSprint},
    {"gh-epic-link", ValueKind::kIssue},
    {"gh-epic-label", ValueKind::kLine},
}};
constexpr std::array<CustomKind, 15> kCustomKinds{{
    {"textfield", ValueKind::kLine},
    {"textarea", ValueKind::kText},
    {"float", ValueKind::kNumber},
    {"datepicker", ValueKind::kDate},
    {"datetime", ValueKind::kDatetime},
    {"select", ValueKind::kOption},
    {"radiobuttons", ValueKind::kOption},
    {"multiselect", ValueKind::kOptions},
    {"multicheckboxes", ValueKind::kOptions},
    {"cascadingselect", ValueKind::kCascade},
    {"labels", ValueKind::kSet},
    {"url", ValueKind::kUrl},
    {"userpicker", ValueKind::kPerson},
    {"multiuserpicker", ValueKind::kPeople},
    {"multiversion", ValueKind::kSet},
}};

std::optional<ValueKind> KindAmong(std::span<const CustomKind> kinds, const std::string& prefix,
                                   const std::string& custom) {
  for (const auto& [name, kind] : kinds) {
    if (custom == prefix + name) return kind;
  }
  return std::nullopt;
}

bool IsBare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Shared names of the local types, in their order.
std::vector<std::string> TypeNames(const JiraFacts& facts) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (const jira::IssueTypeInfo& type : facts.types) {
    names.push_back(Fresh(SharedName(type.name, "type"), taken));
  }
  return names;
}

bool IsOnScreen(const JiraFacts& facts, const std::string& type, const std::string& field) {
  for (const jira::CreateType& screen : facts.screens) {
    const auto has = [&](const jira::MetaField& one) { return one.field.id == field; };
    if (screen.type.name != type) continue;
    return std::any_of(screen.fields.begin(), screen.fields.end(), has);
  }
  return false;
}

// Of a field that some types' screens lack, as the name of an epic is an epic's alone; else empty.
std::string TypesLine(const JiraFacts& facts, const jira::FieldInfo& field) {
  if (!field.is_custom) return "";
  const std::vector<std::string> names = TypeNames(facts);
  std::string list;
  std::size_t count = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!IsOnScreen(facts, facts.types[i].name, field.id)) continue;
    list += (count++ == 0 ? "" : ", ") + TomlQuoted(names[i]);
  }
  return count == 0 || count == names.size() ? "" : "types = [" + list + "]\n";
}

std::string FieldTable(const std::string& name, ValueKind kind, const std::string& local,
                       const std::vector<std::string>& allowed) {
  std::string text = "\n[fields." + TomlKey(name) + "]\n";
  if (Normal(name) != Normal(local)) text += "# here: " + Printable(local) + "\n";
  text += std::string("kind = \"") + NameOf(kind) + "\"\n";
  if (kind != ValueKind::kOption && kind != ValueKind::kOptions) return text;
  if (allowed.empty() || allowed.size() > 50) return text + "values = \"any\"\n";
  std::string values;
  std::set<std::string> taken;
  for (const std::string& value : allowed) {
    const std::string shared = Fresh(SharedName(value, "option"), taken);
    values += (values.empty() ? "" : ", ") + TomlQuoted(shared);
  }
  return text + "values = [" + values + "]\n";
}

std::string DraftFields(const JiraFacts& facts) {
  static const std::map<std::string, std::string> kNames{
      {"duedate", "due"}, {"fixVersions", "fix-versions"}, {"versions", "affects-versions"}};
  std::string text;
  std::set<std::string> taken{kTypeField, kStatusField, kParentField, kLifecycleField};
  for (const FieldFact& fact : facts.fields) {
    const auto kind = KindOf(fact.info);
    const bool is_shown = fact.is_on_screen || fact.info.id == "resolution";
    if (!kind || !is_shown || fact.info.id == "reporter") continue;
    const auto known = kNames.find(fact.info.id);
    const std::string stem = known != kNames.end() ? known->second
                             : fact.info.is_custom ? SharedName(fact.info.name, fact.info.id)
                                                   : fact.info.id;
    // Priorities and resolutions differ from Jira to Jira in more than names: leave them alone.
    const bool is_named = fact.info.is_custom;
    text += FieldTable(Fresh(stem, taken), *kind, fact.info.name,
                       is_named ? AllowedOf(facts, fact) : std::vector<std::string>{}) +
            TypesLine(facts, fact.info);
  }
  return text;
}

std::string DraftTypes(const JiraFacts& facts) {
  std::string text = "\n[types]\n";
  const std::vector<std::string> names = TypeNames(facts);
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += TomlKey(names[i]) +
            (facts.types[i].is_subtask ? " = { parent = true }\n" : " = {}\n");
  }
  return text;
}

}  // namespace

std::optional<ValueKind> KindOf(const jira::FieldInfo& field) {
  if (!WhyUnbindable(field.id).empty()) return std::nullopt;
  if (const auto system = KindOfSystemField(field.id)) return system;
  if (const auto standard = KindAmong(kCustomKinds, kPlugin, field.custom)) return standard;
  return KindAmong(kAgileKinds, kAgile, field.custom);
}

std::string Normal(std::string_view name) {
  std::string normal;
  for (const char c : name) {
    const bool is_mark =
        static_cast<unsigned char>(c) < 0x80 && (!IsBare(c) || c == '-' || c == '_');
    if (!is_mark) normal += Lower(c);
  }
  return normal;
}

std::string SharedName(std::string_view local, std::string_view missing) {
  std::string name;
  for (const char c : local) {
    const bool is_letter = IsBare(c) && c != '-' && c != '_';
    if (is_letter || static_cast<unsigned char>(c) >= 0x80) {
      name += Lower(c);
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name.empty() ? std::string(missing) : name;
}

std::string Fresh(std::string name, std::set<std::string>& taken) {
  const std::string stem = name;
  for (int number = 2; !taken.insert(name).second; ++number) {
    name = stem + "-" + std::to_string(number);
  }
  return name;
}

std::string TomlQuoted(std::string_view text) {
  std::string quoted(1, '"');
  for (const char c : text) {
    const unsigned char octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (octet < 0x20 || octet == 0x7f) {
      quoted += "\\u00";
      quoted += "0123456789abcdef"[octet >> 4];
      quoted += "0123456789abcdef"[octet & 15];
    } else {
      quoted += c;
    }
  }
  quoted += '"';
  return quoted;
}

std::string TomlKey(std::string_view name) {
  const bool is_bare = !name.empty() && std::all_of(name.begin(), name.end(), IsBare);
  return is_bare ? std::string(name) : TomlQuoted(name);
}

std::string DraftContract(const ContractHead& head, const JiraFacts& facts) {
  std::string text =
      "# Shared vocabulary of one channel: both sites hold exactly these bytes. Drafted; remove\n"
      "# what shall not travel, rename what the peer calls otherwise, then invite the peer.\n"
      "name = " +
      TomlQuoted(head.name) + "\nversion = 1\nsites = [" + TomlQuoted(head.sites.at(0)) + ", " +
      TomlQuoted(head.sites.at(1)) + "]\n";
  text += DraftTypes(facts) + "\n[statuses]\nvalues = [";
  std::set<std::string> taken;
  for (const std::string& status : facts.statuses) {
    if (!taken.empty()) text += ", ";
    text += TomlQuoted(Fresh(SharedName(status, "status"), taken));
  }
  text += "]\n" + DraftFields(facts);
  text +=
      "\n# People whom both sites know, before pairing: alias = \"Display Name\". Without one\n"
      "# here a person cannot be set in a field of the other Jira and is held there.\n"
      "[people]\n# jane = \"Jane Doe\"\n";
  text += "\n[comments]\nfrom = \"both\"\nvisibility = \"public-only\"\n";
  text += DraftContentTerms(facts);
  text += "\n[conflict]\ndefault = \"newest\"\n";
  return PrintableLines(text);
}

JiraFacts UsualFacts(const std::string& project) {
  JiraFacts facts;
  facts.project = project;
  facts.types = {{"", "Bug", false, {}}, {"", "Task", false, {}}};
  facts.statuses = {"To Do", "In Progress", "Done"};
  for (const char* name : {"Blocks", "Cloners", "Duplicate", "Relates"}) {
    facts.link_types.push_back({"", name, "", ""});
  }
  facts.attachments = {true, 10ULL << 20};  // Jira's default
  for (const char* id :
       {"summary", "description", "environment", "priority", "resolution", "duedate", "labels",
        "components", "fixVersions", "versions", "assignee"}) {
    FieldFact fact;
    fact.info.id = id;
    fact.info.name = id;
    fact.is_on_screen = true;
    facts.fields.push_back(std::move(fact));
  }
  return facts;
}

}  // namespace valise::cli
