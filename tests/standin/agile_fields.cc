// Sprint, epic link and rank as fields of an issue.
#include <algorithm>
#include <array>
#include <cmath>

#include "tests/standin/agile.h"
#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/zone.h"

namespace valise::standin {
namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

std::string TimeOrNull(std::int64_t instant_ms) {
  if (instant_ms == 0) return "<null>";
  const std::string text = FormatJiraTime(instant_ms, "UTC", true);
  return text.substr(0, 23) + "Z";
}

std::string UpperCase(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string Hex(std::uint64_t number) {
  std::array<char, 20> digits{};
  std::snprintf(digits.data(), digits.size(), "%llx", static_cast<unsigned long long>(number));
  return digits.data();
}

void Refuse(Edit& edit, const Field& field, const std::string& message) {
  edit.errors.fields[field.id] = message;
}

}  // namespace

const Field* FieldOfKind(const Model& model, FieldKind kind) {
  for (const Field& field : model.fields) {
    if (field.kind == kind) return &field;
  }
  return nullptr;
}

const Sprint* SprintById(const Model& model, const std::string& id) {
  return ById(model.sprints, id);
}

std::string SprintText(const Sprint& sprint) {
  const std::uint64_t number = NumberOf(sprint.id);
  Members members = {{"id", sprint.id},
                     {"rapidViewId", sprint.board},
                     {"state", UpperCase(sprint.state)},
                     {"name", sprint.name},
                     {"startDate", TimeOrNull(sprint.start_ms)},
                     {"endDate", TimeOrNull(sprint.end_ms)},
                     {"completeDate", TimeOrNull(sprint.complete_ms)},
                     {"sequence", sprint.id},
                     {"goal", sprint.goal.empty() ? "<null>" : sprint.goal}};
  // Each in another order, the same every time.
  const auto turn = static_cast<std::ptrdiff_t>(number % members.size());
  std::rotate(members.begin(), members.begin() + turn, members.end());
  std::string text =
      "com.atlassian.greenhopper.service.sprint.Sprint@" + Hex(number * 2654435761U) + "[";
  for (std::size_t i = 0; i < members.size(); ++i) {
    text += (i == 0 ? "" : ",") + members[i].first + "=" + members[i].second;
  }
  return text + "]";
}

void WriteSprints(JsonWriter& out, const Model& model, const FieldValue& value) {
  out.Open('[');
  for (const std::string& id : value.items) {
    const Sprint* sprint = SprintById(model, id);
    if (sprint != nullptr) out.String(SprintText(*sprint));
  }
  out.Close(']');
}

void WriteEpicLink(JsonWriter& out, const Model& model, const FieldValue& value) {
  const IssuePtr epic = model.FindIssue(value.items.at(0));
  if (epic == nullptr)
    out.Null();
  else
    out.String(epic->key);
}

// As a lexorank looks: bucket, bar, base 36.
void WriteRank(JsonWriter& out, const FieldValue& value) {
  static constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
  auto rest = static_cast<std::uint64_t>(std::llround(value.number));
  std::string text = ":";
  for (int i = 0; i < 10; ++i) {
    text.insert(text.begin(), kDigits[rest % 36]);
    rest /= 36;
  }
  out.String("0|i" + text);
}

void MoveToSprint(const Model& model, Issue& draft, const Sprint* sprint) {
  const Field* field = FieldOfKind(model, FieldKind::kSprint);
  if (field == nullptr) return;
  FieldValue value = draft.custom[field->id];
  std::erase_if(value.items, [&](const std::string& id) {
    const Sprint* one = SprintById(model, id);
    return one == nullptr || one->state != "closed";
  });
  if (sprint != nullptr) value.items.push_back(sprint->id);
  draft.custom[field->id] = value;
  if (value.items.empty()) draft.custom.erase(field->id);
}

void SetSprint(Edit& edit, const Field& field, const JsonValue& value) {
  const Sprint* sprint = nullptr;
  if (!value.IsNull()) {
    if (!value.IsNumber() && NumberOf(value.text) == 0) {
      Refuse(edit, field, "Number value expected as the Sprint id.");
      return;
    }
    sprint = SprintById(edit.model, value.text);
    if (sprint == nullptr || sprint->state == "closed") {
      Refuse(edit, field,
             sprint == nullptr ? "Sprint with id '" + value.text + "' does not exist."
                               : "Issue can be assigned only active or future sprints.");
      return;
    }
  }
  MoveToSprint(edit.model, edit.draft, sprint);
}

void SetEpicLink(Edit& edit, const Field& field, const JsonValue& value) {
  if (value.IsNull() || (value.IsString() && value.text.empty())) {
    edit.draft.custom.erase(field.id);
    return;
  }
  const IssuePtr epic = value.IsString() ? edit.model.FindIssue(value.text) : nullptr;
  const IssueType* type = epic == nullptr ? nullptr : edit.model.TypeById(epic->type);
  if (type == nullptr || type->name != "Epic" || !MaySee(edit.model, *epic, &edit.user)) {
    Refuse(edit, field, "Issue does not exist or you do not have permission to see it.");
    return;
  }
  FieldValue linked;
  linked.items = {std::to_string(epic->id)};
  edit.draft.custom[field.id] = linked;
}

}  // namespace valise::standin
