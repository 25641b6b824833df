// A tiny HTTP server on 127.0.0.1 that misbehaves on demand: a handler gets the raw request and
// gives the raw bytes to answer with.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace valise::jira {

struct Reply {
  std::string bytes;    // empty: nothing is sent
  bool closes = false;  // cut the connection afterwards
  bool hangs = false;   // answer nothing until the server stops
};

class Loopback {
 public:
  using Handler = std::function<Reply(const std::string& request)>;
  explicit Loopback(Handler handler);
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

  Handler handler_;
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
