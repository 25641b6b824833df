#include "agent/core/objects.h"

#include <algorithm>
#include <charconv>

#include "agent/core/text.h"
#include "agent/core/times.h"
#include "agent/core/view.h"

namespace valise {
namespace {

constexpr std::string_view kAnchor = "{anchor:valise-";

const std::vector<LocalObject>* ListOf(const LocalIssue& local, ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kWorkLog:
      return &local.work_logs;
    case ObjectKind::kAttachment:
      return &local.attachments;
    case ObjectKind::kComment:
      break;
  }
  return &local.comments;
}

// Work logs have no properties (jira-rest 7.1), so their marker stands in the text: as an anchor,
// which Jira's renderer does not show.
std::string MarkerInText(const Terms& terms, const Id& id) {
  return std::string(kAnchor) + Text(id) + "-" + terms.channel_tag + "}";
}

// What stands above a peer's text; ends with a line feed unless empty.
std::string LineAbove(const Terms& terms, const ObjectBase& object) {
  std::string line = AuthorLine(terms, object.origin.author, terms.peer_site,
                                object.origin.created_ms);
  if (object.origin.kind != ObjectKind::kWorkLog || !terms.switches.marker) return line;
  if (!line.empty()) line.back() = ' ';
  return line + MarkerInText(terms, object.origin.id) + "\n";
}

std::string WithoutLineAbove(std::string body, const std::string& line) {
  if (body.starts_with(line)) return body.substr(line.size());
  // Jira trimmed the line feed of an empty text.
  if (!line.empty() && body == line.substr(0, line.size() - 1)) return "";
  return body;
}

bool ParseNumber(std::string_view text, std::int64_t& number) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc{} && end == text.data() + text.size();
}

}  // namespace

bool IsShared(const Terms& terms, ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kComment:
      return terms.contract.has_comments;
    case ObjectKind::kWorkLog:
      return terms.contract.has_work_logs;
    case ObjectKind::kAttachment:
      return terms.contract.has_attachments;
  }
  return false;
}

bool IsBound(const Terms& terms, ObjectKind kind) {
  if (!IsShared(terms, kind)) return false;
  switch (kind) {
    case ObjectKind::kComment:
      return terms.binding.has_comments;
    case ObjectKind::kWorkLog:
      return terms.binding.has_work_logs;
    case ObjectKind::kAttachment:
      return terms.binding.has_attachments;
  }
  return false;
}

Direction DirectionOf(const Contract& contract, ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kWorkLog:
      return contract.work_logs_from;
    case ObjectKind::kAttachment:
      return contract.attachments_from;
    case ObjectKind::kComment:
      break;
  }
  return contract.comments_from;
}

const std::vector<LocalObject>& ObjectsOf(const LocalIssue& local, ObjectKind kind) {
  return *ListOf(local, kind);
}

bool HasAll(const LocalIssue& local, ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kWorkLog:
      return local.has_all_work_logs;
    case ObjectKind::kAttachment:
      return local.has_attachments;
    case ObjectKind::kComment:
      break;
  }
  return local.has_all_comments;
}

const LocalObject* ShownAs(const LocalIssue& local, ObjectKind kind, const std::string& jira_id) {
  const auto& all = ObjectsOf(local, kind);
  const auto shown = std::find_if(all.begin(), all.end(), [&](const LocalObject& object) {
    return !object.id.empty() && object.id == jira_id;
  });
  return shown == all.end() ? nullptr : &*shown;
}

bool IsShareable(const Terms& terms, const LocalObject& object) {
  if (terms.switches.bug_private_comment || !object.is_restricted) return true;
  const CommentVisibility visibility = object.kind == ObjectKind::kWorkLog
                                           ? terms.contract.work_log_visibility
                                           : terms.contract.comment_visibility;
  return visibility == CommentVisibility::kAll;
}

bool IsShareable(const Terms& terms, const ObjectBase& known, const LocalObject& shown) {
  const std::string bound = VisibilityOf(terms.binding, shown.kind).Text();
  const bool is_as_written = !known.is_ours && !bound.empty() && shown.visible_to == bound;
  return is_as_written || IsShareable(terms, shown);
}

const Visibility& VisibilityOf(const Binding& binding, ObjectKind kind) {
  return kind == ObjectKind::kWorkLog ? binding.work_log_visibility : binding.comment_visibility;
}

std::string WorkTimeText(const WorkTime& time) {
  return InstantText(time.started_ms) + " " + std::to_string(time.seconds);
}

std::optional<WorkTime> ParseWorkTime(std::string_view text) {
  const std::size_t gap = text.find(' ');
  if (gap == std::string_view::npos) return std::nullopt;
  const auto started = ParseInstant(text.substr(0, gap));
  WorkTime time;
  if (!started || !ParseNumber(text.substr(gap + 1), time.seconds)) return std::nullopt;
  time.started_ms = *started;
  const bool is_normal = WorkTimeText(time) == text && time.seconds > 0;
  return is_normal ? std::optional(time) : std::nullopt;
}

std::string MarkerOf(const Terms& terms, const Id& id) {
  return Text(id) + ":" + terms.channel_tag;
}

std::string MarkerInBody(std::string_view body) {
  const std::size_t at = body.find(kAnchor);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = body.substr(at + kAnchor.size());
  std::string marker(rest.substr(0, rest.find('}')));
  std::replace(marker.begin(), marker.end(), '-', ':');
  return marker;
}

std::string ObjectBody(const Terms& terms, const ObjectBase& object,
                       const std::optional<Value>& agreed, const PeerKeys& keys) {
  const std::string text = agreed ? TextToLocal(agreed->text, terms, keys) : "";
  return object.is_ours ? text : LineAbove(terms, object) + text;
}

std::optional<Value> ObjectToShared(const Terms& terms, const ObjectBase& object,
                                    const LocalObject& shown, const std::optional<Value>& agreed,
                                    const Directory& directory, const PeerKeys& keys) {
  std::string local = WithUnixLineEnds(shown.body);
  if (!object.is_ours) local = WithoutLineAbove(std::move(local), LineAbove(terms, object));
  const std::string text = agreed ? TextToSharedKeeping(local, agreed->text, terms, directory, keys)
                                  : TextToShared(local, terms, directory);
  const bool is_work_log = shown.kind == ObjectKind::kWorkLog;
  return Value{text, is_work_log ? WorkTimeText({shown.started_ms, shown.seconds}) : ""};
}

Id SeenDigest(const std::string& body, const std::string& detail) {
  LocalField field;
  if (!body.empty() || !detail.empty()) field.values.push_back(Value{body, detail});
  return SeenDigest(field);
}

Id SeenDigest(const LocalObject& object) {
  const bool is_work_log = object.kind == ObjectKind::kWorkLog;
  return SeenDigest(object.body,
                    is_work_log ? WorkTimeText({object.started_ms, object.seconds}) : "");
}

}  // namespace valise
