#include "agent/jira/stream.h"

#include <algorithm>

namespace valise::jira {
namespace {

constexpr std::size_t kHeaderBytesMax = 65536;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string LowerOf(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), Lower);
  return lower;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string Header(const HttpResponse& response, const std::string& name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? "" : found->second;
}

// "HTTP/1.1 200 OK"; 0 for anything else.
int StatusOf(std::string_view line) {
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return 0;
  int status = 0;
  for (const char c : line.substr(blank + 1, 3)) {
    if (c < '0' || c > '9') return 0;
    status = status * 10 + (c - '0');
  }
  return status;
}

}  // namespace

bool IsFileAnswer(const HttpRequest& request, const HttpResponse& response) {
  if (request.sink == nullptr || response.status < 200 || response.status >= 300) return false;
  const std::string reason = Header(response, "x-seraph-loginreason");
  const bool is_logged_in = Header(response, "x-ausername") != "anonymous" &&
                            reason.find("AUTHENTICATED_FAILED") == std::string::npos &&
                            reason.find("AUTHENTICATION_DENIED") == std::string::npos;
  const bool is_page = LowerOf(Header(response, "content-type")).find("html") != std::string::npos;
  const bool is_html = LowerOf(request.file_mime).find("html") != std::string::npos;
  return is_logged_in && (!is_page || is_html);
}

bool Receiver::Refuse(std::string reason) {
  failure_ = std::move(reason);
  return false;
}

bool Receiver::TakeHeader(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kHeaderBytesMax) return Refuse("the answer is larger than allowed");
  if (line.substr(0, 5) == "HTTP/") {  // a new answer: after 100, or the real one
    response_.headers.clear();
    response_.status = StatusOf(line);
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  const std::string name = LowerOf(line.substr(0, colon));
  if (name == "set-cookie") return true;  // the session is a secret, and curl keeps it
  std::string& value = response_.headers[name];
  if (!value.empty()) value += ", ";
  value += Trim(line.substr(colon + 1));
  return true;
}

bool Receiver::TakeBody(std::string_view bytes) {
  if (!has_body_) is_file_ = IsFileAnswer(request_, response_);
  has_body_ = true;
  if (is_file_) {
    const Result<void> written = request_.sink->Write(bytes);
    return written.ok() || Refuse(written.error().message);
  }
  if (bytes.size() > body_bytes_max_ - response_.body.size()) {
    return Refuse("the answer is larger than allowed");
  }
  response_.body.append(bytes);
  return true;
}

HttpResponse Receiver::Finish(int status) && {
  response_.status = status;
  return std::move(response_);
}

std::optional<std::size_t> FileReader::Read(std::span<char> into) {
  const std::uint64_t left = bytes_ - offset_;
  if (left == 0) return 0;
  into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, into.size())));
  const Result<std::size_t> got = source_.Read(offset_, into);
  if (!got.ok()) {
    failure_ = got.error().message;
    return std::nullopt;
  }
  if (got.value() == 0 || got.value() > into.size()) {
    failure_ = "the file to be sent changed its length";
    return std::nullopt;
  }
  offset_ += got.value();
  return got.value();
}

bool FileReader::Seek(std::uint64_t offset) {
  if (offset > bytes_) return false;
  offset_ = offset;
  return true;
}

}  // namespace valise::jira
