#include "agent/cli/jira_session.h"

#include "agent/jira/curl_http.h"
#include "agent/jira/verdict.h"

namespace valise::cli {

HttpAnswer JiraSession::Exchange(const HttpRequest& request) {
  const std::uint64_t id = port_.Start(request);
  // The port ends each request by its own time-out, so this ends.
  for (;;) {
    for (HttpAnswer& answer : port_.Collect(std::chrono::milliseconds(1000))) {
      if (answer.request == id) return std::move(answer);
    }
  }
}

Result<HttpResponse> JiraSession::Ask(const HttpRequest& request) {
  HttpAnswer answer = Exchange(request);
  jira::Judged judged = jira::Judge(request, answer);
  if (judged.verdict != jira::Verdict::kOk) return std::move(judged.error);
  return std::move(answer.response);
}

Result<HttpResponse> JiraSession::AskAsAnyone(const HttpRequest& request) {
  HttpAnswer answer = Exchange(request);
  jira::Judged judged = jira::Judge(request, answer);
  const HttpResponse& response = answer.response;
  const bool is_told = answer.failure == HttpFailure::kNone && response.status == 200 &&
                       response.body.starts_with('{');  // not a login page
  if (judged.verdict != jira::Verdict::kOk && !is_told) return std::move(judged.error);
  return std::move(answer.response);
}

Result<std::optional<HttpResponse>> JiraSession::AskIfThere(const HttpRequest& request) {
  HttpAnswer answer = Exchange(request);
  jira::Judged judged = jira::Judge(request, answer);
  if (judged.verdict == jira::Verdict::kGone) return std::optional<HttpResponse>{};
  if (judged.verdict != jira::Verdict::kOk) return std::move(judged.error);
  return std::optional<HttpResponse>{std::move(answer.response)};
}

Result<std::unique_ptr<HttpPort>> OpenJira(const JiraAccess& access) {
  jira::CurlSettings settings;
  settings.base_url = access.url;
  settings.token_file = access.token_file;
  settings.user = access.user;
  settings.password_file = access.password_file;
  settings.ca_file = access.ca_file;
  return std::unique_ptr<HttpPort>(TRY(jira::CurlHttp::Open(settings)));
}

}  // namespace valise::cli
