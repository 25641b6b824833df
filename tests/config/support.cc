#include "tests/config/support.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "packet/check.h"

namespace valise::test {

const char* const kContract = R"(name = "acme-globex"
version = 2
sites = ["hq", "field"]
share_keys = true
[types]
bug = {}
subtask = { parent = true }
[statuses]
values = ["open", "done"]
[fields.summary]
kind = "line"
[fields.severity]
kind = "option"
values = ["low", "high"]
conflict = "hq"
[fields.priority]
kind = "option"
values = "any"
[fields.due]
kind = "date"
from = "field"
local_edits = "list"
[fields.labels]
kind = "set"
[comments]
from = "hq"
visibility = "all"
[conflict]
default = "field"
[people]
jane = "Jane Doe"
[worklogs]
from = "field"
visibility = "all"
[attachments]
from = "hq"
bytes_max = "2GiB"
types = ["image/*", "text/plain"]
types_refused = ["image/svg+xml"]
names_refused = ["*.exe", "~*"]
[links]
types = ["blocks", "relates"]
from = "hq"
[lifecycle]
deleted = "close"
moved = "comment"
archived = "label"
left_scope = "delete"
)";

const char* const kChannel = R"(# line 1
[site]
name = "hq"
state_dir = "state"
[jira]
url = "https://jira.acme.example/jira/"
project = "PROJ"
scope = "labels = shared"
token_file = "token"
poll_every = "5s"
requests_in_flight = 4
[carrier]
resend_after = "1m"
window = "8MiB"
[carrier.folder]
outbox = "out"
inbox = "in"
[sync]
flips_max = 5
[bind.types]
bug = "Bug"
subtask = ["Sub-task", "Step"]
[bind.statuses]
open = ["To Do", "Reopened"]
done = { status = "Done", resolution = "Fixed" }
[bind.fields]
summary = "summary"
due = "duedate"
[bind.fields.severity]
field = "customfield_10201"
values = { low = "Minor", high = ["Major", "Blocker"] }
default = "Minor"
[bind.users]
jane = "jdoe"
[bind.links]
blocks = "Blocks"
relates = "Relates to"
[bind]
worklogs = false
attachments = false
[bind.lifecycle]
label = "gone"
close = "done"
at_once_max = 5
)";

TempFolder::TempFolder() {
  std::string path = (std::filesystem::temp_directory_path() / "valise-test-XXXXXX").string();
  CHECK(mkdtemp(path.data()) != nullptr);
  path_ = path;
}

TempFolder::~TempFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

void TempFolder::Write(const std::string& name, const std::string& text, unsigned mode) const {
  std::ofstream(File(name), std::ios::binary) << text;
  CHECK(chmod(File(name).c_str(), mode) == 0);
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  CHECK(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string Summary(const std::vector<ConfigProblem>& problems) {
  std::string summary;
  for (const ConfigProblem& problem : problems) {
    summary += std::to_string(problem.line) + ":" + problem.code + " (" + problem.message + "), ";
  }
  return summary;
}

SoundSite::SoundSite() {
  folder.Write("contract.toml", kContract);
  folder.Write("channel.toml", kChannel);
  folder.Write("token", "canary-token-1\n");
  CHECK(mkdir(folder.File("state").c_str(), 0700) == 0);
}

}  // namespace valise::test
