#include "tests/standin/model.h"

#include "tests/standin/zone.h"

namespace valise::standin {
namespace {

bool IsNumber(std::string_view text) {
  return !text.empty() && text.size() < 19 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool Model::IsAtLeast(int major, int minor) const {
  const std::size_t dot = options.version.find('.');
  const int mine = std::stoi(options.version);
  const int behind = dot == std::string::npos ? 0 : std::stoi(options.version.substr(dot + 1));
  return mine != major ? mine > major : behind >= minor;
}

std::string Model::Rest(std::string_view path) const {
  std::string url = options.base_url;
  url += "/rest/api/2";
  url += path;
  return url;
}

std::string Model::Time(std::int64_t instant_ms) const {
  return FormatJiraTime(instant_ms, options.time_zone, options.milliseconds);
}

const User* Model::UserByName(std::string_view name) const {
  const auto key = user_key_by_name.find(Lower(name));
  return key == user_key_by_name.end() ? nullptr : UserByKey(key->second);
}

const User* Model::UserByKey(const std::string& key) const {
  const auto user = users.find(key);
  return user == users.end() ? nullptr : &user->second;
}

std::string Model::DisplayName(const std::string& key) const {
  const User* user = UserByKey(key);
  return user == nullptr ? key : user->display_name;
}

const IssueType* Model::TypeById(std::string_view id) const { return ById(types, id); }
const Status* Model::StatusById(std::string_view id) const { return ById(statuses, id); }
const Field* Model::FieldById(std::string_view id) const { return ById(fields, id); }

IssuePtr Model::FindIssue(const std::string& id_or_key) const {
  std::uint64_t id = 0;
  if (IsNumber(id_or_key)) {
    id = std::stoull(id_or_key);
  } else {
    std::string upper = id_or_key;
    for (char& c : upper) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    const auto found = id_by_key.find(upper);
    if (found == id_by_key.end()) return nullptr;
    id = found->second;
  }
  const auto issue = issues.find(id);
  return issue == issues.end() ? nullptr : issue->second;
}

ProjectNames ProjectOf(const Model& model, const Issue& issue) {
  for (const OtherProject& other : model.other_projects) {
    if (other.key == issue.project) return {other.id, other.key, other.name};
  }
  return {model.project_id, model.options.project, model.options.project_name};
}

ProjectNames ProjectById(const Model& model, const std::string& id) {
  const OtherProject* other = ById(model.other_projects, id);
  if (other != nullptr) return {other->id, other->key, other->name};
  return {model.project_id, model.options.project, model.options.project_name};
}

void Model::Commit(Issue issue, std::int64_t now_ms) {
  const std::uint64_t id = issue.id;
  id_by_key[issue.key] = id;
  auto stored = std::make_shared<const Issue>(std::move(issue));
  issues[id] = stored;
  index_queue.push_back({now_ms, id, std::move(stored)});
}

void Model::Erase(std::uint64_t id, std::int64_t now_ms) {
  const auto found = issues.find(id);
  if (found == issues.end()) return;
  id_by_key.erase(found->second->key);
  for (const std::string& key : found->second->former_keys) id_by_key.erase(key);
  for (const auto& comment : found->second->comments) issue_by_comment.erase(comment->id);
  for (const auto& worklog : found->second->worklogs) issue_by_worklog.erase(worklog->id);
  for (const Attachment& one : found->second->attachments) issue_by_attachment.erase(one.id);
  issues.erase(found);
  index_queue.push_back({now_ms, id, nullptr});
}

void Model::CatchUpIndex(std::int64_t now_ms) {
  while (!index_queue.empty() && index_queue.front().at_ms + options.index_lag_ms <= now_ms) {
    IndexEntry& entry = index_queue.front();
    if (entry.issue == nullptr) {
      index.erase(entry.id);
    } else {
      index[entry.id] = std::move(entry.issue);
    }
    index_queue.pop_front();
  }
}

}  // namespace valise::standin
