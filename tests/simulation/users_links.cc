// Issues that belong together and exist at both sites before the first run, and the operator at
// FIELD who links them: before that run, or at any time after it, when some are shared already.
#include <algorithm>

#include "tests/simulation/users.h"

namespace valise::simulation {
namespace {

LocalField Labels(const std::vector<std::string>& names) {
  LocalField field;
  for (const std::string& name : names) field.values.push_back({name, ""});
  return field;
}

}  // namespace

LocalIssue Users::MakeOne(SimSite& site, const std::string& summary, const std::string& reference) {
  jira::CreateIssue create;
  create.project = site.terms.binding.project;
  create.type = "Bug";
  for (const jira::FieldShape& shape : side(site).shapes) {
    LocalField value;
    if (shape.id == "summary") value.values.push_back({summary, ""});
    if (shape.id == "customfield_10100") value.values.push_back({reference, ""});
    if (shape.id == "labels") value = Labels({"both", site.name});
    if (!value.values.empty()) create.fields.emplace_back(shape, std::move(value));
  }
  const Result<HttpRequest> request = jira::CreateIssueRequest(create);
  CHECK(request.ok());
  const HttpResponse told = AskAs(site, request.value());
  CHECK(told.status == 201);
  ++created_;
  return *Read(site, jira::ParseCreated(told).value().key);
}

void Users::MakePairs() {
  const std::int64_t count = 1 + world_.random.Below(3);
  for (std::int64_t i = 0; i < count; ++i) {
    LinkedPair pair;
    const std::string reference = Unique("pair ");
    const LocalIssue here = MakeOne(hq_, "hq's " + reference, reference);
    const LocalIssue there = MakeOne(field_, "field's " + reference, reference);
    pair.reference = reference;
    pair.issue = IssueOf(hq_, here);
    pair.twin = IssueOf(field_, there);
    pair.hq_id = here.id;
    pair.field_id = there.id;
    pair.prefer = static_cast<Prefer>(world_.random.Below(3));
    pair.is_quiet = world_.random.Chance(400);
    const std::string targets[] = {pair.issue, here.key, FieldTarget("reference", reference)};
    pair.target = targets[world_.random.Below(3)];
    pairs_.push_back(pair);
  }
  for (LinkedPair& pair : pairs_) {
    if (!world_.random.Chance(700)) continue;
    field_.store->Begin();
    CHECK(EnterLink(*field_.store, pair.target, {pair.field_id, pair.prefer}).ok());
    CHECK(field_.store->Commit().ok());
    pair.is_sure = true;
  }
}

void Users::ActOnLinks() {
  if (pairs_.empty()) return;
  LinkedPair& pair = pairs_[static_cast<std::size_t>(
      world_.random.Below(static_cast<std::int64_t>(pairs_.size())))];
  const bool is_forgotten = world_.random.Chance(150);
  if (is_forgotten) pair.is_sure = false;
  const std::string target = is_forgotten ? "" : pair.target;
  field_.Ask("link", LinkWords(target, {pair.field_id, pair.prefer}));
}

bool Users::IsLeftAlone(const SimSite& site, const std::string& jira_id) const {
  return std::any_of(pairs_.begin(), pairs_.end(), [&](const LinkedPair& pair) {
    return pair.is_quiet && jira_id == (site.index == 0 ? pair.hq_id : pair.field_id);
  });
}

bool Users::IsLinked(const LinkedPair& pair) const {
  const auto shared = field_.store->IssueByJiraId(pair.field_id);
  if (shared) return shared == IdFromText(pair.issue);
  // With its end the copy may have been deleted, and its number forgotten.
  const std::vector<JournalEntry> story = field_.store->JournalOf(*IdFromText(pair.issue));
  return std::any_of(story.begin(), story.end(),
                     [](const JournalEntry& entry) { return entry.event == "linked"; });
}

const LinkedPair* Users::LinkOf(const std::string& issue) const {
  const auto found = std::find_if(pairs_.begin(), pairs_.end(), [&](const LinkedPair& pair) {
    return (pair.issue == issue || pair.twin == issue) && IsLinked(pair);
  });
  return found == pairs_.end() ? nullptr : &*found;
}

std::size_t Users::linked() const {
  return static_cast<std::size_t>(std::count_if(
      pairs_.begin(), pairs_.end(), [&](const LinkedPair& pair) { return LinkOf(pair.issue); }));
}

std::string Users::Known(const std::string& issue) const {
  const LinkedPair* pair = LinkOf(issue);
  return pair ? pair->issue : issue;
}

bool Users::was_private(const std::string& issue) const {
  const LinkedPair* pair = LinkOf(issue);
  return private_.contains(issue) || (pair && private_.contains(pair->twin));
}

}  // namespace valise::simulation
