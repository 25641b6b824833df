#include "agent/config.h"

#include <algorithm>
#include <tuple>

#include "agent/config/channel_file.h"
#include "agent/config/secret_file.h"
#include "agent/config/units.h"

namespace valise {

namespace {

void ReadStateDir(TableReader& site, const PathBase& base, SiteFiles& files) {
  if (!site.RequiredText("state_dir", files.state_dir)) return;
  files.state_dir = base.Absolute(files.state_dir);
  const Result<void> checked = CheckSecretFolder(files.state_dir);
  if (checked.ok()) return;
  const bool is_missing = checked.error().code == "VAL-CONFIG-FILE";
  site.problems().Add(*site.Find("state_dir"), checked.error().code.c_str(),
                      is_missing ? "[site] state_dir: there is no folder " + files.state_dir +
                                       "; type: valise init, or: mkdir -m 700 " + files.state_dir
                                 : "[site] state_dir: " + checked.error().message);
}

// The table, or null after a problem.
const TomlNode* ReadSiteTable(TableReader& top, const PathBase& base, SiteFiles& files) {
  const TomlNode* table = top.Table("site");
  if (table == nullptr) {
    if (top.table().Find("site") == nullptr) {
      top.problems().Add(1, 1, "VAL-CONFIG-MISSING", "table [site] is missing; add it");
    }
    return nullptr;
  }
  TableReader site(*table, "site", top.problems());
  files.contract_file = "contract.toml";
  site.Text("contract", files.contract_file);
  files.contract_file = base.Absolute(files.contract_file);
  site.RequiredText("name", files.site);
  site.Known("channel");
  ReadStateDir(site, base, files);
  site.ReportUnknown();
  return table;
}

// The file as a tree; nullopt after a problem.
std::optional<TomlNode> ReadTree(const std::string& file, std::vector<ConfigProblem>& problems) {
  ProblemList list(file, problems);
  const Result<std::string> toml = ReadConfigFile(file);
  if (!toml.ok()) {
    list.Add(0, 0, toml.error().code.c_str(), toml.error().message);
    return std::nullopt;
  }
  TomlDocument document = ParseToml(toml.value());
  if (document.fault) {
    list.Add(document.fault->line, document.fault->column, "VAL-CONFIG-SYNTAX",
             document.fault->message);
    return std::nullopt;
  }
  return std::move(document.root);
}

void AddWords(const Contract& contract, std::set<std::string>& words) {
  for (const auto& [name, terms] : contract.types) words.insert(name);
  words.insert(contract.statuses.begin(), contract.statuses.end());
  for (const auto& [name, field] : contract.fields) {
    words.insert(name);
    words.insert(field.values.begin(), field.values.end());
  }
  words.insert(contract.link_types.begin(), contract.link_types.end());
  for (const auto& [alias, name] : contract.people) words.insert(alias);
}

// Words of the contracts that are not in force.
std::set<std::string> OtherWords(const KnownContracts& known) {
  std::set<std::string> words;
  for (const std::string& toml : known.former) {
    AddWords(ParseContract("contract", toml).contract, words);
  }
  for (const Contract& contract : known.waiting) AddWords(contract, words);
  return words;
}

class ChannelReader {
 public:
  ChannelReader(const TomlNode& root, const std::string& file, const KnownContracts& known,
                LoadedConfig& loaded)
      : base_(file),
        problems_(file, loaded.problems),
        top_(root, "", problems_),
        known_(known),
        loaded_(loaded) {
    problems_.Tolerate(OtherWords(known), loaded.warnings);
  }

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
    SiteFiles files;
    const TomlNode* table = ReadSiteTable(top_, base_, files);
    if (table == nullptr) return;
    config().site = files.site;
    config().state_dir = files.state_dir;
    ReadContract(*table, files.contract_file);
    config().channel = config().contract.name;
    TableReader(*table, "site", problems_).Text("channel", config().channel);
    if (!files.site.empty() && is_contract_sound_) FindSite(*table);
  }

  void ReadContract(const TomlNode& site, const std::string& path) {
    const Result<std::string> toml = ReadConfigFile(path);
    if (!toml.ok()) {
      const TomlNode::Member* named = site.Find("contract");
      problems_.Add(named == nullptr ? site : named->value, "VAL-CONFIG-FILE",
                    "[site] contract: cannot read " + path +
                        "; create it, or take the peer's: valise pair join FILE");
      return;
    }
    const auto& in_force = known_.in_force;
    const auto& former = known_.former;
    const bool is_old =
        in_force && std::find(former.begin(), former.end(), toml.value()) != former.end();
    config().contract_file = path;
    config().is_contract_file_old = is_old;
    if (in_force) config().contract_agreed = in_force->contract.digest;
    ParsedContract parsed = is_old ? *in_force : ParseContract(path, toml.value());
    is_contract_sound_ = parsed.problems.empty();
    of_contract_ = std::move(parsed.problems);
    config().contract = std::move(parsed.contract);
  }

  void FindSite(const TomlNode& site) {
    const auto& sites = config().contract.sites;
    const auto found = std::find(sites.begin(), sites.end(), config().site);
    if (found == sites.end()) {
      const std::string hint = DidYouMean(config().site, sites);
      problems_.Add(site.Find("name")->value, "VAL-CONFIG-VALUE",
                    "[site] name \"" + config().site + "\" is not in the contract's sites (\"" +
                        sites[0] + "\", \"" + sites[1] + "\")" +
                        (hint.empty() ? "; use one of them" : hint));
      return;
    }
    config().site_index = static_cast<std::uint32_t>(found - sites.begin());
    config().peer_index = 1 - config().site_index;
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
  const KnownContracts& known_;
  LoadedConfig& loaded_;
  std::vector<ConfigProblem> of_contract_;
  bool is_contract_sound_ = false;
};

}  // namespace

LoadedConfig LoadConfig(const std::string& channel_file, const KnownContracts& known) {
  LoadedConfig loaded;
  loaded.config.file = channel_file;
  const auto root = ReadTree(channel_file, loaded.problems);
  if (root) ChannelReader(*root, channel_file, known, loaded).Read();
  return loaded;
}

SiteFiles LoadSiteFiles(const std::string& channel_file) {
  SiteFiles files;
  files.file = channel_file;
  const auto root = ReadTree(channel_file, files.problems);
  if (!root) return files;
  ProblemList problems(channel_file, files.problems);
  TableReader top(*root, "", problems);
  ReadSiteTable(top, PathBase(channel_file), files);
  return files;
}

}  // namespace valise
