// The adapter and the stand-in Jira, which share no code: whatever one writes the other must take,
// store and show again. No sockets.
#include "agent/jira/answers.h"
#include "agent/core/history.h"
#include "agent/jira/jql.h"
#include "agent/jira/requests.h"
#include "agent/jira/times.h"
#include "agent/jira/verdict.h"
#include "tests/jira/doctest.h"
#include "tests/jira/exchange.h"
#include "tests/jira/support.h"
#include "tests/standin/jira.h"

namespace valise::jira {
namespace {

constexpr std::int64_t kMinute = 60000;

// A Jira with one account of ours, a clock, and the catalogue of its fields.
class Bench {
 public:
  explicit Bench(standin::Options options = {})
      : jira_(std::move(options), [this] { return now; }) {
    fields_ = ParseFields(Good(ReadFields())).value();
  }

  HttpAnswer Ask(const HttpRequest& request) {
    HttpAnswer answer;
    answer.response = FromStandin(jira_.Handle(ToStandin(request, token).value()));
    now += 1000;
    return answer;
  }
  HttpResponse Good(const HttpRequest& request) {
    const HttpAnswer answer = Ask(request);
    const Judged judged = Judge(request, answer);
    INFO(request.path << " " << request.body << " -> " << answer.response.body);
    REQUIRE(judged.verdict == Verdict::kOk);
    return answer.response;
  }
  HttpResponse Good(const Result<HttpRequest>& request) { return Good(request.value()); }

  FieldShape ShapeNamed(const std::string& name, ValueKind kind) const {
    for (const FieldInfo& field : fields_) {
      if (field.name == name || field.id == name) return ShapeOf(field, kind).value();
    }
    FAIL("no field " << name);
    return {};
  }
  LocalIssue Read(const std::string& issue, const std::vector<FieldShape>& shapes) {
    std::vector<std::string> ids;
    for (const FieldShape& shape : shapes) ids.push_back(shape.id);
    return ParseIssue(Good(ReadIssue(issue, ids)), shapes).value();
  }
  CreatedIssue Create(std::vector<FieldWrite> fields, const std::string& marker = "mark") {
    fields.push_back({ShapeNamed("summary", ValueKind::kLine), Just("A summary")});
    return ParseCreated(Good(CreateIssueRequest({"PROJ", "Bug", "", marker, fields}))).value();
  }
  std::vector<FieldWrite> OneOfEach() const;

  std::int64_t now = 1'700'000'000'000;
  std::string token = "valise-token";

 private:
  standin::Jira jira_;
  std::vector<FieldInfo> fields_;
};

std::vector<FieldWrite> Bench::OneOfEach() const {
  using K = ValueKind;
  return {{ShapeNamed("description", K::kText), Just("one\r\ntwo \"x\" 😀")},
          {ShapeNamed("environment", K::kText), Just("here")},
          {ShapeNamed("priority", K::kOption), Just("High")},
          {ShapeNamed("duedate", K::kDate), Just("2024-02-29")},
          {ShapeNamed("labels", K::kSet), Many({"a", "b"})},
          {ShapeNamed("assignee", K::kPerson), Just("alice", "Alice Adams")},
          {ShapeNamed("External reference", K::kLine), Just("EXT-1")},
          {ShapeNamed("Background", K::kText), Just("area")},
          {ShapeNamed("Story Points", K::kNumber), Just("2.5")},
          {ShapeNamed("Target date", K::kDate), Just("2024-03-01")},
          {ShapeNamed("Observed at", K::kDatetime), Just("2024-01-02T03:04:05.678Z")},
          {ShapeNamed("Severity", K::kOption), Just("Major")},
          {ShapeNamed("Platforms", K::kOptions), Many({"Linux", "Windows"})},
          {ShapeNamed("Original Estimate", K::kDuration), Just("5400")},
          {ShapeNamed("Remaining Estimate", K::kDuration), Just("60")},
          {ShapeNamed("Region", K::kCascade), Just("Europe", "Spain")},
          {ShapeNamed("Reviewer", K::kPerson), Just("bob", "")},
          {ShapeNamed("Tags", K::kSet), Many({"x", "y"})},
          {ShapeNamed("Reference link", K::kUrl), Just("https://example.org/a?b=c")},
          {ShapeNamed("Reproducible", K::kOption), Just("Always")},
          {ShapeNamed("Checks done", K::kFlag), Many({"Unit test"})}};
}

std::vector<FieldShape> ShapesOf(const std::vector<FieldWrite>& writes) {
  std::vector<FieldShape> shapes;
  for (const FieldWrite& write : writes) shapes.push_back(write.first);
  return shapes;
}

// Display names come from Jira; what was written is the account.
LocalField WithoutNames(LocalField field, ValueKind kind) {
  for (Value& value : field.values) {
    if (kind == ValueKind::kPerson) value.detail.clear();
  }
  return field;
}

TEST_CASE("every kind of field is created, read, emptied and read again") {
  Bench bench;
  const std::vector<FieldWrite> writes = bench.OneOfEach();
  const CreatedIssue created = bench.Create(writes, "marker26");
  const LocalIssue issue = bench.Read(created.id, ShapesOf(writes));
  CHECK(issue.key == created.key);
  CHECK(issue.marker == "marker26");
  CHECK(issue.type == "Bug");
  CHECK(issue.status == "Open");
  CHECK(issue.reporter.name == "valise");
  CHECK(issue.has_all_comments);
  for (const auto& [shape, value] : writes) {
    CAPTURE(shape.id);
    CHECK(WithoutNames(issue.fields.at(shape.id), shape.kind) == WithoutNames(value, shape.kind));
  }
  std::vector<FieldWrite> empty;
  for (const FieldWrite& write : writes) {
    if (write.first.id != "priority") empty.push_back({write.first, {}});
  }
  bench.Good(EditIssue(created.id, empty, "w9"));
  const LocalIssue emptied = bench.Read(created.id, ShapesOf(writes));
  for (const FieldWrite& write : empty) CHECK(emptied.fields.at(write.first.id) == LocalField{});
}

TEST_CASE("one label is put there and taken away beside all others, as often as it is asked") {
  Bench bench;
  const std::vector<FieldWrite> writes = bench.OneOfEach();
  const CreatedIssue created = bench.Create(writes);
  const auto labels = [&] { return bench.Read(created.id, ShapesOf(writes)).fields.at("labels"); };
  const LocalField before = labels();
  for (int i = 0; i < 2; ++i) bench.Good(EditLabel(created.id, "gone-at-peer", true, "w1"));
  LocalField with = before;
  with.values.push_back(Value{"gone-at-peer", ""});
  std::sort(with.values.begin(), with.values.end());
  CHECK(labels() == with);
  CHECK(EntryOfWrite(bench.Read(created.id, ShapesOf(writes)), "w1") != nullptr);
  for (int i = 0; i < 2; ++i) bench.Good(EditLabel(created.id, "gone-at-peer", false, "w2"));
  CHECK(labels() == before);
}

TEST_CASE("the changelog tells of every field what our edit overwrote (pitfalls 9, 10)") {
  Bench bench;
  const std::vector<FieldWrite> writes = bench.OneOfEach();
  const CreatedIssue created = bench.Create(writes);
  std::vector<FieldWrite> empty;
  for (const FieldWrite& write : writes) {
    if (write.first.id != "priority") empty.push_back({write.first, {}});
  }
  bench.Good(EditIssue(created.id, empty, "w1"));
  const LocalIssue after = bench.Read(created.id, ShapesOf(writes));
  const LocalHistory* entry = EntryOfWrite(after, "w1");
  REQUIRE(entry != nullptr);
  CHECK(entry->author == "valise");
  CHECK(entry->items.size() == empty.size());
}

TEST_CASE("a transition with its required field, found by what Jira offers (pitfall 22)") {
  Bench bench;
  const CreatedIssue created = bench.Create({});
  const auto offered = ParseTransitions(bench.Good(ReadTransitions(created.id))).value();
  const FieldShape resolution = bench.ShapeNamed("resolution", ValueKind::kOption);
  const auto resolve = std::find_if(offered.begin(), offered.end(), [](const LocalTransition& t) {
    return t.to_status == "Resolved";
  });
  REQUIRE(resolve != offered.end());
  const auto field = std::find_if(resolve->fields.begin(), resolve->fields.end(),
                                  [](const TransitionField& f) { return f.id == "resolution"; });
  REQUIRE(field != resolve->fields.end());
  CHECK(field->is_required);
  CHECK(field->allowed.front() == "Fixed");
  const std::vector<FieldWrite> writes = {{resolution, Just("Fixed")}};
  bench.Good(DoTransition(created.id, resolve->id, writes, "w2"));
  const LocalIssue issue = bench.Read(created.id, {resolution});
  CHECK(issue.status == "Resolved");
  CHECK(issue.fields.at("resolution") == Just("Fixed"));
  CHECK(EntryOfWrite(issue, "w2") != nullptr);
}

TEST_CASE("comments are added with their marker, edited, listed and deleted (pitfall 13)") {
  Bench bench;
  const CreatedIssue created = bench.Create({});
  const LocalComment first =
      ParseComment(bench.Good(AddComment(created.id, "one\r\ntwo", "m1"))).value();
  const LocalComment second =
      ParseComment(bench.Good(AddComment(created.id, "three", "m2"))).value();
  CHECK(first.body == "one\r\ntwo");
  const CommentPage page = ParseComments(bench.Good(ReadComments(created.id, 1, 10, true))).value();
  CHECK(page.total == 2);
  REQUIRE(page.comments.size() == 1);
  CHECK(page.comments[0].marker == "m2");
  CHECK(ParseCommentMarker(bench.Good(ReadCommentMarker(first.id))).value() == "m1");
  bench.Good(EditComment(created.id, first.id, "changed"));
  const LocalComment read =
      ParseComment(bench.Good(ReadComment(created.id, first.id, true))).value();
  CHECK(read.body == "changed");
  CHECK(read.marker == "m1");
  CHECK(read.updated_ms > read.created_ms);
  bench.Good(DeleteComment(created.id, second.id));
  CHECK(bench.Read(created.id, {}).comments.size() == 1);
  const HttpRequest again = DeleteComment(created.id, second.id);
  CHECK(Judge(again, bench.Ask(again)).verdict == Verdict::kGone);
}

TEST_CASE("a create of unknown outcome is found by the key walk (section on idempotent writes)") {
  Bench bench;
  const CreatedIssue first = bench.Create({}, "m1");
  bench.Create({}, "m2");
  const MarkedIssue found = ParseMarker(bench.Good(ReadMarker("PROJ-2"))).value();
  CHECK(found.marker == "m2");
  CHECK(found.creator == "valise");
  const HttpRequest beyond = ReadMarker("PROJ-3");
  CHECK(Judge(beyond, bench.Ask(beyond)).verdict == Verdict::kGone);
  bench.Good(SetIssueMarker(first.id, "m3"));
  CHECK(ParseMarker(bench.Good(ReadMarker(first.key))).value().marker == "m3");
}

TEST_CASE("polls find what changed, whatever the account's zone and at a DST fold (pitfall 1)") {
  for (const char* zone : {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"}) {
    standin::Options options;
    options.time_zone = zone;
    Bench bench(options);
    const AccountInfo account = ParseMyself(bench.Good(ReadMyself())).value();
    REQUIRE(account.time_zone == zone);
    for (const char* when :
         {"2024-03-31T01:00:00.000Z", "2024-07-01T12:00:00.000Z", "2024-10-27T00:30:00.000Z",
          "2024-10-27T01:30:00.000Z", "2024-11-03T05:30:00.000Z", "2024-11-03T06:30:00.000Z"}) {
      bench.now = ParseJiraTime(when).value();
      const CreatedIssue created = bench.Create({});
      bench.now += 5 * kMinute;
      const std::string since = JqlTime(ParseJiraTime(when).value(), zone).value();
      SearchQuery query{JqlChangedSince("PROJ", "", since), 0, 50, {"updated"}, {}, true};
      const SearchPage page = ParseSearch(bench.Good(Search(query))).value();
      CAPTURE(when);
      CAPTURE(zone);
      REQUIRE(!page.hits.empty());
      CHECK(page.hits.back().id == created.id);
      CHECK(page.hits.back().updated_ms >= ParseJiraTime(when).value());
    }
  }
}

TEST_CASE("census and scope queries are understood, and their values stay quoted") {
  Bench bench;
  const CreatedIssue first = bench.Create({});
  const CreatedIssue second = bench.Create({});
  const auto ids = [&](const std::string& jql) {
    std::vector<std::string> found;
    const SearchQuery query{jql, 0, 50, {"updated", "comment"}, {}, true};
    const SearchPage page = ParseSearch(bench.Good(Search(query))).value();
    for (const SearchHit& hit : page.hits) found.push_back(hit.id);
    return found;
  };
  CHECK(ids(JqlCensus("PROJ", "", "")) == std::vector<std::string>{first.id, second.id});
  CHECK(ids(JqlCensus("PROJ", "", first.id)) == std::vector<std::string>{second.id});
  CHECK(ids(JqlScopeCheck("PROJ", "labels = none OR status = Open", {second.id})) ==
        std::vector<std::string>{second.id});
  const Result<HttpRequest> hostile =
      Search({JqlCensus("PROJ\" OR project != \"x", "", ""), 0, 1, {}, {}, true});
  CHECK(Judge(hostile.value(), bench.Ask(hostile.value())).verdict == Verdict::kRefused);
}

TEST_CASE("refusals name their fields; what is not there is gone; strangers are stopped") {
  Bench bench;
  const CreatedIssue created = bench.Create({});
  const std::vector<FieldWrite> bad = {
      {bench.ShapeNamed("priority", ValueKind::kOption), Just("No such priority")}};
  const HttpRequest edit = EditIssue(created.id, bad, "w").value();
  const Judged refused = Judge(edit, bench.Ask(edit));
  CHECK(refused.verdict == Verdict::kRefused);
  CHECK(refused.field_errors.contains("priority"));
  const HttpRequest missing = ReadIssue("PROJ-99", {});
  CHECK(Judge(missing, bench.Ask(missing)).verdict == Verdict::kGone);
  for (const char* token : {"expired-token", "no-such-token"}) {
    bench.token = token;
    for (const HttpRequest& request : {ReadMyself(), ReadIssue(created.id, {}), edit}) {
      CAPTURE(token);
      CAPTURE(request.path);
      CHECK(Judge(request, bench.Ask(request)).verdict == Verdict::kAuth);
    }
    const HttpRequest search = Search({"project = PROJ", 0, 1, {}, {}, true}).value();
    CHECK(Judge(search, bench.Ask(search)).verdict == Verdict::kAuth);
  }
}

TEST_CASE("metadata of every version of Jira reads (pitfall 20)") {
  for (const char* version : {"8.20", "9.12", "10.3"}) {
    standin::Options options;
    options.version = version;
    Bench bench(options);
    const ServerInfo info = ParseServerInfo(bench.Good(ReadServerInfo())).value();
    CHECK(std::string(version).starts_with(std::to_string(info.version.at(0))));
    CHECK(ParsePermissions(bench.Good(ReadPermissions("PROJ"))).value().contains("CREATE_ISSUES"));
    CHECK(ParseNames(bench.Good(ReadStatuses())).value().size() == 5);
    CHECK(ParseNames(bench.Good(ReadPriorities())).value().size() == 5);
    CHECK(ParseNames(bench.Good(ReadResolutions())).value().size() == 6);
    CHECK(ParseNames(bench.Good(ReadVersions("PROJ"))).value().empty());
    CHECK(ParseNames(bench.Good(ReadComponents("PROJ"))).value().empty());
    CHECK(ParseIssueTypes(bench.Good(ReadIssueTypes())).value().size() == 7);
    CHECK(
        !ParseProjectStatuses(bench.Good(ReadProjectStatuses("PROJ"))).value()[0].statuses.empty());
    CHECK(!ParseProject(bench.Good(ReadProject("PROJ"))).value().types.empty());
    CHECK(ParseUser(bench.Good(ReadUser("alice"))).value().display_name == "Alice Adams");
    const CreatedIssue created = bench.Create({});
    CHECK(!ParseEditMeta(bench.Good(ReadEditMeta(created.id))).value().empty());
    const auto types = ParseCreateTypes(bench.Good(ReadCreateTypes("PROJ", 0))).value();
    CHECK(types.is_last);
    const auto fields =
        ParseCreateFields(bench.Good(ReadCreateFields("PROJ", types.values[0].id, 0))).value();
    CHECK(!fields.values.empty());
    const HttpRequest old = ReadCreateMetaOld("PROJ");
    if (info.version[0] < 9) {
      CHECK(!ParseCreateMetaOld(bench.Good(old)).value().at(0).fields.empty());
    } else {
      CHECK(Judge(old, bench.Ask(old)).verdict == Verdict::kGone);
    }
  }
}

}  // namespace
}  // namespace valise::jira
