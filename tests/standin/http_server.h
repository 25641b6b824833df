// The HTTP server round a Rim: sockets, threads and nothing else.
#pragma once

#include <memory>
#include <string>

namespace valise::standin {

class Rim;

class HttpServer {
 public:
  HttpServer();
  ~HttpServer();

  // Port 0 takes any free one. The port, or 0 if it cannot be had.
  int Bind(const std::string& host, int port);

  // Serves until Stop; `rim` must outlive that.
  void Run(Rim& rim);
  void Stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace valise::standin
