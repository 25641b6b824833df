// Injected faults: what a Jira, its proxy or the network may do to a request. Deterministic: the
// same seed and requests give the same faults. Both rims use it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/standin/jira.h"

namespace valise::standin {

enum class FaultKind {
  kNone,
  kTooManyRequests,  // 429 with rate limit headers, not applied (pitfall 29)
  kErrorBefore,      // 5xx, not applied
  kErrorAfter,       // 5xx, applied
  kCutBefore,        // connection cut, not applied
  kCutAfter,         // connection cut, applied
  kHtml,             // 200 with an HTML page, not applied
  kCaptcha,          // 403 with CAPTCHA headers, not applied (pitfall 27)
  kTruncated,        // applied, the answer's body cut in half
  kCutBody,          // applied, the connection cut in the middle of the answer's body
  kExpiredToken,     // handled as if the token had expired (pitfall 26)
};

// One line of a plan: which requests it may hit and how often.
struct FaultRule {
  FaultKind kind = FaultKind::kNone;
  double probability = 0;   // of each fitting request
  std::uint64_t every = 0;  // every nth fitting request; 0: by probability
  std::string method;       // empty: any
  std::string path;         // part of the target; empty: any
  int status = 503;         // of kErrorBefore and kErrorAfter
  std::int64_t retry_after_s = 1;
  std::uint64_t limit = 0;  // at most so often; 0: no limit
};

struct FaultPlan {
  std::uint64_t seed = 1;
  std::int64_t latency_ms = 0;
  std::int64_t index_lag_ms = -1;  // -1: leave as it is
  std::vector<FaultRule> rules;
};

// The name a plan file uses: "429", "error_before", "error_after", "cut_before", "cut_after",
// "html_200", "captcha_403", "truncated", "cut_body",
// "expired_token"; "none".
std::string NameOf(FaultKind kind);

// Reads {"seed":1,"latency_ms":0,"index_lag_ms":0,"rules":[{"fault":"429","probability":0.1,
// "every":0,"method":"GET","path":"/search","status":503,"retry_after":1,"limit":0}]}.
// "" or what is wrong; the plan is only changed when all is well.
std::string ReadFaultPlan(const std::string& text, FaultPlan* plan);

class FaultInjector {
 public:
  void SetPlan(FaultPlan plan);
  const FaultPlan& plan() const { return plan_; }

  // The rule that hits this request, or one of kind kNone. Requests outside /rest and /secure are
  // spared.
  FaultRule Decide(const Request& request);

  // How often each fault struck, by name.
  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

 private:
  double Next();

  FaultPlan plan_;
  std::uint64_t state_ = 1;
  std::vector<std::uint64_t> seen_, struck_;
  std::map<std::string, std::uint64_t> counts_;
};

struct FaultedResponse {
  Response response;
  bool cut = false;       // the client gets no answer
  bool spoilt = false;    // the answer is not what Jira itself would say
  bool applied = false;   // Jira did handle the request
  bool cut_body = false;  // the client gets the head and half of the body
};

// Handles the request under the given fault.
FaultedResponse HandleWithFault(Jira& jira, const Request& request, const FaultRule& rule);

}  // namespace valise::standin
