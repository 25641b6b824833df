#include "tests/standin/rim.h"

#include <sys/stat.h>

#include <chrono>
#include <iostream>
#include <thread>

#include "tests/standin/call.h"
#include "tests/standin/gz_lines.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/record.h"

namespace valise::standin {
namespace {

// Changes whenever the file does; empty when there is none.
std::string StampOf(const std::string& path) {
  struct stat info {};
  if (path.empty() || ::stat(path.c_str(), &info) != 0) return "";
  return std::to_string(info.st_mtim.tv_sec) + "." + std::to_string(info.st_mtim.tv_nsec) + "/" +
         std::to_string(info.st_size) + "/" + std::to_string(info.st_ino);
}

void WriteCounts(JsonWriter& out, const char* name,
                 const std::map<std::string, std::uint64_t>& counts) {
  out.Key(name).Open('{');
  for (const auto& [what, count] : counts) out.FieldInt(what, static_cast<std::int64_t>(count));
  out.Close('}');
}

}  // namespace

Rim::Rim(Jira& jira, RimSettings settings) : jira_(jira), settings_(std::move(settings)) {
  if (settings_.record_path.empty()) return;
  record_.open(settings_.record_path, std::ios::app);
  faulted_.open(settings_.record_path + ".faulted", std::ios::app);
}

FaultedResponse Rim::Serve(const Request& request) {
  const std::string control = jira_.options().context + "/standin/";
  std::int64_t latency_ms = 0;
  FaultedResponse answer;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (request.target.compare(0, control.size(), control) == 0) {
      return {Control(request, request.target.substr(control.size())), false, false, false};
    }
    NoticeFaultsFile();
    latency_ms = faults_.plan().latency_ms;
    answer = HandleWithFault(jira_, request, faults_.Decide(request));
    ++requests_;
    ++by_method_[request.method];
    ++by_status_[answer.cut ? "cut" : std::to_string(answer.response.status)];
    if (answer.applied && request.method != "GET") ++changes_;
    Record(request, answer);
  }
  if (latency_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(latency_ms));
  return answer;
}

void Rim::Record(const Request& request, const FaultedResponse& answer) {
  if (!record_.is_open()) return;
  (answer.spoilt ? faulted_ : record_) << RecordLine(request, answer.response) << '\n'
                                       << std::flush;
  ++(answer.spoilt ? spoilt_ : recorded_);
}

Response Rim::Control(const Request& request, const std::string& name) {
  if (name == "stats" && request.method == "GET") return Stats();
  if (request.method != "POST") return Fail(404, "No such control request.");
  if (name == "faults") {
    FaultPlan plan;
    const std::string error = ReadFaultPlan(request.body, &plan);
    if (!error.empty()) return Fail(400, error);
    SetPlan(std::move(plan));
    return Stats();
  }
  if (name == "do") {
    const std::string error = jira_.Control(request.body);
    ++changes_;
    return error.empty() ? Stats() : Fail(400, error);
  }
  if (name == "accept") {
    jira_.AcceptAllValues();
    return Stats();
  }
  const auto body = ParseJson(request.body, nullptr);
  if (name != "refuse" || !body.has_value()) return Fail(400, "No such control request.");
  jira_.RefuseValue(body->Text("field"), body->Text("part"), body->Text("message"));
  return Stats();
}

Response Rim::Stats() {
  JsonWriter out;
  out.Open('{').FieldInt("requests", static_cast<std::int64_t>(requests_));
  out.FieldInt("issues", static_cast<std::int64_t>(jira_.issue_count()));
  out.FieldInt("comments", static_cast<std::int64_t>(jira_.comment_count()));
  out.FieldInt("recorded", static_cast<std::int64_t>(recorded_));
  out.FieldInt("recordedFaulted", static_cast<std::int64_t>(spoilt_));
  WriteCounts(out, "methods", by_method_);
  WriteCounts(out, "statuses", by_status_);
  WriteCounts(out, "faults", faults_.counts());
  return Json(200, out.Close('}').Take());
}

void Rim::SetPlan(FaultPlan plan) {
  if (plan.index_lag_ms >= 0) jira_.set_index_lag(plan.index_lag_ms);
  faults_.SetPlan(std::move(plan));
}

std::string Rim::ReadFaultsFile() {
  faults_stamp_ = StampOf(settings_.faults_path);
  if (faults_stamp_.empty()) return "";
  std::string text;
  std::string error = ReadText(settings_.faults_path, &text);
  FaultPlan plan;
  if (error.empty()) error = ReadFaultPlan(text, &plan);
  if (!error.empty()) return settings_.faults_path + ": " + error;
  SetPlan(std::move(plan));
  return "";
}

// A half-written file keeps the former plan; the next request looks again only if it changed.
void Rim::NoticeFaultsFile() {
  if (settings_.faults_path.empty() || StampOf(settings_.faults_path) == faults_stamp_) return;
  const std::string error = ReadFaultsFile();
  if (!error.empty()) std::cerr << "jira-standin: " << error << '\n';
}

std::string Rim::SaveIfChanged() {
  if (settings_.state_path.empty()) return "";
  std::unique_lock<std::mutex> lock(mutex_);
  if (changes_ == saved_changes_) return "";
  const std::uint64_t changes = changes_;
  const Jira snapshot = jira_;  // cheap: issues are shared
  lock.unlock();
  const std::string error = ReplaceFile(settings_.state_path, snapshot.SaveState());
  lock.lock();
  if (error.empty()) saved_changes_ = changes;
  return error;
}

}  // namespace valise::standin
