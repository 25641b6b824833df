// A carrier in memory: the reference for the conformance suite.
#pragma once

#include <algorithm>
#include <map>

#include "packet/limits.h"
#include "transport/transport.h"

namespace valise {

struct MemoryLink {
  std::map<std::string, Bytes> copies;  // by handle
  std::uint64_t sent = 0;
};

class MemoryTransport final : public Transport {
 public:
  explicit MemoryTransport(MemoryLink& link) : link_(link) {}

  Result<void> Send(std::string_view sealed) override {
    if (sealed.empty() || sealed.size() > limits::kSealedBytesMax) {
      return Error{Recovery::kRejectPacket, "VAL-MEMORY-SIZE", "size not allowed"};
    }
    link_.copies["copy " + std::to_string(++link_.sent)] = Bytes(sealed);
    return Ok();
  }
  Result<std::vector<Arrival>> Receive(std::size_t count_max) override {
    std::vector<std::string> handles;
    for (const auto& [handle, sealed] : link_.copies) handles.push_back(handle);
    std::stable_sort(handles.begin(), handles.end(),
                     [&](const auto& a, const auto& b) { return given_[a] < given_[b]; });
    std::vector<Arrival> arrivals;
    for (const std::string& handle : handles) {
      if (arrivals.size() >= count_max) break;
      ++given_[handle];
      arrivals.push_back({handle, link_.copies.at(handle)});
    }
    return arrivals;
  }
  Result<void> Remove(const std::string& handle) override {
    link_.copies.erase(handle);
    return Ok();
  }

 private:
  MemoryLink& link_;
  std::map<std::string, std::uint64_t> given_;
};

}  // namespace valise
