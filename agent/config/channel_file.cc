#include "agent/config/channel_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "agent/config/secret_file.h"
#include "agent/config/units.h"
#include "packet/limits.h"

namespace valise {

namespace {

namespace fs = std::filesystem;

struct DurationKey {
  const char* key;
  std::int64_t Settings::*setting;
  std::int64_t least_ms;
};
constexpr std::array<DurationKey, 9> kJiraDurations{{
    {"poll_every", &Settings::poll_every_ms, 10},
    {"poll_overlap", &Settings::poll_overlap_ms, 0},
    {"sweep_every", &Settings::sweep_every_ms, 100},
    {"write_timeout", &Settings::write_timeout_ms, 100},
    {"read_timeout", &Settings::read_timeout_ms, 100},
    {"settle_create", &Settings::settle_create_ms, 0},
    {"settle_other", &Settings::settle_other_ms, 0},
    {"end_proof", &Settings::end_proof_ms, 1000},
    {"probe_gap", &Settings::probe_gap_ms, 0},
}};
constexpr std::array<DurationKey, 10> kCarrierDurations{{
    {"resend_after", &Settings::resend_after_ms, 100},
    {"resend_at_most", &Settings::resend_at_most_ms, 100},
    {"ack_after", &Settings::ack_after_ms, 0},
    {"pack_after", &Settings::pack_after_ms, 0},
    {"receive_every", &Settings::receive_every_ms, 10},
    {"heartbeat", &Settings::heartbeat_every_ms, 100},
    {"gap_patience", &Settings::gap_patience_ms, 0},
    {"expect_every", &Settings::expect_every_ms, 100},
    {"spool_keep", &Settings::spool_keep_ms, 0},
    {"journal_keep", &Settings::journal_keep_ms, 0},
}};

template <std::size_t kCount>
void ReadDurations(TableReader& reader, const std::array<DurationKey, kCount>& keys,
                   Settings& settings) {
  for (const DurationKey& known : keys) {
    reader.Duration(known.key, known.least_ms, settings.*known.setting);
  }
}

// What is wrong with a Jira address; empty: nothing.
std::string FaultOfUrl(const std::string& url) {
  const bool is_https = url.starts_with("https://");
  if (!is_https && !url.starts_with("http://")) return "must begin with https:// or http://";
  const std::string rest = url.substr(is_https ? 8 : 7);
  const std::string host = rest.substr(0, rest.find('/'));
  if (host.empty()) return "names no host";
  if (rest.find('@') != std::string::npos)
    return "must not hold a user or password; use token_file";
  if (rest.find_first_of("?#") != std::string::npos) return "must end before any ? or #";
  const auto is_odd = [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '\\';
  };
  if (std::any_of(rest.begin(), rest.end(), is_odd)) return "holds blanks or control characters";
  return "";
}

void ReadUrl(TableReader& jira, Config& config) {
  if (!jira.RequiredText("url", config.jira.url)) return;
  while (config.jira.url.ends_with('/')) config.jira.url.pop_back();
  const std::string fault = FaultOfUrl(config.jira.url);
  if (fault.empty()) return;
  jira.problems().Add(*jira.Find("url"), "VAL-CONFIG-VALUE",
                      "[jira] url " + fault + ", like https://jira.example.org/jira");
}

void ReadCredentials(TableReader& jira, const PathBase& base, Config& config) {
  const bool has_token = jira.table().Find("token_file") != nullptr;
  const bool has_user = jira.table().Find("user") != nullptr;
  const bool has_password = jira.table().Find("password_file") != nullptr;
  ReadSecretPath(jira, "token_file", base, config.jira.token_file);
  ReadSecretPath(jira, "password_file", base, config.jira.password_file);
  jira.Text("user", config.jira.user);
  if (has_token && (has_user || has_password)) {
    jira.problems().Add(*jira.Find(has_user ? "user" : "password_file"), "VAL-CONFIG-VALUE",
                        "[jira] has both a token_file and a user with a password_file; keep one");
  } else if (has_user != has_password) {
    jira.Missing(has_user ? "password_file" : "user", "user and password_file belong together");
  } else if (!has_token && !has_user) {
    jira.Missing("token_file", "name a file with a personal access token, mode 0600");
  }
  RefuseInlineSecrets(jira);
}

void CheckProject(TableReader& jira, Config& config) {
  if (!jira.RequiredText("project", config.binding.project)) return;
  const auto is_key = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  const std::string& key = config.binding.project;
  if (std::all_of(key.begin(), key.end(), is_key) && key.size() <= limits::kNameBytesMax) return;
  jira.problems().Add(*jira.Find("project"), "VAL-CONFIG-VALUE",
                      "[jira] project must be a project key, like \"PROJ\"");
}

void ReadFolder(TableReader& carrier, const PathBase& base, Config& config) {
  const TomlNode* table = carrier.Table("folder");
  if (table == nullptr) return;
  config.has_folder = true;
  TableReader folder(*table, "carrier.folder", carrier.problems());
  if (folder.RequiredText("outbox", config.folder.outbox)) {
    config.folder.outbox = base.Absolute(config.folder.outbox);
  }
  if (folder.RequiredText("inbox", config.folder.inbox)) {
    config.folder.inbox = base.Absolute(config.folder.inbox);
    if (config.folder.inbox == config.folder.outbox) {
      folder.problems().Add(*folder.Find("inbox"), "VAL-CONFIG-VALUE",
                            "[carrier.folder] inbox and outbox are one folder; use two");
    }
  }
  if (folder.Text("marker", config.folder.marker)) {
    const std::string& marker = config.folder.marker;
    if (marker.empty() || marker == "." || marker == ".." || marker.size() > 255 ||
        marker.find('/') != std::string::npos) {
      folder.problems().Add(*folder.Find("marker"), "VAL-CONFIG-VALUE",
                            "[carrier.folder] marker must be a file name without folders");
    }
  }
  folder.ReportUnknown();
}

// With one carrier there is nothing to choose.
void ReadSendOver(TableReader& carrier, Config& config) {
  std::string word = "both";
  if (!carrier.Text("send_over", word)) return;
  const auto fault = [&](const std::string& message) {
    carrier.problems().Add(*carrier.Find("send_over"), "VAL-CONFIG-VALUE",
                           "[carrier] send_over " + message);
  };
  if (word != "both" && word != "folder" && word != "mail") {
    return fault("must be \"both\", \"folder\" or \"mail\"");
  }
  if (word != "mail" && !config.has_folder) return fault("needs a table [carrier.folder]");
  if (word != "folder" && !config.has_mail) return fault("needs a table [carrier.mail]");
  config.sends_over_folder = word != "mail";
  config.sends_over_mail = word != "folder";
}

// A mail is a third larger than its packet, and servers take 10 to 25 MiB.
void BoundForMail(TableReader& carrier, bool has_own_bound, Config& config) {
  std::uint64_t& bound = config.settings.sealed_bytes_max;
  if (!has_own_bound) bound = limits::kMailSealedBytesDefault;
  if (bound <= limits::kMailSealedBytesMax) return;
  carrier.problems().Add(*carrier.Find("sealed_bytes_max"), "VAL-CONFIG-VALUE",
                         "[carrier] sealed_bytes_max must be at most \"" +
                             SizeText(limits::kMailSealedBytesMax) +
                             "\" with mail; servers refuse larger mails");
}

}  // namespace

PathBase::PathBase(const std::string& channel_file) {
  std::error_code error;
  folder_ = fs::absolute(channel_file, error).parent_path().string();
}

std::string PathBase::Absolute(const std::string& path) const {
  const std::string whole = (fs::path(folder_) / path).lexically_normal().string();
  return whole.size() > 1 && whole.back() == '/' ? whole.substr(0, whole.size() - 1) : whole;
}

void ReadJira(TableReader& top, const PathBase& base, Config& config) {
  const TomlNode* table = top.Table("jira");
  if (table == nullptr) {
    if (top.table().Find("jira") == nullptr) {
      top.problems().Add(1, 1, "VAL-CONFIG-MISSING", "table [jira] is missing; add it");
    }
    return;
  }
  TableReader jira(*table, "jira", top.problems());
  ReadUrl(jira, config);
  CheckProject(jira, config);
  jira.Text("scope", config.binding.scope);
  std::vector<std::string> automations;
  jira.Names("automation_users", automations);
  config.binding.automations.insert(automations.begin(), automations.end());
  ReadCredentials(jira, base, config);
  ReadFilePath(jira, "ca_file", base, config.jira.ca_file);
  ReadDurations(jira, kJiraDurations, config.settings);
  std::int64_t in_flight = static_cast<std::int64_t>(config.settings.requests_in_flight);
  jira.Integer("requests_in_flight", 1, 64, in_flight);
  config.settings.requests_in_flight = static_cast<std::size_t>(in_flight);
  jira.ReportUnknown();
}

void ReadCarrier(TableReader& top, const PathBase& base, Config& config) {
  const TomlNode* table = top.Table("carrier");
  if (table == nullptr) return;
  TableReader carrier(*table, "carrier", top.problems());
  ReadDurations(carrier, kCarrierDurations, config.settings);
  carrier.Size("sealed_bytes_max", 64U << 10, limits::kSealedBytesMax,
               config.settings.sealed_bytes_max);
  carrier.Size("window", 1U << 20, 64ULL << 30, config.settings.window_bytes);
  carrier.Size("content_window", 1U << 20, 64ULL << 30, config.settings.content_window_bytes);
  const bool has_own_bound = table->Find("sealed_bytes_max") != nullptr;
  ReadFolder(carrier, base, config);
  ReadMailTable(carrier, base, config);
  ReadSendOver(carrier, config);
  if (config.has_mail) BoundForMail(carrier, has_own_bound, config);
  if (config.settings.resend_at_most_ms < config.settings.resend_after_ms) {
    const bool is_written = table->Find("resend_at_most") != nullptr;
    carrier.problems().Add(*carrier.Find(is_written ? "resend_at_most" : "resend_after"),
                           "VAL-CONFIG-VALUE",
                           "[carrier] resend_at_most must not be shorter than resend_after");
  }
  carrier.ReportUnknown();
}

void ReadSync(TableReader& top, Config& config) {
  const TomlNode* table = top.Table("sync");
  if (table == nullptr) return;
  TableReader sync(*table, "sync", top.problems());
  std::int64_t flips = config.settings.flips_max;
  sync.Integer("flips_max", 1, 1000, flips);
  config.settings.flips_max = static_cast<std::uint32_t>(flips);
  std::int64_t objects = config.settings.objects_max;
  sync.Integer("objects_max", 1, limits::kIssueObjectsMax, objects);
  config.settings.objects_max = static_cast<std::uint32_t>(objects);
  sync.ReportUnknown();
}

Result<std::string> ReadConfigFile(const std::string& path) {
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  if (!fs::is_regular_file(path, error) || !file) {
    const bool is_there = fs::exists(path, error);
    return Error{Recovery::kAskOperator, "VAL-CONFIG-FILE",
                 (is_there ? "cannot read " : "there is no ") + path +
                     "; correct the path, or type: valise init"};
  }
  std::string text(limits::kConfigBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

}  // namespace valise
