#include "tests/standin/driver.h"

#include <stdexcept>

#include "tests/standin/call.h"
#include "tests/standin/record.h"

namespace valise::standin {
namespace {

constexpr std::int64_t kStart = 1'700'000'000'000;  // 2023-11-14T22:13:20Z

}  // namespace

Driver::Driver(Options options)
    : now_ms_(std::make_shared<std::int64_t>(kStart)),
      jira_(std::move(options), [now = now_ms_] { return *now; }) {}

Answer Driver::Send(const std::string& method, const std::string& path, const std::string& body,
                    const std::string& token) {
  Request request;
  request.method = method;
  const bool is_whole = path.starts_with("/rest/") || path.starts_with("/secure/");
  request.target = jira_.options().context + (is_whole ? "" : "/rest/api/2") + path;
  request.body = body;
  if (!token.empty()) request.headers["authorization"] = "Bearer " + token;
  if (!body.empty()) request.headers["content-type"] = "application/json";
  return Handle(request);
}

Answer Driver::Handle(const Request& request) {
  const Response response = jira_.Handle(request);
  traffic_.push_back(RecordLine(request, response));
  Answer answer;
  answer.status = response.status;
  answer.text = response.body;
  answer.headers = response.headers;
  if (!response.body.empty()) answer.body = ParseJson(response.body, nullptr).value_or(JsonValue());
  return answer;
}

Answer Driver::Upload(const std::string& key,
                      const std::vector<std::pair<std::string, std::string>>& files,
                      const std::string& token) {
  static const std::string kBoundary = "--standin-driver--";
  Request request;
  request.method = "POST";
  request.target = jira_.options().context + "/rest/api/2/issue/" + key + "/attachments";
  if (!token.empty()) request.headers["authorization"] = "Bearer " + token;
  request.headers["content-type"] = "multipart/form-data; boundary=\"" + kBoundary + "\"";
  request.headers["x-atlassian-token"] = "no-check";
  for (const auto& [name, bytes] : files) {
    request.body += "--" + kBoundary + "\r\nContent-Disposition: form-data; name=\"file\"; " +
                    "filename=\"" + name + "\"\r\n\r\n" + bytes + "\r\n";
  }
  request.body += "--" + kBoundary + "--\r\n";
  return Handle(request);
}

Answer Driver::Get(const std::string& path, const std::string& token) {
  return Send("GET", path, "", token);
}

Answer Driver::Post(const std::string& path, const std::string& body, const std::string& token) {
  return Send("POST", path, body, token);
}

Answer Driver::Put(const std::string& path, const std::string& body, const std::string& token) {
  return Send("PUT", path, body, token);
}

Answer Driver::Delete(const std::string& path, const std::string& token) {
  return Send("DELETE", path, "", token);
}

void Driver::Do(const std::string& control) {
  const std::string error = jira_.Control(control);
  if (!error.empty()) throw std::invalid_argument(error);
}

std::string Driver::Create(const std::string& summary, const std::string& token) {
  const std::string project = jira_.options().project;
  return Post("/issue",
              R"({"fields":{"project":{"key":")" + project +
                  R"("},"issuetype":{"name":"Bug"},"summary":")" + summary + R"("}})",
              token)
      .body.Text("key");
}

std::vector<std::string> Driver::Find(const std::string& jql, const std::string& token) {
  const Answer answer = Get("/search?fields=summary&jql=" + PercentEncoded(jql), token);
  std::vector<std::string> keys;
  if (answer.status != 200) return {answer.text};
  for (const JsonValue& issue : answer.body.At("issues").items) keys.push_back(issue.Text("key"));
  return keys;
}

std::string Driver::Field(const std::string& key, const std::string& name) {
  return ToText(Get("/issue/" + key + "?fields=" + name).body.At("fields").At(name));
}

}  // namespace valise::standin
