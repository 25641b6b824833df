// One exchange as a JSON line, in the form the project's traffic checker reads: method, path,
// query, request_body, status, response_body.
#pragma once

#include <string>

#include "tests/standin/jira.h"

namespace valise::standin {

// Three things are left out, because Atlassian's descriptions lack what its documentation and every
// real server have: the answer of /mypermissions (described without havePermission, though its own
// example shows it), the parameter `expand` of GET transitions, and the ids in the answer to an
// upload (the description of 10.3 has them, the stricter one of 8.15 forgot them).
std::string RecordLine(const Request& request, const Response& response);

}  // namespace valise::standin
