#include "tests/standin/http_server.h"

#include <arpa/inet.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "tests/standin/rim.h"

namespace valise::standin {
namespace {

// Every keep-alive connection holds a thread while it lasts.
constexpr std::size_t kThreads = 48;

constexpr std::uint64_t kJsonBytesMax = 64 << 20, kPieceBytes = 256 << 10;

// The library would take a multipart body apart itself, whole in memory and without what Jira
// stumbles over (filename*). It leaves the body alone if it does not see the type.
constexpr char kHiddenType[] = "x-standin-content-type";

void HideMultipart(httplib::Request& request) {
  const std::string type = request.get_header_value("Content-Type");
  if (!IsMultipart(type)) return;
  request.headers.erase("Content-Type");
  request.set_header(kHiddenType, type);
}

std::string LowerName(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

Request ToRequest(const httplib::Request& from) {
  Request request;
  request.method = from.method;
  request.target = from.target;
  request.body = from.body;
  for (const auto& [name, value] : from.headers) request.headers[LowerName(name)] = value;
  const auto hidden = request.headers.find(kHiddenType);
  if (hidden != request.headers.end()) request.headers["content-type"] = hidden->second;
  return request;
}

int PortOf(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
  }
  return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
}

// Cuts the connection whose other end has that port. The library hands no socket to its handlers,
// so it is looked for among the open descriptors.
void CutConnectionFrom(int remote_port) {
  const int limit = static_cast<int>(::sysconf(_SC_OPEN_MAX));
  for (int file = 3; file < limit && file < 4096; ++file) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(file, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
    if (peer.ss_family != AF_INET && peer.ss_family != AF_INET6) continue;
    if (PortOf(peer) != remote_port) continue;
    const linger at_once{1, 0};
    ::setsockopt(file, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::shutdown(file, SHUT_RDWR);
    return;
  }
}

// Puts the body where it belongs; false if there is more than a request may hold.
bool ReadBody(const httplib::ContentReader& reader, ContentStore& store, std::uint64_t bytes_max,
              Request* request) {
  const std::string& type = request->headers["content-type"];
  if (!IsMultipart(type)) {
    return reader([&](const char* bytes, std::size_t count) {
      request->body.append(bytes, count);
      return request->body.size() <= kJsonBytesMax;
    });
  }
  MultipartReader parts(BoundaryOf(type), store, bytes_max);
  reader([&](const char* bytes, std::size_t count) {
    parts.Feed(std::string_view(bytes, count));
    return true;
  });
  return parts.Finish(&request->parts);
}

// Half of the body and no more; the library ends the connection when a provider gives up.
void SendBody(const FaultedResponse& answer, const std::string& type, httplib::Response& to) {
  ContentPtr content = answer.response.content;
  if (content == nullptr && !answer.cut_body) {
    to.set_content(answer.response.body, type);
    return;
  }
  if (content == nullptr) content = InMemory(answer.response.body);
  const std::uint64_t size = content->size(), end = answer.cut_body ? size / 2 : size;
  const auto provide = [content, end](std::size_t offset, std::size_t length,
                                      httplib::DataSink& sink) {
    if (offset >= end) return false;
    const std::uint64_t wanted = std::min<std::uint64_t>({end - offset, length, kPieceBytes});
    const std::string bytes = content->Read(offset, static_cast<std::size_t>(wanted));
    return !bytes.empty() && sink.write(bytes.data(), bytes.size());
  };
  to.set_content_provider(static_cast<std::size_t>(size), type, provide);
}

void Answer(Rim& rim, const httplib::Request& from, const Request& request, httplib::Response& to) {
  const FaultedResponse answer = rim.Serve(request);
  if (answer.cut) {
    CutConnectionFrom(from.remote_port);
    return;
  }
  to.status = answer.response.status;
  std::string type;
  for (const auto& [name, value] : answer.response.headers) {
    if (name == "Content-Type")
      type = value;
    else
      to.set_header(name, value);
  }
  if (!type.empty()) SendBody(answer, type, to);
}

}  // namespace

struct HttpServer::Parts {
  httplib::Server server;
};

HttpServer::HttpServer() : parts_(std::make_unique<Parts>()) {
  httplib::Server& server = parts_->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_keep_alive_max_count(1000000);
  server.set_tcp_nodelay(true);
  server.set_payload_max_length(SIZE_MAX);
}

HttpServer::~HttpServer() = default;

int HttpServer::Bind(const std::string& host, int port) {
  if (port == 0) {
    const int any = parts_->server.bind_to_any_port(host);
    return any > 0 ? any : 0;
  }
  return parts_->server.bind_to_port(host, port) ? port : 0;
}

void HttpServer::Run(Rim& rim, ContentStore& store, std::uint64_t upload_bytes_max) {
  const auto plain = [&rim](const httplib::Request& from, httplib::Response& to) {
    Answer(rim, from, ToRequest(from), to);
  };
  const auto with_body = [&rim, &store, upload_bytes_max](const httplib::Request& from,
                                                          httplib::Response& to,
                                                          const httplib::ContentReader& reader) {
    Request request = ToRequest(from);
    const bool has_body = from.has_header("Content-Length") || from.has_header("Transfer-Encoding");
    if (has_body && !ReadBody(reader, store, upload_bytes_max, &request)) {
      to.status = 400;
      return;
    }
    Answer(rim, from, request, to);
  };
  httplib::Server& server = parts_->server;
  server.set_pre_routing_handler([](const httplib::Request& from, httplib::Response&) {
    // The request is the library's own object, and not const.
    HideMultipart(const_cast<httplib::Request&>(from));
    return httplib::Server::HandlerResponse::Unhandled;
  });
  server.Get(".*", plain).Delete(".*", plain).Post(".*", with_body).Put(".*", with_body);
  server.listen_after_bind();
}

void HttpServer::Stop() { parts_->server.stop(); }

}  // namespace valise::standin
