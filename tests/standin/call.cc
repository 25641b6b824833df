#include "tests/standin/call.h"

#include "tests/standin/json_writer.h"
#include "tests/standin/model.h"

namespace valise::standin {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string Decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    if (text[i] == '%' && high >= 0 && low >= 0) {
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      decoded += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

void ParseQuery(std::string_view text, Target* parsed) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = equals < pair.size() ? pair.substr(equals + 1) : "";
    parsed->query.emplace(Decode(pair.substr(0, equals), true), Decode(value, true));
  }
}

}  // namespace

bool ParseTarget(const std::string& target, const std::string& context, Target* parsed) {
  if (target.compare(0, context.size(), context) != 0) return false;
  std::string_view path = std::string_view(target).substr(context.size());
  const std::size_t mark = path.find('?');
  if (mark != std::string_view::npos) {
    ParseQuery(path.substr(mark + 1), parsed);
    path = path.substr(0, mark);
  }
  if (!path.empty() && path[0] != '/') return false;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) parsed->segments.push_back(Decode(path.substr(0, end), false));
    path.remove_prefix(end);
  }
  return true;
}

std::string Call::Query(std::string_view name) const {
  const auto found = query.find(std::string(name));
  return found == query.end() ? "" : found->second;
}

std::uint64_t Call::QueryNumber(std::string_view name, std::uint64_t otherwise) const {
  const std::string text = Query(name);
  const bool is_number = !text.empty() && text.size() < 10 &&
                         text.find_first_not_of("0123456789") == std::string::npos;
  return is_number ? std::stoull(text) : otherwise;
}

bool Call::Expands(std::string_view what) const {
  const auto [first, last] = query.equal_range("expand");
  for (auto it = first; it != last; ++it) {
    for (const std::string& one : SplitList(it->second, ',')) {
      if (one == what) return true;
    }
  }
  return false;
}

bool Call::May(const std::string& permission) const {
  return user != nullptr && user->permissions.contains(permission);
}

Response Json(int status, std::string body) {
  Response response;
  response.status = status;
  response.headers["Content-Type"] = "application/json;charset=UTF-8";
  response.body = std::move(body);
  return response;
}

Response Empty(int status) {
  Response response;
  response.status = status;
  return response;
}

Response Fail(int status, const Errors& errors) {
  JsonWriter out;
  out.Open('{').Key("errorMessages").Open('[');
  for (const std::string& message : errors.messages) out.String(message);
  out.Close(']').Key("errors").Open('{');
  for (const auto& [field, message] : errors.fields) out.Field(field, message);
  out.Close('}').Close('}');
  return Json(status, out.Take());
}

Response Fail(int status, const std::string& message) {
  return Fail(status, Errors{{message}, {}});
}

Response FailField(const std::string& field, const std::string& message) {
  return Fail(400, Errors{{}, {{field, message}}});
}

Response Forbidden(const Call& call, const std::string& message) {
  if (call.user != nullptr) return Fail(403, message);
  return Fail(401, Errors{{message, "Login Required"}, {}});
}

std::uint64_t NumberOf(std::string_view text) {
  const bool ok = !text.empty() && text.size() < 19 &&
                  text.find_first_not_of("0123456789") == std::string_view::npos;
  return ok ? std::stoull(std::string(text)) : 0;
}

std::string PercentEncoded(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-_.~").find(c) != std::string_view::npos;
    if (plain) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kHex[byte >> 4];
      encoded += kHex[byte & 15];
    }
  }
  return encoded;
}

std::vector<std::string> SplitList(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    std::string_view part = text.substr(0, end);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace valise::standin
