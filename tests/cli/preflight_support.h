// A sound configuration and what a Jira says that fits it, for tests to spoil.
#pragma once

#include <string>
#include <vector>

#include "agent/preflight.h"
#include "tests/config/doctest.h"

namespace valise::test {

// HQ binds a bug and a step (sub-task), two statuses, a severity and the summary.
Config SoundConfig();
PreflightFacts SoundFacts();

jira::FieldInfo Info(const std::string& id, const std::string& name, const std::string& type,
                     const std::string& custom = "");
jira::MetaField Meta(const jira::FieldInfo& info, std::vector<std::string> allowed = {});
// The field stands on every screen.
void PutOnScreens(PreflightFacts& facts, const jira::FieldInfo& info);

// The one finding of that code and place; a test that does not provoke it fails.
PreflightFinding Only(const PreflightFindings& findings, const std::string& code,
                      const std::string& place);
bool Says(const std::string& text, const std::string& part);

}  // namespace valise::test
