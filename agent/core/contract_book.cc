#include "agent/core/contract_book.h"

#include <algorithm>

#include "agent/core/decide.h"

namespace valise {
namespace {

bool IsNext(const KnownContract& one, const KnownContract* in_force) {
  return one.state == ContractState::kProposed && in_force != nullptr &&
         one.version == in_force->version + 1;
}

// Its number was taken by another.
bool IsOvertaken(const KnownContract& one, const KnownContract* in_force) {
  return one.state == ContractState::kProposed && in_force != nullptr &&
         one.version <= in_force->version;
}

}  // namespace

bool IsLost(const Contract& contract, const RegisterKey& key) {
  return IsField(key) && !contract.HasRegistersOf(key.field);
}

std::vector<Register> TakeLost(const Contract& contract, std::vector<Register>& registers) {
  const auto first = std::stable_partition(
      registers.begin(), registers.end(),
      [&](const Register& reg) { return !IsLost(contract, reg.key); });
  std::vector<Register> lost(first, registers.end());
  registers.erase(first, registers.end());
  return lost;
}

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
    if (!IsNext(one, in_force)) continue;
    if (pending == nullptr || one.site < pending->site) pending = &one;
  }
  return pending;
}

const KnownContract* ContractBook::OpenOf(std::uint32_t site) const {
  const KnownContract* in_force = InForce();
  for (const KnownContract& one : all_) {
    if (one.site == site && IsNext(one, in_force)) return &one;
  }
  return nullptr;
}

std::vector<Digest> ContractBook::SpentOf(std::uint32_t site, std::size_t kept) const {
  const KnownContract* in_force = InForce();
  std::vector<const KnownContract*> spent;
  for (const KnownContract& one : all_) {
    const bool is_over = one.state == ContractState::kRejected || IsOvertaken(one, in_force);
    if (one.site == site && is_over) spent.push_back(&one);
  }
  std::sort(spent.begin(), spent.end(),
            [](const auto* a, const auto* b) { return a->at_ms > b->at_ms; });
  std::vector<Digest> digests;
  for (std::size_t i = kept; i < spent.size(); ++i) digests.push_back(spent[i]->digest);
  return digests;
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
