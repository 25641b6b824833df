// One site of one channel at work: everything that is handed in, in one place, and what all parts
// of the agent share. Built by whoever owns the process (cli/run, simulation); outlives the agent.
#pragma once

#include "agent/clock.h"
#include "agent/contents.h"
#include "agent/core/terms.h"
#include "agent/fence.h"
#include "agent/jira/http.h"
#include "agent/log.h"
#include "agent/parser/parser.h"
#include "agent/store/store.h"
#include "packet/entropy.h"
#include "packet/keys.h"
#include "transport/transport.h"

namespace valise {

// The outside world of one agent. The simulation has a second form of each.
struct World {
  Clock& clock;
  Entropy& entropy;
  HttpPort& jira;
  Transport* carrier;  // null: by hand only
  Store& store;
  Contents& contents;
  Parser& parser;
  Fence& fence;
  Log& log;
};

// Who talks to whom, under which contract.
struct Channel {
  const SiteKeys& keys;
  const PeerCard& peer;
  Id id;
  const SecretBytes* pre_shared = nullptr;
};

}  // namespace valise
