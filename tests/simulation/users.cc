#include "tests/simulation/users.h"

#include <cstdlib>

#include "agent/core/capture.h"

namespace valise::simulation {
namespace {

constexpr std::size_t kIssuesMax = 8;

std::string TextOf(const LocalIssue& issue, const std::string& field) {
  const auto found = issue.fields.find(field);
  if (found == issue.fields.end() || found->second.values.empty()) return "";
  return found->second.values.front().text;
}

// Without the frame that this site's binding puts around what came from the peer.
std::string Shared(const SimSite& site, const LocalIssue& issue, const std::string& name,
                   const std::string& field) {
  return WithoutTemplate(site.terms, site.terms.binding.fields.at(name), TextOf(issue, field));
}

LocalField One(const std::string& text) {
  LocalField field;
  if (!text.empty()) field.values.push_back(Value{text, ""});
  return field;
}

std::string OneOf(Random& random, std::initializer_list<const char*> words) {
  return *(words.begin() + random.Below(static_cast<std::int64_t>(words.size())));
}

}  // namespace

Users::Users(SharedWorld& world, SimSite& hq, SimSite& field)
    : world_(world), hq_(hq), field_(field), plans_releases_(world.random.Chance(400)),
      plans_sprints_(world.random.Chance(500)) {
  for (SimSite* site : {&hq, &field}) {
    HttpResponse told = Ask(site->jira, jira::ReadFields(), "alice-token");
    const auto fields = jira::ParseFields(told);
    CHECK(fields.ok());
    for (const auto& [name, binding] : site->whole_binding.fields) {
      for (const jira::FieldInfo& info : fields.value()) {
        if (info.id != binding.field) continue;
        side(*site).shapes.push_back(jira::ShapeOf(info, binding.kind).value());
        side(*site).ids.push_back(info.id);
      }
    }
  }
}

std::string Users::CountKey(std::uint32_t site, const std::string& issue,
                            const std::string& field) {
  return std::to_string(site) + " " + issue + " " + field;
}

HttpResponse Users::AskAs(SimSite& site, const HttpRequest& request, const char* token) {
  HttpResponse told = Ask(site.jira, request, token);
  world_.trace.Note(world_.now_ms, site.name + " person " + request.method + " " + request.path +
                                       " " + request.body + " " + std::to_string(told.status));
  return told;
}

std::string Users::Unique(const std::string& what) { return what + std::to_string(++serial_); }

std::vector<std::string> Users::Keys(SimSite& site) { return site.jira.issue_keys(); }

std::optional<LocalIssue> Users::Read(SimSite& site, const std::string& key) const {
  const HttpResponse told =
      Ask(site.jira, jira::ReadIssue(key, side(site).ids, {true, true, true}), "alice-token");
  if (told.status != 200) return std::nullopt;
  Result<LocalIssue> issue = jira::ParseIssue(told, side(site).shapes);
  if (!issue.ok()) return std::nullopt;
  return std::move(issue).value();
}

std::string Users::IssueOf(SimSite& site, const LocalIssue& issue) const {
  if (!issue.marker.empty()) return issue.marker.substr(0, issue.marker.find(':'));
  return Text(IssueIdOf(site.keys.origin.view(), issue.id, issue.created_ms));
}

void Users::Act() { ActAt(world_.random.Chance(500) ? hq_ : field_); }

void Users::ActAt(SimSite& site) {
  const std::vector<std::string> keys = Keys(site);
  if (world_.random.Chance(25)) BringBack(site);
  if (keys.empty() || (created_ < kIssuesMax && world_.random.Chance(120))) return Create(site);
  const std::string& key = keys[static_cast<std::size_t>(
      world_.random.Below(static_cast<std::int64_t>(keys.size())))];
  const auto issue = Read(site, key);
  if (!issue || IsLeftAlone(site, issue->id)) return;
  const std::int64_t dice = world_.random.Below(100);
  const std::int64_t edits = plans_releases_ ? 15 : 42;
  if (world_.random.Chance(60)) Count(site, *issue);
  if (world_.random.Chance(120)) ChooseValue(site, *issue);
  if (!issue->parent_id.empty() && world_.random.Chance(100)) return Reparent(site, *issue);
  if (dice < 4) ChangeLife(site, *issue);
  else if (dice < (plans_sprints_ ? 50 : 8)) Agile(site, *issue);
  else if (dice < edits) EditIssue(site, *issue);
  else if (dice < 52) Versions(site, *issue);
  else if (dice < 65) EditLabels(site, *issue);
  else if (dice < 75) Move(site, *issue);
  else if (dice < 88) Comment(site, *issue);
  else if (dice < 92) WorkLog(site, *issue);
  else if (dice < 96) File(site, *issue);
  else Link(site, *issue);
}

void Users::ActOnContract(SimSite& site) {
  if (!site.agent) return;
  const ContractBook book = site.store->Contracts();
  const KnownContract* pending = book.Pending();
  const std::int64_t dice = world_.random.Below(10);
  if (pending == nullptr || dice < 3) {
    const auto spare = static_cast<unsigned>(world_.random.Below(4));
    return site.Ask("contract propose", SimContract(book.InForce()->version + 1, spare,
                                                  world_.seed));
  }
  site.Ask(dice < 8 ? "contract accept" : "contract reject", Text(pending->digest));
}

void Users::Ambush(SimSite& site, const std::string& path, const std::string& body) {
  const std::string prefix = "/rest/api/2/issue/";
  const auto issue = Read(site, path.substr(prefix.size()));
  if (path.find('/', prefix.size()) != std::string::npos || !issue) return;
  if (IsLeftAlone(site, issue->id)) return;
  const std::string id = IssueOf(site, *issue);
  for (const auto& [name, field] : {std::pair{"summary", "summary"},
                                    std::pair{"reference", "customfield_10100"}}) {
    if (body.find("\"" + std::string(field) + "\"") == std::string::npos) continue;
    const std::string value = Unique("ambush ");
    if (Write(site, *issue, name, field, One(value))) {
      edits_.push_back({site.index, id, name, value, Shared(site, *issue, name, field)});
    }
    return;
  }
  if (body.find("\"labels\"") != std::string::npos) EditLabels(site, *issue);
  if (body.find(jira::kTimeTracking) != std::string::npos) Estimate(site, *issue);
  if (body.find(kRegion) != std::string::npos) PickRegion(site, *issue);
  if (body.find(kEpicLink) != std::string::npos) SetEpic(site, *issue);
  if (body.find(kSprintField) != std::string::npos) SetSprint(site, *issue);
}

bool Users::RunRules() {
  bool has_written = false;
  for (SimSite* site : {&hq_, &field_}) {
    const char* const unwanted = site->index == 0 ? "Critical" : "Minor";
    const char* const wanted = site->index == 0 ? "Minor" : "Critical";
    for (const std::string& key : Keys(*site)) {
      const auto issue = Read(*site, key);
      if (!issue || TextOf(*issue, "customfield_10105") != unwanted) continue;
      has_written |=
          Write(*site, *issue, "severity", "customfield_10105", One(wanted), "carol-token");
    }
  }
  return has_written;
}

void Users::Create(SimSite& site) {
  jira::CreateIssue create;
  create.project = site.terms.binding.project;
  create.type = OneOf(world_.random, {"Bug", "Task", "Epic"});
  if (world_.random.Chance(200)) create.parent_key = SomeParent(site, "");
  if (!create.parent_key.empty()) create.type = "Sub-task";
  const std::string summary = Unique("summary ");
  for (const jira::FieldShape& shape : side(site).shapes) {
    if (shape.id == "summary") create.fields.emplace_back(shape, One(summary));
    if (shape.id == kEpicName && create.type == "Epic") {
      create.fields.emplace_back(shape, One(Unique("epic ")));
    }
    if (shape.id == "description" && world_.random.Chance(600)) {
      create.fields.emplace_back(shape, One(SomeText(site, "")));
    }
    if (shape.id == "customfield_10105" && world_.random.Chance(500)) {
      create.fields.emplace_back(shape,
                                 One(OneOf(world_.random, {"Minor", "Critical", "Blocker"})));
    }
  }
  const Result<HttpRequest> request = jira::CreateIssueRequest(create);
  CHECK(request.ok());
  const HttpResponse told = AskAs(site, request.value());
  CHECK(told.status == 201);
  ++created_;
  const auto issue = Read(site, jira::ParseCreated(told).value().key);
  CHECK(issue.has_value());
  edits_.push_back({site.index, IssueOf(site, *issue), "summary", summary, ""});
  ++edit_counts_[CountKey(site.index, IssueOf(site, *issue), "summary")];
}

// Lines that stay, lines that change, a mention that only HQ's Jira can hold.
std::string Users::SomeText(SimSite& site, const std::string& before) {
  std::string text = before;
  if (!text.empty() && world_.random.Chance(600)) {
    return text + (world_.random.Chance(500) ? "\r\n" : "\n") + Unique("line ") + SomeKeys(site);
  }
  text = Unique("text ") + " first\nsecond line";
  if (site.index == 0 || world_.random.Chance(300)) text += "\nask [~bob] about it";
  return text + SomeKeys(site);
}

// Issues of this Jira, shared by now or not, one that is in none, and the peer's by its own word.
std::string Users::SomeKeys(SimSite& site) {
  if (world_.random.Chance(500)) return "";
  const std::string& project = site.terms.binding.project;
  const auto number = [&](std::int64_t below) {
    return "-" + std::to_string(1 + world_.random.Below(below));
  };
  std::string line = "\nsee " + project + number(6);
  if (world_.random.Chance(300)) {
    line += ", " + project + number(12) + " (not " + project + "-9999)";
  }
  if (world_.random.Chance(200)) {
    line += "\ntheirs is " + std::string(site.index == 0 ? "FLD" : "HQ") + number(6);
  }
  return line + ".";
}

bool Users::Write(SimSite& site, const LocalIssue& issue, const std::string& field_name,
                  const std::string& jira_field, LocalField value, const char* token) {
  for (const jira::FieldShape& shape : side(site).shapes) {
    if (shape.id != jira_field) continue;
    const std::vector<jira::FieldWrite> writes{{shape, std::move(value)}};
    const Result<HttpRequest> request = jira::EditIssue(issue.id, writes, "");
    CHECK(request.ok());
    const HttpResponse told = AskAs(site, request.value(), token);
    if (told.status != 204) return false;
    ++edit_counts_[CountKey(site.index, IssueOf(site, issue), field_name)];
    return true;
  }
  return false;
}

void Users::EditIssue(SimSite& site, const LocalIssue& issue) {
  Random& random = world_.random;
  const std::string id = IssueOf(site, issue);
  const auto traced = [&](const std::string& name, const std::string& field, std::string value) {
    if (!Write(site, issue, name, field, One(value))) return;
    edits_.push_back({site.index, id, name, value, Shared(site, issue, name, field)});
  };
  if (random.Chance(150)) {
    const bool is_link = random.Chance(300);
    const std::string value = random.Chance(200) ? "" : Unique("https://example.org/");
    Write(site, issue, kSpareFields[is_link ? 1 : 0],
                 is_link ? "customfield_10110" : "environment", One(value));
    return;
  }
  if (random.Chance(80)) return ChangeType(site, issue);
  switch (random.Below(12)) {
    case 0:
    case 1:
      // FIELD's Jira refuses some values (see simulation.cc): held there, not lost.
      return traced("summary", "summary",
                    Unique(random.Chance(100) && site.index == 0 ? "forbidden " : "summary "));
    case 2:
      return traced("reference", "customfield_10100", Unique("ref "));
    case 3:
      return traced("points", "customfield_10102", std::to_string(++serial_));
    case 4: {
      text_editors_[id + " description"].insert(site.index);
      Write(site, issue, "description", "description",
            One(SomeText(site, TextOf(issue, "description"))));
      return;
    }
    case 5:
      Write(site, issue, "severity", "customfield_10105",
            One(OneOf(random, {"Minor", "Major", "Critical", "Blocker"})));
      return;
    case 6:
      return Assign(site, issue);
    case 7:
      return Gather(site, issue);
    case 8:
      Write(site, issue, "target", "duedate",
            One("2025-0" + std::to_string(1 + random.Below(9)) + "-01"));
      return;
    case 10:
      return Observe(site, issue);
    case 9:
      Write(site, issue, "due", "customfield_10103",
            One("2024-0" + std::to_string(1 + random.Below(9)) + "-15"));
      return;
    default:
      if (site.index == 0) return PickRegion(site, issue);
      Write(site, issue, "notes", "customfield_10101", One(Unique("note ")));
  }
}

// `target` is a field of tasks only: at a bug it is everybody's own.
void Users::ChangeType(SimSite& site, const LocalIssue& issue) {
  const jira::FieldShape type{"issuetype", ValueKind::kOption, jira::JsonForm::kName, "issuetype"};
  const std::vector<jira::FieldWrite> writes{{type, One(issue.type == "Bug" ? "Task" : "Bug")}};
  const Result<HttpRequest> request = jira::EditIssue(issue.id, writes, "");
  CHECK(request.ok());
  AskAs(site, request.value());
}

void Users::EditLabels(SimSite& site, const LocalIssue& issue) {
  LocalField labels;
  const auto found = issue.fields.find("labels");
  if (found != issue.fields.end()) labels = found->second;
  std::string mine;
  if (world_.random.Chance(300)) {
    mine = Unique("own");
    labels.values.push_back({mine, ""});
  } else {
    const std::string label = OneOf(world_.random, {"x", "y", "z"});
    const auto at = std::find(labels.values.begin(), labels.values.end(), Value{label, ""});
    if (at == labels.values.end()) {
      labels.values.push_back({label, ""});
    } else {
      labels.values.erase(at);
    }
  }
  std::sort(labels.values.begin(), labels.values.end());
  const bool is_done = Write(site, issue, "labels", "labels", std::move(labels));
  if (is_done && !mine.empty()) own_labels_.insert(IssueOf(site, issue) + " " + mine);
}

void Users::Move(SimSite& site, const LocalIssue& issue) {
  const auto offered = jira::ParseTransitions(AskAs(site, jira::ReadTransitions(issue.id)));
  if (!offered.ok() || offered.value().empty()) return;
  const auto& transition = offered.value()[static_cast<std::size_t>(
      world_.random.Below(static_cast<std::int64_t>(offered.value().size())))];
  std::vector<jira::FieldWrite> fields;
  for (const jira::TransitionField& asked : transition.fields) {
    if (asked.id != "resolution" || asked.allowed.empty()) continue;
    for (const jira::FieldShape& shape : side(site).shapes) {
      if (shape.id != "resolution") continue;
      fields.emplace_back(shape, One(OneOf(world_.random, {"Fixed", "Won't Fix", "Duplicate"})));
    }
  }
  const Result<HttpRequest> request = jira::DoTransition(issue.id, transition.id, fields, "");
  CHECK(request.ok());
  AskAs(site, request.value());
}

void Users::Comment(SimSite& site, const LocalIssue& issue) {
  const std::int64_t dice = world_.random.Below(10);
  if (issue.comments.empty() || dice < 5) {
    Result<HttpRequest> request = jira::AddComment(issue.id, SomeText(site, ""), "");
    CHECK(request.ok());
    if (dice == 0) {  // must never leave
      request.value().body = R"({"body":"CANARY )" + Unique("secret ") +
                             R"(","visibility":{"type":"role","value":"Developers"}})";
    }
    AskAs(site, request.value());
    return;
  }
  const LocalComment& comment = issue.comments[static_cast<std::size_t>(
      world_.random.Below(static_cast<std::int64_t>(issue.comments.size())))];
  // The word about an end stays as it is: by its text the checker knows it.
  const bool is_of_end = comment.body.find("Changes made here do not reach") != std::string::npos;
  const bool is_copy = comment.author.name == "valise";
  if (is_of_end || (comment.is_restricted && !is_copy)) return;
  if (is_copy && dice == 5) return RestrictMore(site, issue, comment);
  const bool is_deleted = dice == 9;
  const std::string token = is_copy ? "admin-token" : "alice-token";
  const Result<HttpRequest> edit =
      jira::EditComment(issue.id, comment.id, SomeText(site, comment.body),
                        comment.visible_to);
  const HttpRequest request =
      is_deleted ? jira::DeleteComment(issue.id, comment.id) : edit.value();
  const HttpResponse told = Ask(site.jira, request, token);
  world_.trace.Note(world_.now_ms, site.name + " person " + request.method + " " + request.path +
                                       " " + request.body + " " + std::to_string(told.status));
}

}  // namespace valise::simulation
