// Rules that the simulation switches off one at a time to prove that it would notice. Production
// always runs with all of them on; a test holds that (tests/tidy/tidy_test.cc).
#pragma once

namespace valise {

struct Switches {
  // The rules of agent/DESIGN.md, "Capture, merge, apply".
  bool versions = true;             // else the last to arrive wins
  bool seen = true;                 // else what reads back differently leaves
  bool set_elements = true;         // else adds and removes always stand
  bool one_way = true;              // else a one-way field is an ordinary field
  bool intent = true;               // else a write leaves no record before it is sent
  bool marker = true;               // else a probe cannot recognise our own object
  bool capture_before_write = true; // else the read before a write is not diffed
  bool changelog_check = true;      // else an edit between read and write is not looked for
  bool flip_hold = true;            // else two automations fight for ever
  // Planted bugs (reference numbers of the reliability catalogue in agent/DESIGN.md).
  bool bug_blind_retry = false;          // 1: a time-out is retried at once
  bool bug_probe_without_settle = false; // 3
  bool bug_ack_before_commit = false;    // 5
  bool bug_retry_refused = false;        // 31: a 400 is sent again and again
  bool bug_poison_blocks = false;        // 33: one held issue stops the channel
  bool bug_private_comment = false;      // 39: a restricted comment leaves
};

}  // namespace valise
