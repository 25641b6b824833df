// What the HTTP server adds to the model: one lock round it, faults, a record of the traffic,
// counters, and a few control requests outside /rest:
//   GET  {context}/standin/stats    counters
//   POST {context}/standin/faults   a fault plan, as the --faults file has it
//   POST {context}/standin/refuse   {"field","part","message"}: refuse such values from now on
//   POST {context}/standin/do       {"do": VERB, ...}: what people do outside REST
//   POST {context}/standin/accept   refuse nothing any more
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <mutex>
#include <string>

#include "tests/standin/faults.h"
#include "tests/standin/jira.h"

namespace valise::standin {

struct RimSettings {
  std::string record_path;  // empty: nothing is recorded; spoilt exchanges go to PATH.faulted
  std::string faults_path;  // re-read when it changes
  std::string state_path;
};

class Rim {
 public:
  // `jira` must outlive this.
  Rim(Jira& jira, RimSettings settings);

  // Safe to call from many threads. Sleeps for the plan's latency, outside the lock.
  FaultedResponse Serve(const Request& request);

  // Writes the state if anything changed since the last time. "" or what is wrong.
  std::string SaveIfChanged();

  // "" or what is wrong with the faults file; the former plan stays then.
  std::string ReadFaultsFile();

 private:
  Response Control(const Request& request, const std::string& name);
  Response Stats();
  void SetPlan(FaultPlan plan);
  void NoticeFaultsFile();
  void Record(const Request& request, const FaultedResponse& answer);

  std::mutex mutex_;
  Jira& jira_;
  RimSettings settings_;
  FaultInjector faults_;
  std::string faults_stamp_;
  std::ofstream record_, faulted_;
  std::uint64_t requests_ = 0, recorded_ = 0, spoilt_ = 0;
  std::uint64_t changes_ = 1, saved_changes_ = 0;  // what was loaded counts as unsaved
  std::map<std::string, std::uint64_t> by_method_, by_status_;
};

}  // namespace valise::standin
