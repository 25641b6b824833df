#include "agent/keys_here.h"

#include <set>

#include "agent/core/remote_key.h"

namespace valise {
namespace {

bool IsOfProject(const Terms& terms, const std::string& key) {
  return key.starts_with(terms.binding.project + "-");
}

// What the store does not know yet: a key that this round read, or merged.
void PutOwn(const Terms& terms, const std::string& peer_key, const std::string& here,
            PeerKeys& keys) {
  keys.erase(peer_key);
  if (IsOfProject(terms, here)) keys[peer_key] = here;
}

}  // namespace

std::optional<std::pair<std::string, std::string>> BothKeys(const Terms& terms,
                                                            const IssueBase& base) {
  const auto peers = base.registers.find(FieldKey(KeyFieldOf(terms.contract, terms.peer_site)));
  const bool is_known = peers != base.registers.end() && peers->second.agreed;
  if (!is_known || base.jira_key.empty()) return std::nullopt;
  return std::pair(peers->second.agreed->text, base.jira_key);
}

std::optional<std::string> KeyHere(const Terms& terms, const Store& store,
                                   const std::string& peer_key) {
  auto here = store.KeyHereOf(KeyFieldOf(terms.contract, terms.peer_site), peer_key);
  if (here && !IsOfProject(terms, *here)) here.reset();
  return here;
}

PeerKeys KeysHere(const Terms& terms, const Store& store, const IssueBase& base) {
  PeerKeys keys;
  const std::set<std::string> named = PeerKeysOf(terms, base);
  for (const std::string& key : named) {
    if (const auto here = KeyHere(terms, store, key)) keys[key] = *here;
  }
  const auto own = BothKeys(terms, base);
  const bool has_ended = base.state == IssueState::kFrozen;  // another may have its key by now
  if (own && !has_ended && named.contains(own->first)) PutOwn(terms, own->first, own->second, keys);
  return keys;
}

}  // namespace valise
