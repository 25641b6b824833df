// PUT /rest/agile/1.0/issue/rank: the order of issues, which is a number between two others.
#include <cmath>

#include "tests/standin/agile.h"
#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"

namespace valise::standin {
namespace {

constexpr double kStep = 1 << 30;

double RankOf(const Field& field, const Issue& issue) {
  const auto value = issue.custom.find(field.id);
  return value == issue.custom.end() ? 0 : value->second.number;
}

// The rank next to that one, on the side asked for; a step further if there is none.
double Neighbour(const Model& model, const Field& field, double rank, bool below) {
  double next = below ? rank + 2 * kStep : 0;
  for (const auto& [id, issue] : model.issues) {
    const double one = RankOf(field, *issue);
    if (below && one > rank && one < next) next = one;
    if (!below && one < rank && one > next) next = one;
  }
  return next;
}

void SetRank(Call& call, const Field& field, const Issue& issue, double rank) {
  Issue draft = issue;
  const bool is_higher = rank < RankOf(field, issue);
  draft.custom[field.id].number = rank;
  draft.custom[field.id].text = "set";
  const ChangeItem item{field.name, "custom", "",
                        "",         "",       is_higher ? "Ranked higher" : "Ranked lower"};
  CommitItems(call, std::move(draft), {item}, JsonValue(), false);  // moves no `updated`
}

}  // namespace

double NextRank(const Model& model) { return kStep * static_cast<double>(model.next_key); }

// 204 when all were ranked, 207 with an entry for each when some were not.
Response RankIssues(Call& call) {
  if (call.user == nullptr) return Forbidden(call, "You are not authenticated.");
  const Field* field = FieldOfKind(call.model, FieldKind::kRank);
  const auto& names = call.body.At("issues").items;
  const std::string before = call.body.Text("rankBeforeIssue");
  const std::string after = call.body.Text("rankAfterIssue");
  const IssuePtr anchor = call.model.FindIssue(before.empty() ? after : before);
  if (field == nullptr || names.empty() || names.size() > 50 || anchor == nullptr) {
    return Fail(400, "Between 1 and 50 issues, and the one to rank them by, must be named.");
  }
  if (!call.May("SCHEDULE_ISSUES")) return Forbidden(call, "No Schedule Issues permission.");
  const double fixed = RankOf(*field, *anchor);
  const double other = Neighbour(call.model, *field, fixed, before.empty());
  double rank = before.empty() ? fixed : other;
  const double step = std::abs(other - fixed) / static_cast<double>(names.size() + 1);
  bool all = true;
  JsonWriter out;
  out.Open('{').Key("entries").Open('[');
  for (const JsonValue& name : names) {
    const IssuePtr issue = call.model.FindIssue(name.text);
    const bool is_seen = issue != nullptr && MaySee(call.model, *issue, call.user);
    all = all && is_seen;
    out.Open('{').Field("issueKey", name.text).FieldInt("status", is_seen ? 200 : 404).Close('}');
    rank += step;
    if (is_seen) SetRank(call, *field, *issue, rank);
  }
  return all ? Empty(204) : Json(207, out.Close(']').Close('}').Take());
}

}  // namespace valise::standin
