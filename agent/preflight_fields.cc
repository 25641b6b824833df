// Bound fields: whether they are there, can carry their kind, and stand on the screens by which
// Jira takes them (pitfalls 18, 20, 21, 24).
#include "agent/core/words.h"
#include "agent/preflight_parts.h"

namespace valise::preflight {
namespace {

std::string PlaceOf(const std::string& name) { return "[bind.fields." + name + "]"; }

// "Severity (customfield_10105)": names follow the account's language, so the id stands with them.
std::string NameOf(const jira::FieldInfo& field) {
  return field.name == field.id ? Quoted(field.id) : Quoted(field.name) + " (" + field.id + ")";
}

// The contract's type that a local one is read as; empty: not bound.
std::string SharedType(const Config& config, const std::string& local) {
  return config.binding.TypeToShared(local).value_or("");
}

// The binding of what stands on screens under that id: of two estimates the original one.
const FieldBinding* BoundTo(const Config& config, const std::string& screen_field) {
  if (screen_field != jira::kTimeTracking) return config.binding.ByField(screen_field);
  const FieldBinding* original = config.binding.ByField("timeoriginalestimate");
  return original != nullptr ? original : config.binding.ByField("timeestimate");
}

bool IsBoundFor(const Config& config, const std::string& field, const std::string& local_type) {
  const FieldBinding* bound = BoundTo(config, field);
  if (bound == nullptr) return false;
  const FieldTerms* terms = config.contract.Field(bound->name);
  return terms != nullptr && terms->IsOf(SharedType(config, local_type));
}

std::string OnlyOn(const std::vector<std::string>& types, const Config& config) {
  const bool is_all = types.size() == WrittenTypes(config).size();
  return is_all ? "every bound type" : "type " + Listed(types);
}

// Types on whose screen the field is missing. A type without a screen was not read.
template <typename Screens, typename TypeOf, typename FieldsOf>
std::vector<std::string> TypesWithout(const Config& config, const Screens& screens,
                                      const FieldBinding& field, TypeOf type_of,
                                      FieldsOf fields_of) {
  std::vector<std::string> types;
  for (const auto& screen : screens) {
    const std::string& type = type_of(screen);
    if (!Has(WrittenTypes(config), type) || !IsBoundFor(config, field.field, type)) continue;
    const std::string on_screen = jira::ScreenFieldOf(field.field);
    if (MetaOf(fields_of(screen), on_screen) == nullptr) types.push_back(type);
  }
  return types;
}

void CheckScreensOf(const Config& config, const PreflightFacts& facts, const FieldBinding& field,
                    Report& report) {
  const jira::FieldInfo& info = *FieldOf(facts, field.field);
  const std::string place = PlaceOf(field.name);
  const auto create = TypesWithout(
      config, facts.project.screens, field,
      [](const auto& screen) -> const std::string& { return screen.type.name; },
      [](const auto& screen) -> const auto& { return screen.fields; });
  const auto edit = TypesWithout(
      config, facts.samples, field,
      [](const auto& sample) -> const std::string& { return sample.type; },
      [](const auto& sample) -> const auto& { return sample.edit_fields; });
  if (field.field == "resolution") {  // on Jira's own screens only with a transition (pitfall 22)
    if (edit.empty()) return;
    report.Note("VAL-CHECK-SCREEN", place,
                "Jira takes " + NameOf(info) + " only with a transition for " +
                    OnlyOn(edit, config) + ": a change of it alone is held",
                "put it on the edit screen, if it shall change alone");
    return;
  }
  if (!create.empty()) {
    report.Held("VAL-CHECK-SCREEN", place,
                NameOf(info) + " is not on the create screen of " + OnlyOn(create, config) +
                    ": the peer's values for new issues are held (pitfall 21)",
                "put it on that screen, or bind another field");
  }
  if (edit.empty()) return;
  report.Held("VAL-CHECK-SCREEN", place,
              NameOf(info) + " is not on the edit screen of " + OnlyOn(edit, config) +
                  ": the peer's changes of it are held (pitfall 21)",
              "put it on that screen, or bind another field");
}

// What every create gives, or Jira fills by itself.
bool IsGivenAnyway(const std::string& field) {
  return Has(std::vector<std::string>{"project", "issuetype", "parent", "reporter", "summary"},
             field);
}

bool IsFilled(const Config& config, const std::string& type, const std::string& field) {
  if (IsGivenAnyway(field) || config.binding.defaults.contains(field)) return true;
  if (field == "security" && !config.binding.security_level.empty()) return true;
  const FieldBinding* bound = BoundTo(config, field);
  if (bound == nullptr || !IsBoundFor(config, field, type)) return false;
  return !bound->default_value.empty() ||
         IsIncoming(config, config.contract.DirectionOf(bound->name));
}

// A required field that the peer may leave empty: the issue is then created without it, which
// Jira refuses.
bool MayBeEmpty(const Config& config, const std::string& field) {
  const FieldBinding* bound = BoundTo(config, field);
  return bound != nullptr && !IsGivenAnyway(field) && bound->default_value.empty() &&
         !config.binding.defaults.contains(field);
}

}  // namespace

void CheckFields(const Config& config, const PreflightFacts& facts, Report& report) {
  for (const auto& [name, field] : config.binding.fields) {
    const jira::FieldInfo* info = FieldOf(facts, field.field);
    if (info == nullptr) {
      report.Fails("VAL-BINDING-FIELD", PlaceOf(name),
                   "this Jira has no field " + field.field +
                       ", or hides it from the account: run "
                       "stops at once",
                   "correct the id; valise map suggest lists those that are there");
      continue;
    }
    const auto shape = jira::ShapeOf(*info, field.kind);
    if (shape.ok()) continue;
    report.Fails("VAL-BINDING-KIND", PlaceOf(name),
                 NameOf(*info) + " cannot carry the contract's kind " +
                     Quoted(valise::NameOf(field.kind)) + ": " + shape.error().message +
                     " (pitfall 18)",
                 "bind a field of that kind");
  }
  for (const auto& [id, value] : config.binding.defaults) {
    if (FieldOf(facts, id) != nullptr) continue;
    report.Fails("VAL-BINDING-FIELD", "[bind.defaults] " + id,
                 "this Jira has no field " + id + ", so every create is refused",
                 "correct the id, or remove the line");
  }
}

void CheckScreens(const Config& config, const PreflightFacts& facts, Report& report) {
  for (const auto& [name, field] : config.binding.fields) {
    if (!IsIncoming(config, config.contract.DirectionOf(name))) continue;
    const jira::FieldInfo* info = FieldOf(facts, field.field);
    if (info == nullptr || !jira::ShapeOf(*info, field.kind).ok()) continue;  // told already
    CheckScreensOf(config, facts, field, report);
  }
}

void CheckRequired(const Config& config, const PreflightFacts& facts, Report& report) {
  for (const jira::CreateType& screen : facts.project.screens) {
    const std::string& type = screen.type.name;
    if (!Has(WrittenTypes(config), type)) continue;
    for (const jira::MetaField& meta : screen.fields) {
      if (!meta.is_required || meta.has_default) continue;
      const std::string& id = meta.field.id;
      if (!IsFilled(config, type, id)) {
        report.Fails("VAL-CHECK-REQUIRED", "[bind.defaults] " + id,
                     "Jira requires " + NameOf(meta.field) + " of a new " + Quoted(type) +
                         ", and neither contract nor binding fills it: none can be created",
                     "bind it, give it a default there, or make it optional in Jira");
      } else if (MayBeEmpty(config, id)) {
        report.Held("VAL-CHECK-REQUIRED", PlaceOf(BoundTo(config, id)->name) + " default",
                    "Jira requires " + NameOf(meta.field) + " of a new " + Quoted(type) +
                        ": an issue of the peer without it is held",
                    "give it a default, or make it optional in Jira");
      }
    }
  }
}

}  // namespace valise::preflight
