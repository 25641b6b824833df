#include "tests/standin/multipart.h"

#include <algorithm>

namespace valise::standin {
namespace {

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Bytes of the UTF-8 character at `at`, 0 if it is none.
std::size_t CharacterBytes(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t bytes = lead < 0x80                   ? 1
                            : lead >= 0xC2 && lead < 0xE0 ? 2
                            : lead >= 0xE0 && lead < 0xF0 ? 3
                            : lead >= 0xF0 && lead < 0xF5 ? 4
                                                          : 0;
  if (bytes == 0 || at + bytes > text.size()) return 0;
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return 0;
  }
  return bytes;
}

// Java reads the name as UTF-8 and puts U+FFFD where it is none.
std::string AsUtf8(std::string_view text) {
  std::string clean;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = CharacterBytes(text, at);
    clean += bytes == 0 ? "\xEF\xBF\xBD" : std::string(text.substr(at, bytes));
    at += std::max<std::size_t>(bytes, 1);
  }
  return clean;
}

// Where the value of `name=` begins in a header, or npos.
std::size_t ValueAt(std::string_view header, std::string_view name) {
  const std::string lower = LowerCase(header), wanted = std::string(name) + "=";
  for (std::size_t i = lower.find(';'); i != std::string::npos; i = lower.find(';', i + 1)) {
    const std::size_t start = std::min(lower.find_first_not_of(" \t", i + 1), lower.size());
    if (lower.compare(start, wanted.size(), wanted) == 0) return start + wanted.size();
  }
  return std::string::npos;
}

// The parameter of a header, quoted or not; a backslash guards only a quote, since browsers send
// Windows paths.
bool Parameter(std::string_view header, std::string_view name, std::string* value) {
  std::size_t at = ValueAt(header, name);
  if (at == std::string::npos) return false;
  value->clear();
  if (at >= header.size() || header[at] != '"') {
    *value = header.substr(at, header.find(';', at) - at);
    return true;
  }
  for (++at; at < header.size() && header[at] != '"'; ++at) {
    if (header[at] == '\\' && at + 1 < header.size() && header[at + 1] == '"') ++at;
    *value += header[at];
  }
  return true;
}

// A browser of old sends a whole path; Jira keeps its last part.
std::string LastPart(const std::string& name) {
  const std::size_t slash = name.find_last_of("/\\");
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

Part ReadHead(std::string_view head) {
  Part part;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string name = LowerCase(line.substr(0, colon));
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    if (name == "content-type") part.type = value;
    if (name != "content-disposition") continue;
    std::string text;
    if (Parameter(value, "name", &text)) part.name = text;
    if (Parameter(value, "filename", &text)) part.filename = LastPart(AsUtf8(text));
    part.is_extended = Parameter(value, "filename*", &text);
  }
  return part;
}

}  // namespace

bool IsMultipart(std::string_view content_type) {
  return LowerCase(content_type).starts_with("multipart/form-data");
}

std::string BoundaryOf(std::string_view content_type) {
  std::string boundary;
  return Parameter(content_type, "boundary", &boundary) ? boundary : "";
}

MultipartReader::MultipartReader(const std::string& boundary, ContentStore& store,
                                 std::uint64_t bytes_max)
    : delimiter_("\r\n--" + boundary), store_(store), bytes_max_(bytes_max) {}

void MultipartReader::Feed(std::string_view bytes) {
  buffer_ += bytes;
  bool moves = true;
  while (moves && state_ != State::kAfter) {
    moves = state_ == State::kHead ? TakeHead() : TakeDelimiter();
  }
  if (state_ == State::kAfter) buffer_.clear();
}

// Looks for the next boundary; what stands before it belongs to the part, or to nobody.
bool MultipartReader::TakeDelimiter() {
  const std::size_t found = buffer_.find(delimiter_);
  if (found == std::string::npos) {
    const std::size_t kept = std::min(buffer_.size(), delimiter_.size() - 1);
    TakeBytes(buffer_.size() - kept);
    return false;
  }
  TakeBytes(found);
  const std::size_t line_end = buffer_.find("\r\n", delimiter_.size());
  const bool is_last = buffer_.compare(delimiter_.size(), 2, "--") == 0;
  if (!is_last && line_end == std::string::npos) return false;
  EndPart();
  state_ = is_last ? State::kAfter : State::kHead;
  buffer_.erase(0, is_last ? buffer_.size() : line_end);
  return true;
}

// The line end of the boundary is still there, so that a part without any head is one too.
bool MultipartReader::TakeHead() {
  const std::size_t end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  parts_.push_back(ReadHead(std::string_view(buffer_).substr(0, end)));
  writer_ = store_.Create();
  buffer_.erase(0, end + 4);
  state_ = State::kBody;
  return true;
}

void MultipartReader::TakeBytes(std::size_t count) {
  if (state_ == State::kBody && count > 0) {
    Part& part = parts_.back();
    const std::uint64_t room = bytes_max_ - std::min(bytes_max_, part.size);
    const auto kept = static_cast<std::size_t>(std::min<std::uint64_t>(room, count));
    writer_->Append(std::string_view(buffer_).substr(0, kept));
    part.size += count;
  }
  buffer_.erase(0, count);
}

void MultipartReader::EndPart() {
  if (state_ != State::kBody) return;
  parts_.back().content = writer_->Finish();
  writer_.reset();
}

bool MultipartReader::Finish(std::vector<Part>* parts) {
  *parts = std::move(parts_);
  return state_ == State::kAfter;
}

}  // namespace valise::standin
