#include "tests/jira/exchange.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "agent/jira/stream.h"

namespace valise::jira {
namespace {

constexpr std::size_t kPieceBytes = 65536;

Result<std::string> ReadAll(BodySource& file) {
  FileReader reader(file);
  std::string bytes;
  std::string piece(kPieceBytes, '\0');
  for (;;) {
    const auto got = reader.Read(piece);
    if (!got) return Error{Recovery::kRetryLater, "VAL-TEST-FILE", reader.failure()};
    if (*got == 0) return bytes;
    bytes.append(piece, 0, *got);
  }
}

// As curl writes a file name between quotes.
std::string Quoted(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') {
      quoted += "%22";
    } else if (c == '\r') {
      quoted += "%0D";
    } else if (c == '\n') {
      quoted += "%0A";
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

Result<void> GiveFile(const HttpRequest& request, standin::Request& sent) {
  const std::string bytes = TRY(ReadAll(*request.file));
  std::string boundary = "boundary";
  while (bytes.find(boundary) != std::string::npos) boundary += "y";
  const std::string mime =
      request.file_mime.empty() ? "application/octet-stream" : request.file_mime;
  sent.headers["content-type"] = "multipart/form-data; boundary=" + boundary;
  sent.body = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=" +
              Quoted(request.file_name) + "\r\nContent-Type: " + mime + "\r\n\r\n" + bytes +
              "\r\n--" + boundary + "--\r\n";
  return Ok();
}

}  // namespace

Result<standin::Request> ToStandin(const HttpRequest& request, const std::string& token) {
  standin::Request sent;
  sent.method = request.method;
  sent.target = "/jira" + request.path;
  sent.body = request.body;
  sent.headers["authorization"] = "Bearer " + token;
  sent.headers["x-atlassian-token"] = "no-check";
  sent.headers["user-agent"] = "valise";
  sent.headers["accept"] = request.sink != nullptr ? "*/*" : "application/json";
  if (!request.body.empty()) sent.headers["content-type"] = "application/json";
  if (request.file != nullptr) TRY(GiveFile(request, sent));
  return sent;
}

HttpResponse FromStandin(standin::Response told) {
  HttpResponse response;
  response.status = told.status;
  response.body = std::move(told.body);
  while (told.content != nullptr && response.body.size() < told.content->size()) {
    response.body += told.content->Read(response.body.size(), kPieceBytes);
  }
  for (const auto& [header, value] : told.headers) {
    std::string lower = header;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    response.headers[lower] = value;
  }
  return response;
}

Result<void> Deliver(const HttpRequest& request, HttpResponse& response, std::size_t bytes_max) {
  if (!IsFileAnswer(request, response)) return Ok();
  const std::string body = std::exchange(response.body, "").substr(0, bytes_max);
  for (std::size_t at = 0; at < body.size(); at += kPieceBytes) {
    TRY(request.sink->Write(std::string_view(body).substr(at, kPieceBytes)));
  }
  return Ok();
}

}  // namespace valise::jira
