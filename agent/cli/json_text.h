// JSON for --json: agent/jira's writer with texts made valid, so that it cannot fail.
#pragma once

#include <cstdint>
#include <string>

#include "agent/jira/json.h"

namespace valise::cli {

class JsonText {
 public:
  JsonText& Object() {
    writer_.BeginObject();
    return *this;
  }
  JsonText& EndObject() {
    writer_.EndObject();
    return *this;
  }
  JsonText& Array(std::string_view name) {
    writer_.Name(name).BeginArray();
    return *this;
  }
  JsonText& EndArray() {
    writer_.EndArray();
    return *this;
  }
  JsonText& ObjectOf(std::string_view name) {
    writer_.Name(name).BeginObject();
    return *this;
  }
  JsonText& Text(std::string_view name, std::string_view value);
  JsonText& Item(std::string_view value);  // of an array
  JsonText& Count(std::string_view name, std::uint64_t value);
  JsonText& Flag(std::string_view name, bool value) {
    writer_.Name(name).Bool(value);
    return *this;
  }
  JsonText& Time(std::string_view name, std::int64_t ms);  // RFC 3339 UTC; 0: null
  std::string Line() &&;                                   // with a line feed

 private:
  jira::JsonWriter writer_;
};

}  // namespace valise::cli
