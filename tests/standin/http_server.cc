#include "tests/standin/http_server.h"

#include <arpa/inet.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/standin/rim.h"

namespace valise::standin {
namespace {

// Every keep-alive connection holds a thread while it lasts.
constexpr std::size_t kThreads = 48;

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
  request.body = from.is_multipart_form_data() ? "multipart" : from.body;
  for (const auto& [name, value] : from.headers) request.headers[LowerName(name)] = value;
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

void Answer(Rim& rim, const httplib::Request& from, httplib::Response& to) {
  const FaultedResponse answer = rim.Serve(ToRequest(from));
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
  if (!type.empty()) to.set_content(answer.response.body, type);
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
  server.set_payload_max_length(64 << 20);
}

HttpServer::~HttpServer() = default;

int HttpServer::Bind(const std::string& host, int port) {
  if (port == 0) {
    const int any = parts_->server.bind_to_any_port(host);
    return any > 0 ? any : 0;
  }
  return parts_->server.bind_to_port(host, port) ? port : 0;
}

void HttpServer::Run(Rim& rim) {
  const auto handler = [&rim](const httplib::Request& from, httplib::Response& to) {
    Answer(rim, from, to);
  };
  httplib::Server& server = parts_->server;
  server.Get(".*", handler).Post(".*", handler).Put(".*", handler).Delete(".*", handler);
  server.listen_after_bind();
}

void HttpServer::Stop() { parts_->server.stop(); }

}  // namespace valise::standin
