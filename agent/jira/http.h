// The Jira port: non-blocking HTTP. A request gets an id, its answer comes back as an event. Two
// forms: curl multi (curl_http.h) and the simulation's.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "packet/result.h"

namespace valise {

// Bytes that are streamed, as an attachment does not fit into memory.
class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual std::uint64_t bytes() const = 0;
  // Up to `into.size()` bytes from `offset`; 0 only at the end.
  virtual Result<std::size_t> Read(std::uint64_t offset, std::span<char> into) = 0;
};
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual Result<void> Write(std::string_view bytes) = 0;  // an error ends the request
};

struct HttpRequest {
  std::string method;
  std::string path;   // below the Jira base URL: "/rest/api/2/issue/10001?fields=summary"
  std::string body;   // JSON, or empty
  std::chrono::milliseconds timeout{30000};
  // A multipart upload of one file, part "file" (pitfall 15); `body` is empty then.
  std::string file_name = {};  // UTF-8
  std::string file_mime = {};  // "image/png", of the file that goes or comes; empty: not known
  std::shared_ptr<BodySource> file = {};
  // Takes the body of a 2xx answer that is the file (stream.h); every other body, as that of a
  // login page, stays in the answer. It has got all of it only if the answer tells of no failure.
  std::shared_ptr<BodySink> sink = {};
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

enum class HttpFailure : std::uint8_t {
  kNone,
  kNotSent,  // DNS, connect, TLS: no byte of the request reached the server
  kUnknown   // time-out, reset, truncated: the server may have acted
};

struct HttpAnswer {
  std::uint64_t request = 0;
  HttpFailure failure = HttpFailure::kNone;
  std::string reason;  // for people; never holds a secret or body text
  HttpResponse response;
};

class HttpPort {
 public:
  virtual ~HttpPort() = default;
  virtual std::uint64_t Start(const HttpRequest& request) = 0;
  // Answers that have arrived; waits at most `wait` for the first (zero: not at all).
  virtual std::vector<HttpAnswer> Collect(std::chrono::milliseconds wait) = 0;
};

}  // namespace valise
