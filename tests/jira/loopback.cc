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

std::size_t BodyBytes(const std::string& data, std::size_t end) {
  const std::size_t at = data.find("Content-Length: ");
  return at < end ? std::strtoul(data.c_str() + at + 16, nullptr, 10) : 0;
}

// Bytes of the whole request at the front of `data`, or 0 while some are missing.
std::size_t RequestBytes(const std::string& data) {
  const std::size_t end = data.find("\r\n\r\n");
  if (end == std::string::npos) return 0;
  const std::size_t bytes = end + 4 + BodyBytes(data, end);
  return data.size() >= bytes ? bytes : 0;
}

// A prime, so that a piece that went missing or came twice shows.
constexpr std::size_t kPeriod = 65521;

const std::string& TwoPeriods() {
  static const std::string octets = [] {
    std::string made;
    std::uint32_t state = 1;
    for (std::size_t i = 0; i < kPeriod; ++i) {
      state = state * 1664525U + 1013904223U;
      made += static_cast<char>(state >> 24);
    }
    return made + made;
  }();
  return octets;
}

bool SendAll(int one, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(one, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void SendPattern(int one, std::uint64_t bytes) {
  char buffer[65536];
  for (std::uint64_t at = 0; at < bytes;) {
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(bytes - at, 65000));
    Pattern::Fill(at, {buffer, size});
    if (!SendAll(one, {buffer, size})) return;
    at += size;
  }
}

}  // namespace

void Pattern::Fill(std::uint64_t offset, std::span<char> into) {
  const std::string& octets = TwoPeriods();
  for (std::size_t done = 0; done < into.size();) {
    const std::size_t from = static_cast<std::size_t>((offset + done) % kPeriod);
    const std::size_t size = std::min(into.size() - done, kPeriod);
    std::copy_n(octets.begin() + static_cast<std::ptrdiff_t>(from), size,
                into.begin() + static_cast<std::ptrdiff_t>(done));
    done += size;
  }
}

bool Pattern::Matches(std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPeriod);
    const std::size_t from = static_cast<std::size_t>(offset % kPeriod);
    if (std::string_view(TwoPeriods()).substr(from, piece.size()) != piece) return false;
    offset += piece.size();
    bytes.remove_prefix(piece.size());
  }
  return true;
}

Loopback::Loopback(Handler handler, Eater eater)
    : handler_(std::move(handler)), eater_(std::move(eater)), listener_(Listen(&port_)) {
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
    if (eater_ && !Eat(one, data)) return;
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
    SendAll(one, reply.bytes);
    SendPattern(one, reply.pattern_bytes);
    if (reply.closes) shutdown(one, SHUT_RDWR);
  }
}

// Hands the body to the eater and leaves a request without one.
bool Loopback::Eat(int one, std::string& data) {
  const std::size_t end = data.find("\r\n\r\n");
  if (end == std::string::npos) return true;
  std::size_t left = BodyBytes(data, end);
  const std::size_t here = std::min(left, data.size() - end - 4);
  eater_(std::string_view(data).substr(end + 4, here));
  left -= here;
  data.erase(end + 4, here);
  char buffer[65536];
  while (left > 0) {
    const ssize_t got = recv(one, buffer, std::min(left, sizeof buffer), 0);
    if (got <= 0) return false;
    eater_({buffer, static_cast<std::size_t>(got)});
    left -= static_cast<std::size_t>(got);
  }
  const std::size_t at = data.find("Content-Length: ");
  if (at < end) data.replace(at, 8, "Eaten---");
  return true;
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
