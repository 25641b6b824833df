// Pieces of the peer's contents: checked, written to their file, durable before the commit that
// takes their packet; verified when nothing is missing (agent/DESIGN.md, "Contents").
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agent/site.h"

namespace valise {

class ContentInbox {
 public:
  // `touch`: this issue is to be looked at; called inside a transaction.
  using Touch = std::function<void(const Store::Work&)>;
  ContentInbox(World& world, const Terms& terms, const Touch& touch)
      : world_(world), terms_(terms), touch_(touch) {}

  // After each start: what a crash left between its last piece and its verdict is verified, and
  // what lost its file is called damaged.
  Result<void> Start();

  struct Written {
    struct Piece {
      Digest content;
      std::uint64_t content_bytes = 0, offset = 0, bytes = 0;
    };
    std::vector<Piece> pieces;
    std::map<std::string, Digest> refused;  // reason -> the first content of it
  };
  // The pieces of one packet become durable. A piece that may not be here is refused, not written.
  // Errors: those of Contents, and "VAL-CONTENT-ROOM": the packet cannot be taken now.
  Result<Written> Write(const std::vector<Record>& records);
  // Inside the transaction that takes the packet.
  void Put(const Written& written);
  // After that transaction: what is whole now gets its verdict, in another one.
  Result<void> Finish(const Written& written);

 private:
  struct Verdict {
    Digest content;
    std::string fault;  // "damaged", "lost"; empty: it is what its digest says
  };
  Result<Verdict> Judge(const Digest& content);
  Result<void> CommitVerdicts(const std::vector<Verdict>& verdicts);
  std::size_t PutVerdict(const Verdict& verdict);

  World& world_;
  const Terms& terms_;
  const Touch& touch_;
};

}  // namespace valise
