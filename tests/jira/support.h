// Builders for answers and shapes, and a real-shaped issue.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/core/local.h"
#include "agent/jira/fields.h"
#include "agent/jira/http.h"

namespace valise::jira {

HttpResponse Answered(std::string body, int status = 200);
HttpAnswer Arrived(int status, std::string body, std::map<std::string, std::string> headers = {});
FieldShape Shape(std::string id, ValueKind kind, JsonForm form, std::string history_name = "");
LocalField Just(std::string text, std::string detail = "");
LocalField Many(std::vector<std::string> texts);

// The shapes that IssueText fills, one of each form.
std::vector<FieldShape> AllShapes();
// GET issue as Jira answers it, with comments, changelog and marker; about 5 KB.
std::string IssueText();

// The folder of recorded answers, or empty where this machine has none: the test then says so
// and passes.
std::string FixtureFolder();
std::string ReadFile(const std::string& path);

}  // namespace valise::jira
