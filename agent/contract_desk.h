// A new contract on a living channel: proposals and answers of both sites, and which contracts
// packets may be read under. agent/DESIGN.md, "A new contract".
#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/core/contract_book.h"
#include "agent/site.h"

namespace valise {

class ContractDesk {
 public:
  ContractDesk(World& world, const Terms& terms) : world_(world), terms_(terms) {}

  // At each start. Under a contract that is new here, registers of fields that it lacks go, and
  // every issue is looked at, so that its fields are born.
  Result<void> Enter();

  // The operator's words, inside a transaction of the caller's. What cannot be done is listed.
  void Propose(const std::string& toml);
  void Accept(const Digest& digest);  // the peer's, if it is still the one that waits
  void Reject(const Digest& digest);  // the peer's; of our own it is asked back

  // The peer's word, inside the transaction that takes its packet. Errors: those of a Parser that
  // cannot work now (kRetryLater); the packet must wait.
  Result<void> Hear(const ContractRecord& record);
  // What the peer reads under, or packed under: it has accepted what of these we proposed.
  Result<void> PeerReads(std::span<const Digest> digests);

  // What a packet under that contract says of fields that have gone since: never merged, listed.
  void DropLostFields(const Digest& digest, Change& change);

  bool IsReadable(const Digest& digest) const;
  std::vector<Digest> Known() const;  // in force now or before, newest first, for the control part
  // Another contract is in force than the one this agent works under: whoever owns it ends it and
  // begins a new one. Until then nothing is captured, written, packed or taken.
  bool is_renewal_due() const;

 private:
  void DropLostFieldsOfWaiting();
  void DropLostFieldsOf(const IncomingChange& row);
  void ListLost(const Id& issue_id, const std::vector<Register>& lost);
  struct Judged {
    Contract contract;  // of version 0: none, the text is not sound
    std::vector<std::string> why_not;
  };
  Result<Judged> Judge(const std::string& toml);
  const std::vector<Contract>& Agreed();
  static Judged Unsound(const std::string& why);
  void Agree(KnownContract contract);
  void End(KnownContract contract, const std::string& event);
  void Answer(const Digest& digest, ContractVerdict verdict);
  void Refuse(const std::string& reason);
  Result<void> HearProposal(const ContractRecord& record);
  void Note(const KnownContract& contract, const std::string& event);

  World& world_;
  const Terms& terms_;
  std::vector<Contract> agreed_;  // what was ever in force, as far as it was asked for
  mutable bool is_due_ = false;
  mutable bool is_stale_ = true;  // is_due_ is to be asked of the store again
};

}  // namespace valise
