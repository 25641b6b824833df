// The carrier of mail: packets out over SMTP, in over IMAP. A mail with a packet stays in the
// mailbox until Remove and then goes to the folder of done mail; what is no packet is set aside in
// a folder of its own, never answered, never deleted. agent/DESIGN.md, "Carriers".
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "transport/mail/backoff.h"
#include "transport/mail/imap.h"
#include "transport/mail/mime.h"
#include "transport/mail/smtp.h"
#include "transport/transport.h"

namespace valise {

class MailCarrier final : public Transport {
 public:
  using NowMs = std::function<std::int64_t()>;  // wall clock: dates of mails
  using Connect = std::function<Result<std::unique_ptr<ByteStream>>()>;
  // `reader` must outlive it.
  MailCarrier(MailSettings settings, MailReader& reader, NowMs now_ms);
  ~MailCarrier() override;
  MailCarrier(const MailCarrier&) = delete;
  MailCarrier& operator=(const MailCarrier&) = delete;

  // Ok: the own server has taken responsibility for the mail. Errors: VAL-MAIL-SIZE (kRejectPacket:
  // over sealed_bytes_max; kAskOperator: over the server's limit), those of Smtp::Send.
  Result<void> Send(std::string_view sealed) override;
  // What was not received yet comes first. At most `count_max`, and no further mail once 8 MiB are
  // read. Errors: those of ConnectImap and ImapSession.
  Result<std::vector<Arrival>> Receive(std::size_t count_max) override;
  Result<void> Remove(const std::string& handle) override;
  CarrierNews News() override;

  // For tests: another way to an IMAP server.
  void set_connect(Connect connect) { connect_ = std::move(connect); }

 private:
  // One folder that packets come in.
  struct Box {
    std::string folder;
    char letter = 'i';     // in handles
    bool is_junk = false;  // what is no packet stays there
    std::uint32_t validity = 0;
    std::set<std::uint32_t> passed;           // looked at, and to be left alone
    std::map<std::uint32_t, unsigned> given;  // received so often already
    std::map<std::uint32_t, unsigned> cuts;   // fetching it ended the connection so often
    std::map<std::uint32_t, std::set<std::size_t>> waiting;  // packets of a mail not removed yet
  };

  std::string MessageId(std::string_view sealed);
  Result<void> SendNow(std::string_view sealed);
  Result<void> Connected();
  Result<void> Select(Box& box);
  Result<void> ScanAll(std::size_t count_max, std::vector<Arrival>* arrivals);
  Result<void> Scan(Box& box, std::size_t count_max, std::vector<Arrival>* arrivals);
  Result<void> Take(Box& box, std::uint32_t uid, std::size_t count_max,
                    std::vector<Arrival>* arrivals);
  Result<void> TakePackets(Box& box, std::uint32_t uid, ReceivedMail mail, std::size_t count_max,
                           std::vector<Arrival>* arrivals);
  Result<void> SetAside(Box& box, std::uint32_t uid, const ReceivedMail& mail);
  Result<void> Reject(Box& box, std::uint32_t uid, const std::string& why);
  Result<void> MoveAside(Box& box, std::uint32_t uid, const std::string& folder);
  struct Handle {
    char box = 0;
    std::uint32_t validity = 0, uid = 0;
    std::size_t part = 0, parts = 0;  // of the packets in that mail
  };
  static std::string TextOf(const Handle& handle);
  static std::optional<Handle> HandleOf(const std::string& text);
  Result<void> RemoveNow(const Handle& handle);
  Box* BoxOf(char letter);
  Result<void> PruneDone();
  void NoteReport(const DeliveryReport& report);
  void EndSession(const Error& error);

  MailSettings settings_;
  MailReader& reader_;
  NowMs now_ms_;
  Connect connect_;
  MailLogin login_;
  Smtp smtp_;
  std::unique_ptr<ImapSession> imap_;
  std::vector<Box> boxes_;
  Backoff sending_, receiving_;
  std::int64_t pruned_at_ms_ = 0;
  CarrierNews news_;
};

}  // namespace valise
