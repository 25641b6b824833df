// History items from two versions of an issue (pitfall 9).
#include <algorithm>
#include <array>
#include <cstdio>

#include "tests/standin/agile.h"
#include "tests/standin/edit.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/languages.h"
#include "tests/standin/render.h"
#include "tests/standin/render_pickers.h"
#include "tests/standin/zone.h"

namespace valise::standin {
namespace {

using K = FieldKind;
using MaybeText = std::optional<std::string>;
using Items = std::vector<ChangeItem>;

MaybeText OrNothing(const std::string& text) {
  return text.empty() ? MaybeText() : MaybeText(text);
}

void Texts(Items& items, const char* field, const MaybeText& before, const MaybeText& after) {
  if (before != after) items.push_back({field, "jira", {}, before, {}, after});
}

using Seconds = std::optional<std::int64_t>;

// Seconds, the same as id and as text.
void Times(Items& items, const char* field, const Seconds& before, const Seconds& after) {
  if (before == after) return;
  const MaybeText from = before ? MaybeText(std::to_string(*before)) : MaybeText();
  const MaybeText to = after ? MaybeText(std::to_string(*after)) : MaybeText();
  items.push_back({field, "jira", from, from, to, to});
}

template <typename T>
void Ids(Items& items, const char* field, const std::vector<T>& all, const std::string& before,
         const std::string& after) {
  if (before == after) return;
  const T* from = ById(all, before);
  const T* to = ById(all, after);
  items.push_back({field, "jira", OrNothing(before),
                   from == nullptr ? MaybeText() : MaybeText(from->name), OrNothing(after),
                   to == nullptr ? MaybeText() : MaybeText(to->name)});
}

void Users(Items& items, const char* field, const Model& model, const std::string& before,
           const std::string& after) {
  if (before == after) return;
  items.push_back({field, "jira", OrNothing(before), OrNothing(model.DisplayName(before)),
                   OrNothing(after), OrNothing(model.DisplayName(after))});
}

// One item for each element that went or came.
template <typename T>
void Lists(Items& items, const char* field, const std::vector<T>& all,
           const std::vector<std::string>& before, const std::vector<std::string>& after) {
  const auto name = [&](const std::string& id) {
    const T* one = ById(all, id);
    return one == nullptr ? id : one->name;
  };
  for (const std::string& id : before) {
    if (std::find(after.begin(), after.end(), id) != after.end()) continue;
    items.push_back({field, "jira", id, name(id), {}, {}});
  }
  for (const std::string& id : after) {
    if (std::find(before.begin(), before.end(), id) != before.end()) continue;
    items.push_back({field, "jira", {}, {}, id, name(id)});
  }
}

std::string Join(const std::vector<std::string>& parts, const char* separator) {
  std::string joined;
  for (const std::string& part : parts) {
    if (!joined.empty()) joined += separator;
    joined += part;
  }
  return joined;
}

// "12/Apr/12 2:26 PM", as Jira's default look prints a time.
std::string Look(std::int64_t instant_ms, const std::string& zone, bool with_time) {
  static const char* const kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const WallTime w = ToWallTime(instant_ms, zone);
  std::array<char, 64> buffer{};
  const char* const month = kMonths[(w.month - 1) % 12];
  const int hour = w.hour % 12 == 0 ? 12 : w.hour % 12;
  if (with_time) {
    std::snprintf(buffer.data(), buffer.size(), "%02d/%s/%02d %d:%02d %s", w.day, month,
                  w.year % 100, hour, w.minute, w.hour < 12 ? "AM" : "PM");
  } else {
    std::snprintf(buffer.data(), buffer.size(), "%d/%s/%02d", w.day, month, w.year % 100);
  }
  return buffer.data();
}

std::string OptionValue(const Field& field, const std::string& id) {
  const FieldOption* option = ById(field.options, id);
  return option == nullptr ? id : option->value;
}

struct Shown {
  MaybeText id, text;
};

Shown ShowOptions(const Field& field, const FieldValue& value) {
  if (field.kind == K::kCascadingSelect) {
    std::string both =
        "Parent values: " + OptionValue(field, value.items[0]) + "(" + value.items[0] + ")";
    if (value.items.size() > 1) {
      both += "Level 1 values: " + OptionValue(field, value.items[1]) + "(" + value.items[1] + ")";
    }
    return {{}, both};
  }
  if (field.kind == K::kSelect || field.kind == K::kRadioButtons) {
    return {value.items[0], OptionValue(field, value.items[0])};
  }
  std::vector<std::string> names;
  for (const std::string& id : value.items) names.push_back(OptionValue(field, id));
  return {"[" + Join(value.items, ", ") + "]", Join(names, ",")};
}

Shown ShowPeople(const Model& model, const Field& field, const FieldValue& value) {
  if (field.kind == K::kUserPicker) return {value.items[0], model.DisplayName(value.items[0])};
  std::vector<std::string> names;
  for (const std::string& key : value.items) names.push_back(model.DisplayName(key));
  return {"[" + Join(value.items, ", ") + "]", "[" + Join(names, ", ") + "]"};
}

Shown Show(const Model& model, const Field& field, const Issue& issue) {
  const auto found = issue.custom.find(field.id);
  if (found == issue.custom.end()) return {};
  const FieldValue& value = found->second;
  if (IsPicker(field.kind)) {
    const PickedShown shown = ShowPicked(model, field, value);
    return {shown.id, shown.text};
  }
  const std::string& zone = model.options.time_zone;
  switch (field.kind) {
    case K::kFloat: {
      JsonWriter number;
      std::string text = number.Number(value.number).Take();
      if (text.ends_with(".0")) text.resize(text.size() - 2);
      return {{}, text};
    }
    case K::kDatePicker: {
      const std::string& d = value.text;
      const WallTime day{
          std::stoi(d.substr(0, 4)), std::stoi(d.substr(5, 2)), std::stoi(d.substr(8, 2)), 0, 0, 0};
      return {d, Look(FromWallTime(day, "UTC"), "UTC", false)};
    }
    case K::kDateTime: {
      const std::string full = FormatJiraTime(value.time_ms, zone, false);
      return {full.substr(0, 16) + full.substr(23), Look(value.time_ms, zone, true)};
    }
    case K::kSprint: {
      std::vector<std::string> names;
      for (const std::string& id : value.items) {
        const Sprint* sprint = SprintById(model, id);
        names.push_back(sprint == nullptr ? id : sprint->name);
      }
      return {Join(value.items, ", "), Join(names, ", ")};  // pitfall 9
    }
    case K::kEpicLink: {
      const IssuePtr epic = model.FindIssue(value.items[0]);
      return {value.items[0], epic == nullptr ? MaybeText() : MaybeText(epic->key)};
    }
    case K::kCustomLabels:
      return {{}, Join(value.items, " ")};
    case K::kUserPicker:
    case K::kMultiUserPicker:
      return ShowPeople(model, field, value);
    case K::kReadOnly:
    case K::kTextField:
    case K::kTextArea:
    case K::kUrl:
      return {{}, value.text};
    default:
      return ShowOptions(field, value);
  }
}

void CustomFields(Items& items, const Model& model, const Issue& before, const Issue& after) {
  if (before.custom == after.custom) return;
  for (const Field& field : model.fields) {
    if (field.custom_type.empty()) continue;
    const auto was = before.custom.find(field.id);
    const auto is = after.custom.find(field.id);
    const bool had = was != before.custom.end(), has = is != after.custom.end();
    if (had == has && (!had || was->second == is->second)) continue;
    const Shown from = Show(model, field, before), to = Show(model, field, after);
    items.push_back(
        {NameIn(model.options.language, field), "custom", from.id, from.text, to.id, to.text});
  }
}

MaybeText DueLook(const std::string& date) {
  return date.empty() ? MaybeText() : MaybeText(date + " 00:00:00.0");
}

std::string Rendered(const Model& model, const Issue& issue, const std::string& field) {
  JsonWriter out;
  WriteIssue(out, model, issue, nullptr, FieldSelection({field}, ""), {});
  return out.Take();
}

}  // namespace

std::vector<ChangeItem> Differences(const Model& model, const Issue& before, const Issue& after) {
  Items items;
  Texts(items, "summary", before.summary, after.summary);
  Texts(items, "description", before.description, after.description);
  Texts(items, "environment", before.environment, after.environment);
  Ids(items, "issuetype", model.types, before.type, after.type);
  Ids(items, "priority", model.priorities, before.priority, after.priority);
  Ids(items, "resolution", model.resolutions, before.resolution, after.resolution);
  Ids(items, "status", model.statuses, before.status, after.status);
  Ids(items, "security", model.security_levels, before.security, after.security);
  Users(items, "assignee", model, before.assignee, after.assignee);
  Users(items, "reporter", model, before.reporter, after.reporter);
  if (before.due_date != after.due_date) {
    items.push_back({"duedate", "jira", OrNothing(before.due_date), DueLook(before.due_date),
                     OrNothing(after.due_date), DueLook(after.due_date)});
  }
  if (before.labels != after.labels) {
    items.push_back({"labels", "jira", {}, Join(before.labels, " "), {}, Join(after.labels, " ")});
  }
  Times(items, "timeoriginalestimate", before.time.original, after.time.original);
  Times(items, "timeestimate", before.time.remaining, after.time.remaining);
  Times(items, "timespent", before.time.spent, after.time.spent);
  Lists(items, "Component", model.components, before.components, after.components);
  Lists(items, "Version", model.versions, before.versions, after.versions);
  Lists(items, "Fix Version", model.versions, before.fix_versions, after.fix_versions);
  CustomFields(items, model, before, after);
  return items;
}

bool IsEmptyField(const Model& model, const Issue& issue, const Field& field) {
  const auto shown = ParseJson(Rendered(model, issue, field.id), nullptr);
  if (!shown.has_value()) return true;
  const JsonValue& value = shown->At("fields").At(field.id);
  return value.IsNull() || (value.IsArray() && value.items.empty());
}

void CheckRefusals(const Model& model, const Issue& before, const Issue& after, Errors& errors) {
  for (const Refusal& refusal : model.refusals) {
    const std::string is = Rendered(model, after, refusal.field);
    if (is.find(refusal.part) == std::string::npos) continue;
    if (Rendered(model, before, refusal.field) != is) {
      errors.fields[refusal.field] = refusal.message;
    }
  }
}

}  // namespace valise::standin
