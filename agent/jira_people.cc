// Who is who in this Jira: display names of its own people, accounts of the peer's.
#include <algorithm>

#include "agent/core/objects.h"
#include "agent/core/people.h"
#include "agent/jira/people.h"
#include "agent/jira_side.h"

namespace valise {

using jira::Verdict;

namespace {

// Users that one search looks at: pages of kUsersPerPage. Who has more namesakes is nobody's pick.
constexpr std::uint64_t kPeoplePagesMax = 10;
// Names that one round of one issue looks for, as each is a search and a change may name 10,000:
// the others count as nobody, and are held or written as [bind.people] says of the unknown.
constexpr std::size_t kNameSearchesMax = 100;
// Names kept as nobody's, all of which the peer may have made up. When there are more they are
// forgotten and looked for again; who was found stays, as this Jira has only so many people.
constexpr std::size_t kNobodiesMax = 1000;
// Searches for the contract's people that may fail before the rest waits for the next poll: each
// may take a whole time-out.
constexpr std::size_t kMissesPerPass = 3;
// Then a person counts as nobody, so that one odd account does not hold its issues for ever.
constexpr std::size_t kMissesMax = 10;

// Said of one account or one search, not of Jira as a whole.
bool IsNobody(Verdict verdict) {
  return verdict == Verdict::kGone || verdict == Verdict::kForbidden ||
         verdict == Verdict::kRefused;
}

bool HasDigest(const Contract& contract, const std::string& alias, const std::string& email) {
  return !email.empty() && AliasOfEmail(contract, email) == alias;
}

}  // namespace

Task<Result<void>> JiraSide::LearnPeople(std::vector<std::string> accounts) {
  for (const std::string& account : accounts) {
    if (directory_.contains(account) || unknown_people_.contains(account)) continue;
    JiraAnswer answer = co_await Send(jira::ReadUser(account));
    if (IsNobody(answer.judged.verdict)) {
      unknown_people_.insert(account);  // the mention degrades to "@someone"
      continue;
    }
    if (!answer.ok() && IsGivenUp("account " + account, answer.judged.error)) {
      unknown_people_.insert(account);
      continue;
    }
    if (!answer.ok()) co_return answer.judged.error;
    Result<LocalUser> user = jira::ParseUser(answer.response);
    if (user.ok()) directory_[account] = user.value().display_name;
  }
  co_return Ok();
}

void JiraSide::NotePeople(const LocalIssue& issue) {
  const auto note = [this](const std::string& name, const std::string& display_name) {
    if (!name.empty() && !display_name.empty()) directory_[name] = display_name;
  };
  note(issue.reporter.name, issue.reporter.display_name);
  for (const ObjectKind kind : kObjectKinds) {
    for (const LocalObject& object : ObjectsOf(issue, kind)) {
      note(object.author.name, object.author.display_name);
    }
  }
  for (const jira::FieldShape& shape : shapes_) {
    if (shape.kind != ValueKind::kPerson && shape.kind != ValueKind::kPeople) continue;
    const auto field = issue.fields.find(shape.id);
    if (field == issue.fields.end()) continue;
    for (const Value& user : field->second.values) note(user.text, user.detail);
  }
}

// Jira finds more than was meant, so the caller compares; an empty list where it finds nobody.
Task<Result<JiraSide::FoundPeople>> JiraSide::SearchPeople(PageRequest page) {
  FoundPeople found;
  std::set<std::string> seen;
  for (std::uint64_t number = 0; number < kPeoplePagesMax; ++number) {
    JiraAnswer answer = co_await Send(page(number * jira::kUsersPerPage));
    if (IsNobody(answer.judged.verdict)) {
      found.is_whole = number == 0;
      break;
    }
    if (!answer.ok()) co_return Result<FoundPeople>(answer.judged.error);
    Result<std::vector<jira::UserInfo>> users = jira::ParseUsers(answer.response);
    if (!users.ok()) co_return Result<FoundPeople>(users.error());
    const std::size_t known = seen.size();
    for (jira::UserInfo& user : users.value()) {
      if (seen.insert(user.name).second) found.users.push_back(std::move(user));
    }
    if (users.value().size() < jira::kUsersPerPage) {
      // Some versions end at 100 or 1000 whatever is asked for (JSWSERVER-21156): an empty page
      // after a full one proves nothing.
      found.is_whole = number == 0 || !users.value().empty();
      break;
    }
    if (seen.size() == known) break;  // the same page again
  }
  co_return found;
}

Task<Result<std::string>> JiraSide::FindByPrefix(std::string alias) {
  JiraAnswer answer = co_await Send(jira::ReadUser(terms_.binding.people.prefix + alias));
  if (IsNobody(answer.judged.verdict)) co_return Result<std::string>(std::string());
  if (!answer.ok()) co_return Result<std::string>(answer.judged.error);
  const Result<jira::UserInfo> user = jira::ParseUserInfo(answer.response);
  if (!user.ok()) co_return Result<std::string>(user.error());
  if (!user.value().is_active) co_return Result<std::string>(std::string());
  directory_[user.value().name] = user.value().display_name;
  co_return Result<std::string>(user.value().name);
}

// Some have several accounts under one address: then that of the contract's name, if it is one.
std::string JiraSide::ActiveOfDigest(const FoundPeople& found, const std::string& alias) const {
  std::vector<std::string> all, named;
  for (const jira::UserInfo& user : found.users) {
    if (!user.is_active || !HasDigest(terms_.contract, alias, user.email)) continue;
    all.push_back(user.name);
    if (user.display_name == terms_.contract.people.at(alias)) named.push_back(user.name);
  }
  if (all.size() == 1) return all.front();
  return named.size() == 1 ? named.front() : "";
}

// Jira searches no digests: those whose name is the contract's are compared, then those who can be
// assigned in the project, whom one pass over the contract's people reads once.
Task<Result<std::string>> JiraSide::FindByEmail(std::string alias, PeoplePass& pass) {
  const std::string name = terms_.contract.people.at(alias);
  PageRequest by_name = [name](std::uint64_t at) { return jira::SearchUsers(name, at); };
  Result<FoundPeople> named = co_await SearchPeople(std::move(by_name));
  if (!named.ok()) co_return Result<std::string>(named.error());
  std::string account = ActiveOfDigest(named.value(), alias);
  if (!account.empty()) co_return Result<std::string>(account);
  if (!pass.assignable) {
    const std::string project = terms_.binding.project;
    PageRequest of_project = [project](std::uint64_t at) {
      return jira::SearchAssignable(project, "", at);
    };
    Result<FoundPeople> assignable = co_await SearchPeople(std::move(of_project));
    if (!assignable.ok()) co_return Result<std::string>(assignable.error());
    pass.assignable = std::move(assignable).value();
  }
  co_return Result<std::string>(ActiveOfDigest(*pass.assignable, alias));
}

// The only active user of that name; empty: nobody, several, or more users than were looked at.
Task<Result<std::string>> JiraSide::FindByName(std::string name) {
  PageRequest page = [name](std::uint64_t at) { return jira::SearchUsers(name, at); };
  Result<FoundPeople> users = co_await SearchPeople(std::move(page));
  if (!users.ok()) co_return Result<std::string>(users.error());
  std::string found;
  if (!users.value().is_whole) co_return Result<std::string>(found);
  for (const jira::UserInfo& user : users.value().users) {
    if (user.display_name != name || !user.is_active) continue;
    if (!found.empty()) co_return Result<std::string>(std::string());
    found = user.name;
  }
  co_return Result<std::string>(found);
}

Task<Result<std::string>> JiraSide::FindPerson(std::string alias, PeoplePass& pass) {
  for (const PersonMatch match : terms_.binding.people.match) {
    Result<std::string> account = std::string();
    if (match == PersonMatch::kAlias && !terms_.binding.people.prefix.empty()) {
      account = co_await FindByPrefix(alias);
    } else if (match == PersonMatch::kEmail && terms_.contract.people_emails.contains(alias)) {
      account = co_await FindByEmail(alias, pass);
    } else if (match == PersonMatch::kName) {
      account = co_await FindByName(terms_.contract.people.at(alias));
    }
    if (!account.ok() || !account.value().empty()) co_return std::move(account);
  }
  co_return Result<std::string>(std::string());
}

// An Error of one person alone is noted in `missed_people_`; returned is what concerns all of Jira.
Task<Result<void>> JiraSide::FindOrMiss(std::string alias, PeoplePass& pass) {
  Result<std::string> account = co_await FindPerson(alias, pass);
  if (account.ok()) {
    missed_people_.erase(alias);
    if (!account.value().empty()) terms_.people.by_alias[alias] = account.value();
    co_return Ok();
  }
  ++pass.misses;
  ++missed_people_[alias];
  if (login_error_ || account.error().code == "VAL-JIRA-LIMIT") co_return account.error();
  co_return Ok();
}

Task<Result<void>> JiraSide::FindContractPeople() {
  terms_.people = KnownPeople{};
  nobodies_ = 0;
  missed_people_.clear();
  PeoplePass pass;
  for (const auto& [alias, name] : terms_.contract.people) {
    if (terms_.binding.users.contains(alias)) continue;
    if (pass.misses >= kMissesPerPass) {
      missed_people_.emplace(alias, 0);
      continue;
    }
    Result<void> asked = co_await FindOrMiss(alias, pass);
    if (!asked.ok()) co_return asked;
  }
  co_return Ok();
}

Task<Result<void>> JiraSide::FindMissedPeople() {
  std::vector<std::string> aliases;
  for (const auto& [alias, misses] : missed_people_) aliases.push_back(alias);
  // Who was missed least often first, so that a few odd ones do not keep the others waiting.
  std::stable_sort(aliases.begin(), aliases.end(), [this](const auto& a, const auto& b) {
    return missed_people_.at(a) < missed_people_.at(b);
  });
  PeoplePass pass;
  for (const std::string& alias : aliases) {
    if (pass.misses >= kMissesPerPass) break;
    Result<void> asked = co_await FindOrMiss(alias, pass);
    if (!asked.ok()) co_return asked;
  }
  co_return Ok();
}

bool JiraSide::IsUnasked(const Value& person) const {
  const auto missed = missed_people_.find(person.detail);
  return missed != missed_people_.end() && missed->second < kMissesMax;
}

bool JiraSide::IsGivenUp(const std::string& whom, const Error& error) {
  if (login_error_ || error.code == "VAL-JIRA-LIMIT") return false;
  if (failures_.size() > kNobodiesMax) failures_.clear();
  if (++failures_[whom] < kMissesMax) return false;
  failures_.erase(whom);
  return true;
}

void JiraSide::NoteName(const std::string& name, const std::string& account) {
  auto& known = terms_.people.by_name;
  if (account.empty() && ++nobodies_ > kNobodiesMax) {
    std::erase_if(known, [](const auto& one) { return one.second.empty(); });
    nobodies_ = 1;
  }
  known[name] = account;
}

Task<Result<void>> JiraSide::FindPeople(std::vector<Value> people) {
  for (const Value& person : people) {
    if (!IsUnasked(person)) continue;
    co_return Error{Recovery::kRetryLater, "VAL-JIRA-PERSON",
                    "Jira did not say yet who " + person.detail + " is"};
  }
  if (!MatchesBy(terms_.binding, PersonMatch::kName)) co_return Ok();
  std::size_t searches = 0;
  for (const Value& person : people) {
    if (terms_.people.by_name.contains(person.text)) continue;
    if (++searches > kNameSearchesMax) break;
    Result<std::string> account = co_await FindByName(person.text);
    const bool is_told = account.ok();
    if (!is_told && !IsGivenUp("name " + person.text, account.error())) co_return account.error();
    NoteName(person.text, is_told ? account.value() : "");
  }
  co_return Ok();
}

}  // namespace valise
