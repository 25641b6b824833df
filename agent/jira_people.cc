// Who is who in this Jira: display names of its own people, accounts of the peer's.
#include "agent/core/objects.h"
#include "agent/core/people.h"
#include "agent/jira/people.h"
#include "agent/jira_side.h"

namespace valise {

using jira::Verdict;

namespace {

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
Task<Result<std::vector<jira::UserInfo>>> JiraSide::SearchPeople(HttpRequest request) {
  using Users = std::vector<jira::UserInfo>;
  JiraAnswer answer = co_await Send(std::move(request));
  if (IsNobody(answer.judged.verdict)) co_return Result<Users>(Users{});
  if (!answer.ok()) co_return Result<Users>(answer.judged.error);
  co_return jira::ParseUsers(answer.response);
}

Task<Result<std::string>> JiraSide::FindByPrefix(std::string alias) {
  JiraAnswer answer = co_await Send(jira::ReadUser(terms_.binding.people.prefix + alias));
  if (IsNobody(answer.judged.verdict)) co_return Result<std::string>(std::string());
  if (!answer.ok()) co_return Result<std::string>(answer.judged.error);
  const Result<LocalUser> user = jira::ParseUser(answer.response);
  if (!user.ok()) co_return Result<std::string>(user.error());
  directory_[user.value().name] = user.value().display_name;
  co_return Result<std::string>(user.value().name);
}

// Jira searches no digests: those whose name is the contract's are compared, then those who can be
// assigned in the project.
Task<Result<std::string>> JiraSide::FindByEmail(std::string alias) {
  const std::string name = terms_.contract.people.at(alias);
  std::vector<HttpRequest> searches = {jira::SearchUsers(name, 0),
                                       jira::SearchAssignable(terms_.binding.project, "")};
  for (HttpRequest& search : searches) {
    Result<std::vector<jira::UserInfo>> users = co_await SearchPeople(std::move(search));
    if (!users.ok()) co_return Result<std::string>(users.error());
    for (const jira::UserInfo& user : users.value()) {
      if (HasDigest(terms_.contract, alias, user.email)) {
        co_return Result<std::string>(user.name);
      }
    }
  }
  co_return Result<std::string>(std::string());
}

// The only active user of that name; empty: nobody, or several.
Task<Result<std::string>> JiraSide::FindByName(std::string name) {
  std::string found;
  Result<std::vector<jira::UserInfo>> users = co_await SearchPeople(jira::SearchUsers(name, 0));
  if (!users.ok()) co_return Result<std::string>(users.error());
  for (const jira::UserInfo& user : users.value()) {
    if (user.display_name != name || !user.is_active) continue;
    if (!found.empty()) co_return Result<std::string>(std::string());
    found = user.name;
  }
  co_return Result<std::string>(found);
}

Task<Result<std::string>> JiraSide::FindPerson(std::string alias) {
  for (const PersonMatch match : terms_.binding.people.match) {
    Result<std::string> account = std::string();
    if (match == PersonMatch::kAlias && !terms_.binding.people.prefix.empty()) {
      account = co_await FindByPrefix(alias);
    } else if (match == PersonMatch::kEmail && terms_.contract.people_emails.contains(alias)) {
      account = co_await FindByEmail(alias);
    } else if (match == PersonMatch::kName) {
      account = co_await FindByName(terms_.contract.people.at(alias));
    }
    if (!account.ok() || !account.value().empty()) co_return std::move(account);
  }
  co_return Result<std::string>(std::string());
}

Task<Result<void>> JiraSide::FindContractPeople() {
  terms_.people = KnownPeople{};
  for (const auto& [alias, name] : terms_.contract.people) {
    if (terms_.binding.users.contains(alias)) continue;
    Result<std::string> account = co_await FindPerson(alias);
    if (!account.ok()) co_return account.error();
    if (!account.value().empty()) terms_.people.by_alias[alias] = account.value();
  }
  co_return Ok();
}

Task<Result<void>> JiraSide::FindPeople(std::vector<Value> people) {
  if (!MatchesBy(terms_.binding, PersonMatch::kName)) co_return Ok();
  for (const Value& person : people) {
    if (terms_.people.by_name.contains(person.text)) continue;
    Result<std::string> account = co_await FindByName(person.text);
    if (!account.ok()) co_return account.error();
    terms_.people.by_name[person.text] = account.value();
  }
  co_return Ok();
}

}  // namespace valise
