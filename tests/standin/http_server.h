// The HTTP server round a Rim: sockets, threads and nothing else.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace valise::standin {

class ContentStore;
class Rim;

class HttpServer {
 public:
  HttpServer();
  ~HttpServer();

  // Port 0 takes any free one. The port, or 0 if it cannot be had.
  int Bind(const std::string& host, int port);

  // Serves until Stop; both must outlive that. Uploads go into `store` as they arrive, at most
  // `upload_bytes_max` of each.
  void Run(Rim& rim, ContentStore& store, std::uint64_t upload_bytes_max);
  void Stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace valise::standin
