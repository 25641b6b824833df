// What a site does beyond translating: [bind.defaults], [bind.lifecycle],
// [bind.people].
#include <algorithm>

#include "agent/config/binding_parts.h"
#include "agent/config/units.h"

namespace valise {

namespace {

// Jira takes no blank inside a label.
void CheckLabel(TableReader& reader, const std::string& label) {
  if (label.find(' ') == std::string::npos && FaultOfName(label).empty()) return;
  reader.problems().Add(*reader.Find("label"), "VAL-CONFIG-VALUE",
                        reader.Place("label") + " must be one label: 1 to 255 bytes, no blanks");
}

void CheckClosing(TableReader& reader, const BindingWords& words, const Binding& binding) {
  const TomlNode& at = *reader.Find("close");
  const std::string& status = binding.lifecycle.close;
  if (!words.Agrees(at, status, words.Statuses(), "VAL-BINDING-STATUS", reader.Place("close"))) {
    return;
  }
  if (words.contract() == nullptr || binding.statuses.count(status) > 0) return;
  reader.problems().Add(
      at, "VAL-BINDING-STATUS",
      reader.Place("close") + ": \"" + status + "\" is not bound here; bind it in [bind.statuses]");
}

const std::vector<std::string> kMatchWords{"alias", "email", "name"};

void ReadMatch(TableReader& reader, const Contract* contract, PeopleBinding& people) {
  std::vector<std::string> names;
  if (!reader.Names("match", names)) return;
  const TomlNode& at = *reader.Find("match");
  people.match.clear();
  if (at.items.empty()) {
    reader.problems().Add(at, "VAL-CONFIG-VALUE",
                          reader.Place("match") + " names nothing; add a way or remove it");
  }
  for (const std::string& name : names) {
    const auto found = std::find(kMatchWords.begin(), kMatchWords.end(), name);
    if (found != kMatchWords.end()) {
      people.match.push_back(static_cast<PersonMatch>(found - kMatchWords.begin()));
      continue;
    }
    reader.problems().Add(at, "VAL-CONFIG-VALUE",
                          reader.Place("match") + ": nobody is found by \"" + name + "\"" +
                              DidYouMeanOr(name, kMatchWords));
  }
  const bool by_email = std::find(names.begin(), names.end(), "email") != names.end();
  if (!by_email || contract == nullptr || !contract->people_emails.empty()) return;
  reader.problems().Add(at, "VAL-BINDING-USER",
                        reader.Place("match") +
                            ": the contract has no email_digest in [people]; remove \"email\", "
                            "or agree on a contract that has them");
}

// Text of `key`, a sound name, needed exactly when `is_needed`.
void ReadWhenNeeded(TableReader& reader, const std::string& key, bool is_needed,
                    const std::string& for_what, std::string& into) {
  if (reader.table().Find(key) == nullptr) {
    reader.Known(key);
    if (is_needed) reader.Missing(key, for_what);
    return;
  }
  if (!reader.Text(key, into)) return;
  const std::string fault = FaultOfName(into);
  if (!fault.empty()) {
    reader.problems().Add(*reader.Find(key), "VAL-CONFIG-VALUE", reader.Place(key) + " " + fault);
  } else if (!is_needed) {
    reader.problems().Add(*reader.Find(key), "VAL-CONFIG-VALUE",
                          reader.Place(key) + " says nothing here; remove it, or " + for_what);
  }
}

}  // namespace

void ReadDefaults(TableReader& bind, const BindingWords& words, Binding& binding) {
  const TomlNode* table = bind.Table("defaults");
  if (table == nullptr) return;
  TableReader reader(*table, "bind.defaults", words.problems());
  for (const TomlNode::Member& member : table->members) {
    std::string value;
    CheckSpareField(member.value, reader.Place(member.key), member.key, binding, words.problems());
    if (reader.RequiredText(member.key, value)) binding.defaults.emplace(member.key, value);
  }
}

void ReadPeopleBinding(TableReader& bind, const BindingWords& words, Binding& binding) {
  const TomlNode* table = bind.Table("people");
  if (table == nullptr) return;
  TableReader reader(*table, "bind.people", words.problems());
  PeopleBinding& people = binding.people;
  ReadMatch(reader, words.contract(), people);
  if (reader.Text("prefix", people.prefix)) {
    const std::string fault = FaultOfMention(people.prefix);
    if (!fault.empty()) {
      words.problems().Add(*reader.Find("prefix"), "VAL-CONFIG-VALUE",
                           reader.Place("prefix") + " " + fault);
    }
  }
  std::size_t choice = 0;
  reader.Choice("unknown", {"hold", "none", "default", "text"}, choice);
  people.unknown = static_cast<UnknownPerson>(choice);
  ReadWhenNeeded(reader, "default", people.unknown == UnknownPerson::kDefault,
                 "name the user for unknown = \"default\"", people.default_user);
  std::string text_field;
  ReadWhenNeeded(reader, "text_field", people.unknown == UnknownPerson::kText,
                 "name a Jira text field for unknown = \"text\"", text_field);
  if (!text_field.empty()) {
    CheckSpareField(*reader.Find("text_field"), reader.Place("text_field"), text_field, binding,
                    words.problems());
  }
  people.text_field = text_field;
  reader.ReportUnknown();
}

void ReadLifecycleBinding(TableReader& bind, const BindingWords& words, Binding& binding) {
  const TomlNode* table = bind.Table("lifecycle");
  if (table == nullptr) return;
  TableReader reader(*table, "bind.lifecycle", words.problems());
  if (reader.Text("label", binding.lifecycle.label)) CheckLabel(reader, binding.lifecycle.label);
  if (reader.Text("close", binding.lifecycle.close)) CheckClosing(reader, words, binding);
  std::int64_t most = binding.lifecycle.at_once_max;
  reader.Integer("at_once_max", 0, 100'000, most);
  binding.lifecycle.at_once_max = static_cast<std::uint32_t>(most);
  reader.ReportUnknown();
}

}  // namespace valise
