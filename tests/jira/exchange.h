// The adapter's requests as the stand-in Jira takes them, and its answers as a port gives them:
// what curl does to files, without sockets.
#pragma once

#include <string>

#include "agent/jira/http.h"
#include "packet/result.h"
#include "tests/standin/jira.h"

namespace valise::jira {

// With everything that the curl port sends besides. A file is read now, whole, into a multipart
// body; its errors come back.
Result<standin::Request> ToStandin(const HttpRequest& request, const std::string& token);

// The body of a download is read whole; header names come in lower case.
HttpResponse FromStandin(standin::Response response);

// Moves the body into the request's sink if it is the file asked for, at most `bytes_max` of it.
Result<void> Deliver(const HttpRequest& request, HttpResponse& response,
                     std::size_t bytes_max = std::string::npos);

}  // namespace valise::jira
