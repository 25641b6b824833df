// Option values: those that the binding names, against those that Jira has (pitfall 18).
#include "agent/preflight_parts.h"

namespace valise::preflight {
namespace {

using Names = std::vector<std::string>;

bool IsOption(ValueKind kind) {
  return kind == ValueKind::kOption || kind == ValueKind::kOptions ||
         kind == ValueKind::kCascade || kind == ValueKind::kFlag;
}

// What Jira offers for the field, on every screen that was read.
Names OptionsOf(const PreflightFacts& facts, const std::string& id) {
  Names options;
  for (const FieldFact& fact : facts.project.fields) {
    if (fact.info.id == id) options = AllowedOf(facts.project, fact);
  }
  for (const SampleIssue& sample : facts.samples) {
    const jira::MetaField* meta = MetaOf(sample.edit_fields, id);
    if (meta == nullptr) continue;
    for (const std::string& value : meta->allowed) {
      if (!Has(options, value)) options.push_back(value);
    }
  }
  return options;
}

void CheckWritten(const std::string& place, const std::string& shared, const Names& local,
                  const Names& options, bool is_incoming, Report& report) {
  for (std::size_t i = 0; i < local.size(); ++i) {
    if (Has(options, local[i])) continue;
    const std::string at = place + " values." + shared;
    const std::string why = "Jira offers no option " + Quoted(local[i]) +
                            " (none of that name, "
                            "or disabled)";
    const std::string remedy = "correct it; there is: " + Listed(options);
    if (i == 0 && is_incoming) {
      report.Held("VAL-BINDING-VALUE", at, why + ": the peer's " + Quoted(shared) + " is held",
                  remedy);
    } else {
      report.Note("VAL-BINDING-VALUE", at, why, remedy);
    }
  }
}

void CheckUnmapped(const std::string& place, const Names& unmapped, Report& report) {
  if (unmapped.empty()) return;
  report.Held("VAL-BINDING-VALUE", place + " values",
              "the contract has no word for Jira's " + Listed(unmapped) +
                  ": an issue that shows one is listed as unmapped, and the value stays at home",
              "bind them behind a value that fits, if they shall travel");
}

void CheckMapped(const FieldBinding& field, const Names& options, bool is_incoming,
                 bool is_outgoing, Report& report) {
  const std::string place = "[bind.fields." + field.name + "]";
  Names bound, unmapped;
  for (const auto& [shared, local] : field.values->to_local) {
    bound.insert(bound.end(), local.begin(), local.end());
    CheckWritten(place, shared, local, options, is_incoming, report);
  }
  for (const std::string& option : options) {
    if (!Has(bound, option)) unmapped.push_back(option);
  }
  if (is_outgoing) CheckUnmapped(place, unmapped, report);
}

// Without `values` the contract's words are Jira's own.
void CheckPlain(const FieldBinding& field, const FieldTerms& terms, const Names& options,
                bool is_incoming, bool is_outgoing, Report& report) {
  const std::string place = "[bind.fields." + field.name + "]";
  if (terms.values.empty()) return;
  Names unmapped;
  for (const std::string& value : terms.values) {
    if (is_incoming) CheckWritten(place, value, {value}, options, true, report);
  }
  for (const std::string& option : options) {
    if (!Has(terms.values, option)) unmapped.push_back(option);
  }
  if (is_outgoing) CheckUnmapped(place, unmapped, report);
}

void CheckDefault(const FieldBinding& field, const Names& options, Report& report) {
  if (field.default_value.empty() || Has(options, field.default_value)) return;
  report.Held("VAL-BINDING-VALUE", "[bind.fields." + field.name + "] default",
              "Jira offers no option " + Quoted(field.default_value) +
                  ": issues that need the default are held",
              "correct it; there is: " + Listed(options));
}

// Versions and components that Jira lacks are known only when the peer names them.
void CheckNamed(const Config& config, const PreflightFacts& facts, const FieldBinding& field,
                Report& report) {
  const jira::FieldInfo* info = FieldOf(facts, field.field);
  const bool is_component = info != nullptr && info->items == "component";
  const bool is_version = info != nullptr && info->items == "version";
  if (field.missing != MissingValue::kHold || !(is_component || is_version)) return;
  if (!IsIncoming(config, config.contract.DirectionOf(field.name))) return;
  const std::size_t count = is_component ? facts.components.size() : facts.versions.size();
  report.Note("VAL-CHECK-NAMES", "[bind.fields." + field.name + "] missing",
              "the project has " + std::to_string(count) +
                  (is_component ? " components" : " versions") +
                  "; one of the peer that is not among them is held",
              "make the peer's here first, or say missing = \"ignore\" or \"create\"");
}

}  // namespace

void CheckValues(const Config& config, const PreflightFacts& facts, Report& report) {
  for (const auto& [name, field] : config.binding.fields) {
    const FieldTerms* terms = config.contract.Field(name);
    if (terms == nullptr) continue;
    CheckNamed(config, facts, field, report);
    const jira::FieldInfo* info = FieldOf(facts, field.field);
    const Names options = OptionsOf(facts, field.field);
    // No option at all: the field stands on no screen, which is told already.
    if (!IsOption(field.kind) || info == nullptr || options.empty()) continue;
    const Direction from = config.contract.DirectionOf(name);
    const bool is_incoming = IsIncoming(config, from), is_outgoing = IsOutgoing(config, from);
    if (field.values) {
      CheckMapped(field, options, is_incoming, is_outgoing, report);
    } else if (field.kind != ValueKind::kCascade) {
      CheckPlain(field, *terms, options, is_incoming, is_outgoing, report);
    }
    CheckDefault(field, options, report);
  }
}

}  // namespace valise::preflight
