// Contents of attachments, cut into pieces, in packets of a stream of their own.
#include <algorithm>

#include "agent/outbox.h"
#include "packet/codec.h"
#include "packet/limits.h"
#include "packet/seal.h"

namespace valise {
namespace {

constexpr std::uint64_t kPieceBytes = 512U << 10;
// Of one packet, before compression; on its way into a mail it is held several times.
constexpr std::uint64_t kPiecesBytes = 3U << 20;
constexpr std::size_t kPiecesPerPacket = 500;
constexpr std::uint64_t kPieceOverhead = 64;        // what a record adds to its data, at most
constexpr std::size_t kPacketsPerStep = 4;          // then changes have their turn again
constexpr std::size_t kContentCoreBytes = 512;      // a core without skipped issues is shorter

}  // namespace

// What is left of `sealed_bytes_max` for records that do not compress.
std::uint64_t Outbox::PieceBytes() const {
  const auto sealed_bytes = [](std::uint64_t bytes) {
    return SealedBytes(kContentCoreBytes, limits::kControlBytesMax, bytes + bytes / 128 + 64);
  };
  std::uint64_t bytes = kPiecesBytes;
  while (bytes > 1024 && sealed_bytes(bytes) > terms_.settings.sealed_bytes_max) {
    bytes -= bytes / 8;
  }
  return bytes;
}

// The file is not what its row says: somebody was here. The peer waits in vain, so it is listed.
Result<void> Outbox::SetAside(const Digest& content) {
  Store& store = world_.store;
  const std::int64_t now_ms = world_.clock.NowMs();
  store.Begin();
  for (const Id& issue : store.IssuesSending(content)) {
    store.AppendListed({0, now_ms, issue, "content-damaged", FieldKey("attachments"), std::nullopt,
                        {}, "lost", true});
    store.AppendJournal({0, now_ms, issue, Id{}, "content lost", Text(content)});
  }
  store.ForgetOutgoingContent(content);
  return store.Commit();
}

Result<void> Outbox::AddPieces(const Store::OutgoingContent& content, std::uint64_t& bytes_left,
                               Pieces& pieces) {
  const std::string name = WholeName(content.content);
  if (world_.contents.SizeOf(name) != content.bytes) return SetAside(content.content);
  std::uint64_t offset = content.next_offset;
  bool is_first = content.bytes == 0;  // of an empty content one piece speaks
  while ((is_first || offset < content.bytes) && bytes_left > kPieceOverhead &&
         pieces.records.size() < kPiecesPerPacket) {
    is_first = false;
    const std::uint64_t size =
        std::min({kPieceBytes, content.bytes - offset, bytes_left - kPieceOverhead});
    ContentPiece piece{content.content, content.bytes, offset, {}};
    piece.data = TRY(world_.contents.Read(name, offset, size));
    if (piece.data.size() != size) return SetAside(content.content);
    pieces.records.push_back(std::move(piece));
    offset += size;
    bytes_left -= size + kPieceOverhead;
    if (pieces.advanced.empty() || pieces.advanced.back().first != content.content) {
      pieces.advanced.emplace_back(content.content, 0);
    }
    pieces.advanced.back().second = offset;
  }
  return Ok();
}

Result<Outbox::Pieces> Outbox::SelectPieces() {
  Pieces pieces;
  std::uint64_t bytes_left = PieceBytes();
  for (const Store::OutgoingContent& content : world_.store.ContentsToPack(kPiecesPerPacket)) {
    if (bytes_left <= kPieceOverhead || pieces.records.size() == kPiecesPerPacket) break;
    TRY(AddPieces(content, bytes_left, pieces));
  }
  return pieces;
}

Result<void> Outbox::CommitPieces(const Pieces& pieces) {
  Store& store = world_.store;
  store.Begin();
  const Core core = PutPacket(PacketKind::kData, Stream::kContent, pieces.records);
  for (const auto& [content, offset] : pieces.advanced) store.AdvanceContent(content, offset);
  TRY(store.Commit());
  LogPacked(core, pieces.records.size());
  return Ok();
}

Result<std::size_t> Outbox::PackContents(bool at_once) {
  const std::uint64_t window = at_once ? std::max(terms_.settings.window_bytes,
                                                  terms_.settings.content_window_bytes)
                                       : terms_.settings.content_window_bytes;
  std::size_t packed = 0;
  is_content_window_full_ = false;
  while (world_.store.NextOutgoingContent() && (at_once || packed < kPacketsPerStep)) {
    is_content_window_full_ = world_.store.UnackedBytes(Stream::kContent) >= window;
    if (is_content_window_full_) break;
    TRY(BeginStream(Stream::kContent));
    const Pieces pieces = TRY(SelectPieces());
    if (pieces.records.empty()) break;
    TRY(CommitPieces(pieces));
    ++packed;
  }
  return packed;
}

}  // namespace valise
