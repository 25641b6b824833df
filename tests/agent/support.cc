#include "tests/agent/support.h"

#include <algorithm>
#include <utility>

namespace valise {
namespace {

FieldTerms& AddField(Terms& terms, const std::string& name, const std::string& jira_field,
                     ValueKind kind) {
  FieldTerms& field = terms.contract.fields[name];
  field.name = name;
  field.kind = kind;
  if (!jira_field.empty()) {
    FieldBinding& binding = terms.binding.fields[name];
    binding.name = name;
    binding.field = jira_field;
    binding.kind = kind;
  }
  return field;
}

void AddFields(Terms& terms) {
  AddField(terms, "summary", "summary", ValueKind::kLine);
  AddField(terms, "description", "description", ValueKind::kText);
  AddField(terms, "severity", "customfield_1", ValueKind::kOption).values = {"low", "high", "top"};
  AddField(terms, "reference", "customfield_2", ValueKind::kLine).conflict = ConflictRule{kHq};
  AddField(terms, "points", "customfield_3", ValueKind::kNumber).conflict = ConflictRule{kField};
  AddField(terms, "due", "duedate", ValueKind::kDate).from.owner = kHq;
  FieldTerms& region = AddField(terms, "region", "customfield_4", ValueKind::kLine);
  region.from.owner = kHq;
  region.local_override_kept = true;
  AddField(terms, "labels", "labels", ValueKind::kSet);
  AddField(terms, "versions", "fixVersions", ValueKind::kSet);
  AddField(terms, "assignee", "assignee", ValueKind::kPerson);
  AddField(terms, "resolution", "resolution", ValueKind::kOption);
  AddField(terms, "notes", "", ValueKind::kText);
}

}  // namespace

Terms TermsOf(std::uint32_t site) {
  Terms terms;
  terms.own_site = site;
  terms.peer_site = 1 - site;
  terms.own_user = "valise";
  terms.contract.sites = {"hq", "field"};
  terms.contract.types["bug"] = {};
  terms.contract.statuses = {"open", "doing", "done"};
  terms.contract.has_comments = true;
  terms.contract.people = {{"bob", "Bob Brown"}, {"eve", "Eve Evans"}};
  AddFields(terms);
  Binding& binding = terms.binding;
  binding.types["bug"] = {"Bug", "Defect"};
  binding.statuses["open"] = {{"To Do", "Reopened"}, ""};
  binding.statuses["doing"] = {{"In Progress"}, ""};
  binding.statuses["done"] = {{"Done"}, "Fixed"};
  binding.users["bob"] = site == kHq ? "bbrown" : "bob.b";  // eve has an account at neither
  binding.fields["severity"].values.emplace();
  binding.fields["severity"].values->to_local = {
      {"high", {"Major", "Blocker"}}, {"low", {"Minor"}}, {"mid", {"Minor"}}};
  terms.history_names = {{"customfield_1", "Severity"}, {"fixVersions", "Fix Version"}};
  return terms;
}

Id IdOf(std::uint8_t number) {
  Id id;
  id.bytes[0] = number;
  id.bytes[15] = 1;
  return id;
}

Register Peers(const RegisterKey& key, Version version, std::optional<Value> value,
               Version seen) {
  return Register{key, version, seen, std::move(value)};
}

Change ChangeOf(std::vector<Register> registers) {
  Change change;
  change.op_id = IdOf(200);
  change.issue_id = IdOf(1);
  change.registers = std::move(registers);
  return change;
}

LocalField Local(const std::vector<std::string>& values) {
  LocalField field;
  for (const std::string& value : values) field.values.push_back(Text(value));
  return field;
}

LocalIssue Shown() {
  LocalIssue local;
  local.id = "10001";
  local.key = "HQ-1";
  local.created_ms = 1'000;
  local.updated_ms = 5'000;
  local.project = "HQ";
  local.type = "Bug";
  local.status = "To Do";
  local.reporter = {"bbrown", "Bob Brown"};
  local.fields["summary"] = Local({"one"});
  local.fields["description"] = Local({"text"});
  local.fields["customfield_1"] = Local({"Minor"});
  for (const char* empty : {"customfield_2", "customfield_3", "customfield_4", "duedate",
                            "fixVersions", "assignee", "resolution"}) {
    local.fields[empty] = {};
  }
  local.fields["labels"] = Local({"a", "b"});
  return local;
}

void Edit(LocalIssue& local, const std::string& field, const std::vector<std::string>& values) {
  local.fields[field] = Local(values);
  local.updated_ms += 1'000;
}

void Log(LocalIssue& local, std::int64_t id, const std::string& author, std::int64_t at_ms,
         const LocalHistoryItem& item, const std::string& write_id) {
  LocalHistory history;
  history.id = id;
  history.author = author;
  history.created_ms = at_ms;
  history.write_id = write_id;
  history.items.push_back(item);
  local.histories.push_back(std::move(history));
}

LocalComment CommentOf(const std::string& id, const std::string& body) {
  LocalComment comment;
  comment.id = id;
  comment.author = {"bbrown", "Bob Brown"};
  comment.body = body;
  comment.created_ms = comment.updated_ms = 4'000;
  return comment;
}

Captured Read(const Terms& terms, const IssueBase& base, const LocalIssue& local,
              const std::set<std::string>& comments_gone) {
  const Directory directory = {{"bbrown", "Bob Brown"}, {"zoe", "Zoe Zimmer"}};
  std::set<ObjectRef> gone;
  for (const std::string& id : comments_gone) gone.insert({ObjectKind::kComment, id});
  const CaptureInput input{.local = local,
                           .directory = directory,
                           .gone = std::move(gone),
                           .ignored = {},
                           .now_ms = kNow,
                           .origin_key = kOriginKey};
  return Capture(terms, base, input);
}

IssueBase Born(const Terms& terms, const LocalIssue& local) {
  return Read(terms, NewBase(terms, local, kOriginKey, Id{}), local).base;
}

void Pend(IssueBase& base, const RegisterKey& key, std::optional<Value> value, Version version) {
  RegisterBase& reg = base.registers[key];
  reg.agreed = std::move(value);
  reg.version = reg.peer_newest = version;
  reg.is_pending = true;
  reg.held.clear();
}

IssueBase Incoming(const Terms& terms, std::vector<Register> registers) {
  Change change = ChangeOf(std::move(registers));
  change.created = IssueOrigin{kField, "bug", Id{}, {"Zoe", ""}, 50, ""};
  return Merge(terms, IncomingBase(change), change).base;
}

const Register* Find(const std::vector<Register>& registers, const RegisterKey& key) {
  const auto found = std::find_if(registers.begin(), registers.end(),
                                  [&](const Register& reg) { return reg.key == key; });
  return found == registers.end() ? nullptr : &*found;
}

std::vector<Finding> Of(const std::vector<Finding>& findings, const std::string& kind) {
  std::vector<Finding> out;
  for (const Finding& finding : findings) {
    if (finding.kind == kind) out.push_back(finding);
  }
  return out;
}

}  // namespace valise
