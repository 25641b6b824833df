// Security levels: who may know of an issue at all, and who may say so (pitfall 24).
#pragma once

#include <string>
#include <vector>

#include "tests/standin/call.h"
#include "tests/standin/model.h"

namespace valise::standin {

// Reads "Name=role:Administrators,group:staff,user:bob,reporter,assignee". False for another form.
bool ReadSecurityLevel(const std::string& text, SecurityLevel* level);

bool IsIn(const Model& model, const SecurityLevel& level, const Issue& issue, const User& user);

// The issue's level; a sub-task has its parent's. Null: none.
const SecurityLevel* LevelOf(const Model& model, const Issue& issue);

// Those that the user may give to an issue.
std::vector<const SecurityLevel*> LevelsFor(const Model& model, const User* user);

std::string LevelJson(const Model& model, const SecurityLevel& level);

}  // namespace valise::standin
