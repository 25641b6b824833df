// Blocking questions to Jira, for commands that run once. The running agent never uses it.
#pragma once

#include <memory>
#include <optional>

#include "agent/config.h"
#include "agent/jira/http.h"
#include "packet/result.h"

namespace valise::cli {

inline constexpr std::size_t kRequestsQuiet = 1000;  // more are announced before they begin

class JiraSession {
 public:
  explicit JiraSession(HttpPort& port) : port_(port) {}
  JiraSession(const JiraSession&) = delete;
  JiraSession& operator=(const JiraSession&) = delete;

  // Errors: those of jira::Judge.
  Result<HttpResponse> Ask(const HttpRequest& request);
  // Of what Jira tells strangers too: that it took us for one is no error here.
  Result<HttpResponse> AskAsAnyone(const HttpRequest& request);
  // Nullopt: Jira has no such thing (404).
  Result<std::optional<HttpResponse>> AskIfThere(const HttpRequest& request);

 private:
  HttpAnswer Exchange(const HttpRequest& request);
  HttpPort& port_;
};

Result<std::unique_ptr<HttpPort>> OpenJira(const JiraAccess& access);

}  // namespace valise::cli
