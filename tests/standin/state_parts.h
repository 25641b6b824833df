// Parts of an issue within a saved state: work logs and estimates, remote links, votes.
#pragma once

#include "tests/standin/json_value.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/model.h"

namespace valise::standin {

void SaveParts(JsonWriter& out, const Issue& issue);
void LoadParts(const JsonValue& saved, Issue* issue);

void SaveSecurityLevels(JsonWriter& out, const Model& model);
void LoadSecurityLevels(const JsonValue& saved, Model* model);

void SaveSprints(JsonWriter& out, const Model& model);
void LoadSprints(const JsonValue& saved, Model* model);

// Other projects, the fields' configuration and the options of select fields.
void SaveProjects(JsonWriter& out, const Model& model);
void LoadProjects(const JsonValue& saved, Model* model);

void SaveDeletedWorklogs(JsonWriter& out, const Model& model);
void LoadDeletedWorklogs(const JsonValue& saved, Model* model);

}  // namespace valise::standin
