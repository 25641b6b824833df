// ValueBefore and CompareBefore: values out of the changelog's prints.
#include "agent/jira/history_text.h"

#include <algorithm>
#include <optional>

#include "agent/jira/history.h"
#include "agent/jira/times.h"

namespace valise::jira {
namespace {

constexpr std::int64_t kMinuteMs = 60000;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

LocalField One(std::string text) {
  if (text.empty()) return {};
  return {{Value{std::move(text), ""}}};
}

// "2012-04-11T14:26+0200": no seconds, so only the minute is known.
std::optional<LocalField> ReadMinute(const std::string& text) {
  if (text.empty()) return LocalField{};
  if (text.size() < 17) return std::nullopt;
  const std::optional<std::int64_t> instant =
      ParseJiraTime(text.substr(0, 16) + ":00" + text.substr(16));
  return instant ? std::optional(One(NormalTime(*instant))) : std::nullopt;
}

// "Parent values: A(10)Level 1 values: B(11)".
std::optional<LocalField> ReadCascade(const std::string& text) {
  constexpr std::string_view kParent = "Parent values: ", kChild = "Level 1 values: ";
  if (text.empty()) return LocalField{};
  if (!text.starts_with(kParent)) return std::nullopt;
  const std::size_t child_at = text.find(kChild);
  const auto name = [](std::string part) { return part.substr(0, part.rfind('(')); };
  Value value{
      name(text.substr(kParent.size(), child_at == std::string::npos ? std::string::npos
                                                                     : child_at - kParent.size())),
      ""};
  if (child_at != std::string::npos) value.detail = name(text.substr(child_at + kChild.size()));
  return LocalField{{std::move(value)}};
}

std::optional<LocalField> ReadPlain(const LocalHistoryItem& item, ValueKind kind) {
  switch (kind) {
    case ValueKind::kDate:
      if (item.from.empty() || IsDate(item.from)) return One(item.from);
      return std::nullopt;
    case ValueKind::kDatetime:
      return ReadMinute(item.from);
    case ValueKind::kPerson:
      if (item.from_string.empty()) return LocalField{};
      return LocalField{{Value{"", item.from_string}}};
    case ValueKind::kCascade:
      return ReadCascade(item.from_string);
    case ValueKind::kNumber: {
      const std::optional<std::string> number = NormalNumber(item.from_string);
      if (item.from_string.empty() || number) return One(number.value_or(""));
      return std::nullopt;
    }
    default:
      return One(item.from_string);
  }
}

// Lists of names come one item an element: undo each of them.
LocalField UndoElements(const LocalHistory& entry, const FieldShape& shape, LocalField field) {
  for (const LocalHistoryItem& item : entry.items) {
    if (!IsSameName(item.field, shape.history_name)) continue;
    if (!item.to_string.empty()) std::erase(field.values, Value{item.to_string, ""});
    if (!item.from_string.empty()) field.values.push_back({item.from_string, ""});
  }
  std::sort(field.values.begin(), field.values.end());
  return field;
}

LocalField ReadSet(const LocalHistoryItem& item, JsonForm form) {
  LocalField field;
  for (std::string& element : SplitHistory(item.from_string, form)) {
    const bool is_person = form == JsonForm::kUserArray;
    field.values.push_back(is_person ? Value{"", std::move(element)}
                                     : Value{std::move(element), ""});
  }
  std::sort(field.values.begin(), field.values.end());
  return field;
}

// Of sprints the ids are printed, "76, 79", and beside them the names (pitfall 9).
std::optional<LocalField> ReadIds(const LocalHistoryItem& item) {
  if (item.from.find_first_not_of("0123456789, ") != std::string::npos) return std::nullopt;
  LocalHistoryItem ids = item;
  ids.from_string = item.from;
  return ReadSet(ids, JsonForm::kSprint);
}

// 0 and above before 1970 too.
std::int64_t Modulo(std::int64_t value, std::int64_t by) { return (value % by + by) % by; }

// One value in the precision and words of the changelog.
Value Told(Value value, ValueKind kind) {
  if (kind == ValueKind::kPerson || kind == ValueKind::kPeople) value.text.clear();
  std::erase(value.text, '\r');
  const std::optional<std::int64_t> instant =
      kind == ValueKind::kDatetime ? ParseJiraTime(value.text) : std::nullopt;
  if (instant) value.text = NormalTime(*instant - Modulo(*instant, kMinuteMs));
  return value;
}

// All of them, so that they can be compared with ValueBefore. An option whose name holds the
// separator falls apart on both sides alike.
LocalField AsTold(const LocalField& field, const FieldShape& shape) {
  LocalField told;
  for (const Value& value : field.values) {
    if (shape.form != JsonForm::kValueArray) {
      told.values.push_back(Told(value, shape.kind));
      continue;
    }
    for (std::string& part : SplitHistory(value.text, shape.form)) {
      told.values.push_back({std::move(part), ""});
    }
  }
  std::sort(told.values.begin(), told.values.end());
  return told;
}

}  // namespace

bool IsSameName(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

std::vector<std::string> SplitHistory(std::string_view text, JsonForm form) {
  if (form == JsonForm::kNameArray) return {std::string(text)};
  if (form == JsonForm::kUserArray && text.starts_with('[') && text.ends_with(']')) {
    text = text.substr(1, text.size() - 2);
  }
  const char separator = form == JsonForm::kStringArray ? ' ' : ',';
  std::vector<std::string> elements;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view element = Trim(text.substr(0, end));
    if (!element.empty()) elements.emplace_back(element);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return elements;
}

std::optional<LocalField> ValueBefore(const LocalHistory& entry, const FieldShape& shape,
                                      const LocalField& after) {
  const LocalHistoryItem* item = ItemOf(entry, shape.history_name);
  if (item == nullptr) return std::nullopt;
  switch (shape.form) {
    case JsonForm::kNameArray:
      return UndoElements(entry, shape, after);
    case JsonForm::kValueArray:
    case JsonForm::kStringArray:
    case JsonForm::kUserArray:
      return ReadSet(*item, shape.form);
    case JsonForm::kSprint:
      return ReadIds(*item);
    default:
      return ReadPlain(*item, shape.kind);
  }
}

Overwrote CompareBefore(const LocalHistory& entry, const FieldShape& shape,
                        const LocalField& read_before, const LocalField& after) {
  const std::optional<LocalField> before = ValueBefore(entry, shape, after);
  if (!before) return Overwrote::kUnclear;
  const bool is_same = AsTold(*before, shape) == AsTold(read_before, shape);
  return is_same ? Overwrote::kAsRead : Overwrote::kOther;
}

}  // namespace valise::jira
