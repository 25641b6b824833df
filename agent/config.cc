#include "agent/config.h"

#include <algorithm>
#include <tuple>

#include "agent/config/channel_file.h"
#include "agent/config/secret_file.h"
#include "agent/config/units.h"

namespace valise {

namespace {

class ChannelReader {
 public:
  ChannelReader(const TomlNode& root, const std::string& file, LoadedConfig& loaded)
      : base_(file), problems_(file, loaded.problems), top_(root, "", problems_), loaded_(loaded) {}

  void Read() {
    ReadSite();
    ReadJira(top_, base_, config());
    ReadCarrier(top_, base_, config());
    ReadSync(top_, config());
    ReadBinding(top_, is_contract_sound_ ? &config().contract : nullptr, config());
    top_.ReportUnknown();
    SortProblems();
    loaded_.problems.insert(loaded_.problems.end(), of_contract_.begin(), of_contract_.end());
  }

 private:
  Config& config() { return loaded_.config; }

  void ReadSite() {
    const TomlNode* table = top_.Table("site");
    if (table == nullptr) {
      if (top_.table().Find("site") == nullptr) {
        problems_.Add(1, 1, "VAL-CONFIG-MISSING", "table [site] is missing; add it");
      }
      return;
    }
    TableReader site(*table, "site", problems_);
    std::string contract_file = "contract.toml";
    site.Text("contract", contract_file);
    ReadContract(site, base_.Absolute(contract_file));
    config().channel = config().contract.name;
    site.Text("channel", config().channel);
    if (site.RequiredText("name", config().site) && is_contract_sound_) FindSite(site);
    ReadStateDir(site);
    site.ReportUnknown();
  }

  void ReadContract(TableReader& site, const std::string& path) {
    const Result<std::string> toml = ReadConfigFile(path);
    if (!toml.ok()) {
      const TomlNode* named = site.Find("contract");
      problems_.Add(named == nullptr ? site.table() : *named, "VAL-CONFIG-FILE",
                    "[site] contract: cannot read " + path +
                        "; create it, or take the peer's: valise pair join FILE");
      return;
    }
    ParsedContract parsed = ParseContract(path, toml.value());
    is_contract_sound_ = parsed.problems.empty();
    of_contract_ = std::move(parsed.problems);
    config().contract = std::move(parsed.contract);
  }

  void FindSite(TableReader& site) {
    const auto& sites = config().contract.sites;
    const auto found = std::find(sites.begin(), sites.end(), config().site);
    if (found == sites.end()) {
      const std::string hint = DidYouMean(config().site, sites);
      problems_.Add(*site.Find("name"), "VAL-CONFIG-VALUE",
                    "[site] name \"" + config().site + "\" is not in the contract's sites (\"" +
                        sites[0] + "\", \"" + sites[1] + "\")" +
                        (hint.empty() ? "; use one of them" : hint));
      return;
    }
    config().site_index = static_cast<std::uint32_t>(found - sites.begin());
    config().peer_index = 1 - config().site_index;
  }

  void ReadStateDir(TableReader& site) {
    if (!site.RequiredText("state_dir", config().state_dir)) return;
    config().state_dir = base_.Absolute(config().state_dir);
    const Result<void> checked = CheckSecretFolder(config().state_dir);
    if (checked.ok()) return;
    const bool is_missing = checked.error().code == "VAL-CONFIG-FILE";
    problems_.Add(*site.Find("state_dir"), checked.error().code.c_str(),
                  is_missing ? "[site] state_dir: there is no folder " + config().state_dir +
                                   "; type: valise init, or: mkdir -m 700 " + config().state_dir
                             : "[site] state_dir: " + checked.error().message);
  }

  void SortProblems() {
    std::stable_sort(loaded_.problems.begin(), loaded_.problems.end(),
                     [](const ConfigProblem& a, const ConfigProblem& b) {
                       return std::tie(a.line, a.column) < std::tie(b.line, b.column);
                     });
  }

  PathBase base_;
  ProblemList problems_;
  TableReader top_;
  LoadedConfig& loaded_;
  std::vector<ConfigProblem> of_contract_;
  bool is_contract_sound_ = false;
};

}  // namespace

LoadedConfig LoadConfig(const std::string& channel_file) {
  LoadedConfig loaded;
  loaded.config.file = channel_file;
  ProblemList problems(channel_file, loaded.problems);
  const Result<std::string> toml = ReadConfigFile(channel_file);
  if (!toml.ok()) {
    problems.Add(0, 0, toml.error().code.c_str(), toml.error().message);
    return loaded;
  }
  const TomlDocument document = ParseToml(toml.value());
  if (document.fault) {
    problems.Add(document.fault->line, document.fault->column, "VAL-CONFIG-SYNTAX",
                 document.fault->message);
    return loaded;
  }
  ChannelReader(document.root, channel_file, loaded).Read();
  return loaded;
}

}  // namespace valise
