// One operation on one issue, or on the project (core/project.h): read whole -> diff -> [merge ->
// intent -> write -> read again] -> commit. There is never more than one at a time on an issue.
// Everything durable is in the store before each wait, so an operation that ends anywhere is simply
// begun again.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/absorb.h"
#include "agent/core/adopt.h"
#include "agent/core/capture.h"
#include "agent/core/objects.h"
#include "agent/core/plan.h"
#include "agent/core/project.h"
#include "agent/jira_side.h"
#include "agent/keys_here.h"
#include "agent/link.h"
#include "agent/site.h"
#include "agent/task.h"

namespace valise {

struct OperationEnd {
  bool is_done = true;
  std::int64_t again_at_ms = 0;  // if not done
  std::string why;               // reason code of the delay
};

// The registers that a write carries, of fields that the contract has.
std::vector<Register> TargetsOf(const Terms& terms, const Intent& intent);

// Of what Jira may have done, and nobody could prove.
inline constexpr char kUnknownHold[] = "unknown";

class IssueOperation {
 public:
  // `touch`: another issue is to be looked at; called inside a transaction.
  using Touch = std::function<void(const Store::Work&)>;
  IssueOperation(World& world, const Channel& channel, const Terms& terms, JiraSide& jira,
                 Touch touch, Store::Work work)
      : world_(world),
        channel_(channel),
        terms_(terms),
        jira_(jira),
        touch_(std::move(touch)),
        work_(std::move(work)) {}

  Task<OperationEnd> Run();
  const Id& issue_id() const { return issue_id_; }  // zero: not shared, as far as is known yet

 private:
  enum class Next { kAgain, kDone, kLater };
  struct Step {
    Next next = Next::kDone;
    OperationEnd end;
  };
  static Step Done() { return {}; }
  static Step Again() { return {Next::kAgain, {}}; }
  Step Later(std::int64_t delay_ms, std::string why) const;
  Step AfterFailure(const jira::Judged& judged) const;
  Step NotKept(const Error& error) const;
  Step HoldWhole(IssueBase base, const std::string& reason);
  std::int64_t BackOffMs() const;

  enum class Found { kYes, kNo, kCannotTell };

  // issue_operation.cc
  Task<Step> Round();
  void JudgeTaking(IssueBase& base, std::vector<Finding>& findings) const;
  Step AwaitParent(IssueBase base, std::vector<Finding> findings,
                   const std::optional<IssueBase>& parent);
  Task<Step> CreateRound(IssueBase base);
  Task<Step> ReadRound(std::string jira_id, std::optional<IssueBase> base);
  void MergeBeside(const LocalIssue& local, IssueBase& base, std::vector<Finding>& findings);
  Task<Step> DiffRound(LocalIssue local, std::optional<IssueBase> base, bool is_back);
  std::optional<Step> Recognise(const LocalIssue& local, std::optional<IssueBase>& base);
  Step ListTwin(const LocalIssue& local, const Id& marked);

  // issue_lifecycle.cc
  enum class Gate { kWait, kAsk, kGo };
  Task<Step> GoneRound(IssueBase base);
  Task<Result<bool>> IsProvenGone();
  Task<Result<bool>> IsProjectThere();
  Task<Result<std::string>> EndShown(const LocalIssue& local, const IssueBase& base);
  Task<Result<bool>> IsOutOfScope(const LocalIssue& local);
  std::string GateName() const;
  void PutGate(std::int64_t value);
  std::int64_t GateLeftMs() const;
  Gate AskGate();
  Step EndRound(IssueBase base, const std::string& end);
  std::vector<Id> DoneIntents() const;
  Step FrozenGone(IssueBase base);
  bool HasUnansweredEdit() const;
  void ListEdits(IssueBase& base, const LocalIssue& local, std::vector<Finding>& findings);
  Task<Step> FrozenRound(LocalIssue local, IssueBase base);
  DoneWrite ToDoneWrite(const Intent& intent) const;
  std::vector<DoneWrite> DoneWrites(const LocalIssue& local, std::vector<Id>& ids);

  // issue_link.cc
  Task<Step> AdoptRound(IssueBase base, PendingLink link, std::vector<Finding> findings);

  // issue_reapply.cc
  void ObeyWishes(const LocalIssue& local, IssueBase& base, LocalChange& change,
                  std::vector<Finding>& findings);
  void ForgetObeyedWishes();

  // issue_objects.cc
  Task<std::set<ObjectRef>> ProveGone(const IssueBase& base, const LocalIssue& local);
  Task<std::set<ObjectRef>> FindTwins(IssueBase& base, const LocalIssue& local);
  Task<Result<std::string>> MarkerShown(const LocalObject& shown);
  Task<std::optional<ObjectRef>> RecogniseText(IssueBase& base, const LocalObject& shown);
  Task<std::optional<ObjectRef>> RecogniseFile(IssueBase& base, const LocalObject& shown);
  Task<Result<Digest>> Download(const LocalObject& file);
  std::vector<LocalObject> FilesToFetch(const IssueBase& base, const LocalIssue& local,
                                        const std::set<ObjectRef>& ignored) const;
  Task<Step> FetchFiles(std::vector<LocalObject> files);
  void Resolve(LocalIssue& local, const std::optional<IssueBase>& base);
  std::vector<Id> LinkSources(const Id& issue_id, const LocalIssue& local) const;
  Neighbours NeighboursOf(const IssueBase& base) const;
  void TouchAll(const std::vector<Id>& issues, const char* why);

  // issue_keys.cc
  void LearnKeys(const IssueBase& base) { keys_ = KeysHere(terms_, world_.store, base); }
  void WakeTexts(IssueBase& base, const LocalIssue& local);
  void KeepAwaited(const IssueBase& planned);
  void TouchAwaiting(const std::optional<IssueBase>& before, const IssueBase& now);

  // issue_read.cc
  Task<std::optional<Result<LocalIssue>>> ReadWhole(std::string jira_id);
  Task<Result<std::vector<LocalComment>>> ReadComments(std::string jira_id);
  Task<Result<void>> LookForTargets(LocalIssue& local, const IssueBase& base);
  Task<Result<void>> LearnInternal(LocalIssue& local, const std::optional<IssueBase>& base);

  // issue_commit.cc
  void MergeReady(IssueBase& base, std::vector<Finding>& findings);
  bool IsReady(IssueBase& base, const IncomingChange& row, const Change& change);
  Result<void> CommitRound(const Plan& plan, const LocalChange& change,
                           const std::vector<Finding>& findings,
                           const std::vector<Id>& writes_done, const Intent* first);
  void TouchAimers(const std::optional<IssueBase>& before, const IssueBase& now);
  void TouchWaiting(const Id& target);
  void ReportOutcomes(const IssueBase& base);
  void SettleHolds(const IssueBase& before, const IssueBase& now);
  void AppendChange(const IssueBase& base, const LocalChange& change);
  void AppendFindings(const Id& issue_id, const std::vector<Finding>& findings);
  void Journal(const Id& issue_id, const Id& op_id, std::string event, std::string detail);

  // issue_writes.cc
  // A write ready to be sent, or the reason why it cannot be: held registers, or a failed read.
  struct Prepared {
    Intent intent;
    std::optional<HttpRequest> request;
    std::string held_reason;
    jira::Judged judged;
    bool is_stale = false;  // a person was faster: the plan is made anew
  };
  Task<bool> IsStale(const PlannedWrite& write, std::string issue);
  Task<Prepared> Prepare(PlannedWrite write, const IssueBase& base, std::string type,
                         std::int64_t history_before);
  Task<Step> CommitAndWrite(Plan plan, LocalChange change, std::vector<Finding> findings,
                            std::vector<Id> writes_done, std::string type,
                            std::int64_t history_before);
  Task<Step> RunWrites(std::vector<PlannedWrite> writes, Prepared first, std::string type,
                       std::int64_t history_before);
  Result<HttpRequest> RequestOf(const PlannedWrite& write, const IssueBase& base,
                                const std::string& write_id);
  Result<HttpRequest> EditRequest(const PlannedWrite& write, const IssueBase& base,
                                  const std::string& write_id);
  Result<HttpRequest> WorkLogRequest(const PlannedWrite& write, const IssueBase& base) const;
  Result<HttpRequest> CreateRequest(const PlannedWrite& write, const IssueBase& base);
  Task<Step> SendWrite(Prepared prepared, PlannedWrite write);
  Step WriteDone(Intent intent, const PlannedWrite& write, const HttpResponse& response);
  Task<Step> Refused(Intent intent, PlannedWrite write, jira::Judged judged);
  Task<bool> IsNotEditable(WriteKind kind);
  Step HoldUntilMoved(const Intent& intent, const PlannedWrite& write);
  Step WriteRefused(const Intent& intent, const PlannedWrite& write, const jira::Judged& judged);
  bool DropRefusedDefaults(const PlannedWrite& write, const jira::Judged& judged,
                           std::vector<Finding>& findings);
  Step KeepRefusal(const Intent& intent, const IssueBase& base,
                   const std::vector<Finding>& findings);
  Step WriteUnknown(Intent intent);
  void SplitEdits(std::vector<PlannedWrite>& writes) const;
  void AddPeopleText(const PlannedWrite& write, std::vector<PlannedWrite>& split) const;
  Intent NewIntent(const PlannedWrite& write, const IssueBase& base,
                   std::int64_t history_before) const;
  Result<void> CommitIntent(const Intent& intent);
  std::int64_t SettleMs(WriteKind kind) const;
  std::int64_t WriteTimeoutMs(const IssueBase& base, const Id& object) const;

  // project_names.cc
  Task<Result<LocalProject>> ReadProject(std::set<ProjectList> lists);
  Task<Result<void>> LearnNames(const IssueBase& base);
  Task<Result<void>> LearnWanted(const IssueBase& base);
  std::map<std::string, OfferedNames> OfferedHere() const;
  Step WaitForNames(const std::map<std::string, std::set<std::string>>& wanted);

  // issue_sprints.cc
  Task<Result<void>> NameSprints(LocalIssue& local);
  Task<Result<void>> LearnSprint(std::string id);
  Task<Result<void>> LearnSprints(const IssueBase& base);
  Task<Result<void>> ReadOpenSprints();
  Task<Result<std::vector<std::string>>> ReadScrumBoards();
  Task<Result<void>> ReadSprintsOf(std::string board, std::map<std::string, jira::Sprint>& open);
  Result<void> KeepSprints();
  std::vector<Id> IssuesOfSprints(const SprintBook::Moved& moved) const;

  // project_round.cc
  Task<Step> ProjectRound(std::optional<IssueBase> stored);
  std::vector<Id> AbsorbProjectWrites(IssueBase& base, const LocalView& view);
  bool HasTravelled(const std::string& field, const std::string& name) const;
  TravelledNames TravelledOf(const LocalProject& project) const;
  std::vector<Id> IssuesOfNames();
  Result<HttpRequest> ProjectRequest(const PlannedWrite& write) const;
  Task<bool> IsVersionStale(PlannedWrite write);
  Step ProjectRefused(const Intent& intent, const PlannedWrite& write,
                      const jira::Judged& judged);
  void RefuseName(const Intent& intent, const std::string& reason);
  Task<Found> ProbeProject(Intent intent);

  // transition_way.cc
  struct Hop {
    std::optional<HttpRequest> request;
    std::string reason;  // why there is none
    jira::Judged judged; // if the read failed
  };
  Task<Hop> MissingStatus(std::string status);
  Task<Hop> NextHop(PlannedWrite write, std::string issue, std::string type, std::string status,
                    std::string write_id);

  // settle.cc
  Task<Step> SettleIntents();
  Task<Step> Settle(Intent intent);
  Task<Found> Probe(Intent& intent);
  Task<Found> ProbeCreate(Intent& intent);
  Task<Found> ProbeAdded(Intent& intent);
  Task<Found> ProbeFile(Intent& intent);
  Task<Found> KeepLowest(Intent& intent, const IssueBase& base, ObjectKind kind,
                         std::vector<std::string> ours);
  Task<std::optional<Result<std::vector<LocalObject>>>> ReadAll(ObjectKind kind,
                                                                std::string jira_id);
  Task<Found> ProbeEdit(Intent& intent);
  Step SettledDone(Intent intent);
  static std::string SightedName(const Id& issue_id);
  Step Sighted(const LocalIssue& local, IssueBase marked);
  bool IsSighted(Intent& intent);
  Step SettledNot(Intent intent);

  World& world_;
  const Channel& channel_;
  const Terms& terms_;
  JiraSide& jira_;
  Touch touch_;
  Store::Work work_;
  Id issue_id_;                      // zero until known
  std::optional<IssueBase> loaded_;  // as stored when this round began
  std::string current_status_;      // as far as our own hops tell
  std::string hop_status_;          // where the hop that is being done leads
  std::set<std::string> visited_;   // statuses of this operation's way
  std::string created_key_;         // of the issue that a create or its probe gave us
  bool must_replan_ = false;        // something was held: the rest of the plan is old
  bool is_unprovable_ = false;      // the walk for a create met issues that are hidden from us
  bool one_at_a_time_ = false;      // after a refusal that named no field
  std::set<std::string> refused_defaults_;  // Jira field ids: not sent again in this operation
  std::vector<IncomingChange> merged_rows_;  // merged in memory, not committed yet
  PeerKeys keys_;                   // of what the texts name, as far as they are here
  std::set<RegisterKey> woken_;     // texts of this round whose keys are to be rewritten
  bool has_looked_at_keys_ = false; // this round asked which texts those are
  std::string wishes_;              // words that this round obeyed, forgotten with its first commit
  LocalProject planned_on_;         // the project's operation: what its plan rests on
};

}  // namespace valise
