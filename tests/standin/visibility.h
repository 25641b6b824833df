// Comments and work logs that only a role or a group may see (pitfall 12).
#pragma once

#include "tests/standin/call.h"
#include "tests/standin/model.h"

namespace valise::standin {

class JsonWriter;

bool MaySee(const Visibility& visibility, const User* viewer);

// Reads {"type","value"} or null; one that does not exist, or that the caller is not in, is an
// error.
void ReadVisibility(const Call& call, const JsonValue& value, Visibility* visibility,
                    Errors* errors);

// Nothing for everyone.
void WriteVisibility(JsonWriter& out, const Visibility& visibility);

}  // namespace valise::standin
