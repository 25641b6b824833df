#include "agent/core/contract_book.h"

#include <algorithm>

namespace valise {

const KnownContract* ContractBook::Find(const Digest& digest) const {
  for (const KnownContract& one : all_) {
    if (one.digest == digest) return &one;
  }
  return nullptr;
}

const KnownContract* ContractBook::InForce() const {
  const KnownContract* newest = nullptr;
  for (const KnownContract& one : all_) {
    if (one.state != ContractState::kAgreed) continue;
    if (newest == nullptr || one.version > newest->version) newest = &one;
  }
  return newest;
}

const KnownContract* ContractBook::Pending() const {
  const KnownContract* in_force = InForce();
  const KnownContract* pending = nullptr;
  for (const KnownContract& one : all_) {
    const bool is_next = in_force != nullptr && one.version == in_force->version + 1;
    if (one.state != ContractState::kProposed || !is_next) continue;
    if (pending == nullptr || one.site < pending->site) pending = &one;
  }
  return pending;
}

std::vector<Digest> ContractBook::Agreed() const {
  std::vector<const KnownContract*> agreed;
  for (const KnownContract& one : all_) {
    if (one.state == ContractState::kAgreed) agreed.push_back(&one);
  }
  std::sort(agreed.begin(), agreed.end(),
            [](const auto* a, const auto* b) { return a->version > b->version; });
  std::vector<Digest> digests;
  for (const KnownContract* one : agreed) digests.push_back(one->digest);
  return digests;
}

}  // namespace valise
