// What the tests of the agent's core share: a contract with one field of each sort, both sites'
// bindings to it, and builders for what a Jira shows and what a peer sends.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "agent/core/absorb.h"
#include "agent/core/capture.h"
#include "agent/core/decide.h"
#include "agent/core/merge.h"
#include "agent/core/plan.h"
#include "agent/core/terms.h"
#include "agent/core/view.h"

#undef CHECK  // in tests it is doctest's
#include <doctest/doctest.h>

namespace valise {

constexpr std::uint32_t kHq = 0;
constexpr std::uint32_t kField = 1;
constexpr std::int64_t kNow = 1'000'000;
constexpr char kOriginKey[] = "origin key of 16+ bytes";

// summary (line), description (text), severity (option, many local values to one shared), reference
// (rule hq), points (rule field), due (hq only, put back), region (hq only, override kept), labels
// and versions (sets), assignee (person), resolution; notes is in the contract and bound nowhere.
Terms TermsOf(std::uint32_t site);

Id IdOf(std::uint8_t number);
inline Version At(std::int64_t at_ms, std::uint32_t site) { return {at_ms, site}; }
inline Value Text(const std::string& text) { return {text, ""}; }
Register Peers(const RegisterKey& key, Version version, std::optional<Value> value,
               Version seen = {});
Change ChangeOf(std::vector<Register> registers);

// An issue with summary "one", description "text", severity Minor, labels a b, status To Do.
LocalIssue Shown();
LocalField Local(const std::vector<std::string>& values);
void Edit(LocalIssue& local, const std::string& field, const std::vector<std::string>& values);
void Log(LocalIssue& local, std::int64_t id, const std::string& author, std::int64_t at_ms,
         const LocalHistoryItem& item, const std::string& write_id = "");
LocalComment CommentOf(const std::string& id, const std::string& body);

Captured Read(const Terms& terms, const IssueBase& base, const LocalIssue& local,
              const std::set<std::string>& comments_gone = {});
// The base after the first read of an issue born here.
IssueBase Born(const Terms& terms, const LocalIssue& local);
// The peer's value, merged and still to be written.
void Pend(IssueBase& base, const RegisterKey& key, std::optional<Value> value, Version version);

// An issue born here as HQ's rules see it, and what is to be written to it.
struct PlanCase {
  Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  IssueBase base = Born(TermsOf(kHq), Shown());

  void Want(const RegisterKey& key, std::optional<Value> value) {
    Pend(base, key, std::move(value), At(9'000, kField));
  }
  Plan Planned() const { return PlanWrites(terms, base, local, {}); }
};
// A base as the peer's `created` leaves it.
IssueBase Incoming(const Terms& terms, std::vector<Register> registers);

const Register* Find(const std::vector<Register>& registers, const RegisterKey& key);
// Findings of that kind.
std::vector<Finding> Of(const std::vector<Finding>& findings, const std::string& kind);

// What doctest prints of a value.
inline std::ostream& operator<<(std::ostream& out, const Version& version) {
  return out << version.at_ms << "." << version.site;
}
inline std::ostream& operator<<(std::ostream& out, const Value& value) {
  return out << value.text << (value.detail.empty() ? "" : "/") << value.detail;
}
inline std::ostream& operator<<(std::ostream& out, const std::optional<Value>& value) {
  return value ? out << *value : out << "(none)";
}

}  // namespace valise
