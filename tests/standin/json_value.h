// A parsed JSON text with objects in the order sent. Exists so that the large JSON header is seen
// by one .cc file only, and so that handlers ask for a member without caring whether it is there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace valise::standin {

struct JsonValue {
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  bool boolean = false;
  double number = 0;
  std::string text;  // a string's characters, or a number as it was written
  std::vector<JsonValue> items;
  std::vector<std::pair<std::string, JsonValue>> members;

  bool IsNull() const { return kind == Kind::kNull; }
  bool IsString() const { return kind == Kind::kString; }
  bool IsNumber() const { return kind == Kind::kNumber; }
  bool IsArray() const { return kind == Kind::kArray; }
  bool IsObject() const { return kind == Kind::kObject; }

  // The member of that name, or null.
  const JsonValue* Find(std::string_view name) const;
  // The member's text if it is a string or number, else "".
  std::string Text(std::string_view name) const;
  // The member as a truth value; Jira takes "True" too (pitfall 30).
  bool Flag(std::string_view name, bool otherwise) const;
  // The member, or a null value that lives for ever.
  const JsonValue& At(std::string_view name) const;
};

// Nothing, and the reason in `error`, unless the text is one JSON value in valid UTF-8.
std::optional<JsonValue> ParseJson(std::string_view text, std::string* error);

// The value as compact JSON.
std::string ToText(const JsonValue& value);

}  // namespace valise::standin
