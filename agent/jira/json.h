// The one facade over the JSON library: text to a small tree, under caps, and a writer that cannot
// produce invalid UTF-8. Input is anybody's: depth, size and number of nodes are bounded before
// anything is built, and freeing the tree recurses no deeper than the depth cap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "packet/result.h"

namespace valise::jira {

inline constexpr std::size_t kJsonNodesMax = 1000000;

enum class JsonKind : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

// One value. Access by the wrong kind gives null, an empty text or no items, never an error.
class Json {
 public:
  JsonKind kind = JsonKind::kNull;
  std::string text;                // of a string; of a number as Jira printed it
  std::vector<std::string> names;  // of an object's members, beside items
  std::vector<Json> items;

  // The last member of that name; the null value if there is none. Lives as long as this.
  const Json& operator[](std::string_view name) const;
  bool Has(std::string_view name) const;
  bool is_null() const { return kind == JsonKind::kNull; }
  bool is_string() const { return kind == JsonKind::kString; }
  bool is_array() const { return kind == JsonKind::kArray; }
  bool is_object() const { return kind == JsonKind::kObject; }
  bool IsTrue() const;                          // true, or "true" in any case (pitfall 30)
  const std::string& String() const;            // of a string or number; else empty
  std::optional<std::int64_t> Integer() const;  // of a number, or a string of digits
};

// Errors: kRetryLater "VAL-JIRA-FORMAT".
Result<Json> ParseJson(std::string_view text);
// Whether ParseJson would succeed, without building the tree.
bool IsJson(std::string_view text);
// Whether it is an object or array that ends where the text ends: not cut short. Looks at brackets
// and strings alone, at a tenth of the cost of IsJson: for what is parsed right after.
bool IsClosed(std::string_view text);

bool IsUtf8(std::string_view text);

// Writes one JSON text; commas are its own business. A string that is no UTF-8 makes Finish fail.
class JsonWriter {
 public:
  JsonWriter& BeginObject();
  JsonWriter& EndObject();
  JsonWriter& BeginArray();
  JsonWriter& EndArray();
  JsonWriter& Name(std::string_view name);
  JsonWriter& String(std::string_view value);
  JsonWriter& Number(std::string_view digits);  // a number's text, already checked
  JsonWriter& Bool(bool value);
  JsonWriter& Null();
  JsonWriter& Member(std::string_view name, std::string_view value) {
    return Name(name).String(value);
  }
  // Errors: kAskOperator "VAL-JIRA-TEXT".
  Result<std::string> Finish() &&;

 private:
  void Separate();
  void Quote(std::string_view value);

  std::string out_;
  bool needs_comma_ = false;
  bool is_broken_ = false;
};

}  // namespace valise::jira
