// Jira's answers, and what a proxy puts in their place. Each parser gives a valid value or an Error
// that can be tried again, no answer that was cut passes, and what is read can be written again.
#include "agent/jira/agile.h"
#include "agent/jira/answers.h"

#include <algorithm>

#include "agent/jira/json.h"
#include "agent/jira/people.h"
#include "agent/jira/project.h"
#include "agent/jira/requests.h"
#include "agent/jira/times.h"
#include "agent/jira/values.h"
#include "agent/jira/verdict.h"
#include "agent/jira/zone.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/jira_samples.h"
#include "tests/jira/support.h"

namespace valise::jira {
namespace {

const HttpRequest kReading{"GET", "/rest/api/2/issue/10001?fields=summary", "", kReadTimeout};
const HttpRequest kEditing{"PUT", "/rest/api/2/issue/10001", "{}", kWriteTimeout};
const HttpRequest kCreating{"POST", "/rest/api/2/issue", "{}", kWriteTimeout};

void CheckInstant(std::int64_t instant_ms) {
  CHECK(ParseJiraTime(NormalTime(instant_ms)) == instant_ms);
  CHECK(ParseJiraTime(JiraTime(instant_ms)) == instant_ms);
}

std::vector<std::string> TextsOf(const LocalField& field) {
  std::vector<std::string> texts;
  for (const Value& value : field.values) texts.push_back(value.text);
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return texts;
}

// What was read is written as Jira takes it and reads as it was.
void CheckField(const LocalField& field, const FieldShape& shape) {
  CHECK(std::is_sorted(field.values.begin(), field.values.end()));
  if (field.values.empty()) return;
  if (shape.form == JsonForm::kSprint) {  // written as one number, read as all; "" is unclear
    for (const Value& id : field.values) {
      CHECK(id.text.find_first_not_of("0123456789") == std::string::npos);
    }
    return;
  }
  JsonWriter writer;
  CHECK(WriteValue(field, shape, writer).ok());
  const Result<std::string> text = std::move(writer).Finish();
  const Result<Json> json = ParseJson(text.value());
  CHECK(TextsOf(ReadValue(json.value(), shape).value()) == TextsOf(field));
}

bool IsWritable(const LocalField& field, const FieldShape& shape) {
  const auto& values = field.values;
  return shape.form != JsonForm::kSprint || values.empty() ||
         (values.size() == 1 && values.front().text != "");
}

// Its download leads nowhere but to Jira's downloads, on one request line.
void CheckPath(const std::string& path) {
  CHECK(path.starts_with("/secure/attachment/") && path.find("/../") == std::string::npos);
  CHECK(std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c < 0x7F; }));
}

void CheckObject(const LocalObject& object) {
  CHECK(!object.id.empty());
  CheckInstant(object.created_ms);
  CheckInstant(object.updated_ms);
  if (object.kind == ObjectKind::kAttachment) CheckPath(object.path);
  if (object.kind != ObjectKind::kWorkLog) return;
  CheckInstant(object.started_ms);
  const WorkLogWrite again{object.body, object.started_ms, object.seconds};
  CHECK(IsJson(AddWorkLog("1", again).value().body));
}

void Hold(const LocalIssue& issue) {
  CHECK(!issue.id.empty() && !issue.key.empty() && !issue.project.empty());
  CHECK(!issue.type.empty() && !issue.status.empty());
  CheckInstant(issue.created_ms);
  CheckInstant(issue.updated_ms);
  for (const auto* objects : {&issue.comments, &issue.work_logs, &issue.attachments}) {
    for (const LocalObject& object : *objects) CheckObject(object);
  }
  CHECK(issue.has_attachments || issue.attachments.empty());
  CHECK(issue.has_links || issue.links.empty());
  for (const LocalLink& link : issue.links) {
    CHECK(!link.id.empty() && !link.type.empty() && !link.other_key.empty());
  }
  CHECK(std::is_sorted(issue.histories.begin(), issue.histories.end(),
                       [](const auto& a, const auto& b) { return a.id < b.id; }));
  std::vector<FieldWrite> writes;
  for (const FieldShape& shape : SampleShapes()) {
    if (!issue.fields.contains(shape.id)) continue;
    CheckField(issue.fields.at(shape.id), shape);
    if (!IsWritable(issue.fields.at(shape.id), shape)) continue;
    writes.push_back({shape, issue.fields.at(shape.id)});
  }
  CHECK(IsJson(EditIssue(issue.id, writes, "w").value().body));
  const std::string path = ReadIssue(issue.id, {}).path;
  CHECK(path.find_first_of(std::string_view(" \"<>\\^`{|}#\r\n\t\0", 15)) == std::string::npos);
}

void Hold(const SearchPage& page) {
  for (const SearchHit& hit : page.hits) {
    CHECK(!hit.id.empty());
    CHECK(hit.has_comments || (!hit.has_all_comments && hit.comment_ids.empty()));
    CheckInstant(hit.created_ms);
    CheckInstant(hit.updated_ms);
  }
}
void Hold(const CommentPage& page) {
  for (const LocalComment& comment : page.comments) CheckObject(comment);
}
void Hold(const LocalObject& object) { CheckObject(object); }
void Hold(const std::vector<LocalObject>& objects) {
  for (const LocalObject& object : objects) CheckObject(object);
}
void Hold(const WorkLogPage& page) {
  CHECK(page.total >= page.work_logs.size());
  Hold(page.work_logs);
}
void Hold(const std::vector<VersionInfo>& versions) {
  for (const VersionInfo& version : versions) {
    CHECK(!version.id.empty() && !version.name.empty());
    VersionEdit edit;
    edit.description = version.description;
    edit.start_date = version.start_date;
    edit.release_date = version.release_date;
    CHECK(IsJson(EditVersion(version.id, edit).value().body));
  }
}
void Hold(const std::vector<ComponentInfo>& components) {
  for (const ComponentInfo& component : components) {
    CHECK(IsJson(CreateComponent("P", component).value().body));
  }
}
void Hold(const std::vector<UserInfo>& users) {
  for (const UserInfo& user : users) CHECK(!user.name.empty());
}
void Hold(const std::vector<LocalTransition>& transitions) {
  for (const LocalTransition& transition : transitions) {
    CHECK(!transition.id.empty() && !transition.to_status.empty());
    CHECK(std::is_sorted(transition.fields.begin(), transition.fields.end(),
                         [](const auto& a, const auto& b) { return a.id < b.id; }));
  }
}
void Hold(const CreatedIssue& created) { CHECK(!created.id.empty() && !created.key.empty()); }
void Hold(const MarkedIssue& issue) { CHECK(!issue.id.empty()); }
void Hold(const AccountInfo& account) { CHECK(account.is_anonymous || !account.name.empty()); }
void Hold(const LocalUser& user) { CHECK(!user.name.empty()); }
void Hold(const ServerInfo& info) { CHECK(!info.version.empty()); }
void Hold(const ProjectInfo& project) { CHECK(!project.key.empty()); }
void Hold(const std::vector<NamedThing>& things) {
  for (const NamedThing& thing : things) CHECK(!thing.name.empty());
}
void Hold(const std::vector<FieldInfo>& fields) {
  for (const FieldInfo& field : fields) {
    CHECK(!field.id.empty());
    for (int kind = 0; kind <= static_cast<int>(ValueKind::kDuration); ++kind) {
      const Result<FieldShape> shape = ShapeOf(field, static_cast<ValueKind>(kind));
      if (shape.ok()) CHECK(shape.value().id == field.id);
    }
  }
}
template <typename T>
void Hold(const MetaPage<T>& page) {
  CHECK(page.is_last || !page.values.empty());  // or reading pages would never end
}
template <typename T>
void Hold(const T& /*of any content*/) {}

// Whether the parser took it; if so, what must hold does.
template <typename T>
bool Took(const Result<T>& result) {
  if (result.ok()) {
    Hold(result.value());
    return true;
  }
  CHECK(result.error().recovery == Recovery::kRetryLater);
  CHECK(result.error().code == "VAL-JIRA-FORMAT" || result.error().code == "VAL-JIRA-FIELD");
  CHECK(IsUtf8(result.error().message) && !result.error().message.empty());
  return false;
}

bool TakeIssue(const HttpResponse& answer) { return Took(ParseIssue(answer, SampleShapes())); }

bool TakeSearch(const HttpResponse& answer) { return Took(ParseSearch(answer, {"Blocks"})); }

template <auto kParse>
bool Take(const HttpResponse& answer) {
  return Took(kParse(answer));
}

// In the order of SampleKind.
using Taker = bool (*)(const HttpResponse&);
constexpr Taker kTakers[] = {
    TakeIssue,          TakeSearch,             Take<ParseComments>,      Take<ParseComment>,
    Take<ParseTransitions>, Take<ParseCreated>, Take<ParseMarker>,        Take<ParseCommentMarker>,
    Take<ParseMyself>,  Take<ParseUser>,        Take<ParseServerInfo>,    Take<ParsePermissions>,
    Take<ParseNames>,   Take<ParseIssueTypes>,  Take<ParseProjectStatuses>, Take<ParseProject>,
    Take<ParseCreateTypes>, Take<ParseCreateFields>, Take<ParseCreateMetaOld>, Take<ParseEditMeta>,
    Take<ParseFields>,  Take<ParseWorkLogs>,    Take<ParseWorkLog>,       Take<ParseAttachment>,
    Take<ParseUploaded>, Take<ParseAttachmentLimits>, Take<ParseLinkTypes>, Take<ParseVersions>,
    Take<ParseComponents>, Take<ParseSecurityLevels>, Take<ParseUsers>, Take<ParseBoards>,
    Take<ParseSprints>, Take<ParseSprint>};
static_assert(std::size(kTakers) == static_cast<std::size_t>(SampleKind::kVerdict));

void TryAnswer(Taker take, const std::string& body) {
  const bool was_taken = take(Answered(body));
  const bool is_json = IsJson(body);
  CHECK(ParseJson(body).ok() == is_json);
  CHECK(is_json || !was_taken);
  const Verdict read = Judge(kReading, Arrived(200, body)).verdict;
  CHECK(read == Verdict::kOk || !was_taken);
  const Verdict made = Judge(kCreating, Arrived(201, body)).verdict;
  CHECK(made == Verdict::kUnknown || (made == Verdict::kOk && is_json));
  // Cut before the last octet that counts, it is nothing.
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  if (!is_json || (body[first] != '{' && body[first] != '[')) return;
  const std::size_t end = body.find_last_not_of(" \t\r\n");
  const std::string cut = body.substr(0, Hash("", body).bytes[0] * end / 256);
  CHECK(!IsJson(cut) && !take(Answered(cut)));
  CHECK(Judge(kCreating, Arrived(201, cut)).verdict == Verdict::kUnknown);
}

// The first three octets say to what, with which status and with which header.
void TryVerdict(const std::string& bytes) {
  if (bytes.size() < 3) return;
  constexpr int kStatuses[] = {200, 201, 204, 302, 400, 401, 403, 404, 405, 408, 409, 413, 418, 429,
                               500, 502, 503, 504};
  constexpr const char* kNames[] = {"content-type", "X-AUSERNAME", "x-seraph-loginreason",
                                    "retry-after"};
  const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  const HttpRequest* requests[] = {&kReading, &kEditing, &kCreating};
  const HttpRequest& request = *requests[octet(0) % 3];
  const int status = kStatuses[octet(1) % std::size(kStatuses)];
  const std::string body = bytes.substr(3);
  const std::string value = body.substr(0, std::min(body.find('\n'), body.size()));
  const Judged judged =
      Judge(request, Arrived(status, body, {{kNames[octet(2) % std::size(kNames)], value}}));
  const Verdict verdict = judged.verdict;
  CHECK((verdict == Verdict::kOk) == judged.error.code.empty());
  CHECK(verdict == Verdict::kOk || judged.error.code.starts_with("VAL-JIRA-"));
  CHECK(!IsRead(request) || verdict != Verdict::kUnknown);
  CHECK(IsUtf8(judged.error.message) && judged.error.message.find('\n') == std::string::npos);
  if (judged.retry_after) CHECK(judged.retry_after->count() >= 0);
  if (judged.retry_after) CHECK(*judged.retry_after <= std::chrono::hours(1));
  if (verdict == Verdict::kOk) CHECK(status < 300);
  // A write that reached Jira is tried again only when it surely did nothing.
  const bool is_2xx_or_5xx = status < 300 || status >= 500;
  if (is_2xx_or_5xx && !IsRead(request)) {
    CHECK(verdict == Verdict::kOk || verdict == Verdict::kUnknown);
  }
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && body[first] == '<') CHECK(verdict != Verdict::kOk);
}

void TryScalars(const std::string& text) {
  if (const auto number = NormalNumber(text)) CHECK(NormalNumber(*number) == number);
  if (IsDate(text)) CHECK(ParseJiraTime(text + "T00:00:00Z").has_value());
  if (const auto instant = ParseJiraTime(text)) CheckInstant(*instant);
}

void TryZone(const std::string& bytes) {
  for (const Result<Zone>& zone : {Zone::Load(bytes), Zone::Parse(bytes, "x")}) {
    if (!zone.ok()) {
      CHECK(zone.error().code == "VAL-JIRA-ZONE");
      continue;
    }
    for (const std::int64_t at : {-62135596800LL, -1LL, 0LL, 1711846800LL, 253402300799LL}) {
      CHECK(zone.value().OffsetAt(at) == zone.value().OffsetAt(at));
    }
  }
}

}  // namespace
}  // namespace valise::jira

namespace valise {

std::vector<Bytes> fuzz::Samples() { return jira::JiraSamples(); }

std::vector<Bytes> fuzz::Words() {
  return {"null",      "true",     "\"true\"", "-1",      "1e999",    "9223372036854775808",
          "[",         "]",        "{",        "}",       "\"",       ",",
          ":",         "\\u0000",  "\\ud800",  "\\\"",    "[]",       "{}",
          "\"id\":",   "\"key\":", "\"name\":", "\"value\":", "\"fields\":", "\"properties\":",
          "\"total\":", "\"isLast\":false", "\"allowedValues\":", "<html>", "login.jsp", "\xff",
          "0000-01-01T00:00:00.000+1800", "9999-12-31T23:59:59.999-1800", "1969-12-31T23:59:30Z",
          "\"\"",      "0.5e-3",   "..",       "/",       "5",        "Parent values: "};
}

void Try(std::size_t reader, const std::string& bytes) {
  using namespace jira;
  constexpr std::size_t kParsers = std::size(kTakers);
  if (reader < kParsers) return TryAnswer(kTakers[reader], bytes);
  if (reader == kParsers) TryVerdict(bytes);
  if (reader == kParsers + 1) TryScalars(bytes);
  if (reader == kParsers + 2) TryZone(bytes);
}

// What the first octet chooses from: the parsers, verdicts, scalars and zones.
constexpr std::size_t kReaders = static_cast<std::size_t>(jira::SampleKind::kZone) + 1;

}  // namespace valise

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  valise::Try(data[0] % valise::kReaders, {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
