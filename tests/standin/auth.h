// Who is asking, and whether the request may be looked at at all.
#pragma once

#include "tests/standin/call.h"
#include "tests/standin/model.h"

namespace valise::standin {

struct Login {
  const User* user = nullptr;
  std::string reason = "OK";  // X-Seraph-LoginReason; empty when nobody tried to log in
  std::string denied;         // X-Authentication-Denied-Reason
  int status = 0;             // not 0: the request ends here
};

// Personal access tokens, basic authentication, CAPTCHA and expiry (pitfalls 26 and 27).
Login Authenticate(Model& model, const Request& request);

// False, with the answer, for what Jira refuses before it reads a body (pitfall 28).
bool PassesXsrf(const Request& request, Response* failure);

std::string Header(const Request& request, const std::string& name);

}  // namespace valise::standin
