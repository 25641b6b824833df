#include "agent/jira/build.h"

#include "agent/jira/requests.h"

namespace valise::jira {
namespace {

constexpr std::string_view kRoot = "/rest/api/2/";

}  // namespace

std::string PercentEncode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (is_plain) {
      encoded += c;
    } else {
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15U]};
    }
  }
  // "." and ".." would be taken for path steps.
  if (encoded == ".") return "%2E";
  return encoded == ".." ? "%2E%2E" : encoded;
}

void WriteVisibility(std::string_view visible_to, JsonWriter& writer) {
  const std::size_t colon = visible_to.find(':');
  if (colon == std::string_view::npos) return;
  writer.Name("visibility").BeginObject();
  writer.Member("type", visible_to.substr(0, colon));
  writer.Member("value", visible_to.substr(colon + 1)).EndObject();
}

HttpRequest Get(const std::string& path) {
  return {"GET", std::string(kRoot) + path, "", kReadTimeout};
}

HttpRequest Delete(const std::string& path) {
  return {"DELETE", std::string(kRoot) + path, "", kWriteTimeout};
}

Result<HttpRequest> Write(const char* method, const std::string& path, JsonWriter writer) {
  std::string body = TRY(std::move(writer).Finish());
  return HttpRequest{method, std::string(kRoot) + path, std::move(body), kWriteTimeout};
}

std::string IssuePath(std::string_view issue) { return "issue/" + PercentEncode(issue); }

std::string ProjectPath(std::string_view key) { return "project/" + PercentEncode(key); }

}  // namespace valise::jira
