#include "transport/mail/mail_carrier.h"

#include <algorithm>
#include <charconv>

#include "transport/drop_folder.h"
#include "transport/mail/mail_date.h"

namespace valise {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr unsigned kCutsMax = 3;
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
constexpr std::size_t kPartsMax = 1000;
constexpr std::chrono::milliseconds kBackoffFirst{2'000}, kBackoffMost{300'000};

std::string DomainOf(const std::string& address) { return address.substr(address.find('@') + 1); }

Error TooLarge(Recovery recovery, const std::string& message) {
  return {recovery, "VAL-MAIL-SIZE", message};
}

}  // namespace

MailCarrier::MailCarrier(MailSettings settings, MailReader& reader, NowMs now_ms)
    : settings_(std::move(settings)),
      reader_(reader),
      now_ms_(std::move(now_ms)),
      login_(settings_.login),
      smtp_(settings_.smtp, settings_.times, login_),
      sending_(kBackoffFirst, kBackoffMost),
      receiving_(kBackoffFirst, kBackoffMost) {
  connect_ = [this] { return ConnectImap(settings_.imap, settings_.times, login_); };
  // The inbox last: the server then tells of what comes there.
  if (!settings_.folders.junk.empty()) {
    boxes_.emplace_back();
    boxes_.back().folder = settings_.folders.junk;
    boxes_.back().letter = 'j';
    boxes_.back().is_junk = true;
  }
  boxes_.emplace_back();
  boxes_.back().folder = settings_.folders.inbox;
}

MailCarrier::~MailCarrier() {
  if (imap_) imap_->Logout();
}

// --- out ----------------------------------------------------------------------------------------

// By packet and attempt: some servers drop a mail whose Message-ID they have seen.
std::string MailCarrier::MessageId(std::string_view sealed) {
  std::string digest = DropFolder::NameOf(sealed);
  digest.resize(digest.find('.'));
  return digest + "." + std::to_string(now_ms_()) + "@" + DomainOf(settings_.from);
}

Result<void> MailCarrier::SendNow(std::string_view sealed) {
  const std::string mail = ComposeMail({settings_.from, settings_.to, MessageId(sealed),
                                        MailDate(now_ms_()), settings_.form, sealed});
  const auto size_max = smtp_.size_max();
  if (size_max && mail.size() > *size_max) {
    return TooLarge(Recovery::kAskOperator,
                    "a packet makes a mail of " + std::to_string(mail.size()) + " bytes, and " +
                        settings_.smtp.host + " takes at most " + std::to_string(*size_max) +
                        "; raise that server's limit, carry it by a folder or `valise export`, "
                        "and lower [carrier] sealed_bytes_max for the packets to come");
  }
  return smtp_.Send(settings_.from, settings_.to, mail);
}

Result<void> MailCarrier::Send(std::string_view sealed) {
  if (sealed.empty() || sealed.size() > settings_.sealed_bytes_max) {
    return TooLarge(Recovery::kRejectPacket,
                    "a packet of " + std::to_string(sealed.size()) +
                        " bytes cannot be sent by mail: at most " +
                        std::to_string(settings_.sealed_bytes_max) +
                        ", see [carrier] sealed_bytes_max; or take it by `valise export`");
  }
  if (const auto standing = sending_.Standing(SteadyClock::now())) return *standing;
  Result<void> sent = SendNow(sealed);
  if (sent.ok()) {
    sending_.Worked();
  } else {
    sending_.Failed(sent.error(), SteadyClock::now());
  }
  return sent;
}

// --- in -----------------------------------------------------------------------------------------

void MailCarrier::EndSession(const Error& error) {
  receiving_.Failed(error, SteadyClock::now());
  if (imap_) imap_->Logout();
  imap_.reset();
}

Result<void> MailCarrier::Connected() {
  if (imap_ && imap_->is_usable()) return Ok();
  imap_.reset();
  std::unique_ptr<ByteStream> stream = TRY(connect_());
  const std::string name = settings_.imap.host + ":" + std::to_string(settings_.imap.port);
  imap_ = std::make_unique<ImapSession>(std::move(stream), name, settings_.times,
                                        limits::kMailBytesMax);
  return imap_->Begin();
}

// Where the server numbers its mails anew, what is remembered of them is void: all is looked at
// again, and the packets are known by then.
Result<void> MailCarrier::Select(Box& box) {
  if (imap_->selected() == box.folder) return Ok();
  const std::uint32_t validity = TRY(imap_->Select(box.folder));
  if (validity != box.validity) {
    box.passed.clear();
    box.given.clear();
    box.cuts.clear();
    box.waiting.clear();
  }
  box.validity = validity;
  return Ok();
}

Result<std::vector<Arrival>> MailCarrier::Receive(std::size_t count_max) {
  if (const auto standing = receiving_.Standing(SteadyClock::now())) return *standing;
  std::vector<Arrival> arrivals;
  Result<void> scanned = Connected();
  if (scanned.ok()) scanned = ScanAll(count_max, &arrivals);
  if (scanned.ok()) {
    receiving_.Worked();
    return arrivals;
  }
  EndSession(scanned.error());
  // What was read before is whole, and is given: another server's answer could be long in coming.
  if (!arrivals.empty()) return arrivals;
  return scanned.error();
}

Result<void> MailCarrier::ScanAll(std::size_t count_max, std::vector<Arrival>* arrivals) {
  if (now_ms_() >= pruned_at_ms_ + kDayMs) {
    TRY(PruneDone());
    pruned_at_ms_ = now_ms_();
  }
  for (Box& box : boxes_) TRY(Scan(box, count_max, arrivals));
  if (arrivals->empty()) return imap_->Idle();
  return Ok();
}

Result<void> MailCarrier::Scan(Box& box, std::size_t count_max, std::vector<Arrival>* arrivals) {
  const bool is_open = imap_->selected() == box.folder;
  if (is_open) TRY(imap_->Refresh());
  if (!is_open) TRY(Select(box));
  std::vector<std::uint32_t> uids = TRY(imap_->Search("UNDELETED"));
  const auto is_away = [&](const auto& entry) {
    return !std::binary_search(uids.begin(), uids.end(), entry.first);
  };
  std::erase_if(box.given, is_away);
  std::erase_if(box.cuts, is_away);
  std::erase_if(box.waiting, is_away);
  std::erase_if(box.passed, [&](std::uint32_t uid) {
    return !std::binary_search(uids.begin(), uids.end(), uid);
  });
  // What could not be removed comes last, so that it hides nothing behind it.
  const auto given = [&](std::uint32_t uid) {
    const auto found = box.given.find(uid);
    return found == box.given.end() ? 0U : found->second;
  };
  std::stable_sort(uids.begin(), uids.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return given(a) < given(b); });
  std::uint64_t bytes = 0;
  for (const std::uint32_t uid : uids) {
    if (arrivals->size() >= count_max || bytes >= kReceiveBytes) break;
    if (box.passed.count(uid) > 0) continue;
    const std::size_t before = arrivals->size();
    TRY(Take(box, uid, count_max, arrivals));
    for (std::size_t i = before; i < arrivals->size(); ++i) bytes += (*arrivals)[i].sealed.size();
  }
  return Ok();
}

Result<void> MailCarrier::Take(Box& box, std::uint32_t uid, std::size_t count_max,
                               std::vector<Arrival>* arrivals) {
  if (box.cuts[uid] >= kCutsMax) {
    return Reject(box, uid, "fetching it ends the connection each time");
  }
  ++box.cuts[uid];
  ImapSession::Mail mail = TRY(imap_->Fetch(uid));
  box.cuts.erase(uid);
  if (mail.is_gone) return Ok();
  if (mail.is_too_large) {
    return Reject(box, uid, "is larger than " + std::to_string(limits::kMailBytesMax) + " bytes");
  }
  Result<ReceivedMail> read = reader_.Read(mail.raw);
  mail.raw = Bytes();
  if (!read.ok() && read.error().recovery != Recovery::kRejectPacket) return read.error();
  if (!read.ok()) return Reject(box, uid, read.error().message);
  if (read.value().kind == MailKind::kPacket) {
    return TakePackets(box, uid, std::move(read).value(), count_max, arrivals);
  }
  return SetAside(box, uid, read.value());
}

Result<void> MailCarrier::TakePackets(Box& box, std::uint32_t uid, ReceivedMail mail,
                                      std::size_t count_max, std::vector<Arrival>* arrivals) {
  const std::size_t parts = mail.packets.size();
  if (parts == 0 || parts > kPartsMax) return Reject(box, uid, "holds too many packets");
  ++box.given[uid];
  auto waiting = box.waiting.find(uid);
  if (waiting == box.waiting.end()) {
    waiting = box.waiting.emplace(uid, std::set<std::size_t>()).first;
    for (std::size_t part = 0; part < parts; ++part) waiting->second.insert(part);
  }
  for (const std::size_t part : waiting->second) {
    if (arrivals->size() >= count_max || part >= parts) break;
    arrivals->push_back(
        {TextOf({box.letter, box.validity, uid, part, parts}), std::move(mail.packets[part])});
  }
  return Ok();
}

// --- what is no packet --------------------------------------------------------------------------

Result<void> MailCarrier::MoveAside(Box& box, std::uint32_t uid, const std::string& folder) {
  const Result<void> moved = imap_->Move(uid, folder);
  if (!imap_->is_usable()) return moved;
  box.passed.insert(uid);  // also if it could not be moved: it is not read again and again
  if (!moved.ok()) news_.hint = moved.error();
  return Ok();
}

Result<void> MailCarrier::SetAside(Box& box, std::uint32_t uid, const ReceivedMail& mail) {
  if (mail.kind == MailKind::kDeliveryReport) NoteReport(mail.report);
  if (box.is_junk) {
    box.passed.insert(uid);
    return Ok();
  }
  ++news_.set_aside;
  return MoveAside(box, uid, settings_.folders.foreign);
}

Result<void> MailCarrier::Reject(Box& box, std::uint32_t uid, const std::string& why) {
  if (box.is_junk) {
    box.passed.insert(uid);
    return Ok();
  }
  ++news_.set_aside;
  TRY(MoveAside(box, uid, settings_.folders.rejected));
  if (!news_.hint) {
    news_.hint = Error{Recovery::kAskOperator, "VAL-MAIL-REJECTED",
                       "a mail could not be read (" + why + "); it is kept in the folder " +
                           settings_.folders.rejected + " of " + login_.user()};
  }
  return Ok();
}

// A bounce is a hint and no more: anybody can write one. What counts is the peer's ack.
void MailCarrier::NoteReport(const DeliveryReport& report) {
  const bool is_trouble = report.action == "failed" || report.action == "delayed";
  const bool is_ours = report.original_message_id.empty() ||
                       report.original_message_id.ends_with("@" + DomainOf(settings_.from));
  if (!is_trouble || !is_ours) return;
  const std::string said = ServerText(report.status + " " + report.diagnostic, "");
  news_.hint = Error{Recovery::kRetryLater, "VAL-MAIL-BOUNCED",
                     "a mail server reports a mail to " + settings_.to + " as " + report.action +
                         " (" + said +
                         "): delivery is doubtful until the peer acknowledges; it is "
                         "sent again meanwhile. Ask the peer about that mailbox"};
}

// Done mails are in the database since before they got there.
Result<void> MailCarrier::PruneDone() {
  if (settings_.keep_done_days == 0) return Ok();
  const Result<std::uint32_t> selected = imap_->Select(settings_.folders.done);
  if (!selected.ok()) return imap_->is_usable() ? Ok() : Result<void>(selected.error());
  const std::int64_t before_ms = now_ms_() - settings_.keep_done_days * kDayMs;
  const std::vector<std::uint32_t> uids = TRY(imap_->Search("BEFORE " + ImapDate(before_ms)));
  const Result<bool> removed = imap_->Remove(uids);
  if (!removed.ok() && !imap_->is_usable()) return removed.error();
  return Ok();
}

// --- removal ------------------------------------------------------------------------------------

std::string MailCarrier::TextOf(const Handle& handle) {
  return std::string(1, handle.box) + "." + std::to_string(handle.validity) + "." +
         std::to_string(handle.uid) + "." + std::to_string(handle.part) + "." +
         std::to_string(handle.parts);
}

std::optional<MailCarrier::Handle> MailCarrier::HandleOf(const std::string& text) {
  if (text.size() < 2 || text[1] != '.') return std::nullopt;
  std::array<std::uint32_t, 4> numbers{};
  const char* at = text.data() + 1;
  const char* const end = text.data() + text.size();
  for (std::uint32_t& number : numbers) {
    if (at == end || *at != '.') return std::nullopt;
    const auto read = std::from_chars(at + 1, end, number);
    if (read.ec != std::errc()) return std::nullopt;
    at = read.ptr;
  }
  const Handle handle{text[0], numbers[0], numbers[1], numbers[2], numbers[3]};
  if (at != end || handle.part >= handle.parts || handle.parts > kPartsMax) return std::nullopt;
  return handle;
}

MailCarrier::Box* MailCarrier::BoxOf(char letter) {
  for (Box& box : boxes_) {
    if (box.letter == letter) return &box;
  }
  return nullptr;
}

Result<void> MailCarrier::Remove(const std::string& handle) {
  const auto named = HandleOf(handle);
  if (!named) {
    return Error{Recovery::kAskOperator, "VAL-MAIL-HANDLE", "not a handle that Receive gave"};
  }
  if (const auto standing = receiving_.Standing(SteadyClock::now())) return *standing;
  Result<void> removed = Connected();
  if (removed.ok()) removed = RemoveNow(*named);
  if (!removed.ok() && (!imap_ || !imap_->is_usable())) EndSession(removed.error());
  return removed;
}

Result<void> MailCarrier::RemoveNow(const Handle& handle) {
  Box* box = BoxOf(handle.box);
  if (box == nullptr) return Ok();  // that folder is not looked into any more
  TRY(Select(*box));
  if (box->validity != handle.validity) return Ok();  // it comes again under its new number
  auto waiting = box->waiting.find(handle.uid);
  if (waiting == box->waiting.end()) {
    waiting = box->waiting.emplace(handle.uid, std::set<std::size_t>()).first;
    for (std::size_t part = 0; part < handle.parts; ++part) waiting->second.insert(part);
  }
  waiting->second.erase(handle.part);
  if (!waiting->second.empty()) return Ok();
  box->waiting.erase(waiting);
  return imap_->Move(handle.uid, settings_.folders.done);
}

CarrierNews MailCarrier::News() {
  CarrierNews news = std::exchange(news_, CarrierNews());
  news.has_arrivals = imap_ && imap_->HasNews() && !receiving_.Standing(SteadyClock::now());
  return news;
}

}  // namespace valise
