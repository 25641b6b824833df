// What transport/mail/header.cc never does: asks mimetic for addresses.
#include <mimetic/mimetic.h>

#include "tests/parser/walls.h"

namespace valise {

void AskMimeticForAddresses(std::string_view raw) {
  mimetic::MimeEntity entity;
  entity.load(raw.begin(), raw.end());
  const mimetic::MimeEntity& loaded = entity;
  try {
    (void)loaded.header().to().size();
  } catch (...) {  // thrown between one free and the next
  }
}

}  // namespace valise
