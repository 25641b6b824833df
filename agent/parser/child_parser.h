// The Parser of the running agent: every packet, bundle, mail and contract of the peer's is parsed
// in a sandboxed process of its own, and what comes back is checked as if the peer had sent it.
#pragma once

#include "agent/parser/child_process.h"
#include "agent/parser/parser.h"
#include "transport/mail/mime.h"

namespace valise {

// Errors beyond those of the functions it stands for: VAL-PARSER-DIED, VAL-PARSER-ANSWER,
// VAL-PARSER-MEMORY (kRejectPacket: this packet; for a bundle kAskOperator), VAL-PARSER-START
// (kRetryLater: this machine).
class ChildParser final : public Parser, public MailReader {
 public:
  explicit ChildParser(ChildSettings settings = {}) : child_(std::move(settings)) {}

  Result<std::pair<Core, Control>> ParseHeader(std::string_view core_bytes,
                                               std::string_view control_bytes) override;
  Result<std::vector<Record>> ParsePayload(std::string_view payload,
                                           std::uint64_t records_bytes) override;
  Result<BundleSummary> ReadBundle(const std::string& file, const TakePacket& take) override;
  Result<TomlDocument> ParseToml(const std::string& text) override;

  // A mail that kills its worker is VAL-PARSER-DIED (kRejectPacket); the next has a new one.
  Result<ReceivedMail> Read(std::string_view raw) override;

  ChildProcess& child() { return child_; }

 private:
  ChildProcess child_;
};

}  // namespace valise
