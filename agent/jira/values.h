// One field's value between Jira's JSON and LocalField, by its shape.
#pragma once

#include "agent/core/local.h"
#include "agent/jira/fields.h"
#include "agent/jira/json.h"
#include "packet/result.h"

namespace valise::jira {

// Errors: kRetryLater "VAL-JIRA-FIELD", naming the field, never the value.
Result<LocalField> ReadValue(const Json& json, const FieldShape& shape);

// Writes the value only, without the field's id. Errors: kAskOperator "VAL-JIRA-VALUE".
Result<void> WriteValue(const LocalField& field, const FieldShape& shape, JsonWriter& writer);

LocalUser ReadUser(const Json& json);  // null: an empty one

}  // namespace valise::jira
