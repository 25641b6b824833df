// multipart/form-data, read as it arrives: each part's bytes go straight into a store, so that an
// upload of any size needs little memory. Both rims use it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/standin/content.h"

namespace valise::standin {

struct Part {
  std::string name, filename, type;
  bool is_extended = false;  // its head has `filename*=` (RFC 2231), which Jira answers with 500
  std::uint64_t size = 0;    // as sent; more than `content` holds above the limit
  ContentPtr content;
};

bool IsMultipart(std::string_view content_type);
// The parameter of the content type, without quotes; "" if there is none.
std::string BoundaryOf(std::string_view content_type);

class MultipartReader {
 public:
  // Keeps at most `bytes_max` bytes of a part; the rest is counted and dropped.
  MultipartReader(const std::string& boundary, ContentStore& store, std::uint64_t bytes_max);

  void Feed(std::string_view bytes);

  // The parts, after the last byte; false if the closing boundary never came.
  bool Finish(std::vector<Part>* parts);

 private:
  enum class State { kBefore, kBody, kHead, kAfter };

  bool TakeDelimiter();
  bool TakeHead();
  void TakeBytes(std::size_t count);
  void EndPart();

  std::string delimiter_;  // CRLF, two dashes, boundary
  ContentStore& store_;
  std::uint64_t bytes_max_;
  State state_ = State::kBefore;
  std::string buffer_ = "\r\n";  // the first boundary has no line end before it
  std::unique_ptr<ContentWriter> writer_;
  std::vector<Part> parts_;
};

}  // namespace valise::standin
