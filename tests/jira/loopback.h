// A tiny HTTP server on 127.0.0.1 that misbehaves on demand: a handler gets the raw request and
// gives the raw bytes to answer with.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace valise::jira {

struct Reply {
  std::string bytes;                // empty: nothing is sent
  bool closes = false;              // cut the connection afterwards
  bool hangs = false;               // answer nothing until the server stops
  std::uint64_t pattern_bytes = 0;  // this much of the pattern follows `bytes`
};

// A large body that is made and checked in pieces: octet i is the i-th of the pattern.
class Pattern {
 public:
  // Fills with what stands at `offset`.
  static void Fill(std::uint64_t offset, std::span<char> into);
  static bool Matches(std::uint64_t offset, std::string_view bytes);
};

class Loopback {
 public:
  using Handler = std::function<Reply(const std::string& request)>;
  // Takes the bodies of requests piece by piece; the handler then sees the head alone.
  using Eater = std::function<void(std::string_view piece)>;
  explicit Loopback(Handler handler, Eater eater = nullptr);
  ~Loopback();
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }
  std::vector<std::string> requests() const;  // whole, as received
  int connections() const;
  int in_flight_max() const;

 private:
  void Accept();
  void Serve(int socket);
  bool Eat(int socket, std::string& data);

  Handler handler_;
  Eater eater_;
  int port_ = 0;  // before listener_, which sets it
  int listener_ = -1;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  int in_flight_ = 0, in_flight_max_ = 0;
  bool is_stopping_ = false;
  std::thread acceptor_;
};

// "HTTP/1.1 200 OK" with a body and its length.
std::string Ok200(const std::string& body, const std::string& headers = "");
// A port on which nothing listens.
int DeadPort();

}  // namespace valise::jira
