// One request on its way through the model: what the handlers see of it, and how they answer.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/standin/jira.h"
#include "tests/standin/json_value.h"

namespace valise::standin {

struct Issue;
struct Model;
struct User;

struct Target {
  std::vector<std::string> segments;  // of the path below the context, decoded
  std::multimap<std::string, std::string> query;
};

// Splits and percent-decodes; false when the target does not start with the context path.
bool ParseTarget(const std::string& target, const std::string& context, Target* parsed);

// What REST errors look like (pitfall 30).
struct Errors {
  std::vector<std::string> messages;
  std::map<std::string, std::string> fields;
  bool empty() const { return messages.empty() && fields.empty(); }
};

struct Call {
  Model& model;
  const Request& request;
  std::int64_t now_ms = 0;
  const User* user = nullptr;  // null: anonymous
  std::multimap<std::string, std::string> query;
  std::vector<std::string> args;  // the variable path segments, in order
  JsonValue body;

  // The first value of that query parameter, or "".
  std::string Query(std::string_view name) const;
  std::uint64_t QueryNumber(std::string_view name, std::uint64_t otherwise) const;
  // Whether the comma-separated parameter `expand` names it.
  bool Expands(std::string_view what) const;
  bool May(const std::string& permission) const;
};

Response Json(int status, std::string body);
Response Empty(int status);
Response Fail(int status, const Errors& errors);
Response Fail(int status, const std::string& message);
Response FailField(const std::string& field, const std::string& message);

// "You do not have the permission ...", as 401 for anonymous and 403 for others.
Response Forbidden(const Call& call, const std::string& message);

// The number, or 0 for anything that is none.
std::uint64_t NumberOf(std::string_view text);

// Everything but letters, digits and -_.~ as %XX.
std::string PercentEncoded(std::string_view text);

std::vector<std::string> SplitList(std::string_view text, char separator);

}  // namespace valise::standin
