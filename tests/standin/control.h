// What people do to a Jira outside its REST API: in its pages, its administration, its database.
#pragma once

#include <cstdint>
#include <string>

#include "tests/standin/call.h"
#include "tests/standin/model.h"

namespace valise::standin {

// {"do": VERB, ...}; README lists the verbs. "" or what is wrong; nothing is changed then.
std::string RunControl(Model& model, std::int64_t now_ms, const JsonValue& request);

// control_workflow.cc
std::string AddStatusVerb(Call& call);
std::string SetTransitionsVerb(Call& call);

// control_fields.cc
std::string FieldVerb(Call& call);

// control_people.cc
std::string GrantVerb(Call& call);
std::string RevokeVerb(Call& call);
std::string JoinVerb(Call& call);
std::string LeaveVerb(Call& call);
std::string UserVerb(Call& call);

}  // namespace valise::standin
