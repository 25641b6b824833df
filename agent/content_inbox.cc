#include "agent/content_inbox.h"

#include <algorithm>
#include <optional>
#include <set>

#include "agent/content_files.h"
#include "packet/limits.h"

namespace valise {
namespace {

using ContentState = Store::ContentState;

constexpr std::uint64_t kLeastCharge = 65536;  // of a content, however short: files cost too

// Looks at the pieces of one packet, one after another.
class Gate {
 public:
  Gate(const Store& store, const Terms& terms) : store_(store), terms_(terms) {}

  // Empty: it may be here. A packet with a piece that may not is taken all the same: what is wrong
  // with one attachment holds up no other.
  Result<std::string> WhyRefused(const ContentPiece& piece) {
    const Contract& contract = terms_.contract;
    if (!contract.has_attachments) return std::string("not-shared");
    if (contract.attachments_from.owner == terms_.own_site) return std::string("direction");
    if (piece.content_bytes > contract.attachments.bytes_max) return std::string("size");
    if (piece.data.empty() && piece.content_bytes > 0) return std::string("empty");
    const std::uint64_t total = TRY(TotalOf(piece));
    if (total != piece.content_bytes) return std::string("length");
    const bool is_scattered =
        store_.ReceivedRangeCount(piece.content) >= limits::kContentRangesMax;
    return std::string(is_scattered ? "scattered" : "");
  }

 private:
  // As the first piece of a content said it.
  Result<std::uint64_t> TotalOf(const ContentPiece& piece) {
    const auto [seen, is_new] = totals_.try_emplace(piece.content, piece.content_bytes);
    if (!is_new) return seen->second;
    const auto known = store_.IncomingContentOf(piece.content);
    if (known && known->state != ContentState::kDamaged) return seen->second = known->bytes;
    if (!known && !store_.IsContentAnnounced(piece.content)) TRY(TakeRoom(piece.content_bytes));
    return seen->second;
  }

  // What nobody has spoken of yet may be the first word of an honest peer, or the work of another.
  Result<void> TakeRoom(std::uint64_t bytes) {
    if (!unannounced_) unannounced_ = store_.UnannouncedBytes();
    *unannounced_ += std::max(bytes, kLeastCharge);
    const std::uint64_t bytes_max =
        std::max(limits::kUnannouncedBytesMax, terms_.contract.attachments.bytes_max);
    if (*unannounced_ <= bytes_max) return Ok();
    return Error{Recovery::kRetryLater, "VAL-CONTENT-ROOM",
                 "the peer sends attachments that no change speaks of, more than " +
                     std::to_string(bytes_max >> 20) +
                     " MiB; no more of them is taken until the changes arrive"};
  }

  const Store& store_;
  const Terms& terms_;
  std::map<Digest, std::uint64_t> totals_;
  std::optional<std::uint64_t> unannounced_;
};

}  // namespace

Result<void> ContentInbox::Start() {
  std::vector<Verdict> verdicts;
  for (const Store::IncomingContent& content : world_.store.IncomingContents()) {
    const bool is_partial = content.state == ContentState::kPartial;
    if (is_partial && world_.store.IsContentCovered(content.content)) {
      verdicts.push_back(TRY(Judge(content.content)));
      continue;
    }
    const std::string name = is_partial ? PartName(content.content) : WholeName(content.content);
    const bool is_lost =
        content.state != ContentState::kDamaged && !world_.contents.SizeOf(name);
    if (is_lost) verdicts.push_back({content.content, "lost"});
  }
  return CommitVerdicts(verdicts);
}

Result<ContentInbox::Written> ContentInbox::Write(const std::vector<Record>& records) {
  Written written;
  std::set<std::string> names;
  Gate gate(world_.store, terms_);
  for (const Record& record : records) {
    const auto* piece = std::get_if<ContentPiece>(&record);
    if (piece == nullptr) continue;
    const std::string why = TRY(gate.WhyRefused(*piece));
    if (!why.empty()) written.refused.emplace(why, piece->content);
    // What is whole already may come once more.
    if (!why.empty() || world_.store.HasContent(piece->content)) continue;
    const std::string name = PartName(piece->content);
    TRY(world_.contents.Write(name, piece->offset, piece->data));
    names.insert(name);
    written.pieces.push_back(
        {piece->content, piece->content_bytes, piece->offset, piece->data.size()});
  }
  for (const std::string& name : names) TRY(world_.contents.Sync(name));
  return written;
}

void ContentInbox::Put(const Written& written) {
  const std::int64_t now_ms = world_.clock.NowMs();
  for (const Written::Piece& piece : written.pieces) {
    world_.store.PutReceived(
        {piece.content, piece.content_bytes, ContentState::kPartial, now_ms}, piece.offset,
        piece.bytes);
  }
  for (const auto& [reason, content] : written.refused) {
    world_.store.AppendListed({0, now_ms, Id{}, "content-refused", FieldKey("attachments"),
                               std::nullopt, {}, reason, true});
    world_.store.AppendJournal(
        {0, now_ms, Id{}, Id{}, "content refused", Text(content) + " " + reason});
  }
}

Result<void> ContentInbox::Finish(const Written& written) {
  std::set<Digest> contents;
  for (const Written::Piece& piece : written.pieces) contents.insert(piece.content);
  std::vector<Verdict> verdicts;
  for (const Digest& content : contents) {
    const bool is_partial =
        world_.store.IncomingContentState(content) == ContentState::kPartial;
    if (is_partial && world_.store.IsContentCovered(content)) {
      verdicts.push_back(TRY(Judge(content)));
    }
  }
  return CommitVerdicts(verdicts);
}

// What is right gets its name before the commit that says so.
Result<ContentInbox::Verdict> ContentInbox::Judge(const Digest& content) {
  // A crash may have come between the two.
  const bool is_renamed = !world_.contents.SizeOf(PartName(content));
  const std::string name = is_renamed ? WholeName(content) : PartName(content);
  if (!world_.contents.SizeOf(name)) return Verdict{content, "lost"};
  if (TRY(DigestOf(world_.contents, name)) != content) return Verdict{content, "damaged"};
  if (!is_renamed) TRY(world_.contents.Rename(name, WholeName(content)));
  return Verdict{content, ""};
}

// Inside a transaction. Whoever waits for it is touched: to use it, or to tell the peer that it is
// damaged, so that it comes again. How many wait.
std::size_t ContentInbox::PutVerdict(const Verdict& verdict) {
  Store& store = world_.store;
  const bool is_whole = verdict.fault.empty();
  const std::int64_t now_ms = world_.clock.NowMs();
  const std::vector<Id> issues = store.IssuesWaitingForContent(verdict.content);
  store.SetContentState(verdict.content,
                        is_whole ? ContentState::kWhole : ContentState::kDamaged);
  store.AppendJournal({0, now_ms, Id{}, Id{}, is_whole ? "content whole" : "content damaged",
                       Text(verdict.content) + " " + verdict.fault});
  for (const Id& issue : issues) {
    touch_({"", issue, 0, "content", 0});
    if (is_whole) continue;
    store.AppendListed({0, now_ms, issue, "content-damaged", FieldKey("attachments"), std::nullopt,
                        {}, verdict.fault, true});
  }
  return issues.size();
}

Result<void> ContentInbox::CommitVerdicts(const std::vector<Verdict>& verdicts) {
  if (verdicts.empty()) return Ok();
  std::vector<Digest> damaged;
  std::set<std::string> unowned;  // faults of contents that no issue waits for: one line each
  world_.store.Begin();
  for (const Verdict& verdict : verdicts) {
    const std::size_t waiting = PutVerdict(verdict);
    if (verdict.fault.empty()) continue;
    damaged.push_back(verdict.content);
    if (waiting == 0) unowned.insert(verdict.fault);
  }
  for (const std::string& fault : unowned) {
    world_.store.AppendListed({0, world_.clock.NowMs(), Id{}, "content-damaged",
                               FieldKey("attachments"), std::nullopt, {}, fault, true});
  }
  TRY(world_.store.Commit());
  for (const Verdict& verdict : verdicts) {
    world_.log.Write(verdict.fault.empty() ? LogLevel::kInfo : LogLevel::kWarning, "content",
                     {{"content", Text(verdict.content)},
                      {"verdict", verdict.fault.empty() ? "whole" : verdict.fault}});
  }
  RemoveContentFiles(world_, damaged);
  return Ok();
}

}  // namespace valise
