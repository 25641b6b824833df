// Content-Type (RFC 2045, 5.1), with quoted strings and comments; anything malformed is passed
// over.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace valise {

struct ContentType {
  std::string type;                               // "text/plain", lower case; empty: none
  std::map<std::string, std::string> parameters;  // names in lower case; the first of two counts

  static ContentType Read(std::string_view value);
  std::string_view Parameter(std::string_view name) const;  // empty if absent
  bool IsMultipart() const { return type.starts_with("multipart/"); }
};

}  // namespace valise
