// The contracts of one channel over time, and which of them may follow which. A proposal is a fact
// that both sites learn in any order; what is in force and what waits for an answer follows from
// the rows alone, so that lost, doubled and reordered packets change nothing. agent/DESIGN.md, "A
// new contract".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/core/contract.h"
#include "packet/model.h"
#include "packet/bytes.h"

namespace valise {

enum class ContractState : std::uint8_t {
  kProposed = 1,
  kAgreed = 2,   // in force, or was
  kRejected = 3  // by the site that did not propose it; nobody can accept it any more
};

struct KnownContract {
  Digest digest;
  std::uint32_t version = 0;
  Bytes toml;
  ContractState state = ContractState::kProposed;
  std::uint32_t site = 0;      // that proposed it
  bool is_asked_back = false;  // by that site; only the other one's kRejected ends it
  std::int64_t at_ms = 0;      // when it came to be known here
  bool operator==(const KnownContract&) const = default;
};

class ContractBook {
 public:
  ContractBook() = default;
  explicit ContractBook(std::vector<KnownContract> all) : all_(std::move(all)) {}

  const std::vector<KnownContract>& all() const { return all_; }
  const KnownContract* Find(const Digest& digest) const;
  // The agreed one of the highest version; null: nothing ran here yet.
  const KnownContract* InForce() const;
  // The one that may be accepted now. Of two proposals of the same version that of the site which
  // the contract names first; the other waits and comes up if that one is rejected. Null: none.
  const KnownContract* Pending() const;
  std::vector<Digest> Agreed() const;  // newest first
  // The proposal of that site that waits for an answer, with precedence or without. Null: none.
  const KnownContract* OpenOf(std::uint32_t site) const;
  // Proposals of that site that came to nothing, rejected or overtaken, but for the newest `kept`.
  std::vector<Digest> SpentOf(std::uint32_t site, std::size_t kept) const;

 private:
  std::vector<KnownContract> all_;
};

// The register is of a field that the contract does not have (any more).
bool IsLost(const Contract& contract, const RegisterKey& key);
std::vector<Register> TakeLost(const Contract& contract, std::vector<Register>& registers);

// Why `next` cannot follow: one line each. `former` are all that were in force, the present one
// last. What may change: fields, types, statuses, values, link types, tables and people may be
// added, fields and people removed, what filters attachments changed. What a name means (its kind,
// direction, conflict rule) never changes, so that a packet under an older contract reads alike
// under a newer one.
std::vector<std::string> WhyNotNext(const std::vector<const Contract*>& former,
                                    const Contract& next);

}  // namespace valise
