// What valise itself costs from one Jira to the other: two real agents with their stores in memory,
// sealing and REST adapter included, between two model Jiras without faults. CPU is measured around
// the agents' steps alone; the model Jiras answer between them. Latency is simulated, so that
// nothing waits.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>

#include "agent/jira/answers.h"
#include "agent/jira/requests.h"
#include "packet/check.h"
#include "tests/bench/bench.h"
#include "tests/simulation/site.h"

namespace {

using namespace valise;
using simulation::SimSite;

constexpr int kIssues = 50;
constexpr int kCommentsPerIssue = 3;

double CpuMs() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double WallMs() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

// Counters since the world began; a phase is a difference of two.
struct Figures {
  double hq_ms = 0, field_ms = 0, jira_ms = 0, wall_ms = 0, simulated_s = 0;
  double hq_requests = 0, field_requests = 0, changes = 0, packets = 0, bytes = 0;
};

// The simulation sweeps each 20 minutes; nobody's Jira is swept so often.
Terms TermsOf(std::uint32_t site) {
  Terms terms = simulation::SimTerms(site, {});
  terms.settings.sweep_every_ms = Settings{}.sweep_every_ms;
  terms.settings.search_page = Settings{}.search_page;
  terms.settings.sweep_page = Settings{}.sweep_page;
  return terms;
}

class Pipeline {
 public:
  Pipeline()
      : world_(1, false),
        entropy_(1),
        hq_(world_, "hq", 0, TermsOf(0), GenerateKeys("hq", entropy_), 1),
        field_(world_, "field", 1, TermsOf(1), GenerateKeys("field", entropy_), 1) {
    const Id channel = entropy_.RandomId();
    hq_.Meet(field_, channel);
    field_.Meet(hq_, channel);
    hq_.StartAgent();
    field_.StartAgent();
    RunUntilQuiet();  // what each learns of its own Jira is no part of any phase
  }

  void CreateIssues() {
    for (int number = 1; number <= kIssues; ++number) {
      const std::string text = std::to_string(number);
      Do("POST", "/rest/api/2/issue",
         R"({"fields":{"project":{"key":"HQ"},"issuetype":{"name":"Bug"},"summary":"issue )" +
             text + R"(","description":"first line\r\nsecond line of )" + text +
             R"(","labels":["one","two"],"customfield_10105":{"value":"Minor"}}})");
      for (int comment = 1; comment <= kCommentsPerIssue; ++comment) AddComment(number);
    }
  }

  void AddComment(int number) {
    Do("POST", "/rest/api/2/issue/HQ-" + std::to_string(number) + "/comment",
       R"({"body":"A comment of two lines,\r\nby somebody who has something to say."})");
  }

  void EditSummary(int number) {
    Do("PUT", "/rest/api/2/issue/HQ-" + std::to_string(number),
       R"({"fields":{"summary":"changed )" + std::to_string(number) + R"("}})");
  }

  // Until both are quiet and a poll has found nothing more.
  void RunUntilQuiet() {
    std::int64_t quiet_since = world_.now_ms;
    while (world_.now_ms - quiet_since < 90'000) {
      const std::int64_t until = world_.now_ms + 5'000;  // a look at both stores costs something
      while (world_.now_ms < until) Tick();
      CHECK(!hq_.stopped && !field_.stopped);
      if (!IsQuiet(hq_) || !IsQuiet(field_)) quiet_since = world_.now_ms;
    }
  }

  Figures Now() const {
    Figures figures = figures_;
    figures.wall_ms = WallMs();
    figures.simulated_s = static_cast<double>(world_.now_ms) / 1e3;
    figures.hq_requests = static_cast<double>(hq_.port.requests());
    figures.field_requests = static_cast<double>(field_.port.requests());
    for (const Id& id : hq_.store->AllIssues()) {
      figures.changes += static_cast<double>(hq_.store->LoadIssue(id)->out_sequence);
    }
    return figures;
  }

  std::size_t issues_at_field() const { return field_.jira.issue_count(); }
  std::size_t comments_at_field() const { return field_.jira.comment_count(); }

 private:
  // A poll that finds nothing is no unrest.
  static bool IsQuiet(SimSite& site) {
    const std::string unrest = site.unrest();
    return unrest.empty() || unrest == " busy";
  }

  void Do(const std::string& method, const std::string& path, const std::string& body) {
    HttpRequest request;
    request.method = method;
    request.path = path;
    request.body = body;
    const HttpResponse told = simulation::Ask(hq_.jira, request, "alice-token");
    if (told.status >= 300) std::fprintf(stderr, "bench: %s\n", told.body.c_str());
    CHECK(told.status < 300);
  }

  void Tick() {
    const std::int64_t next =
        std::min({world_.now_ms + 60'000, hq_.NextAt(), field_.NextAt()});
    world_.now_ms = std::max(world_.now_ms + 1, next);
    const double start = CpuMs();
    hq_.port.Run();
    field_.port.Run();
    figures_.jira_ms += CpuMs() - start;
    Step(hq_, figures_.hq_ms, world_.to_field, sent_[0]);
    Step(field_, figures_.field_ms, world_.to_hq, sent_[1]);
  }

  void Step(SimSite& site, double& cpu_ms, const simulation::Lane& out, std::uint64_t& sent) {
    if (site.NextAt() > world_.now_ms) return;
    const double start = CpuMs();
    site.StepAgent();
    cpu_ms += CpuMs() - start;
    for (auto item = out.items.rbegin(); sent < out.sent && item != out.items.rend(); ++item) {
      ++sent;
      figures_.packets += 1;
      figures_.bytes += static_cast<double>(item->sealed.size());
    }
  }

  simulation::SharedWorld world_;
  SeededEntropy entropy_;
  SimSite hq_, field_;
  Figures figures_;
  std::uint64_t sent_[2] = {};
};

// A change is what a person did: an issue created, an edit, a comment.
void Print(const char* phase, const Figures& before, const Figures& after, double creates,
           double writes) {
  const double changes = creates + writes;
  const double hq_ms = after.hq_ms - before.hq_ms;
  const double field_ms = after.field_ms - before.field_ms;
  const double jira_ms = after.jira_ms - before.jira_ms;
  const double hq_requests = after.hq_requests - before.hq_requests;
  const double field_requests = after.field_requests - before.field_requests;
  const double bytes = after.bytes - before.bytes;
  const double wall_s = (after.wall_ms - before.wall_ms) / 1e3;
  std::printf("%s: %.0f changes, %.0f issues created, %.0f edits and comments, in %.0f records\n",
              phase, changes, creates, writes, after.changes - before.changes);
  std::printf("  changes per second     %8.0f  of valise's own CPU, both sites on one core\n",
              changes / ((hq_ms + field_ms) / 1e3));
  std::printf("                         %8.0f  with both model Jiras, wall time\n",
              changes / wall_s);
  std::printf("  CPU ms per change      %8.3f  sender %.3f, receiver %.3f (limit 1 for each)\n",
              (hq_ms + field_ms) / changes, hq_ms / changes, field_ms / changes);
  std::printf("  the model Jiras        %8.3f  ms per change, not counted above\n",
              jira_ms / changes);
  std::printf("  receiver's requests    %8.2f  per issue; polls in, own writes out (limit 2)\n",
              (field_requests - writes) / kIssues);
  std::printf("                         %8.2f  per change, everything\n", field_requests / changes);
  std::printf("  sender's requests      %8.2f  per issue, %.2f per change\n",
              hq_requests / kIssues, hq_requests / changes);
  std::printf("  bytes on the wire      %8.0f  per change, both ways, in %.0f packets\n",
              bytes / changes, after.packets - before.packets);
}

}  // namespace

void BenchPipeline() {
  Pipeline pipeline;
  pipeline.CreateIssues();
  Figures before = pipeline.Now();
  pipeline.RunUntilQuiet();
  Figures after = pipeline.Now();
  CHECK(pipeline.issues_at_field() == kIssues);
  CHECK(pipeline.comments_at_field() == kIssues * kCommentsPerIssue);
  Print("first sync", before, after, kIssues, kIssues * kCommentsPerIssue);

  for (int number = 1; number <= kIssues; ++number) pipeline.EditSummary(number);
  before = pipeline.Now();
  pipeline.RunUntilQuiet();
  Print("one edit to each issue", before, pipeline.Now(), 0, kIssues);

  for (int number = 1; number <= kIssues; ++number) pipeline.AddComment(number);
  before = pipeline.Now();
  pipeline.RunUntilQuiet();
  Print("one comment to each issue", before, pipeline.Now(), 0, kIssues);
}
