#include <algorithm>
#include <tuple>

#include "agent/store/columns.h"
#include "agent/store/store.h"

namespace valise {

namespace {

constexpr std::uint32_t kPushesMax = 3;

using ByteRange = std::tuple<std::uint64_t, std::uint64_t>;

}  // namespace

// --- outgoing -----------------------------------------------------------------------------------

// One that is on its way for another change serves this one too: the peer keeps it for a while.
void Store::NeedContent(const Id& op_id, const Digest& content, std::uint64_t bytes) {
  database().Run(
      "INSERT INTO outgoing_content VALUES (NULL, ?1, ?2, 0, 0, 1) ON CONFLICT (content) DO NOTHING",
      content, bytes);
  database().Run("INSERT INTO content_use VALUES (?1, ?2) ON CONFLICT DO NOTHING", op_id, content);
}

std::vector<Digest> Store::DropContentUses(const Id& op_id) {
  std::vector<Digest> forgotten;
  for (const Digest& content : ContentsOf(op_id)) {
    database().Run("DELETE FROM content_use WHERE op_id = ?1 AND content = ?2", op_id, content);
    const bool is_unused = database().Run(
        "DELETE FROM outgoing_content WHERE content = ?1 "
        "AND NOT EXISTS (SELECT 1 FROM content_use WHERE content = ?1)",
        content);
    if (is_unused) forgotten.push_back(content);
  }
  return forgotten;
}

std::vector<Digest> Store::UnusedContents() const {
  return database().All<Digest>(
      "SELECT content FROM outgoing_content c WHERE NOT EXISTS "
      "(SELECT 1 FROM content_use u WHERE u.content = c.content) ORDER BY row");
}

std::vector<Digest> Store::ContentsOf(const Id& op_id) const {
  return database().All<Digest>("SELECT content FROM content_use WHERE op_id = ?1", op_id);
}

std::vector<Id> Store::IssuesSending(const Digest& content) const {
  return database().All<Id>(
      "SELECT DISTINCT o.issue_id FROM content_use u JOIN outgoing o ON o.op_id = u.op_id "
      "WHERE u.content = ?1 ORDER BY o.issue_id",
      content);
}

std::vector<Store::OutgoingContent> Store::ContentsToPack(std::size_t count_max) const {
  return database().All<OutgoingContent>(
      "SELECT content, bytes, next_offset FROM outgoing_content c WHERE is_packed = 0 "
      "AND EXISTS (SELECT 1 FROM content_use u JOIN outgoing o ON o.op_id = u.op_id "
      "WHERE u.content = c.content AND o.sequence > 0) ORDER BY row LIMIT ?1",
      count_max);
}

std::optional<Store::OutgoingContent> Store::NextOutgoingContent() const {
  const std::vector<OutgoingContent> first = ContentsToPack(1);
  if (first.empty()) return std::nullopt;
  return first.front();
}

void Store::AdvanceContent(const Digest& content, std::uint64_t next_offset) {
  database().Run(
      "UPDATE outgoing_content SET next_offset = ?2, is_packed = (?2 >= bytes) WHERE content = ?1",
      content, next_offset);
}

bool Store::PushContentAgain(const Digest& content) {
  return database().Run(
      "UPDATE outgoing_content SET next_offset = 0, is_packed = 0, pushes = pushes + 1 "
      "WHERE content = ?1 AND pushes < ?2",
      content, kPushesMax);
}

void Store::ForgetOutgoingContent(const Digest& content) {
  database().Run("DELETE FROM outgoing_content WHERE content = ?1", content);
}

bool Store::IsContentOutgoing(const Digest& content) const {
  return database()
      .One<int>("SELECT 1 FROM outgoing_content WHERE content = ?1", content)
      .has_value();
}

std::vector<Digest> Store::OutgoingContents() const {
  return database().All<Digest>("SELECT content FROM outgoing_content ORDER BY row");
}

// --- incoming -----------------------------------------------------------------------------------

std::optional<Store::IncomingContent> Store::IncomingContentOf(const Digest& content) const {
  return database().One<IncomingContent>("SELECT * FROM incoming_content WHERE content = ?1",
                                         content);
}

Store::ContentState Store::IncomingContentState(const Digest& content) const {
  const auto known = IncomingContentOf(content);
  return known ? known->state : ContentState::kUnknown;
}

bool Store::HasContent(const Digest& content) const {
  return IncomingContentState(content) == ContentState::kWhole;
}

std::vector<Store::IncomingContent> Store::IncomingContents() const {
  return database().All<IncomingContent>("SELECT * FROM incoming_content ORDER BY content");
}

std::vector<Digest> Store::PartialContents() const {
  return database().All<Digest>(
      "SELECT content FROM incoming_content WHERE state = 1 ORDER BY content");
}

void Store::PutReceived(const IncomingContent& content, std::uint64_t offset,
                        std::uint64_t bytes) {
  database().Run(
      "INSERT INTO incoming_content VALUES (?1, ?2, ?3, ?4) ON CONFLICT (content) DO UPDATE "
      "SET bytes = excluded.bytes, state = excluded.state, arrived_at_ms = excluded.arrived_at_ms",
      content.content, content.bytes, ContentState::kPartial, content.arrived_at_ms);
  if (bytes == 0) return;
  const ByteRange merged =
      database()
          .One<ByteRange>(
              "SELECT min(ifnull(min(from_byte), ?2), ?2), max(ifnull(max(to_byte), ?3), ?3) "
              "FROM received_range WHERE content = ?1 AND from_byte <= ?3 AND to_byte >= ?2",
              content.content, offset, offset + bytes)
          .value_or(ByteRange{offset, offset + bytes});
  const auto [from, to] = merged;
  database().Run(
      "DELETE FROM received_range WHERE content = ?1 AND from_byte >= ?2 AND to_byte <= ?3",
      content.content, from, to);
  database().Run("INSERT INTO received_range VALUES (?1, ?2, ?3)", content.content, from, to);
}

std::size_t Store::ReceivedRangeCount(const Digest& content) const {
  return database()
      .One<std::size_t>("SELECT count(*) FROM received_range WHERE content = ?1", content)
      .value_or(0);
}

bool Store::IsContentCovered(const Digest& content) const {
  return database()
      .One<int>(
          "SELECT 1 FROM incoming_content c WHERE content = ?1 AND (bytes = 0 OR EXISTS "
          "(SELECT 1 FROM received_range r WHERE r.content = c.content AND from_byte = 0 "
          "AND to_byte = c.bytes))",
          content)
      .has_value();
}

void Store::SetContentState(const Digest& content, ContentState state) {
  database().Run("UPDATE incoming_content SET state = ?2 WHERE content = ?1", content, state);
  database().Run("DELETE FROM received_range WHERE content = ?1", content);
}

void Store::ForgetIncomingContent(const Digest& content) {
  database().Run("DELETE FROM incoming_content WHERE content = ?1", content);
}

void Store::AnnounceContent(const Digest& content) {
  // Row numbers only grow, so the newest is the change that was appended last.
  database().Run(
      "INSERT INTO announced_content VALUES ((SELECT max(row) FROM incoming), ?1) "
      "ON CONFLICT DO NOTHING",
      content);
}

bool Store::IsContentAnnounced(const Digest& content) const {
  return database()
      .One<int>(
          "SELECT 1 WHERE EXISTS (SELECT 1 FROM announced_content WHERE content = ?1) "
          "OR EXISTS (SELECT 1 FROM object WHERE content = ?1 AND content <> x'' AND is_ours = 0)",
          content)
      .has_value();
}

std::uint64_t Store::UnannouncedBytes() const {
  return database()
      .One<std::uint64_t>(
          "SELECT ifnull(sum(max(bytes, 65536)), 0) FROM incoming_content c WHERE NOT EXISTS "
          "(SELECT 1 FROM announced_content a WHERE a.content = c.content) AND NOT EXISTS "
          "(SELECT 1 FROM object o WHERE o.content = c.content AND o.content <> x'' "
          "AND o.is_ours = 0)")
      .value_or(0);
}

std::vector<Id> Store::IssuesWaitingForContent(const Digest& content) const {
  return database().All<Id>(
      "SELECT DISTINCT issue_id FROM object WHERE content = ?1 AND content <> x'' AND kind = ?2 "
      "AND jira_id = '' AND is_ours = 0 ORDER BY issue_id",
      content, ObjectKind::kAttachment);
}

std::vector<Digest> Store::UnwantedContents(std::int64_t arrived_before_ms) const {
  return database().All<Digest>(
      "SELECT content FROM incoming_content c WHERE arrived_at_ms < ?1 AND NOT EXISTS "
      "(SELECT 1 FROM announced_content a WHERE a.content = c.content) AND NOT EXISTS "
      "(SELECT 1 FROM object o JOIN register r ON r.issue_id = o.issue_id AND r.kind = ?2 "
      "AND r.field = '' AND r.element = '' AND r.object = o.object WHERE o.content = c.content "
      "AND o.content <> x'' AND o.jira_id = '' AND (r.is_pending = 1 OR r.held <> '')) "
      "ORDER BY content",
      arrived_before_ms, RegisterKind::kAttachmentPresence);
}

}  // namespace valise
