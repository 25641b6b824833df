// Hash(label, data) of bytes.h for data that does not fit into memory: in pieces, in order.
#pragma once

#include <memory>
#include <string_view>

#include "packet/bytes.h"

namespace valise {

class PieceHash {
 public:
  explicit PieceHash(std::string_view label);
  ~PieceHash();
  PieceHash(const PieceHash&) = delete;
  PieceHash& operator=(const PieceHash&) = delete;

  void Add(std::string_view bytes);
  Digest Finish();  // once

 private:
  class State;  // libsodium's stays in packet/*.cc
  std::unique_ptr<State> state_;
};

}  // namespace valise
