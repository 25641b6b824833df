// Columns(row): the members of a row in the order of its table's columns (schema.sql), for both
// binding and reading. One list per struct, so that the two cannot drift apart.
#pragma once

#include <concepts>
#include <type_traits>

#include "agent/core/base.h"
#include "agent/store/sqlite.h"
#include "agent/store/store.h"
#include "packet/packet.h"

namespace valise {

template <typename T, typename Plain>
concept Maybe = std::same_as<std::remove_const_t<T>, Plain>;  // const to bind, mutable to read

template <Maybe<Version> T>
auto Columns(T& version) {
  return Row(version.at_ms, version.site);
}

template <Maybe<RegisterKey> T>
auto Columns(T& key) {
  return Row(key.kind, key.field, key.element, key.object);
}

template <Maybe<KnownContract> T>
auto Columns(T& contract) {
  return Row(contract.digest, contract.version, Blob(contract.toml), contract.state, contract.site,
             contract.is_asked_back, contract.at_ms);
}

template <Maybe<Person> T>
auto Columns(T& person) {
  return Row(person.name, person.alias);
}

template <Maybe<Epoch> T>
auto Columns(T& epoch) {
  return Row(epoch.number, epoch.nonce);
}

template <Maybe<Position> T>
auto Columns(T& position) {
  return Row(position.stream, position.epoch, position.sequence);
}

template <Maybe<IssueOrigin> T>
auto Columns(T& origin) {
  return Row(origin.birth_site, origin.type, origin.parent, origin.author, origin.created_ms,
             origin.remote_key);
}

// Without its registers and comments.
template <Maybe<IssueBase> T>
auto Columns(T& issue) {
  return Row(issue.issue_id, issue.origin, issue.state, issue.jira_id, issue.jira_key,
             issue.jira_created_ms, issue.jira_updated_ms, issue.history_through, issue.held,
             issue.out_epoch, issue.out_sequence, issue.in_epoch, issue.in_sequence,
             issue.jira_parts);
}

template <Maybe<RegisterBase> T>
auto Columns(T& base) {
  return Row(base.agreed, base.version, base.own_newest, base.peer_newest, base.has_seen, base.seen,
             base.is_pending, base.held, base.is_override, base.flips);
}

template <Maybe<ObjectBase> T>
auto Columns(T& object) {
  return Row(object.origin.id, object.origin.author, object.origin.created_ms, object.is_ours,
             object.jira_id, object.origin.kind, object.origin.name, object.origin.mime,
             object.origin.bytes, object.origin.content);
}

template <Maybe<Store::KnownIssue> T>
auto Columns(T& known) {
  return Row(known.issue_id, known.jira_id, known.jira_key, known.jira_updated_ms,
             known.birth_site, known.state, known.held, known.jira_parts);
}

template <Maybe<Store::OpenRegister> T>
auto Columns(T& open) {
  return Row(open.issue_id, open.key, open.is_pending, open.held, open.version);
}

template <Maybe<Store::Work> T>
auto Columns(T& work) {
  return Row(work.jira_id, work.issue_id, work.not_before_ms, work.why, work.failures);
}

template <Maybe<Store::OutgoingContent> T>
auto Columns(T& content) {
  return Row(content.content, content.bytes, content.next_offset);
}

template <Maybe<Store::IncomingContent> T>
auto Columns(T& content) {
  return Row(content.content, content.bytes, content.state, content.arrived_at_ms);
}

// Without its outcome.
template <Maybe<OutgoingChange> T>
auto Columns(T& change) {
  return Row(change.row, change.op_id, change.issue_id, Blob{change.record}, change.captured_at_ms,
             change.epoch_number, change.sequence);
}

template <Maybe<RegisterOutcome> T>
auto Columns(T& outcome) {
  return Row(outcome.key, outcome.result, outcome.reason_code);
}

template <Maybe<IncomingChange> T>
auto Columns(T& change) {
  return Row(change.row, change.position, change.issue_id, change.op_id, change.issue_sequence,
             Blob{change.record}, change.state, change.arrived_at_ms, change.waiting);
}

template <Maybe<Store::WaitingRecord> T>
auto Columns(T& waiting) {
  return Row(waiting.row, Blob{waiting.record});
}

template <Maybe<OutgoingPacket> T>
auto Columns(T& packet) {
  return Row(packet.position, packet.packet_id, packet.state, packet.packed_at_ms,
             packet.next_send_at_ms, packet.attempts, Blob{packet.core_bytes},
             Blob{packet.payload});
}

template <Maybe<ArrivedPacket> T>
auto Columns(T& packet) {
  return Row(packet.digest, packet.arrived_at_ms, packet.state, packet.reason_code, packet.reason,
             Blob{packet.sealed});
}

template <Maybe<TakenPacket> T>
auto Columns(T& packet) {
  return Row(packet.position, packet.packet_id, packet.previous_packet_id, packet.taken_at_ms,
             Blob{packet.core_bytes});
}

template <Maybe<Intent> T>
auto Columns(T& intent) {
  return Row(intent.write_id, intent.issue_id, intent.kind, intent.state, intent.method,
             intent.path, intent.body, Blob{intent.targets}, intent.history_before,
             intent.body_sent, intent.probes, intent.object, intent.before_mark,
             intent.sent_at_ms, intent.settle_at_ms, intent.attempts, intent.jira_id);
}

template <Maybe<JournalEntry> T>
auto Columns(T& entry) {
  return Row(entry.row, entry.at_ms, entry.issue_id, entry.op_id, entry.event, entry.detail);
}

template <Maybe<Listed> T>
auto Columns(T& listed) {
  return Row(listed.row, listed.at_ms, listed.issue_id, listed.kind, listed.key, listed.value,
             listed.version, listed.reason_code, listed.is_open);
}

template <Maybe<OperatorRequest> T>
auto Columns(T& request) {
  return Row(request.row, request.at_ms, request.verb, request.argument);
}

}  // namespace valise
