// The contract's own words: kinds of values, and fields that no table of it describes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/contract.h"

namespace valise {

std::optional<ValueKind> KindNamed(const std::string& name);
const char* NameOf(ValueKind kind);  // "line", "text", …
const std::vector<std::string>& KindNames();

const char* AttributeName(VersionAttribute attribute);  // "released", …
const std::vector<std::string>& AttributeNames();        // in the order of the enumeration

// Registers that are no ordinary fields, and names that no [fields.X] may take.
inline constexpr char kTypeField[] = "type";
inline constexpr char kStatusField[] = "status";
inline constexpr char kParentField[] = "parent";
inline constexpr char kLifecycleField[] = "lifecycle";  // core/lifecycle.h
// A value that waits until the issue has a type to which the contract gives the field: held, and
// for the peer as good as unbound.
inline constexpr char kOtherType[] = "other-type";
bool IsReservedField(const std::string& name);

}  // namespace valise
