// Pieces that several builders of requests share; not for use outside agent/jira.
#pragma once

#include <string>
#include <string_view>

#include "agent/jira/http.h"
#include "agent/jira/json.h"
#include "packet/result.h"

namespace valise::jira {

// "role:Developers" as the member "visibility"; nothing for an empty one.
void WriteVisibility(std::string_view visible_to, JsonWriter& writer);

// Below /rest/api/2/.
HttpRequest Get(const std::string& path);
HttpRequest Delete(const std::string& path);
Result<HttpRequest> Write(const char* method, const std::string& path, JsonWriter writer);

std::string IssuePath(std::string_view issue);
std::string ProjectPath(std::string_view key);

}  // namespace valise::jira
