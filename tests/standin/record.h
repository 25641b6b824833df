// One exchange as a JSON line, in the form the project's traffic checker reads: method, path,
// query, request_body, status, response_body.
#pragma once

#include <string>

#include "tests/standin/jira.h"

namespace valise::standin {

// The answer of /mypermissions is recorded without its body: Atlassian's own description of it
// leaves out havePermission, which its own example and every real server have.
std::string RecordLine(const Request& request, const Response& response);

}  // namespace valise::standin
