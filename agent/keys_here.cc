#include "agent/keys_here.h"

#include "agent/core/remote_key.h"

namespace valise {

std::optional<std::string> KeyHere(const Terms& terms, const Store& store,
                                   const std::string& peer_key) {
  auto here = store.KeyHereOf(KeyFieldOf(terms.contract, terms.peer_site), peer_key);
  if (here && !here->starts_with(terms.binding.project + "-")) here.reset();
  return here;
}

PeerKeys KeysHere(const Terms& terms, const Store& store, const IssueBase& base) {
  PeerKeys keys;
  for (const std::string& key : PeerKeysOf(terms, base)) {
    if (const auto here = KeyHere(terms, store, key)) keys[key] = *here;
  }
  return keys;
}

}  // namespace valise
