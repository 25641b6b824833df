#include "agent/jira_side.h"

#include <algorithm>

#include "agent/core/objects.h"


namespace valise {

using jira::Verdict;

namespace {

constexpr char kLabels[] = "labels";

const jira::FieldInfo* FindField(const std::vector<jira::FieldInfo>& fields,
                                 const std::string& id) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const jira::FieldInfo& field) { return field.id == id; });
  return found == fields.end() ? nullptr : &*found;
}

Error NoSuchField(const std::string& id, const std::string& place) {
  return {Recovery::kAskOperator, "VAL-BINDING-FIELD",
          "field " + id + " is not in this Jira (or hidden from the account); correct " + place};
}

const jira::FieldShape* FindShape(const std::vector<jira::FieldShape>& shapes,
                                  const std::string& id) {
  const auto found = std::find_if(shapes.begin(), shapes.end(),
                                  [&](const jira::FieldShape& shape) { return shape.id == id; });
  return found == shapes.end() ? nullptr : &*found;
}

// Fields that the binding writes by itself, with the place that names them.
std::map<std::string, std::string> WrittenFields(const Binding& binding) {
  std::map<std::string, std::string> places;
  for (const auto& [id, text] : binding.defaults) places[id] = "[bind.defaults]";
  for (const auto& [name, status] : binding.statuses) {
    for (const auto& [id, text] : status.fields) places[id] = "[bind.statuses." + name + "]";
  }
  if (!binding.security_level.empty()) places[kSecurityField] = "[bind.security]";
  return places;
}

// Fields that are read too, as what they show decides whether they are written.
std::map<std::string, std::string> ShownFields(const Binding& binding) {
  std::map<std::string, std::string> places;
  if (!binding.remote_key.field.empty()) places[binding.remote_key.field] = "[bind.remote_key]";
  if (!binding.people.text_field.empty()) places[binding.people.text_field] = "[bind.people]";
  return places;
}

jira::FieldShape ResolutionShape() {
  return {"resolution", ValueKind::kOption, jira::JsonForm::kName, "resolution"};
}

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
    const jira::FieldInfo* info = FindField(fields.value(), binding.field);
    if (!info) co_return NoSuchField(binding.field, "[bind.fields." + name + "]");
    Result<jira::FieldShape> shape = jira::ShapeOf(*info, binding.kind);
    if (!shape.ok()) co_return shape.error();
    terms_.history_names[binding.field] = shape.value().history_name;
    shapes.push_back(shape.value());
  }
  const bool puts_label = terms_.contract.lifecycle.Has(EndAction::kLabel);
  if (puts_label && !terms_.binding.ByField(kLabels)) {  // on a copy whose original ended
    shapes.push_back({kLabels, ValueKind::kSet, jira::JsonForm::kStringArray, kLabels});
  }
  for (const auto& [id, place] : ShownFields(terms_.binding)) {
    const jira::FieldInfo* info = FindField(fields.value(), id);
    if (!info) co_return NoSuchField(id, place);
    Result<jira::FieldShape> shape = jira::ShapeForText(*info);
    if (!shape.ok()) co_return shape.error();
    shapes.push_back(shape.value());
  }
  Result<std::vector<jira::FieldShape>> written = WrittenShapes(fields.value());
  if (!written.ok()) co_return written.error();
  written_shapes_ = std::move(written).value();
  shapes_ = std::move(shapes);
  field_ids_.clear();
  for (const jira::FieldShape& shape : shapes_) field_ids_.push_back(shape.id);
  parts_ = {IsBound(terms_, ObjectKind::kWorkLog), IsBound(terms_, ObjectKind::kAttachment),
            !terms_.binding.links.empty(), true};
  link_types_.clear();
  for (const auto& [word, local] : terms_.binding.links) link_types_.insert(local);
  Result<void> known = co_await FindContractPeople();
  if (!known.ok()) co_return known;
  is_connected_ = true;
  co_return Ok();
}

Result<std::vector<jira::FieldShape>> JiraSide::WrittenShapes(
    const std::vector<jira::FieldInfo>& fields) const {
  std::vector<jira::FieldShape> shapes = {ResolutionShape()};
  for (const auto& [id, place] : WrittenFields(terms_.binding)) {
    const jira::FieldInfo* info = FindField(fields, id);
    if (!info) return NoSuchField(id, place);
    shapes.push_back(TRY(jira::ShapeForText(*info)));
  }
  return shapes;
}

const jira::FieldShape* JiraSide::Shape(const std::string& field) const {
  return FindShape(shapes_, field);
}

const jira::FieldShape* JiraSide::WritableShape(const std::string& field) const {
  const jira::FieldShape* bound = FindShape(shapes_, field);
  return bound ? bound : FindShape(written_shapes_, field);
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
