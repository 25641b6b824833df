// Timings and sizes of a channel, all settings of channel.toml. Milliseconds and bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace valise {

struct Settings {
  // [jira]
  std::int64_t poll_every_ms = 30'000;
  std::int64_t poll_overlap_ms = 15 * 60'000;   // index lag (pitfall 2, jira-rest 7.6)
  std::int64_t sweep_every_ms = 24 * 3600'000;  // what never moves `updated` (pitfall 8)
  std::int64_t write_timeout_ms = 120'000;
  std::int64_t read_timeout_ms = 30'000;
  std::int64_t settle_create_ms = 15 * 60'000;  // must exceed Jira's longest request
  std::int64_t settle_other_ms = 2 * 60'000;
  std::int64_t probe_gap_ms = 10'000;           // between the two probes
  std::int64_t end_proof_ms = 10 * 60'000;      // between the two looks at an end; at the peer,
                                                // what comes within it is "at once"
  std::size_t requests_in_flight = 8;
  std::uint64_t search_page = 100;              // issues; not in channel.toml
  std::uint64_t sweep_page = 50;                // issues with their comments; not in channel.toml
  // [carrier]
  std::int64_t resend_after_ms = 10 * 60'000;   // doubles, +-25 %, up to resend_at_most
  std::int64_t resend_at_most_ms = 24 * 3600'000;
  std::int64_t ack_after_ms = 5'000;            // an ack waits so long for data to ride on
  std::int64_t heartbeat_every_ms = 6 * 3600'000;
  std::int64_t gap_patience_ms = 60'000;        // a gap so old is asked for
  std::int64_t pack_after_ms = 2'000;           // changes wait so long for company in a packet
  std::int64_t receive_every_ms = 5'000;        // look into the inbox
  std::int64_t expect_every_ms = 24 * 3600'000; // silence of the peer beyond this is an alarm
  std::uint64_t sealed_bytes_max = 64ULL << 20;
  std::uint64_t window_bytes = 512ULL << 20;          // unacked changes; by hand, contents too
  std::uint64_t content_window_bytes = 64ULL << 20;   // unacked pieces of attachments
  std::int64_t spool_keep_ms = 30LL * 24 * 3600'000;
  std::int64_t journal_keep_ms = 400LL * 24 * 3600'000;  // stories, headers taken, settled rows
  // [sync]
  std::uint32_t flips_max = 3;
  std::uint32_t objects_max = 5'000;            // the peer's comments of one issue, its work logs,
                                                // its attachments: each; more are held
};

}  // namespace valise
