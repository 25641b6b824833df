#include "tests/parser/echo_child.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "agent/parser/wire.h"
#include "transport/file.h"

namespace valise {
namespace {

// False at the end. A job without a descriptor is a stop that came too late.
bool ReceiveJob(JobMessage* job, Descriptor* socket) {
  iovec data{job, sizeof *job};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
  msghdr header{};
  header.msg_iov = &data;
  header.msg_iovlen = 1;
  header.msg_control = room.data();
  header.msg_controllen = room.size();
  if (recvmsg(0, &header, 0) <= 0) return false;
  const cmsghdr* part = CMSG_FIRSTHDR(&header);
  int number = -1;
  if (part != nullptr) std::memcpy(&number, CMSG_DATA(part), sizeof number);
  *socket = Descriptor(number);
  return true;
}

}  // namespace

int EchoChildMain() {
  while (true) {
    JobMessage job;
    Descriptor socket;
    if (!ReceiveJob(&job, &socket)) return 0;
    if (!socket.is_open()) continue;
    Bytes request(job.request_bytes, '\0');
    std::size_t filled = 0;
    while (filled < request.size()) {
      const ssize_t got = read(socket.get(), request.data() + filled, request.size() - filled);
      if (got <= 0) return 1;
      filled += static_cast<std::size_t>(got);
    }
    (void)WriteAll(socket.get(), request);
    socket.Close();
    const int status = 0;
    (void)send(0, &status, sizeof status, MSG_NOSIGNAL);
  }
}

}  // namespace valise
