#include <algorithm>
#include <chrono>
#include <thread>

#include "agent/cli/carriers.h"
#include "agent/cli/live_check.h"
#include "agent/config/units.h"
#include "packet/entropy.h"
#include "transport/mail/imap.h"
#include "transport/mail/mail_date.h"

namespace valise::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLoopMax{60};
constexpr std::chrono::milliseconds kLoopPause{500};

Error Problem(std::string code, std::string message) {
  return {Recovery::kAskOperator, std::move(code), std::move(message)};
}

class MailCheck {
 public:
  explicit MailCheck(const Config& config)
      : settings_(MailSettingsOf(config)),
        login_(settings_.login),
        smtp_(settings_.smtp, settings_.times, login_) {}

  LiveChecks Run() {
    const bool can_send = CheckSmtp();
    const bool can_read = CheckImap();
    if (can_read) CheckFolders();
    if (can_read) CheckQuota();
    if (can_send && can_read) CheckLoop();
    if (session_) session_->Logout();
    return std::move(checks_);
  }

 private:
  void Well(const std::string& what, const std::string& found) {
    checks_.push_back({what, found, std::nullopt});
  }
  void Bad(const std::string& what, Error error, bool is_warning = false) {
    const Severity severity = is_warning ? Severity::kLook : Severity::kFails;
    checks_.push_back({what, "", std::move(error), severity});
  }

  bool CheckSmtp() {
    const std::string what = "smtp " + settings_.smtp.host;
    const Result<void> checked = smtp_.Check(settings_.from);
    if (!checked.ok()) Bad(what, checked.error());
    if (!checked.ok()) return false;
    const auto size = smtp_.size_max();
    Well(what, "TLS, login as " + login_.user() + ", takes mails of " +
                   (size ? "at most " + std::to_string(*size) + " bytes" : "any size"));
    // Base64 with its line ends is 39/28 of the packet; 4 KiB are for the header.
    const std::uint64_t needed = settings_.sealed_bytes_max / 28 * 39 + 4096;
    if (size && *size < needed) {
      Bad(what,
          Problem("VAL-MAIL-SIZE", "takes no mail with a packet of " +
                                       SizeText(settings_.sealed_bytes_max) + " (" +
                                       std::to_string(needed) + " bytes); raise its limit, or " +
                                       "lower [carrier] sealed_bytes_max"),
          true);
    }
    return true;
  }

  bool CheckImap() {
    const std::string what = "imap " + settings_.imap.host;
    auto stream = ConnectImap(settings_.imap, settings_.times, login_);
    if (!stream.ok()) Bad(what, stream.error());
    if (!stream.ok()) return false;
    session_ = std::make_unique<ImapSession>(std::move(stream).value(), settings_.imap.host,
                                             settings_.times, limits::kMailBytesMax);
    const Result<void> begun = session_->Begin();
    if (!begun.ok()) Bad(what, begun.error());
    if (!begun.ok()) return false;
    std::string known, lacks;
    for (const char* name : {"MOVE", "UIDPLUS", "IDLE", "QUOTA"}) {
      (session_->Has(name) ? known : lacks) += std::string(" ") + name;
    }
    Well(what, "TLS, login as " + login_.user() + ", has" +
                   (known.empty() ? " nothing more" : known) +
                   (lacks.empty() ? "" : "; lacks" + lacks));
    if (!session_->Has("MOVE") && !session_->Has("UIDPLUS")) {
      Bad(what,
          Problem("VAL-MAIL-FOLDER",
                  "can neither move mails nor remove single ones: done mails stay in the inbox, "
                  "marked as deleted; use another server or clean up by hand"),
          true);
    }
    return true;
  }

  void CheckFolders() {
    const MailFolders& folders = settings_.folders;
    std::vector<std::string> needed{folders.inbox};
    if (!folders.junk.empty()) needed.push_back(folders.junk);
    for (const std::string& folder : needed) CheckFolder(folder, true);
    for (const auto& folder : {folders.done, folders.rejected, folders.foreign}) {
      CheckFolder(folder, false);
    }
  }

  void CheckFolder(const std::string& folder, bool must_exist) {
    if (!session_->is_usable()) return;
    const auto validity = session_->Select(folder);
    if (validity.ok()) return Well("folder " + folder, "is there");
    if (must_exist || !session_->is_usable()) return Bad("folder " + folder, validity.error());
    Well("folder " + folder, "is not there yet; made with the first mail for it");
  }

  void CheckQuota() {
    if (!session_->is_usable()) return;
    const auto quota = session_->ReadQuota(settings_.folders.inbox);
    if (!quota.ok()) return Bad("quota", quota.error());
    if (!quota.value() || quota.value()->limit_kib == 0) return Well("quota", "none is told");
    const auto& [used, limit] = *quota.value();
    const std::string found = std::to_string(used) + " of " + std::to_string(limit) + " KiB used";
    if (used * 10 < limit * 8) return Well("quota", found);
    Bad("quota", Problem("VAL-MAIL-QUOTA", found + "; empty the mailbox, or shorten keep_done"),
        true);
  }

  // No packet, so that an agent that runs meanwhile puts it aside like any other mail.
  void CheckLoop() {
    const std::string what = "loop " + settings_.from;
    const std::string token = "valise-check-" + Text(SystemEntropy().RandomId());
    const std::int64_t now_ms = SystemClock().NowMs();
    const std::string mail =
        "From: <" + settings_.from + ">\r\nTo: <" + settings_.from + ">\r\nSubject: " + token +
        "\r\nDate: " + MailDate(now_ms) + "\r\nMessage-ID: <" + token + "@" +
        settings_.from.substr(settings_.from.find('@') + 1) +
        ">\r\nAuto-Submitted: auto-generated\r\n\r\nA check of valise; it may be "
        "deleted.\r\n";
    const auto begun = SteadyClock::now();
    const Result<void> sent = smtp_.Send(settings_.from, settings_.from, mail);
    if (!sent.ok()) return Bad(what, sent.error());
    while (SteadyClock::now() - begun < kLoopMax) {
      const Result<bool> found = FindLoop(token);
      if (!found.ok()) return Bad(what, found.error());
      if (found.value()) {
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begun);
        return Well(what, "a mail to itself came back in " + std::to_string(took.count()) + " ms");
      }
      std::this_thread::sleep_for(kLoopPause);
    }
    Bad(what, Problem("VAL-MAIL-LOOP",
                      "a mail to itself was taken by the server and is not in the mailbox after " +
                          std::to_string(kLoopMax.count()) + " s; look into its junk folder, and " +
                          "whether [carrier.mail] from is the address of that mailbox"));
  }

  Result<bool> FindLoop(const std::string& token) {
    std::vector<std::string> folders{settings_.folders.inbox, settings_.folders.foreign};
    if (!settings_.folders.junk.empty()) folders.push_back(settings_.folders.junk);
    for (const std::string& folder : folders) {
      const auto opened = session_->Select(folder);
      if (!opened.ok() && !session_->is_usable()) return opened.error();
      if (!opened.ok()) continue;
      const auto uids = TRY(session_->Search("SUBJECT \"" + token + "\""));
      if (uids.empty()) continue;
      TRY(session_->Remove(uids));
      return true;
    }
    return false;
  }

  MailSettings settings_;
  MailLogin login_;
  Smtp smtp_;
  std::unique_ptr<ImapSession> session_;
  LiveChecks checks_;
};

}  // namespace

LiveChecks CheckMailLive(const Config& config) { return MailCheck(config).Run(); }

}  // namespace valise::cli
