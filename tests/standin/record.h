// One exchange as a JSON line, in the form the project's traffic checker reads: method, path,
// query, request_body, status, response_body.
#pragma once

#include <string>

#include "tests/standin/jira.h"

namespace valise::standin {

// Some things are left out, because Atlassian's descriptions lack what its documentation and every
// real server have: the answer of /mypermissions (described without havePermission, though its own
// example shows it), the parameter `expand` of GET transitions, and the ids in the answer to an
// upload (10.3 describes them, the stricter 8.15 forgot them). `lastPage` of the work log feeds is
// renamed: 8.15 describes isLastPage and shows lastPage in its own example.
std::string RecordLine(const Request& request, const Response& response);

}  // namespace valise::standin
