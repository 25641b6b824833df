// Two carriers as one: what is sent goes over each that is chosen for sending, what arrives is
// taken from both. The protocol above drops twins, so a channel may begin, end or change with this
// at any time. If one of the two fails, the other goes on and News tells of it.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "transport/transport.h"

namespace valise {

class BothCarriers final : public Transport {
 public:
  struct Side {
    Transport& carrier;
    bool is_sent_over = true;
  };
  // The carriers must outlive it.
  BothCarriers(Side first, Side second) : sides_{first, second} {}

  // Ok if one of them took it: then it is on its way. The error of the first else.
  Result<void> Send(std::string_view sealed) override;
  // At most `count_max`, each side its half at least. An error only if both fail.
  Result<std::vector<Arrival>> Receive(std::size_t count_max) override;
  Result<void> Remove(const std::string& handle) override;
  CarrierNews News() override;

 private:
  std::array<Side, 2> sides_;
  std::array<std::optional<Error>, 2> send_errors_, receive_errors_;
};

}  // namespace valise
