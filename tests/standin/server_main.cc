#include <pthread.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>
#include <thread>

#include "tests/standin/file_store.h"
#include "tests/standin/gz_lines.h"
#include "tests/standin/http_server.h"
#include "tests/standin/jira.h"
#include "tests/standin/json_value.h"
#include "tests/standin/rim.h"
#include "tests/standin/zone.h"

namespace valise::standin {
namespace {

struct Arguments {
  int port = 8080;
  std::string host = "127.0.0.1";
  std::string seed, schema_from;
  Options options;
  std::string attachments;
  std::string setup;
  RimSettings rim;
  std::int64_t clock_ahead_s = 0;
};

std::int64_t WallClockMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// What this Jira is like, where Jiras differ.
void DescribePoses(CLI::App& app, Options& options) {
  app.add_option("--time-zone", options.time_zone, "zone of the server and of its users")
      ->capture_default_str();
  app.add_option("--version", options.version, "version of Jira to behave like")
      ->check(CLI::IsMember({"8.3", "8.13", "8.20", "9.12", "10.3"}))
      ->capture_default_str();
  app.add_option("--language", options.language, "language of field names")
      ->check(CLI::IsMember({"en", "de", "zh"}))
      ->capture_default_str();
  app.add_option("--max-results", options.max_results, "issues that a search answers at most")
      ->capture_default_str();
  app.add_flag("--user-key-ids", options.keys_are_ids, "user keys like JIRAUSER10100");
  app.add_flag("!--no-basic", options.basic_allowed, "no passwords, only tokens");
  app.add_flag("--only-assignee-progresses", options.progress_by_assignee_only,
               "only the assignee may start or stop progress, as in Jira's own classic workflow");
  app.add_flag("--closed-is-frozen", options.closed_is_frozen,
               "closed issues cannot be edited, as in Jira's own classic workflow");
  app.add_flag("--resolution-on-edit", options.resolution_on_edit,
               "Resolution is on the edit screen, as many administrators have it");
  app.add_option("--security-level", options.security_levels,
                 "a security level and who is in it, as "
                 "'Internal=role:Administrators,group:staff,user:bob,reporter,assignee'")
      ->allow_extra_args(false);
  app.add_option("--default-security-level", options.default_security_level,
                 "what an issue gets that names none");
  app.add_flag("--hidden-is-forbidden", options.hidden_is_forbidden,
               "an issue that one may not see answers 403, not 404");
  app.add_flag("!--no-agile", options.agile, "plain Jira: no boards, sprints, epics and ranks");
  app.add_flag("--flat-properties", options.flat_properties,
               "GET issue?properties= without the inner 'properties' object");
}

void Describe(CLI::App& app, Arguments& a) {
  app.footer(DescribeUsers() +
             "\nControl requests outside /rest: GET {context}/standin/stats,\n"
             "POST {context}/standin/faults|refuse|accept|do. See tests/standin/README.md.\n");
  app.add_option("--port", a.port, "port to listen on; 0 takes a free one")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  app.add_option("--host", a.host, "address to listen on")->capture_default_str();
  app.add_option("--context", a.options.context, "context path, may be empty")
      ->capture_default_str();
  app.add_option("--project", a.options.project,
                 "key of the project; default: that of --seed, else PROJ");
  app.add_option("--seed", a.seed, "dump to load (.jsonl or .jsonl.gz), issues and all")
      ->check(CLI::ExistingFile);
  app.add_option("--schema-from", a.schema_from,
                 "dump to take types, statuses, versions, people ... from, but no issues")
      ->check(CLI::ExistingFile);
  app.add_option("--state", a.rim.state_path,
                 "file that keeps the state; loaded at start if it exists, instead of the dumps");
  app.add_option("--record", a.rim.record_path,
                 "append every exchange as a JSON line; those spoilt by a fault to FILE.faulted");
  app.add_option("--setup", a.setup,
                 "JSON lines, each {\"do\": VERB, ...}, run at start unless a state is loaded")
      ->check(CLI::ExistingFile);
  app.add_option("--attachments", a.attachments,
                 "folder for the bytes of attachments; default: STATE.attachments, else memory");
  app.add_option("--attachment-limit", a.options.attachment_limit, "bytes of one upload")
      ->transform(CLI::AsSizeValue(false))
      ->capture_default_str();
  app.add_option("--faults", a.rim.faults_path, "fault plan (JSON), re-read when it changes");
  app.add_option("--first-id", a.options.first_id, "first id of what is created")
      ->capture_default_str();
  app.add_option("--clock-ahead", a.clock_ahead_s,
                 "seconds that its clock is ahead; may be negative")
      ->capture_default_str();
  app.add_option("--text-limit", a.options.text_limit,
                 "characters that a text may have; 0: any number")
      ->capture_default_str();
}

int Complain(const std::string& problem) {
  std::cerr << "jira-standin: " << problem << '\n';
  return 1;
}

// The project key of the dump's first issue.
std::string KeyIn(const std::vector<std::string>& lines) {
  if (lines.empty()) return "";
  const auto first = ParseJson(lines[0], nullptr);
  const std::string key = first.has_value() ? first->Text("key") : "";
  return key.substr(0, key.rfind('-'));
}

std::string LoadFrom(const std::string& path, const std::vector<std::string>& lines, Jira& jira,
                     bool with_issues) {
  const std::string error = with_issues ? jira.LoadDump(lines) : jira.LoadSchema(lines);
  return error.empty() ? "" : path + ": " + error;
}

std::string SetUp(const std::string& path, Jira& jira) {
  std::vector<std::string> lines;
  std::string error = ReadLines(path, &lines);
  for (std::size_t i = 0; i < lines.size() && error.empty(); ++i) {
    if (!lines[i].empty()) error = jira.Control(lines[i]);
    if (!error.empty()) error = path + ": line " + std::to_string(i + 1) + ": " + error;
  }
  return error;
}

// "" or what is wrong. A state that exists wins over the dumps it once came from.
std::string Load(const Arguments& a, const std::vector<std::string>& seed, Jira& jira) {
  if (!a.rim.state_path.empty() && ::access(a.rim.state_path.c_str(), F_OK) == 0) {
    std::string text;
    std::string error = ReadText(a.rim.state_path, &text);
    if (error.empty()) error = jira.LoadState(text);
    return error.empty() ? "" : a.rim.state_path + ": " + error;
  }
  if (!a.schema_from.empty()) {
    std::vector<std::string> lines;
    std::string error = ReadLines(a.schema_from, &lines);
    if (error.empty()) error = LoadFrom(a.schema_from, lines, jira, false);
    if (!error.empty()) return error;
  }
  const std::string error = seed.empty() ? "" : LoadFrom(a.seed, seed, jira, true);
  return error.empty() && !a.setup.empty() ? SetUp(a.setup, jira) : error;
}

// Saves every second, and stops the server at the first SIGTERM or SIGINT.
class Watchman {
 public:
  Watchman(HttpServer& server, Rim& rim, const sigset_t& signals)
      : thread_([this, &server, &rim, signals] { Watch(server, rim, signals); }) {}
  ~Watchman() { thread_.join(); }

 private:
  static void Watch(HttpServer& server, Rim& rim, const sigset_t& signals) {
    const timespec second{1, 0};
    while (::sigtimedwait(&signals, nullptr, &second) < 0) {
      const std::string error = rim.SaveIfChanged();
      if (!error.empty()) Complain(error);
    }
    server.Stop();
  }
  std::thread thread_;
};

std::unique_ptr<ContentStore> StoreFor(const Arguments& a, std::string* error) {
  const std::string& state = a.rim.state_path;
  const std::string folder =
      a.attachments.empty() && !state.empty() ? state + ".attachments" : a.attachments;
  if (folder.empty()) return std::make_unique<MemoryStore>();
  auto store = std::make_unique<FileStore>(folder);
  *error = store->problem();
  return store;
}

int Serve(Arguments& a, const std::vector<std::string>& seed) {
  HttpServer server;
  const int port = server.Bind(a.host, a.port);
  if (port == 0) return Complain("cannot listen on " + a.host + ":" + std::to_string(a.port));
  const std::string url = "http://" + a.host + ":" + std::to_string(port) + a.options.context;
  a.options.base_url = url;
  const std::int64_t ahead_ms = a.clock_ahead_s * 1000;
  Jira jira(a.options, [ahead_ms] { return WallClockMs() + ahead_ms; });
  std::string error;
  const std::unique_ptr<ContentStore> store = StoreFor(a, &error);
  jira.set_content_store(store.get());
  if (error.empty()) error = Load(a, seed, jira);
  if (!error.empty()) return Complain(error);
  Rim rim(jira, a.rim);
  error = rim.ReadFaultsFile();
  if (!error.empty()) return Complain(error);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // for every thread that starts from here
  {
    const Watchman watchman(server, rim, signals);
    std::cout << url << std::endl;
    server.Run(rim, *store, a.options.attachment_limit + 1);
  }
  error = rim.SaveIfChanged();
  return error.empty() ? 0 : Complain(error);
}

int Run(int argc, char** argv) {
  Arguments a;
  a.options.project.clear();
  CLI::App app("Stands in for Jira Data Center: REST API v2 over HTTP, in memory.");
  Describe(app, a);
  DescribePoses(app, a.options);
  CLI11_PARSE(app, argc, argv);
  if (!IsKnownZone(a.options.time_zone))
    return Complain("unknown time zone " + a.options.time_zone);
  std::vector<std::string> seed;
  if (!a.seed.empty()) {
    const std::string error = ReadLines(a.seed, &seed);
    if (!error.empty()) return Complain(error);
  }
  if (a.options.project.empty()) a.options.project = KeyIn(seed);
  if (a.options.project.empty()) a.options.project = "PROJ";
  return Serve(a, seed);
}

}  // namespace
}  // namespace valise::standin

int main(int argc, char** argv) {
  try {
    return valise::standin::Run(argc, argv);
  } catch (const std::exception& error) {
    return valise::standin::Complain(error.what());
  }
}
