#include "tests/fuzz/jira_samples.h"

#include <algorithm>

#include "agent/jira/answers.h"
#include "agent/jira/jql.h"
#include "agent/jira/requests.h"
#include "agent/jira/verdict.h"
#include "packet/check.h"
#include "tests/jira/exchange.h"
#include "tests/jira/support.h"
#include "tests/standin/jira.h"

namespace valise::jira {
namespace {

class Site {
 public:
  explicit Site(const std::string& version)
      : jira_(OptionsOf(version), [this] { return now_ += 1000; }) {}

  std::string Ask(const HttpRequest& request) {
    HttpAnswer answer;
    answer.response = FromStandin(jira_.Handle(ToStandin(request, "valise-token").value()));
    CHECK(Judge(request, answer).verdict == Verdict::kOk);
    return answer.response.body;
  }
  std::string Ask(const Result<HttpRequest>& request) { return Ask(request.value()); }
  void Add(SampleKind kind, const HttpRequest& request) { Add(kind, Ask(request)); }
  void Add(SampleKind kind, const std::string& body) {
    samples_.push_back(static_cast<char>(kind) + body);
  }
  const std::vector<Bytes>& samples() const { return samples_; }

 private:
  static standin::Options OptionsOf(const std::string& version) {
    standin::Options options;
    options.version = version;
    return options;
  }

  std::int64_t now_ = 1'700'000'000'000;
  standin::Jira jira_;
  std::vector<Bytes> samples_;
};

// One of each kind of field, by name in the stand-in's catalogue.
const std::vector<std::pair<std::string, ValueKind>>& Named() {
  using K = ValueKind;
  static const std::vector<std::pair<std::string, K>> named = {
      {"Story Points", K::kNumber}, {"Target date", K::kDate},  {"Observed at", K::kDatetime},
      {"Severity", K::kOption},     {"Platforms", K::kOptions}, {"Region", K::kCascade},
      {"Reviewer", K::kPerson},     {"Tags", K::kSet},          {"Reference link", K::kUrl},
      {"Checks done", K::kFlag}};
  return named;
}

LocalField SampleValue(ValueKind kind) {
  switch (kind) {
    case ValueKind::kNumber:
      return Just("2.5");
    case ValueKind::kDate:
      return Just("2024-03-01");
    case ValueKind::kDatetime:
      return Just("2024-01-02T03:04:05.678Z");
    case ValueKind::kOption:
      return Just("Major");
    case ValueKind::kOptions:
      return Many({"Linux", "Windows"});
    case ValueKind::kCascade:
      return Just("Europe", "Spain");
    case ValueKind::kPerson:
      return Just("bob");
    case ValueKind::kSet:
      return Many({"x", "y"});
    case ValueKind::kUrl:
      return Just("https://example.org/a?b=c");
    default:
      return Many({"Unit test"});
  }
}

std::vector<FieldShape> NamedShapes(const std::vector<FieldInfo>& fields) {
  std::vector<FieldShape> shapes;
  for (const auto& [name, kind] : Named()) {
    const auto field = std::find_if(fields.begin(), fields.end(),
                                    [&](const FieldInfo& info) { return info.name == name; });
    CHECK(field != fields.end());
    shapes.push_back(ShapeOf(*field, kind).value());
  }
  return shapes;
}

struct Letter final : BodySource {
  std::uint64_t bytes() const override { return 1; }
  Result<std::size_t> Read(std::uint64_t, std::span<char> into) override {
    into.front() = 'x';
    return std::size_t{1};
  }
};

// Work logs, attachments and links, alone and as an issue shows them.
void AddObjects(Site& site, const std::string& id, const std::string& key) {
  const std::string log = site.Ask(AddWorkLog(id, {"dug", 1'699'990'000'000, 60}));
  const std::string uploaded =
      site.Ask(UploadAttachment(id, "ö 1.png", std::make_shared<Letter>(), "image/png"));
  const std::string attachment = ParseUploaded(Answered(uploaded)).value().at(0).id;
  const std::string types = site.Ask(ReadLinkTypes());
  const std::string type = ParseLinkTypes(Answered(types)).value().at(0).name;
  const std::string other = site.Ask(CreateIssueRequest({"PROJ", "Bug", "", "", {
      {Shape("summary", ValueKind::kLine, JsonForm::kString), Just("B")}}}));
  site.Ask(AddLink(type, key, ParseCreated(Answered(other)).value().key));
  site.Add(SampleKind::kWorkLog, log);
  site.Add(SampleKind::kWorkLogs, ReadWorkLogs(id));
  site.Add(SampleKind::kUploaded, uploaded);
  site.Add(SampleKind::kAttachment, ReadAttachment(attachment));
  site.Add(SampleKind::kAttachmentLimits, ReadAttachmentLimits());
  site.Add(SampleKind::kLinkTypes, types);
  site.Add(SampleKind::kIssue, ReadIssue(id, {}, {true, true, true, true}));
}

// What the stand-in need not have to be read well.
void AddProject(Site& site) {
  site.Add(SampleKind::kVersions, R"([{"id":"1","name":"1.0","description":"d","released":true,
    "archived":false,"startDate":"2019-01-02","releaseDate":"2019-03-04"}])");
  site.Add(SampleKind::kComponents, R"([{"id":"1","name":"UI","lead":{"name":"bob"}}])");
  site.Add(SampleKind::kLevels, R"({"levels":[{"id":"10","name":"Inner"}]})");
  site.Add(SampleKind::kUsers, R"([{"name":"bob","key":"JIRAUSER1","displayName":"Bob",
    "emailAddress":"bob@example.org","active":true}])");
  site.Add(SampleKind::kBoards, R"({"startAt":0,"total":1,"isLast":true,
    "values":[{"id":4,"name":"Weekly","type":"scrum"}]})");
  site.Add(SampleKind::kSprints, R"({"startAt":0,"isLast":true,
    "values":[{"id":740,"name":"S","state":"closed","originBoardId":734}]})");
  site.Add(SampleKind::kSprint, R"({"id":740,"name":"S","state":"active"})");
}

// An issue with a history, and all that can be asked of it.
void AddIssue(Site& site) {
  const auto shapes = NamedShapes(ParseFields(Answered(site.Ask(ReadFields()))).value());
  std::vector<FieldWrite> writes, empty;
  for (const FieldShape& shape : shapes) {
    writes.push_back({shape, SampleValue(shape.kind)});
    empty.push_back({shape, {}});
  }
  writes.push_back({Shape("summary", ValueKind::kLine, JsonForm::kString), Just("A ö 😀")});
  const std::string made = site.Ask(CreateIssueRequest({"PROJ", "Bug", "", "mark", writes}));
  const std::string id = ParseCreated(Answered(made)).value().id;
  const std::string added = site.Ask(AddComment(id, "one\r\ntwo", "m1"));
  const std::string comment = ParseComment(Answered(added)).value().id;
  std::vector<std::string> ids = {"summary", "priority", "labels"};
  for (const FieldShape& shape : shapes) ids.push_back(shape.id);
  site.Add(SampleKind::kIssue, ReadIssue(id, ids));
  site.Ask(EditIssue(id, empty, "w1"));
  site.Add(SampleKind::kIssue, ReadIssue(id, ids));
  site.Add(SampleKind::kCreated, made);
  site.Add(SampleKind::kComment, added);
  site.Add(SampleKind::kComments, ReadComments(id, 0, 10, true));
  site.Add(SampleKind::kCommentMarker, ReadCommentMarker(comment));
  site.Add(SampleKind::kTransitions, ReadTransitions(id));
  site.Add(SampleKind::kMarker, ReadMarker(id));
  site.Add(SampleKind::kEditMeta, ReadEditMeta(id));
  AddObjects(site, id, ParseCreated(Answered(made)).value().key);
  const SearchQuery query{JqlCensus("PROJ", "", ""), 0, 50, {"updated", "comment"}, {}, true};
  site.Add(SampleKind::kSearch, Search(query).value());
}

void AddMetadata(Site& site) {
  site.Add(SampleKind::kMyself, ReadMyself());
  site.Add(SampleKind::kUser, ReadUser("alice"));
  site.Add(SampleKind::kServerInfo, ReadServerInfo());
  site.Add(SampleKind::kPermissions, ReadPermissions("PROJ"));
  site.Add(SampleKind::kNames, ReadStatuses());
  site.Add(SampleKind::kNames, ReadResolutions());
  site.Add(SampleKind::kTypes, ReadIssueTypes());
  site.Add(SampleKind::kProjectStatuses, ReadProjectStatuses("PROJ"));
  site.Add(SampleKind::kProject, ReadProject("PROJ"));
  site.Add(SampleKind::kFields, ReadFields());
  const std::string types = site.Ask(ReadCreateTypes("PROJ", 0));
  site.Add(SampleKind::kCreateTypes, types);
  const std::string type = ParseCreateTypes(Answered(types)).value().values.at(0).id;
  site.Add(SampleKind::kCreateFields, ReadCreateFields("PROJ", type, 0));
}

// Answers of Jira and of what stands before it, behind three octets for request, status and header.
void AddVerdicts(Site& site) {
  const std::string bodies[] = {
      "{}",
      "text/html\n<html><form id=\"login-form\"><input name=\"os_username\"></form></html>",
      R"({"errorMessages":["a","b"],"errors":{"summary":"too long","x\ny":"z"}})",
      "<html><body>Service unavailable</body></html>",
      "120",
      "anonymous",
      "AUTHENTICATED_FAILED",
      "XSRF check failed",
      ""};
  for (const std::string& body : bodies) {
    for (int status = 0; status < 18; ++status) {
      const std::string head = {static_cast<char>(status % 3), static_cast<char>(status),
                                static_cast<char>(status % 4)};
      site.Add(SampleKind::kVerdict, head + body);
    }
  }
}

// A zone file of version 2: one transition, two offsets, and a rule for later.
Bytes ZoneFile() {
  const auto number = [](std::size_t value) {
    return Bytes(3, '\0') + static_cast<char>(value);
  };
  const auto header = [&](std::size_t times, std::size_t types) {
    return "TZif2" + Bytes(15, '\0') + number(0) + number(0) + number(0) + number(times) +
           number(types) + number(4);
  };
  const Bytes types = Bytes("\0\0\x0e\x10\0\0", 6) + Bytes("\0\0\x1c\x20\1\0", 6);
  return header(0, 1) + types.substr(0, 6) + Bytes("CET\0", 4) + header(1, 2) +
         Bytes("\0\0\0\0\x40\0\0\0", 8) + Bytes(1, '\1') + types + Bytes("CET\0", 4) +
         "\nCET-1CEST,M3.5.0,M10.5.0/3\n";
}

void AddScalars(Site& site) {
  for (const char* text : {"2019-03-29T10:14:57.310-0400", "1969-12-31T23:59:30Z", "2024-02-29",
                           "0001-01-01T00:00:00+18:00", "1.50", "-12e-3", "0.000"}) {
    site.Add(SampleKind::kScalar, text);
  }
  for (const char* name : {"Europe/Berlin", "UTC", "GMT+02:00", "../etc/passwd"}) {
    site.Add(SampleKind::kZone, name);
  }
  site.Add(SampleKind::kZone, ZoneFile());
}

}  // namespace

const std::vector<FieldShape>& SampleShapes() {
  static const std::vector<FieldShape> shapes = [] {
    std::vector<FieldShape> all = AllShapes();
    Site site("9.12");
    for (FieldShape& shape : NamedShapes(ParseFields(Answered(site.Ask(ReadFields()))).value())) {
      all.push_back(std::move(shape));
    }
    return all;
  }();
  return shapes;
}

std::vector<Bytes> JiraSamples() {
  Site site("9.12");
  AddIssue(site);
  AddMetadata(site);
  AddProject(site);
  AddVerdicts(site);
  AddScalars(site);
  site.Add(SampleKind::kIssue, IssueText());
  std::vector<Bytes> samples = site.samples();
  Site old("8.20");
  old.Add(SampleKind::kCreateMetaOld, ReadCreateMetaOld("PROJ"));
  samples.insert(samples.end(), old.samples().begin(), old.samples().end());
  return samples;
}

}  // namespace valise::jira
