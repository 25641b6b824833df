// Work logs, attachments and links between the adapter and the stand-in Jira. No sockets.
#include <optional>

#include "agent/jira/answers.h"
#include "agent/jira/requests.h"
#include "agent/jira/verdict.h"
#include "tests/jira/doctest.h"
#include "tests/jira/exchange.h"
#include "tests/jira/support.h"

namespace valise::jira {
namespace {

struct Source final : BodySource {
  explicit Source(std::string of) : content(std::move(of)) {}
  std::uint64_t bytes() const override { return content.size(); }
  Result<std::size_t> Read(std::uint64_t offset, std::span<char> into) override {
    return content.copy(into.data(), into.size(), static_cast<std::size_t>(offset));
  }
  std::string content;
};
struct Sink final : BodySink {
  Result<void> Write(std::string_view bytes) override {
    content += bytes;
    return Ok();
  }
  std::string content;
};

class Bench {
 public:
  Judged Ask(const HttpRequest& request) {
    HttpAnswer answer;
    answer.response = FromStandin(jira_.Handle(ToStandin(request, token).value()));
    CHECK(Deliver(request, answer.response).ok());
    now += 1000;
    last = answer.response;
    return Judge(request, answer);
  }
  HttpResponse Good(const HttpRequest& request) {
    const Judged judged = Ask(request);
    INFO(request.path << " " << request.body << " -> " << last.body);
    REQUIRE(judged.verdict == Verdict::kOk);
    return last;
  }
  HttpResponse Good(const Result<HttpRequest>& request) { return Good(request.value()); }
  CreatedIssue Create() {
    const std::vector<FieldWrite> fields = {
        {Shape("summary", ValueKind::kLine, JsonForm::kString), Just("A summary")}};
    return ParseCreated(Good(CreateIssueRequest({"PROJ", "Bug", "", "", fields}))).value();
  }
  LocalIssue Read(const std::string& issue) {
    return ParseIssue(Good(ReadIssue(issue, {}, {true, true, true})), {}).value();
  }

  std::int64_t now = 1'700'000'000'000;
  std::string token = "valise-token";
  HttpResponse last;

 private:
  standin::Jira jira_{standin::Options{}, [this] { return now; }};
};

TEST_CASE("an issue without any says that it has none, when it is asked") {
  Bench bench;
  const std::string issue = bench.Create().id;
  const LocalIssue read = bench.Read(issue);
  CHECK(read.has_all_work_logs);
  CHECK(read.has_attachments);
  CHECK(read.has_links);
  const LocalIssue unasked = ParseIssue(bench.Good(ReadIssue(issue, {})), {}).value();
  CHECK(!unasked.has_attachments);
  CHECK(!unasked.has_links);
  CHECK(!unasked.has_all_work_logs);
}

TEST_CASE("a work log is added, changed and deleted as it was meant (pitfall 14)") {
  Bench bench;
  const std::string issue = bench.Create().id;
  const WorkLogWrite first{"dug\ndeep", 1'699'990'000'123, 5400};
  const LocalObject made = ParseWorkLog(bench.Good(AddWorkLog(issue, first))).value();
  CHECK(made.body == "dug\ndeep");
  CHECK(made.started_ms == first.started_ms);
  CHECK(made.seconds == 5400);
  const WorkLogWrite second{"filled", 1'699'900'000'000, 60};
  const LocalObject changed = ParseWorkLog(bench.Good(EditWorkLog(issue, made.id, second))).value();
  CHECK(changed.id == made.id);
  CHECK(changed.updated_ms > made.updated_ms);
  const LocalIssue read = bench.Read(issue);
  REQUIRE(read.work_logs.size() == 1);
  CHECK(read.work_logs[0] == changed);
  CHECK(ParseWorkLog(bench.Good(ReadWorkLog(issue, made.id))).value() == changed);
  bench.Good(DeleteWorkLog(issue, made.id));
  CHECK(bench.Read(issue).work_logs.empty());
  CHECK(bench.Ask(DeleteWorkLog(issue, made.id)).verdict == Verdict::kGone);
}

TEST_CASE("the 21st work log is not in the issue, but in the list of all (pitfall 14)") {
  Bench bench;
  const std::string issue = bench.Create().id;
  for (int i = 0; i < 21; ++i) bench.Good(AddWorkLog(issue, {"x", 1'699'990'000'000, 60}));
  const LocalIssue read = bench.Read(issue);
  CHECK(!read.has_all_work_logs);
  CHECK(read.work_logs.size() == 20);
  const WorkLogPage all = ParseWorkLogs(bench.Good(ReadWorkLogs(issue))).value();
  CHECK(all.total == 21);
  CHECK(all.work_logs.size() == 21);
}

TEST_CASE("an attachment goes up, comes down and goes away (pitfall 15)") {
  Bench bench;
  const std::string issue = bench.Create().id;
  std::string content;
  for (int i = 0; i < 300000; ++i) content += static_cast<char>(i % 253);
  for (const char* name : {"a.png", "Größe 100% #1?.png", "a.png"}) {
    const HttpRequest upload =
        UploadAttachment(issue, name, std::make_shared<Source>(content), "image/png");
    const std::vector<LocalObject> made = ParseUploaded(bench.Good(upload)).value();
    REQUIRE(made.size() == 1);
    CHECK(made[0].name == name);
    CHECK(made[0].mime == "image/png");
    CHECK(made[0].bytes == content.size());
    const auto sink = std::make_shared<Sink>();
    bench.Good(DownloadAttachment(made[0].path, sink, made[0].bytes, made[0].mime));
    CHECK(sink->content == content);
    CHECK(ParseAttachment(bench.Good(ReadAttachment(made[0].id))).value().name == name);
  }
  const LocalIssue read = bench.Read(issue);
  REQUIRE(read.attachments.size() == 3);  // names may repeat
  CHECK(read.attachments[0].id != read.attachments[2].id);
  bench.Good(DeleteAttachment(read.attachments[0].id));
  CHECK(bench.Read(issue).attachments.size() == 2);
  CHECK(bench.Ask(DeleteAttachment(read.attachments[0].id)).verdict == Verdict::kGone);
  const auto gone = std::make_shared<Sink>();
  CHECK(bench.Ask(DownloadAttachment(read.attachments[0].path, gone)).verdict == Verdict::kGone);
  CHECK(gone->content.empty());
}

TEST_CASE("an upload over the limit is refused, a login page is no file (pitfall 15)") {
  Bench bench;
  const std::string issue = bench.Create().id;
  const AttachmentLimits limits = ParseAttachmentLimits(bench.Good(ReadAttachmentLimits())).value();
  CHECK(limits.is_enabled);
  REQUIRE(limits.bytes_max > 0);
  const std::string big(static_cast<std::size_t>(limits.bytes_max) + 1, 'x');
  const Judged refused = bench.Ask(UploadAttachment(issue, "a", std::make_shared<Source>(big)));
  CHECK(refused.verdict == Verdict::kRefused);
  CHECK(refused.error.code == "VAL-JIRA-LARGE");
  bench.Good(UploadAttachment(issue, "a.txt", std::make_shared<Source>("x")));
  const std::string path = bench.Read(issue).attachments.at(0).path;
  bench.token = "";
  const auto sink = std::make_shared<Sink>();
  CHECK(bench.Ask(DownloadAttachment(path, sink, 1, "text/plain")).verdict == Verdict::kAuth);
  CHECK(sink->content.empty());
}

TEST_CASE("a link is seen from both ends, in its direction, and by its id goes (pitfall 23)") {
  Bench bench;
  const CreatedIssue source = bench.Create(), target = bench.Create();
  const std::vector<LinkType> types = ParseLinkTypes(bench.Good(ReadLinkTypes())).value();
  REQUIRE(!types.empty());
  const std::string type = types[0].name;
  bench.Good(AddLink(type, source.key, target.key));
  const LocalIssue at_source = bench.Read(source.id), at_target = bench.Read(target.id);
  REQUIRE(at_source.links.size() == 1);
  REQUIRE(at_target.links.size() == 1);
  const std::string id = at_source.links[0].id;
  CHECK(at_source.links[0] == LocalLink{id, type, true, target.id, target.key, {}});
  CHECK(at_target.links[0] == LocalLink{id, type, false, source.id, source.key, {}});
  bench.Good(DeleteLink(id));
  CHECK(bench.Read(source.id).links.empty());
  CHECK(bench.Ask(DeleteLink(id)).verdict == Verdict::kGone);
  CHECK(bench.Ask(AddLink("No such type", source.key, target.key).value()).verdict != Verdict::kOk);
}

TEST_CASE("a remote link put twice is there once (pitfall 23)") {
  Bench bench;
  const std::string issue = bench.Create().id;
  bench.Good(PutRemoteLink(issue, "valise:1:2", "https://example.org/P-1", "P-1"));
  CHECK(bench.last.status == 201);
  bench.Good(PutRemoteLink(issue, "valise:1:2", "https://example.org/P-2", "P-2"));
  CHECK(bench.last.status == 200);
}

}  // namespace
}  // namespace valise::jira
