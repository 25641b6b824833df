#include "agent/cli/link_field.h"

#include <set>

#include "agent/cli/channel.h"
#include "agent/cli/commands.h"
#include "agent/core/view.h"
#include "agent/jira/answers.h"
#include "agent/jira/jql.h"
#include "agent/jira/requests.h"

namespace valise::cli {
namespace {

constexpr std::uint64_t kPage = 200;

Result<jira::FieldShape> ShapeOf(JiraSession& session, const FieldBinding& binding) {
  const HttpResponse told = TRY(session.Ask(jira::ReadFields()));
  for (const jira::FieldInfo& info : TRY(jira::ParseFields(told))) {
    if (info.id == binding.field) return jira::ShapeOf(info, binding.kind);
  }
  return Error{Recovery::kAskOperator, "VAL-BINDING-FIELD",
               "field " + binding.field + " is not in this Jira; correct [bind.fields." +
                   binding.name + "]"};
}

// Jira ids of the scope's issues that no channel's base knows.
Result<std::vector<std::string>> Unshared(const Config& config, const Store& store,
                                          JiraSession& session) {
  std::vector<std::string> ids;
  std::set<std::string> shown;
  jira::SearchQuery query;
  query.results_max = kPage;
  for (std::string after;;) {
    query.jql = jira::JqlCensus(config.binding.project, config.binding.scope, after);
    const HttpRequest request = TRY(jira::Search(query));
    const HttpResponse answer = TRY(session.Ask(request));
    const std::size_t shown_before = shown.size();
    for (const jira::SearchHit& hit : TRY(jira::ParseSearch(answer)).hits) {
      after = hit.id;
      if (!shown.insert(hit.id).second) continue;
      if (!store.IssueByJiraId(hit.id)) ids.push_back(hit.id);
    }
    if (shown.size() == shown_before) return ids;
  }
}

}  // namespace

Result<FieldPairs> FindFieldPairs(Terminal& terminal, const Config& config, const Store& store,
                                  JiraSession& session, const std::string& field) {
  const Terms terms = TermsOf(config);
  const FieldBinding& binding = config.binding.fields.at(field);
  const std::vector<jira::FieldShape> shapes{TRY(ShapeOf(session, binding))};
  const std::vector<std::string> fields{binding.field};
  const auto ids = TRY(Unshared(config, store, session));
  if (ids.size() > kRequestsQuiet) {
    terminal.Note({"this asks Jira " + std::to_string(ids.size()) +
                   " times, once for each issue that is not shared"});
  }
  FieldPairs pairs;
  Progress progress(terminal, "issues", ids.size());
  std::uint64_t done = 0;
  for (const std::string& id : ids) {
    progress.Show(++done, NowMs());
    const auto told = TRY(session.AskIfThere(jira::ReadIssue(id, fields)));
    if (!told) continue;
    const LocalIssue local = TRY(jira::ParseIssue(*told, shapes));
    const auto shown = local.fields.find(binding.field);
    const bool is_free = local.marker.empty() && terms.binding.TypeToShared(local.type);
    if (!is_free || shown == local.fields.end()) continue;
    const auto value = ToSharedField(terms, binding, shown->second, std::nullopt, {}).shared;
    if (value) pairs[value->text].push_back({local.key, local.id});
  }
  return pairs;
}

}  // namespace valise::cli
