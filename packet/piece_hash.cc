#include "packet/piece_hash.h"

#include "packet/sodium.h"

namespace valise {

class PieceHash::State : public Hasher {};

PieceHash::PieceHash(std::string_view label) : state_(std::make_unique<State>()) {
  state_->Add(label);
}
PieceHash::~PieceHash() = default;

void PieceHash::Add(std::string_view bytes) { state_->Add(bytes); }

Digest PieceHash::Finish() {
  Digest digest;
  state_->Finish(digest.bytes);
  return digest;
}

}  // namespace valise
