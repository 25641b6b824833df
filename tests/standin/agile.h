// What Jira Software adds: boards, sprints, epics, ranks (pitfall 19).
#pragma once

#include <string>

#include "tests/standin/edit.h"

namespace valise::standin {

class JsonWriter;

const Sprint* SprintById(const Model& model, const std::string& id);

// "com.atlassian.greenhopper.service.sprint.Sprint@1f[id=3,rapidViewId=1,state=ACTIVE,name=..]":
// the order of the members differs from one to the next, and a name may hold `,=[]|`.
std::string SprintText(const Sprint& sprint);

// The field's value as Jira shows it.
void WriteSprints(JsonWriter& out, const Model& model, const FieldValue& value);
void WriteEpicLink(JsonWriter& out, const Model& model, const FieldValue& value);
void WriteRank(JsonWriter& out, const FieldValue& value);

// A sprint as one number, null for none; closed ones that the issue was in stay.
void SetSprint(Edit& edit, const Field& field, const JsonValue& value);
// The key of an epic, or null.
void SetEpicLink(Edit& edit, const Field& field, const JsonValue& value);

// Moves the draft into the sprint, or into none (null).
void MoveToSprint(const Model& model, Issue& draft, const Sprint* sprint);

// A rank below every other.
double NextRank(const Model& model);

const Field* FieldOfKind(const Model& model, FieldKind kind);

}  // namespace valise::standin
