// One answer as its bytes arrive, and one file as its bytes leave; without a socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "agent/jira/http.h"

namespace valise::jira {

// Whether the body of this answer is the file that was asked for, and not a page that stands in
// its place: 2xx, not anonymous, and of no HTML type unless the file itself is HTML (pitfalls 15,
// 26). Only then does it go into the request's sink.
bool IsFileAnswer(const HttpRequest& request, const HttpResponse& response);

// Takes header lines and body bytes. False: it wants no more, and failure() says why.
class Receiver {
 public:
  // `body_bytes_max` bounds a body that is kept; what goes into a sink is bounded by the sink.
  Receiver(const HttpRequest& request, std::size_t body_bytes_max)
      : request_(request), body_bytes_max_(body_bytes_max) {}

  bool TakeHeader(std::string_view line);
  bool TakeBody(std::string_view bytes);

  const std::string& failure() const { return failure_; }
  HttpResponse Finish(int status) &&;

 private:
  bool Refuse(std::string reason);

  const HttpRequest& request_;
  std::size_t body_bytes_max_;
  std::size_t header_bytes_ = 0;
  bool has_body_ = false, is_file_ = false;
  HttpResponse response_;
  std::string failure_;
};

// Reads a file from its front to its end. A source that ends early is a failure, as its length has
// been promised.
class FileReader {
 public:
  explicit FileReader(BodySource& source) : source_(source), bytes_(source.bytes()) {}

  // Bytes put into `into`, 0 only at the end; nullopt: failure() says why.
  std::optional<std::size_t> Read(std::span<char> into);
  bool Seek(std::uint64_t offset);

  std::uint64_t bytes() const { return bytes_; }
  const std::string& failure() const { return failure_; }

 private:
  BodySource& source_;
  std::uint64_t bytes_ = 0, offset_ = 0;
  std::string failure_;
};

}  // namespace valise::jira
