// This site's Jira as operations see it: requests that can be awaited, what was learnt about the
// server (account, field shapes, people, workflow), and when to leave it alone (429, log-in gone).
#pragma once

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/core/terms.h"
#include "agent/jira/answers.h"
#include "agent/jira/fields.h"
#include "agent/jira/http.h"
#include "agent/jira/people.h"
#include "agent/jira/requests.h"
#include "agent/jira/verdict.h"
#include "agent/project_names.h"
#include "agent/sprint_book.h"
#include "agent/task.h"

namespace valise {

struct JiraAnswer {
  jira::Judged judged;
  HttpResponse response;
  bool ok() const { return judged.verdict == jira::Verdict::kOk; }
};

class JiraSide {
 public:
  JiraSide(HttpPort& port, Terms& terms) : port_(port), terms_(terms) {}
  JiraSide(const JiraSide&) = delete;
  JiraSide& operator=(const JiraSide&) = delete;

  // Awaitable: co_await side.Send(request) gives a JiraAnswer.
  class Sending {
   public:
    Sending(JiraSide& side, HttpRequest request) : side_(side), request_(std::move(request)) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter);
    JiraAnswer await_resume() { return std::move(answer_); }

   private:
    friend class JiraSide;
    JiraSide& side_;
    HttpRequest request_;
    std::coroutine_handle<> waiter_;
    JiraAnswer answer_;
  };
  Sending Send(HttpRequest request) { return Sending(*this, std::move(request)); }

  // Hands arrived answers to whoever waits. Returns how many came.
  std::size_t Deliver(std::chrono::milliseconds wait, std::int64_t now_ms);

  // Who are we, and what shapes have the bound fields. Before anything else, after each start.
  Task<Result<void>> Connect();
  bool is_connected() const { return is_connected_; }
  void Disconnect() { is_connected_ = false; }
  // /myself, so that an expired token is never read as "all issues gone" (pitfall 26).
  Task<Result<void>> CheckLogin();

  // Display names for accounts that nobody told us yet. Unknown or hidden ones stay unknown, and
  // one that Jira fails at ten times; an Error means that Jira could not be asked, so nothing may
  // be translated yet.
  Task<Result<void>> LearnPeople(std::vector<std::string> accounts);
  void NotePeople(const LocalIssue& issue);
  // Accounts for the peer's people by the rules of [bind.people], into Terms::people; who is not
  // found is not asked for again until the next start.
  // An Error: Jira could not be asked, so the issue waits.
  Task<Result<void>> FindPeople(std::vector<Value> people);
  // Once more those of the contract whom Jira could not tell of; a few at each poll.
  Task<Result<void>> FindMissedPeople();
  std::size_t missed_people() const { return missed_people_.size(); }

  const std::vector<jira::FieldShape>& shapes() const { return shapes_; }
  const jira::FieldShape* Shape(const std::string& field) const;
  // Also of fields that are only written: the binding's defaults, what transitions ask for.
  const jira::FieldShape* WritableShape(const std::string& field) const;
  const std::vector<std::string>& field_ids() const { return field_ids_; }
  const jira::IssueParts& parts() const { return parts_; }
  const std::set<std::string>& link_types() const { return link_types_; }  // bound, by Jira's names
  const Directory& directory() const { return directory_; }
  const std::string& time_zone() const { return time_zone_; }

  // Workflow as seen: offered next statuses, by (type, status). A cache, never a promise.
  void NoteTransitions(const std::string& type, const std::string& from,
                       const std::vector<jira::LocalTransition>& offered);
  const std::set<std::string>* KnownNext(const std::string& type, const std::string& from) const;
  std::map<std::string, std::string> initial_status;  // by local type
  // Attachments whose bytes are in the contents folder, by Jira id; zero: not to be had.
  std::map<std::string, Digest> fetched;
  ProjectNames names;
  SprintBook sprints;

  // Issues that the index showed outside of the scope, by Jira id: to be looked at.
  std::set<std::string> scope_doubts;

  std::int64_t not_before_ms() const { return not_before_ms_; }  // 429: nothing before
  void ForgetThrottle() { not_before_ms_ = 0; }
  const Error* login_error() const { return login_error_ ? &*login_error_ : nullptr; }
  void ForgetLoginError() { login_error_.reset(); }
  std::uint64_t requests() const { return requests_; }
  std::size_t in_flight() const { return waiting_.size(); }

 private:
  struct FoundPeople {
    std::vector<jira::UserInfo> users;
    bool is_whole = false;  // there are no others
  };
  struct PeoplePass {  // one walk over the contract's people
    std::optional<FoundPeople> assignable;
    std::size_t misses = 0;
  };
  using PageRequest = std::function<HttpRequest(std::uint64_t start_at)>;

  Task<Result<void>> FindContractPeople();
  Task<Result<void>> FindOrMiss(std::string alias, PeoplePass& pass);
  Task<Result<std::string>> FindPerson(std::string alias, PeoplePass& pass);
  Task<Result<std::string>> FindByPrefix(std::string alias);
  Task<Result<std::string>> FindByEmail(std::string alias, PeoplePass& pass);
  Task<Result<std::string>> FindByName(std::string name);
  Task<Result<FoundPeople>> SearchPeople(PageRequest page);
  std::string ActiveOfDigest(const FoundPeople& found, const std::string& alias) const;
  bool IsUnasked(const Value& person) const;
  void NoteName(const std::string& name, const std::string& account);
  // Jira failed at this one so often that it counts as nobody, as an odd account must not hold the
  // issues that name it for ever; never of a failure that concerns all.
  bool IsGivenUp(const std::string& whom, const Error& error);
  Result<std::vector<jira::FieldShape>> WrittenShapes(
      const std::vector<jira::FieldInfo>& fields) const;
  void Judge(Sending& sending, HttpAnswer answer, std::int64_t now_ms);

  HttpPort& port_;
  Terms& terms_;
  std::map<std::uint64_t, Sending*> waiting_;
  std::vector<jira::FieldShape> shapes_;
  std::vector<jira::FieldShape> written_shapes_;
  std::vector<std::string> field_ids_;
  jira::IssueParts parts_;
  std::set<std::string> link_types_;
  Directory directory_;
  std::set<std::string> unknown_people_;
  std::map<std::string, std::size_t> missed_people_;  // alias of the contract -> failed passes
  std::map<std::string, std::size_t> failures_;       // of one account or name, until given up
  std::size_t nobodies_ = 0;                          // in KnownPeople::by_name
  std::string time_zone_ = "UTC";
  std::map<std::pair<std::string, std::string>, std::set<std::string>> workflow_;
  std::int64_t not_before_ms_ = 0;
  std::optional<Error> login_error_;
  std::uint64_t requests_ = 0;
  bool is_connected_ = false;
};

}  // namespace valise
