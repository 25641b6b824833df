// One IMAP session over a connection that is logged in. Mails are named by UID only; nothing here
// depends on \Seen or sets it. RFC 3501, 6851 (MOVE), 4315 (UIDPLUS), 2177 (IDLE), 2087 (QUOTA).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "transport/mail/byte_stream.h"
#include "transport/mail/imap_reader.h"

namespace valise {

// All errors that are about the connection (kRetryLater: VAL-MAIL-CONNECT, -IMAP, -IMAP-LIMIT) end
// the session: is_usable() is false from then on.
class ImapSession {
 public:
  // No mail larger than `mail_bytes_max` is read. `host` is for messages.
  ImapSession(std::unique_ptr<ByteStream> stream, std::string host, MailTimes times,
              std::uint64_t mail_bytes_max);
  ImapSession(const ImapSession&) = delete;
  ImapSession& operator=(const ImapSession&) = delete;

  Result<void> Begin();  // asks for the capabilities
  bool Has(const std::string& capability) const { return capabilities_.count(capability) > 0; }
  bool is_usable() const { return is_usable_; }

  // Gives the folder's UIDVALIDITY. Errors: VAL-MAIL-FOLDER (kAskOperator) if there is none.
  Result<std::uint32_t> Select(const std::string& folder);
  const std::string& selected() const { return selected_; }
  // A folder that is selected shows what came since only after a command's end; then call this.
  Result<void> Refresh();
  // UIDs in the selected folder, ascending. Criteria as "UNDELETED".
  Result<std::vector<std::uint32_t>> Search(const std::string& criteria);

  struct Mail {
    bool is_gone = false;       // somebody else removed it
    bool is_too_large = false;  // `raw` is its beginning
    Bytes raw;
  };
  Result<Mail> Fetch(std::uint32_t uid);
  // To another folder, which is made if it is not there. A mail that is gone is no error. Errors:
  // VAL-MAIL-FOLDER (kAskOperator), VAL-MAIL-QUOTA (kRetryLater); the mail then is where it was.
  Result<void> Move(std::uint32_t uid, const std::string& folder);
  // For good; only where the server can remove by UID. False: it cannot.
  Result<bool> Remove(const std::vector<std::uint32_t>& uids);
  Result<void> Create(const std::string& folder);

  struct Quota {
    std::uint64_t used_kib = 0, limit_kib = 0;
  };
  Result<std::optional<Quota>> ReadQuota(const std::string& folder);

  // From now on the server speaks up when mail comes; any other command ends it. No effect on a
  // server without IDLE.
  Result<void> Idle();
  // Whether it spoke up, or fell silent for good. Never waits.
  bool HasNews();
  void Logout();  // says good-bye and waits for nothing

 private:
  struct Answer {
    bool is_ok = false;
    std::string text;  // without its tag
  };
  using Take = std::function<void(ImapResponse)>;
  // Sends one command and hands each untagged response to `take`.
  Result<Answer> Command(const std::string& command, const Take& take);
  Result<Answer> Await(const std::string& tag, const Take& take, bool or_plus);
  Result<void> ReadMore(std::chrono::milliseconds wait, bool* has_read);
  Result<void> EndIdle();
  Result<Answer> MoveOnce(std::uint32_t uid, const std::string& folder);
  Result<Answer> CopyAndRemove(std::uint32_t uid, const std::string& folder);
  Error Lost(const std::string& why);
  Error Refused(const std::string& doing, const Answer& answer) const;

  std::unique_ptr<ByteStream> stream_;
  std::string host_;
  MailTimes times_;
  std::uint64_t mail_bytes_max_;
  ImapReader reader_;
  std::vector<ImapResponse> pending_;
  std::set<std::string> capabilities_;
  std::string selected_, idle_tag_;
  std::uint64_t commands_ = 0;
  bool is_usable_ = true;
};

}  // namespace valise
