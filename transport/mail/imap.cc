#include "transport/mail/imap.h"

#include <algorithm>

namespace valise {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kTextMax = 4U << 20;        // a SEARCH of half a million mails
constexpr std::size_t kLiteralSlack = 64U << 10;  // names of folders and the like
constexpr std::size_t kUidsPerCommand = 500;

void Ignore(ImapResponse) {}

bool HasCode(const std::string& text, std::string_view code) {
  return text.find("[" + std::string(code)) != std::string::npos;
}

std::string ListOf(const std::vector<std::uint32_t>& uids, std::size_t first) {
  std::string list;
  const std::size_t end = std::min(uids.size(), first + kUidsPerCommand);
  for (std::size_t i = first; i < end; ++i)
    list += (i > first ? "," : "") + std::to_string(uids[i]);
  return list;
}

std::string Named(const std::string& folder) { return ImapQuoted(ImapFolderName(folder)); }

}  // namespace

ImapSession::ImapSession(std::unique_ptr<ByteStream> stream, std::string host, MailTimes times,
                         std::uint64_t mail_bytes_max)
    : stream_(std::move(stream)),
      host_(std::move(host)),
      times_(times),
      mail_bytes_max_(mail_bytes_max),
      reader_(kTextMax, static_cast<std::size_t>(mail_bytes_max) + kLiteralSlack) {}

Error ImapSession::Lost(const std::string& why) {
  is_usable_ = false;
  return {Recovery::kRetryLater, "VAL-MAIL-IMAP", host_ + " " + why};
}

Error ImapSession::Refused(const std::string& doing, const Answer& answer) const {
  const std::string said = host_ + " does not " + doing + " (" + ServerText(answer.text, "") + ")";
  if (HasCode(answer.text, "OVERQUOTA")) {
    return {Recovery::kRetryLater, "VAL-MAIL-QUOTA",
            said + ": the mailbox is full; empty it, or shorten [carrier.mail] keep_done"};
  }
  return {Recovery::kAskOperator, "VAL-MAIL-FOLDER",
          said + "; check the folders in [carrier.mail] with: valise check-config --live"};
}

Result<void> ImapSession::ReadMore(std::chrono::milliseconds wait, bool* has_read) {
  const Result<std::string_view> bytes = stream_->Read(wait);
  if (!bytes.ok()) {
    is_usable_ = false;
    return bytes.error();
  }
  *has_read = !bytes.value().empty();
  Result<void> added = reader_.Add(bytes.value(), &pending_);
  if (!added.ok()) is_usable_ = false;
  return added;
}

// Until the line with `tag`; with `or_plus` the server's "go on" will do, which has no tag.
Result<ImapSession::Answer> ImapSession::Await(const std::string& tag, const Take& take,
                                               bool or_plus) {
  const auto end = Clock::now() + times_.whole;
  while (true) {
    std::vector<ImapResponse> responses = std::move(pending_);
    pending_.clear();
    for (std::size_t i = 0; i < responses.size(); ++i) {
      ImapResponse& response = responses[i];
      const bool is_plus = or_plus && response.text.starts_with('+');
      if (!is_plus && !response.text.starts_with(tag + " ")) {
        if (response.text.starts_with("* ")) take(std::move(response));
        continue;
      }
      for (std::size_t k = i + 1; k < responses.size(); ++k) {
        pending_.push_back(std::move(responses[k]));
      }
      if (is_plus) return Answer{true, ""};
      return Answer{ImapVerb(response.text) == "OK", response.text.substr(tag.size() + 1)};
    }
    bool has_read = false;
    TRY(ReadMore(times_.silence, &has_read));
    if (!has_read) return Lost("keeps silent; the connection is given up");
    if (Clock::now() > end) return Lost("takes too long to answer; the connection is given up");
  }
}

Result<ImapSession::Answer> ImapSession::Command(const std::string& command, const Take& take) {
  CHECK(is_usable_);
  CHECK(command.find_first_of("\r\n") == command.npos);
  TRY(EndIdle());
  const std::string tag = "V" + std::to_string(++commands_);
  const Result<void> sent = stream_->Write(tag + " " + command + "\r\n", times_.silence);
  if (!sent.ok()) {
    is_usable_ = false;
    return sent.error();
  }
  return Await(tag, take, false);
}

Result<void> ImapSession::Begin() {
  const Answer answer = TRY(Command("CAPABILITY", [this](ImapResponse response) {
    if (ImapVerb(response.text) != "CAPABILITY") return;
    auto tokens = ImapTokens(std::move(response));
    if (!tokens) return;
    for (ImapToken& token : *tokens) {
      std::transform(token.text.begin(), token.text.end(), token.text.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
      capabilities_.insert(token.text);
    }
  }));
  if (!answer.is_ok) return Lost("does not say what it can do");
  return Ok();
}

Result<std::uint32_t> ImapSession::Select(const std::string& folder) {
  std::uint32_t validity = 0;
  selected_.clear();
  const Answer answer = TRY(Command("SELECT " + Named(folder), [&](ImapResponse response) {
    validity = ImapCode(response.text, "UIDVALIDITY").value_or(validity);
  }));
  if (!answer.is_ok) return Refused("open the folder " + folder, answer);
  selected_ = folder;
  return validity;
}

Result<void> ImapSession::Refresh() {
  const Answer answer = TRY(Command("NOOP", Ignore));
  if (!answer.is_ok) return Lost("does not answer NOOP");
  return Ok();
}

Result<std::vector<std::uint32_t>> ImapSession::Search(const std::string& criteria) {
  std::vector<std::uint32_t> uids;
  const Answer answer = TRY(Command("UID SEARCH " + criteria, [&](ImapResponse response) {
    const auto found = ParseSearch(response.text);
    if (found) uids.insert(uids.end(), found->begin(), found->end());
  }));
  if (!answer.is_ok) return Lost("does not search: " + ServerText(answer.text, ""));
  std::sort(uids.begin(), uids.end());
  uids.erase(std::unique(uids.begin(), uids.end()), uids.end());
  return uids;
}

// A part of it is asked for, so that a mail larger than allowed costs no more than that. What the
// server says of other mails meanwhile (flags that somebody set) is passed over.
Result<ImapSession::Mail> ImapSession::Fetch(std::uint32_t uid) {
  Mail mail;
  mail.is_gone = true;
  const std::string part = "<0." + std::to_string(mail_bytes_max_ + 1) + ">";
  const std::string command = "UID FETCH " + std::to_string(uid) + " (UID BODY.PEEK[]" + part + ")";
  const Answer answer = TRY(Command(command, [&](ImapResponse response) {
    std::optional<ImapFetch> fetch = ParseFetch(std::move(response));
    if (!fetch || fetch->uid != uid || !fetch->body) return;
    mail.is_gone = false;
    mail.raw = std::move(*fetch->body);
  }));
  if (!answer.is_ok && !mail.is_gone) return Lost("does not give a mail whole");
  mail.is_too_large = mail.raw.size() > mail_bytes_max_;
  return mail;
}

Result<ImapSession::Answer> ImapSession::CopyAndRemove(std::uint32_t uid,
                                                       const std::string& folder) {
  const std::string number = std::to_string(uid);
  Answer copied = TRY(Command("UID COPY " + number + " " + Named(folder), Ignore));
  if (!copied.is_ok) return copied;
  Answer marked = TRY(Command("UID STORE " + number + " +FLAGS.SILENT (\\Deleted)", Ignore));
  // EXPUNGE without UIDPLUS would take what people have marked, too: then the mark must do.
  if (!marked.is_ok || !Has("UIDPLUS")) return marked;
  return Command("UID EXPUNGE " + number, Ignore);
}

Result<ImapSession::Answer> ImapSession::MoveOnce(std::uint32_t uid, const std::string& folder) {
  if (!Has("MOVE")) return CopyAndRemove(uid, folder);
  return Command("UID MOVE " + std::to_string(uid) + " " + Named(folder), Ignore);
}

Result<void> ImapSession::Move(std::uint32_t uid, const std::string& folder) {
  Answer moved = TRY(MoveOnce(uid, folder));
  if (!moved.is_ok && HasCode(moved.text, "TRYCREATE")) {
    TRY(Create(folder));
    moved = TRY(MoveOnce(uid, folder));
  }
  if (!moved.is_ok) return Refused("move a mail to " + folder, moved);
  return Ok();
}

Result<bool> ImapSession::Remove(const std::vector<std::uint32_t>& uids) {
  if (!Has("UIDPLUS")) return false;
  for (std::size_t first = 0; first < uids.size(); first += kUidsPerCommand) {
    const std::string list = ListOf(uids, first);
    const Answer marked = TRY(Command("UID STORE " + list + " +FLAGS.SILENT (\\Deleted)", Ignore));
    if (!marked.is_ok) return Refused("remove old mails", marked);
    const Answer gone = TRY(Command("UID EXPUNGE " + list, Ignore));
    if (!gone.is_ok) return Refused("remove old mails", gone);
  }
  return true;
}

Result<void> ImapSession::Create(const std::string& folder) {
  const Answer made = TRY(Command("CREATE " + Named(folder), Ignore));
  if (!made.is_ok && !HasCode(made.text, "ALREADYEXISTS")) {
    return Refused("make the folder " + folder, made);
  }
  return Ok();
}

Result<std::optional<ImapSession::Quota>> ImapSession::ReadQuota(const std::string& folder) {
  std::optional<Quota> quota;
  if (!Has("QUOTA")) return quota;
  const Answer answer = TRY(Command("GETQUOTAROOT " + Named(folder), [&](ImapResponse response) {
    if (ImapVerb(response.text) != "QUOTA") return;
    const auto tokens = ImapTokens(std::move(response));
    for (std::size_t i = 0; tokens && i + 2 < tokens->size(); ++i) {
      if ((*tokens)[i].text != "STORAGE") continue;
      const auto number = [&](std::size_t at) {
        return std::strtoull((*tokens)[at].text.c_str(), nullptr, 10);
      };
      quota = Quota{number(i + 1), number(i + 2)};
    }
  }));
  if (!answer.is_ok) return std::optional<Quota>{};
  return quota;
}

Result<void> ImapSession::Idle() {
  if (!Has("IDLE") || !idle_tag_.empty()) return Ok();
  const std::string tag = "V" + std::to_string(++commands_);
  const Result<void> sent = stream_->Write(tag + " IDLE\r\n", times_.silence);
  if (!sent.ok()) {
    is_usable_ = false;
    return sent.error();
  }
  const Answer waiting = TRY(Await(tag, Ignore, true));
  if (waiting.is_ok) idle_tag_ = tag;
  return Ok();
}

bool ImapSession::HasNews() {
  if (!is_usable_ || idle_tag_.empty()) return !is_usable_;
  bool has_read = false;
  if (!ReadMore(std::chrono::milliseconds(0), &has_read).ok()) return true;
  return std::any_of(pending_.begin(), pending_.end(), [](const ImapResponse& response) {
    const std::string verb = ImapVerb(response.text);
    return verb == "EXISTS" || verb == "BYE";
  });
}

Result<void> ImapSession::EndIdle() {
  if (idle_tag_.empty()) return Ok();
  const std::string tag = std::exchange(idle_tag_, "");
  const Result<void> sent = stream_->Write("DONE\r\n", times_.silence);
  if (!sent.ok()) {
    is_usable_ = false;
    return sent.error();
  }
  TRY(Await(tag, Ignore, false));
  return Ok();
}

void ImapSession::Logout() {
  if (!is_usable_) return;
  is_usable_ = false;
  const std::string done = idle_tag_.empty() ? "" : "DONE\r\n";
  (void)stream_->Write(done + "V0 LOGOUT\r\n", std::chrono::milliseconds(1000)).ok();
}

}  // namespace valise
