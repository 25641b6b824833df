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
  if (!path.ends_with("/mypermissions")) WriteBody(out, "response_body", response.body);
  return out.Close('}').Take();
}

}  // namespace valise::standin
