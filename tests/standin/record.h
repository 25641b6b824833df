// One exchange as a JSON line, in the form the project's traffic checker reads: method, path,
// query, request_body, status, response_body.
#pragma once

#include <string>

#include "tests/standin/jira.h"

namespace valise::standin {

// Two things are left out, because Atlassian's descriptions lack what its documentation and every
// real server have: the answer of /mypermissions (described without havePermission, though its own
// example shows it) and the parameter `expand` of GET transitions.
std::string RecordLine(const Request& request, const Response& response);

}  // namespace valise::standin
