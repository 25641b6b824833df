// The parts of Preflight, by what they look at; not for use outside agent/preflight*.cc.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "agent/preflight.h"

namespace valise::preflight {

class Report {
 public:
  void Fails(const char* code, std::string place, std::string why, std::string remedy) {
    Add(Severity::kFails, code, std::move(place), std::move(why), std::move(remedy));
  }
  void Held(const char* code, std::string place, std::string why, std::string remedy) {
    Add(Severity::kHeld, code, std::move(place), std::move(why), std::move(remedy));
  }
  void Note(const char* code, std::string place, std::string why, std::string remedy) {
    Add(Severity::kNote, code, std::move(place), std::move(why), std::move(remedy));
  }
  void Add(Severity severity, const char* code, std::string place, std::string why,
           std::string remedy) {
    findings_.push_back({severity, code, std::move(place), std::move(why), std::move(remedy)});
  }
  PreflightFindings Take() && { return std::move(findings_); }

 private:
  PreflightFindings findings_;
};

// The peer's edits are written here; ours are read here and leave.
inline bool IsIncoming(const Config& config, const Direction& from) {
  return !from.owner || *from.owner == config.peer_index;
}
inline bool IsOutgoing(const Config& config, const Direction& from) {
  return !from.owner || *from.owner == config.site_index;
}

template <typename List, typename Thing>
bool Has(const List& list, const Thing& thing) {
  return std::find(list.begin(), list.end(), thing) != list.end();
}

// "a", "b" and "c" for people; of more than `most` the first, and how many there are more.
std::string Listed(const std::vector<std::string>& names, std::size_t most = 12);
std::string Quoted(const std::string& name);

const jira::FieldInfo* FieldOf(const PreflightFacts& facts, const std::string& id);
const jira::MetaField* MetaOf(const std::vector<jira::MetaField>& screen, const std::string& id);
// The local types that new issues get here: the first of each bound type.
std::vector<std::string> WrittenTypes(const Config& config);

void CheckServer(const Config& config, const PreflightFacts& facts, Report& report);
void CheckPermissions(const Config& config, const PreflightFacts& facts, Report& report);
void CheckTypes(const Config& config, const PreflightFacts& facts, Report& report);
void CheckStatuses(const Config& config, const PreflightFacts& facts, Report& report);
void CheckTransitions(const Config& config, const PreflightFacts& facts, Report& report);
void CheckFields(const Config& config, const PreflightFacts& facts, Report& report);
void CheckScreens(const Config& config, const PreflightFacts& facts, Report& report);
void CheckRequired(const Config& config, const PreflightFacts& facts, Report& report);
void CheckValues(const Config& config, const PreflightFacts& facts, Report& report);
void CheckContent(const Config& config, const PreflightFacts& facts, Report& report);
void CheckPeople(const Config& config, const PreflightFacts& facts, Report& report);

}  // namespace valise::preflight
