// How the positions of the two streams are named in the store's meta.
#pragma once

#include <string>

#include "packet/packet.h"

namespace valise {

inline constexpr Stream kStreams[] = {Stream::kChanges, Stream::kContent};

inline std::string InName(Stream stream, const char* what) {
  return std::string(stream == Stream::kChanges ? "in.changes." : "in.content.") + what;
}

// "out.sequence" without a stream is of the time when there was one only.
inline std::string OutName(Stream stream, const char* what) {
  return std::string(stream == Stream::kChanges ? "out." : "out.content.") + what;
}

}  // namespace valise
