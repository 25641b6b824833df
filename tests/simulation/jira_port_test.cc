// The simulated port: files go up and come down whole, or not, as the faults say.
#include "tests/simulation/jira_port.h"

#include "agent/jira/answers.h"
#include "agent/jira/requests.h"
#include "agent/jira/verdict.h"
#include "tests/jira/doctest.h"
#include "tests/jira/support.h"

namespace valise::simulation {
namespace {

struct Source final : BodySource {
  explicit Source(std::string of) : content(std::move(of)) {}
  std::uint64_t bytes() const override { return content.size(); }
  Result<std::size_t> Read(std::uint64_t offset, std::span<char> into) override {
    if (is_broken) return Error{Recovery::kRetryLater, "VAL-X", "the disk is gone"};
    return content.copy(into.data(), into.size(), static_cast<std::size_t>(offset));
  }
  std::string content;
  bool is_broken = false;
};

struct Sink final : BodySink {
  Result<void> Write(std::string_view bytes) override {
    if (is_broken) return Error{Recovery::kRetryLater, "VAL-X", "the disk is full"};
    content += bytes;
    return Ok();
  }
  std::string content;
  bool is_broken = false;
};

class World {
 public:
  explicit World(const Faults& faults = {}) {
    const auto made =
        Ask(jira_, jira::CreateIssueRequest({"PROJ", "Bug", "", "", Summary()}).value(),
            "valise-token");
    issue_ = jira::ParseCreated(made).value().id;
    port_.set_faults(faults);
  }

  HttpRequest Upload(std::shared_ptr<BodySource> file) const {
    return jira::UploadAttachment(issue_, "Größe 1.txt", std::move(file), "text/plain");
  }
  // Runs the world until the answer comes, and on until nothing is left to do.
  HttpAnswer Ask1(const HttpRequest& request) {
    port_.Start(request);
    std::vector<HttpAnswer> answers;
    while (answers.empty()) answers = Step();
    while (port_.NextAt() < INT64_MAX / 8) CHECK(Step().empty());
    REQUIRE(answers.size() == 1);
    return answers[0];
  }
  std::vector<HttpAnswer> Step() {
    now_ms_ = std::max(now_ms_, port_.NextAt());
    port_.Run();
    return port_.Collect(std::chrono::milliseconds(0));
  }
  std::vector<LocalObject> Attachments() {
    const HttpResponse answer =
        Ask(jira_, jira::ReadIssue(issue_, {}, {false, true, false}), "valise-token");
    return jira::ParseIssue(answer, {}).value().attachments;
  }
  SimJiraPort& port() { return port_; }

 private:
  static std::vector<jira::FieldWrite> Summary() {
    return {{jira::Shape("summary", ValueKind::kLine, jira::JsonForm::kString), jira::Just("x")}};
  }

  std::int64_t now_ms_ = 1'700'000'000'000;
  Random random_{7};
  Trace trace_{false};
  standin::Jira jira_{standin::Options{}, [this] { return now_ms_; }};
  SimJiraPort port_{jira_, random_, trace_, "hq", now_ms_};
  std::string issue_;
};

Faults With(int Faults::*fault) {
  Faults faults;
  faults.*fault = 1000;
  return faults;
}

std::string Content() {
  std::string content;
  for (int i = 0; i < 100000; ++i) content += static_cast<char>(i * 31 % 251);
  return content + "\r\n--boundary--\r\n";
}

TEST_CASE("a file goes up and comes down as it was") {
  World world;
  const HttpRequest upload = world.Upload(std::make_shared<Source>(Content()));
  const HttpAnswer up = world.Ask1(upload);
  REQUIRE(jira::Judge(upload, up).verdict == jira::Verdict::kOk);
  const LocalObject made = jira::ParseUploaded(up.response).value().at(0);
  CHECK(made.name == "Größe 1.txt");
  CHECK(made.mime == "text/plain");
  CHECK(made.bytes == Content().size());
  const auto sink = std::make_shared<Sink>();
  const HttpRequest download = jira::DownloadAttachment(made.path, sink, made.bytes, made.mime);
  const HttpAnswer down = world.Ask1(download);
  CHECK(jira::Judge(download, down).verdict == jira::Verdict::kOk);
  CHECK(down.response.body.empty());
  CHECK(sink->content == Content());
}

TEST_CASE("an upload whose answer is lost, or that is executed late, has the bytes it was given") {
  for (auto fault :
       {&Faults::jira_lost_answer, &Faults::jira_late_apply, &Faults::jira_error_after}) {
    World world(With(fault));
    const auto source = std::make_shared<Source>(Content());
    const HttpRequest upload = world.Upload(source);
    world.port().Start(upload);
    source->content = "another";  // read when it was sent, not when Jira gets to it
    std::vector<HttpAnswer> answers;
    while (world.port().NextAt() < INT64_MAX / 8) {
      for (const HttpAnswer& answer : world.Step()) answers.push_back(answer);
    }
    REQUIRE(answers.size() == 1);
    CHECK(jira::Judge(upload, answers[0]).verdict == jira::Verdict::kUnknown);
    const std::vector<LocalObject> there = world.Attachments();
    REQUIRE(there.size() == 1);
    world.port().set_faults({});
    const auto sink = std::make_shared<Sink>();
    world.Ask1(jira::DownloadAttachment(there[0].path, sink));
    CHECK(sink->content == Content());
  }
}

TEST_CASE("an upload that never left, or whose file cannot be read, makes nothing") {
  for (auto fault : {&Faults::jira_not_sent, &Faults::jira_refused_before, &Faults::jira_limit}) {
    World world(With(fault));
    const HttpAnswer answer = world.Ask1(world.Upload(std::make_shared<Source>("x")));
    CHECK(world.Attachments().empty());
    CHECK((answer.failure == HttpFailure::kNotSent || answer.response.status >= 400));
  }
  World world;
  const auto source = std::make_shared<Source>("x");
  source->is_broken = true;
  const HttpAnswer answer = world.Ask1(world.Upload(source));
  CHECK(answer.failure == HttpFailure::kUnknown);
  CHECK(answer.reason == "the disk is gone");
  CHECK(world.Attachments().empty());
}

TEST_CASE("a download that breaks off leaves part of it in the sink, and says so") {
  World world;
  world.Ask1(world.Upload(std::make_shared<Source>(Content())));
  const std::string path = world.Attachments().at(0).path;
  world.port().set_faults(With(&Faults::jira_lost_answer));
  std::size_t partial = 0;
  for (int i = 0; i < 10; ++i) {
    const auto sink = std::make_shared<Sink>();
    CHECK(world.Ask1(jira::DownloadAttachment(path, sink)).failure == HttpFailure::kUnknown);
    CHECK(Content().starts_with(sink->content));
    partial += sink->content.empty() || sink->content == Content() ? 0U : 1U;
  }
  CHECK(partial > 0);
  world.port().set_faults({});
  const auto broken = std::make_shared<Sink>();
  broken->is_broken = true;
  const HttpAnswer answer = world.Ask1(jira::DownloadAttachment(path, broken));
  CHECK(answer.failure == HttpFailure::kUnknown);
  CHECK(answer.reason == "the disk is full");
}

TEST_CASE("a download that is missing says so and leaves the sink alone") {
  World world;
  const auto sink = std::make_shared<Sink>();
  const HttpRequest download = jira::DownloadAttachment("/secure/attachment/9/x", sink);
  const HttpAnswer answer = world.Ask1(download);
  CHECK(answer.response.status == 404);
  CHECK(jira::Judge(download, answer).verdict == jira::Verdict::kGone);
  CHECK(sink->content.empty());
}

TEST_CASE("an agent that died gets no bytes any more; its upload still happens") {
  World world;
  world.port().Start(world.Upload(std::make_shared<Source>("x")));
  world.port().Forget();
  while (world.port().NextAt() < INT64_MAX / 8) CHECK(world.Step().empty());
  REQUIRE(world.Attachments().size() == 1);
  const auto sink = std::make_shared<Sink>();
  world.port().Start(jira::DownloadAttachment(world.Attachments()[0].path, sink));
  world.port().Forget();
  while (world.port().NextAt() < INT64_MAX / 8) CHECK(world.Step().empty());
  CHECK(sink->content.empty());
}

}  // namespace
}  // namespace valise::simulation
