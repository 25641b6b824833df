// What an answer means for the request that caused it: the definite and the unknown outcomes of an
// idempotent write (agent/DESIGN.md, "Writing to Jira"), and when to stop (pitfalls 26, 27, 29).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "agent/jira/http.h"
#include "packet/result.h"

namespace valise::jira {

enum class Verdict : std::uint8_t {
  kOk,         // applied, or read; the body is JSON (or empty where Jira sends none)
  kNotSent,    // nothing reached Jira: safe to retry
  kLater,      // nothing was applied; try again, not before retry_after (429, 409, 5xx on a read)
  kRefused,    // 400 405 411 413 415 422: the same request would be refused again
  kGone,       // 404 of Jira itself, to a user who is logged in
  kForbidden,  // 403 that concerns this thing
  kAuth,       // not logged in, CAPTCHA, login page: stop this channel's Jira side. Not applied
  kUnknown     // a write that may have been applied: settle, then probe
};

struct Judged {
  Verdict verdict = Verdict::kOk;
  Error error;  // empty when kOk; says status, length and what to do, never body text
  // Of Jira's error body: by field id, localised texts. May quote issue text: show, never log.
  std::map<std::string, std::string> field_errors;
  std::size_t message_count = 0;                         // errorMessages beside them
  std::optional<std::chrono::milliseconds> retry_after;  // 0: at once
};

// Error codes: VAL-JIRA-DOWN (not reached, 5xx, cut), -LIMIT (429), -AUTH, -CAPTCHA, -XSRF, -HTML
// (a page where JSON or a file belongs), -BODY (cut or broken JSON), -REFUSED, -LARGE (413),
// -CONFLICT (409), -GONE, -FORBIDDEN.
// A 2xx to a write counts as applied even when answered as anonymous: denying it would double it.
Judged Judge(const HttpRequest& request, const HttpAnswer& answer);

// GET, and the POST form of search: may be repeated at will.
bool IsRead(const HttpRequest& request);

std::string VerdictName(Verdict verdict);

}  // namespace valise::jira
