#include "tests/standin/record.h"

#include "tests/standin/call.h"
#include "tests/standin/json_writer.h"

namespace valise::standin {
namespace {

void WriteQuery(JsonWriter& out, const Target& target) {
  out.Key("query").Open('{');
  for (auto it = target.query.begin(); it != target.query.end();) {
    const auto last = target.query.upper_bound(it->first);
    out.Key(it->first).Open('[');
    for (; it != last; ++it) out.String(it->second);
    out.Close(']');
  }
  out.Close('}');
}

void WriteBody(JsonWriter& out, const char* name, const std::string& text) {
  if (text.empty()) return;
  const auto body = ParseJson(text, nullptr);
  if (body.has_value()) out.FieldRaw(name, ToText(*body));
}

// See record.h: what the descriptions lack.
std::string Described(const Request& request, const std::string& path, const std::string& text) {
  if (path.ends_with("/mypermissions")) return "";
  const bool is_feed = path.ends_with("/worklog/updated") || path.ends_with("/worklog/deleted");
  const bool is_upload = request.method == "POST" && path.ends_with("/attachments");
  if (!is_feed && !is_upload) return text;
  auto body = ParseJson(text, nullptr);
  if (!body.has_value()) return "";
  for (JsonValue& one : body->items) {
    std::erase_if(one.members, [](const auto& member) { return member.first == "id"; });
  }
  for (auto& [name, member] : body->members) {
    if (name == "lastPage") name = "isLastPage";
  }
  return ToText(*body);
}

}  // namespace

std::string RecordLine(const Request& request, const Response& response) {
  Target target;
  ParseTarget(request.target, "", &target);
  const std::string path = request.target.substr(0, request.target.find('?'));
  if (path.ends_with("/transitions")) target.query.erase("expand");
  JsonWriter out;
  out.Open('{').Field("method", request.method).Field("path", path);
  WriteQuery(out, target);
  WriteBody(out, "request_body", request.body);
  out.FieldInt("status", response.status);
  WriteBody(out, "response_body", Described(request, path, response.body));
  return out.Close('}').Take();
}

}  // namespace valise::standin
