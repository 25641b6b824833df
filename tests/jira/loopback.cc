#include "tests/jira/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace valise::jira {
namespace {

int Listen(int* port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener, generic, length) != 0 || listen(listener, 64) != 0) std::abort();
  if (getsockname(listener, generic, &length) != 0) std::abort();
  *port = ntohs(address.sin_port);
  return listener;
}

// Bytes of the whole request at the front of `data`, or 0 while some are missing.
std::size_t RequestBytes(const std::string& data) {
  const std::size_t end = data.find("\r\n\r\n");
  if (end == std::string::npos) return 0;
  const std::size_t at = data.find("Content-Length: ");
  const std::size_t body = at < end ? std::strtoul(data.c_str() + at + 16, nullptr, 10) : 0;
  return data.size() >= end + 4 + body ? end + 4 + body : 0;
}

}  // namespace

Loopback::Loopback(Handler handler) : handler_(std::move(handler)), listener_(Listen(&port_)) {
  acceptor_ = std::thread([this] { Accept(); });
}

Loopback::~Loopback() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    for (const int one : sockets_) shutdown(one, SHUT_RDWR);
  }
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  for (const int one : sockets_) close(one);
  close(listener_);
}

void Loopback::Accept() {
  for (;;) {
    const int one = accept(listener_, nullptr, nullptr);
    const std::lock_guard lock(mutex_);
    if (one < 0 || is_stopping_) {
      if (one >= 0) close(one);
      return;
    }
    sockets_.push_back(one);
    threads_.emplace_back([this, one] { Serve(one); });
  }
}

void Loopback::Serve(int one) {
  std::string data;
  char buffer[65536];
  for (;;) {
    const ssize_t got = recv(one, buffer, sizeof buffer, 0);
    if (got <= 0) return;
    data.append(buffer, static_cast<std::size_t>(got));
    const std::size_t bytes = RequestBytes(data);
    if (bytes == 0) continue;
    const std::string request = data.substr(0, bytes);
    data.erase(0, bytes);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      in_flight_max_ = std::max(in_flight_max_, ++in_flight_);
    }
    const Reply reply = handler_(request);
    {
      const std::lock_guard lock(mutex_);
      if (!reply.hangs) --in_flight_;
    }
    if (reply.hangs) continue;  // until the other end or the server gives up
    send(one, reply.bytes.data(), reply.bytes.size(), MSG_NOSIGNAL);
    if (reply.closes) shutdown(one, SHUT_RDWR);
  }
}

std::vector<std::string> Loopback::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

int Loopback::connections() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(sockets_.size());
}

int Loopback::in_flight_max() const {
  const std::lock_guard lock(mutex_);
  return in_flight_max_;
}

std::string Ok200(const std::string& body, const std::string& headers) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

int DeadPort() {
  int port = 0;
  close(Listen(&port));
  return port;
}

}  // namespace valise::jira
