#include "agent/jira_side.h"

#include <algorithm>

#include "agent/core/objects.h"

namespace valise {

using jira::Verdict;

namespace {

constexpr char kLabels[] = "labels";

}  // namespace

void JiraSide::Sending::await_suspend(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
  ++side_.requests_;
  side_.waiting_[side_.port_.Start(request_)] = this;
}

std::size_t JiraSide::Deliver(std::chrono::milliseconds wait, std::int64_t now_ms) {
  std::vector<HttpAnswer> answers = port_.Collect(wait);
  for (HttpAnswer& answer : answers) {
    const auto found = waiting_.find(answer.request);
    if (found == waiting_.end()) continue;
    Sending& sending = *found->second;
    waiting_.erase(found);
    Judge(sending, std::move(answer), now_ms);
    sending.waiter_.resume();
  }
  return answers.size();
}

void JiraSide::Judge(Sending& sending, HttpAnswer answer, std::int64_t now_ms) {
  sending.answer_.judged = jira::Judge(sending.request_, answer);
  sending.answer_.response = std::move(answer.response);
  const jira::Judged& judged = sending.answer_.judged;
  if (judged.retry_after) {
    not_before_ms_ = std::max(not_before_ms_, now_ms + judged.retry_after->count());
  }
  if (judged.verdict == Verdict::kAuth) login_error_ = judged.error;
}

Task<Result<void>> JiraSide::CheckLogin() {
  JiraAnswer answer = co_await Send(jira::ReadMyself());
  if (!answer.ok()) co_return answer.judged.error;
  Result<jira::AccountInfo> account = jira::ParseMyself(answer.response);
  if (!account.ok()) co_return account.error();
  if (account.value().is_anonymous) {
    login_error_ = Error{Recovery::kAskOperator, "VAL-JIRA-AUTH",
                         "Jira answers as anonymous: the token has expired or is wrong; put a "
                         "new one into the token file, then: valise resume"};
    co_return *login_error_;
  }
  login_error_.reset();
  terms_.own_user = account.value().name;
  directory_[account.value().name] = account.value().display_name;
  time_zone_ = account.value().time_zone;
  co_return Ok();
}

Task<Result<void>> JiraSide::Connect() {
  Result<void> login = co_await CheckLogin();
  if (!login.ok()) co_return login;
  JiraAnswer answer = co_await Send(jira::ReadFields());
  if (!answer.ok()) co_return answer.judged.error;
  Result<std::vector<jira::FieldInfo>> fields = jira::ParseFields(answer.response);
  if (!fields.ok()) co_return fields.error();

  std::vector<jira::FieldShape> shapes;
  for (const auto& [name, binding] : terms_.binding.fields) {
    const auto& all = fields.value();
    const auto info = std::find_if(all.begin(), all.end(),
                                   [&](const auto& field) { return field.id == binding.field; });
    if (info == all.end()) {
      co_return Error{Recovery::kAskOperator, "VAL-BINDING-FIELD",
                      "field " + binding.field + ", bound to '" + name +
                          "', is not in this Jira (or hidden from the account); correct "
                          "[bind.fields." + name + "]"};
    }
    Result<jira::FieldShape> shape = jira::ShapeOf(*info, binding.kind);
    if (!shape.ok()) co_return shape.error();
    terms_.history_names[binding.field] = shape.value().history_name;
    shapes.push_back(shape.value());
  }
  const bool puts_label = terms_.contract.lifecycle.Has(EndAction::kLabel);
  if (puts_label && !terms_.binding.ByField(kLabels)) {  // on a copy whose original ended
    shapes.push_back({kLabels, ValueKind::kSet, jira::JsonForm::kStringArray, kLabels});
  }
  shapes_ = std::move(shapes);
  field_ids_.clear();
  for (const jira::FieldShape& shape : shapes_) field_ids_.push_back(shape.id);
  parts_ = {IsBound(terms_, ObjectKind::kWorkLog), IsBound(terms_, ObjectKind::kAttachment),
            !terms_.binding.links.empty(), true};
  is_connected_ = true;
  co_return Ok();
}

Task<Result<void>> JiraSide::LearnPeople(std::vector<std::string> accounts) {
  for (const std::string& account : accounts) {
    if (directory_.contains(account) || unknown_people_.contains(account)) continue;
    JiraAnswer answer = co_await Send(jira::ReadUser(account));
    const Verdict verdict = answer.judged.verdict;
    if (verdict == Verdict::kGone || verdict == Verdict::kForbidden ||
        verdict == Verdict::kRefused) {
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

const jira::FieldShape* JiraSide::Shape(const std::string& field) const {
  const auto found = std::find_if(shapes_.begin(), shapes_.end(),
                                  [&](const jira::FieldShape& shape) { return shape.id == field; });
  return found == shapes_.end() ? nullptr : &*found;
}

void JiraSide::NoteTransitions(const std::string& type, const std::string& from,
                               const std::vector<jira::LocalTransition>& offered) {
  std::set<std::string>& next = workflow_[{type, from}];
  next.clear();
  for (const jira::LocalTransition& transition : offered) next.insert(transition.to_status);
}

const std::set<std::string>* JiraSide::KnownNext(const std::string& type,
                                                 const std::string& from) const {
  const auto found = workflow_.find({type, from});
  return found == workflow_.end() ? nullptr : &found->second;
}

}  // namespace valise
