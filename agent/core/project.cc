#include "agent/core/project.h"

#include <algorithm>

#include "agent/core/plan_parts.h"
#include "agent/core/text.h"
#include "agent/core/times.h"

namespace valise {
namespace {

std::string NormalText(VersionAttribute attribute, const std::string& text) {
  if (attribute != VersionAttribute::kDescription) return text;
  const std::string lines = WithUnixLineEnds(text);  // Jira trims it, and keeps line ends as sent
  const std::size_t first = lines.find_first_not_of(" \t\n");
  if (first == std::string::npos) return "";
  return lines.substr(first, lines.find_last_not_of(" \t\n") - first + 1);
}

std::optional<Value> NormalValue(VersionAttribute attribute, const std::string& text) {
  std::string normal = NormalText(attribute, text);
  if (normal.empty()) return std::nullopt;
  return Value{std::move(normal), ""};
}

std::optional<Value> ShownValue(const LocalVersion& version, VersionAttribute attribute) {
  const auto shown = version.attributes.find(attribute);
  return shown == version.attributes.end() ? std::nullopt : NormalValue(attribute, shown->second);
}

std::optional<Value> NormalAgreed(VersionAttribute attribute, const std::optional<Value>& agreed) {
  return agreed ? NormalValue(attribute, agreed->text) : std::nullopt;
}

Id SeenOf(const std::optional<Value>& value) { return SeenDigest(value ? value->text : ""); }

// A component has nothing else that two projects could share.
bool Has(ProjectList list, VersionAttribute attribute) {
  return list == ProjectList::kVersions || attribute == VersionAttribute::kDescription;
}

std::optional<std::string> SharedName(const Terms& terms, const FieldBinding& binding,
                                      const std::string& local) {
  LocalField field;
  field.values.push_back(Value{local, ""});
  const ViewEntry entry = ToSharedField(terms, binding, field, std::nullopt, Directory{});
  if (!entry.is_mapped || !entry.shared) return std::nullopt;
  return entry.shared->text;
}

std::optional<std::string> LocalName(const Terms& terms, const FieldBinding& binding,
                                     const std::string& shared) {
  const auto local = ToLocalField(terms, binding, Value{shared, ""}, terms.own_site);
  if (!local || local->values.empty()) return std::nullopt;
  return local->values.front().text;
}

// Calls visit(binding, attributes, list) for each bound field whose attributes are shared.
template <typename Visit>
void ForSharedFields(const Terms& terms, Visit visit) {
  for (const auto& [name, binding] : terms.binding.fields) {
    const FieldTerms* field = terms.contract.Field(name);
    const auto list = ListOf(binding.field);
    if (field && list && !field->attributes.empty()) visit(binding, field->attributes, *list);
  }
}

LocalField OneValue(const std::optional<Value>& value) {
  LocalField field;
  if (value) field.values.push_back(*value);
  return field;
}

}  // namespace

std::optional<ProjectList> ListOf(const std::string& jira_field) {
  if (jira_field == "fixVersions" || jira_field == "versions") return ProjectList::kVersions;
  if (jira_field == "components") return ProjectList::kComponents;
  return std::nullopt;
}

std::set<ProjectList> ListsInUse(const Terms& terms) {
  std::set<ProjectList> lists;
  for (const auto& [name, binding] : terms.binding.fields) {
    if (const auto list = ListOf(binding.field)) lists.insert(*list);
  }
  return lists;
}

const LocalVersion* FindVersion(const LocalProject& project, ProjectList list,
                                const std::string& name) {
  const auto found = std::find_if(project.begin(), project.end(), [&](const LocalVersion& one) {
    return one.list == list && one.name == name;
  });
  return found == project.end() ? nullptr : &*found;
}

Id ProjectIdOf(const Id& channel) {
  const Digest digest = Hash("VLS1 project", View(channel));
  return *IdFromBytes(View(digest).substr(0, 16));
}

RegisterKey AttributeKey(const std::string& field, VersionAttribute attribute,
                         const std::string& version) {
  return ElementKey(field + "." + AttributeName(attribute), version);
}

std::optional<AttributeRef> AttributeOf(const Contract& contract, const RegisterKey& key) {
  if (key.kind != RegisterKind::kElement || key.element.find('\x1f') != std::string::npos) {
    return std::nullopt;
  }
  const std::size_t dot = key.field.rfind('.');  // no attribute's name holds one
  if (dot == std::string::npos) return std::nullopt;
  const FieldTerms* field = contract.Field(key.field.substr(0, dot));
  if (!field) return std::nullopt;
  for (const VersionAttribute attribute : field->attributes) {
    if (key.field.substr(dot + 1) == AttributeName(attribute)) {
      return AttributeRef{field->name, attribute};
    }
  }
  return std::nullopt;
}

bool IsAttributeBound(const Terms& terms, const AttributeRef& ref) {
  const auto binding = terms.binding.fields.find(ref.field);
  if (binding == terms.binding.fields.end()) return false;
  const auto list = ListOf(binding->second.field);
  return list && Has(*list, ref.attribute);
}

bool IsAttributeValue(VersionAttribute attribute, const std::optional<Value>& value) {
  if (!value) return true;
  switch (attribute) {
    case VersionAttribute::kReleased:
    case VersionAttribute::kArchived:
      return value->text == "true";
    case VersionAttribute::kReleaseDate:
    case VersionAttribute::kStartDate:
      return ParseInstant(value->text + "T00:00:00.000Z").has_value();
    case VersionAttribute::kDescription:
      break;
  }
  return true;
}

IssueBase NewProjectBase(const Terms& terms) {
  IssueBase base;
  base.issue_id = terms.project_id;
  base.origin.type = "project";  // it is there from the start: no `created` makes it
  base.jira_id = kProjectJiraId;
  base.jira_key = terms.binding.project;
  return base;
}

TravelledNames NamesOf(const Terms& terms, const LocalProject& project) {
  TravelledNames names;
  ForSharedFields(terms, [&](const FieldBinding& binding, const auto&, ProjectList list) {
    for (const LocalVersion& version : project) {
      const auto shared = SharedName(terms, binding, version.name);
      if (version.list == list && shared) names.emplace(binding.name, *shared);
    }
  });
  return names;
}

LocalView ViewOfProject(const Terms& terms, const IssueBase& base, const LocalProject& project,
                        const TravelledNames& travelled, std::int64_t now_ms) {
  LocalView view;
  const auto add = [&](const FieldBinding& binding, VersionAttribute attribute,
                       const std::string& name, const LocalVersion& version) {
    const RegisterKey key = AttributeKey(binding.name, attribute, name);
    const auto known = base.registers.find(key);
    const bool is_known = known != base.registers.end() && known->second.version != Version{};
    if (!is_known && !travelled.contains({binding.name, name})) return;
    ViewEntry entry;
    entry.shared = ShownValue(version, attribute);
    entry.seen = SeenOf(entry.shared);
    entry.at_ms = now_ms;
    view[key] = std::move(entry);
  };
  ForSharedFields(terms, [&](const FieldBinding& binding, const auto& attributes,
                             ProjectList list) {
    for (const LocalVersion& version : project) {
      const auto name = SharedName(terms, binding, version.name);
      if (version.list != list || !name) continue;
      for (const VersionAttribute attribute : attributes) {
        if (Has(list, attribute)) add(binding, attribute, *name, version);
      }
    }
  });
  return view;
}

void MeetVersions(const Terms& terms, IssueBase& base, const LocalView& view,
                  std::vector<Finding>& findings) {
  for (auto& [key, reg] : base.registers) {
    const auto shown = view.find(key);
    if (shown == view.end()) {
      reg.has_seen = reg.is_pending = false;
      reg.seen = Id{};
      continue;
    }
    const bool is_peers = reg.version != Version{} && reg.version.site == terms.peer_site;
    if (reg.has_seen || !is_peers) continue;
    const ViewEntry& entry = shown->second;
    reg.has_seen = true;
    reg.seen = entry.seen;
    reg.is_pending = reg.held.empty() && entry.shared != reg.agreed;
    if (entry.shared && entry.shared != reg.agreed) {
      findings.push_back({"conflict-lost", key, entry.shared, reg.version, "first-sight"});
    }
  }
}

Plan PlanProject(const Terms& terms, IssueBase base, const LocalProject& project,
                 bool is_one_at_a_time) {
  Plan plan;
  for (auto& [key, reg] : base.registers) {
    const auto ref = AttributeOf(terms.contract, key);
    if (!ref || !reg.is_pending || !IsAttributeBound(terms, *ref)) continue;
    const FieldBinding& binding = terms.binding.fields.at(ref->field);
    const ProjectList list = *ListOf(binding.field);
    const auto name = LocalName(terms, binding, key.element);
    const LocalVersion* version = name ? FindVersion(project, list, *name) : nullptr;
    if (!version) {
      reg.is_pending = reg.has_seen = false;  // until there is one
      continue;
    }
    const std::optional<Value> wanted = NormalAgreed(ref->attribute, reg.agreed);
    const std::optional<Value> shown = ShownValue(*version, ref->attribute);
    if (shown == wanted) {
      SettleRegister(reg, SeenOf(shown));
      continue;
    }
    auto write = std::find_if(plan.writes.begin(), plan.writes.end(), [&](const auto& one) {
      return one.object_jira_id == version->id && !is_one_at_a_time;
    });
    if (write == plan.writes.end()) {
      write = plan.writes.emplace(plan.writes.end());
      write->kind = list == ProjectList::kVersions ? WriteKind::kVersionEdit
                                                   : WriteKind::kComponentEdit;
      write->object_jira_id = version->id;
    }
    write->fields[AttributeName(ref->attribute)] = OneValue(wanted);
    write->keys.push_back(key);
  }
  plan.base = std::move(base);
  return plan;
}

PlannedWrite PlanVersion(const Terms& terms, const IssueBase& base, ProjectList list,
                         const std::string& name) {
  PlannedWrite write;
  write.kind = list == ProjectList::kVersions ? WriteKind::kVersionAdd : WriteKind::kComponentAdd;
  write.body = name;
  ForSharedFields(terms, [&](const FieldBinding& binding, const auto& attributes,
                             ProjectList drawn) {
    const auto shared = SharedName(terms, binding, name);
    if (drawn != list || !shared) return;
    for (const VersionAttribute attribute : attributes) {
      const auto reg = base.registers.find(AttributeKey(binding.name, attribute, *shared));
      if (reg == base.registers.end() || !reg->second.agreed || !Has(list, attribute)) continue;
      write.fields[AttributeName(attribute)] =
          OneValue(NormalAgreed(attribute, reg->second.agreed));
    }
  });
  return write;
}

bool IsVersionAdd(WriteKind kind) {
  return kind == WriteKind::kVersionAdd || kind == WriteKind::kComponentAdd;
}

bool IsVersionEdit(WriteKind kind) {
  return kind == WriteKind::kVersionEdit || kind == WriteKind::kComponentEdit;
}

// Jira keeps no changelog of versions: what it shows is ours, or a person's later edit, which the
// ordinary diff then finds.
void AbsorbProject(IssueBase& base, const LocalView& view, const std::vector<Register>& targets) {
  for (const Register& target : targets) {
    const auto entry = view.find(target.key);
    if (entry == view.end()) continue;
    RegisterBase& reg = base.registers[target.key];
    if (reg.version == target.version) reg.is_pending = false;
    reg.has_seen = true;
    reg.seen = SeenOf(NormalAgreed(VersionAttribute::kDescription, target.value));
  }
}

}  // namespace valise
