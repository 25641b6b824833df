// The Jira port over libcurl's multi interface. Only the configured origin is ever contacted, and
// no secret ever reaches an error text. Not thread-safe; one control thread owns it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/jira/http.h"
#include "packet/limits.h"
#include "packet/result.h"

namespace valise::jira {

struct CurlSettings {
  std::string base_url;       // "https://jira.acme.lan/jira"; http only if it says so
  std::string token_file;     // personal access token (Bearer), or
  std::string user;           // ... basic: this user with ...
  std::string password_file;  // ... this password. Both empty: anonymous (tests)
  std::string ca_file;        // empty: the system's
  std::size_t requests_in_flight = 8;
  std::chrono::milliseconds connect_timeout{10000};
  // A read is given up when no byte comes for this long; 0: only its time-out counts.
  std::chrono::seconds stall_timeout{20};
  std::size_t response_bytes_max = limits::kJsonBytesMax;
  std::string user_agent = "valise";
};

class CurlHttp final : public HttpPort {
 public:
  // Reads the credential files once. Errors, kAskOperator: "VAL-CONFIG-URL", "VAL-JIRA-TOKEN-FILE",
  // "VAL-JIRA-CA-FILE".
  static Result<std::unique_ptr<CurlHttp>> Open(const CurlSettings& settings);
  ~CurlHttp() override;
  CurlHttp(const CurlHttp&) = delete;
  CurlHttp& operator=(const CurlHttp&) = delete;

  // Beyond requests_in_flight it waits its turn; its time-out starts with the sending.
  std::uint64_t Start(const HttpRequest& request) override;
  // Returns at once when nothing is pending.
  std::vector<HttpAnswer> Collect(std::chrono::milliseconds wait) override;

  std::size_t pending() const;  // started and not yet collected

 private:
  struct State;
  explicit CurlHttp(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace valise::jira
