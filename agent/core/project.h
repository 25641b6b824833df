// The project as a shared entity: what its versions and components are, beside their names
// (agent/DESIGN.md, "The project"). One base like an issue's, under an id that both sites derive.
// Its registers are elements named FIELD.ATTRIBUTE and by the version, so that all rules hold.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/core/base.h"
#include "agent/core/capture.h"
#include "agent/core/plan.h"
#include "agent/core/terms.h"
#include "agent/core/view.h"

namespace valise {

enum class ProjectList : std::uint8_t { kVersions, kComponents };
// The list of the project that a Jira field draws on; nullopt: any name fits (labels).
std::optional<ProjectList> ListOf(const std::string& jira_field);
// Lists that some bound field draws on.
std::set<ProjectList> ListsInUse(const Terms& terms);

// One version or component as this Jira shows it. Dates as yyyy-mm-dd, flags "true"; what is not
// set is absent.
struct LocalVersion {
  ProjectList list = ProjectList::kVersions;
  std::string id, name;
  std::map<VersionAttribute, std::string> attributes;
  bool operator==(const LocalVersion&) const = default;
};
using LocalProject = std::vector<LocalVersion>;
const LocalVersion* FindVersion(const LocalProject& project, ProjectList list,
                                const std::string& name);

// The project's place among the issues: the same at both sites, and no issue's.
Id ProjectIdOf(const Id& channel);

RegisterKey AttributeKey(const std::string& field, VersionAttribute attribute,
                         const std::string& version);
struct AttributeRef {
  std::string field;  // in the contract
  VersionAttribute attribute = VersionAttribute::kReleased;
};
// nullopt: the contract shares no such attribute.
std::optional<AttributeRef> AttributeOf(const Contract& contract, const RegisterKey& key);
// Whether this site shows that attribute at all: bound to versions, or a component's description.
bool IsAttributeBound(const Terms& terms, const AttributeRef& ref);
// Flags "true" or absent, dates that exist, texts.
bool IsAttributeValue(VersionAttribute attribute, const std::optional<Value>& value);

// The base of the project before anything is known of it.
IssueBase NewProjectBase(const Terms& terms);

// (contract field, shared name): what no shared issue ever held stays at home.
using TravelledNames = std::set<std::pair<std::string, std::string>>;
// Names of `project` that might leave: ask the store which of them travelled.
TravelledNames NamesOf(const Terms& terms, const LocalProject& project);
// Attributes of what travelled or is known to the base. Jira keeps no changelog of them: they are
// dated `now_ms`, and a person's.
LocalView ViewOfProject(const Terms& terms, const IssueBase& base, const LocalProject& project,
                        const TravelledNames& travelled, std::int64_t now_ms);

// Versions that came and went since the last look. The attributes of one that is not here wait
// unseen; where one comes, what the peer said of it stands, and what it came with is listed.
void MeetVersions(const Terms& terms, IssueBase& base, const LocalView& view,
                  std::vector<Finding>& findings);

// The writes that make this project show what is agreed: one a version, or one an attribute.
Plan PlanProject(const Terms& terms, IssueBase base, const LocalProject& project,
                 bool is_one_at_a_time);
// The write that makes a version or component, with the attributes that are agreed already.
PlannedWrite PlanVersion(const Terms& terms, const IssueBase& base, ProjectList list,
                         const std::string& name);
bool IsVersionAdd(WriteKind kind);
bool IsVersionEdit(WriteKind kind);
// After a write that was done: what it wrote is seen. Anything else that Jira shows by now is a
// person's, for the ordinary diff.
void AbsorbProject(IssueBase& base, const LocalView& view, const std::vector<Register>& targets);

}  // namespace valise
