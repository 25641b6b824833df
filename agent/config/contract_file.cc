// contract.toml -> Contract. The bytes come from the peer as often as from us: everything is
// bounded and checked as if they were hostile.
#include "agent/config/contract_parts.h"

namespace valise {

namespace {

class ContractReader {
 public:
  ContractReader(const TomlNode& root, ProblemList& problems)
      : top_(root, "", problems), problems_(problems) {}

  Contract Read() {
    ReadHead();
    if (const TomlNode* types = RequiredTable("types")) ReadTypes(*types);
    if (const TomlNode* statuses = RequiredTable("statuses")) ReadStatuses(*statuses);
    const SiteWords sites(contract_.sites, problems_);
    if (const TomlNode* fields = RequiredTable("fields")) {
      ReadFieldTerms(*fields, sites, problems_, contract_);
    }
    ReadContentTerms(top_, sites, contract_);
    if (const TomlNode* conflict = top_.Table("conflict")) ReadConflict(*conflict, sites);
    ReadPeopleTerms(top_, contract_);
    top_.ReportUnknown();
    return std::move(contract_);
  }

 private:
  const TomlNode* RequiredTable(const std::string& key) {
    const TomlNode* table = top_.Table(key);
    if (top_.table().Find(key) == nullptr) {
      problems_.Add(1, 1, "VAL-CONFIG-MISSING", "table [" + key + "] is missing; add it");
    }
    return table;
  }

  void ReadHead() {
    top_.RequiredText("name", contract_.name);
    std::int64_t version = 1;
    top_.Integer("version", 1, 1'000'000'000, version);
    contract_.version = static_cast<std::uint32_t>(version);
    top_.Flag("share_keys", contract_.shares_keys);
    if (!top_.Names("sites", contract_.sites)) {
      if (top_.table().Find("sites") == nullptr) {
        top_.Missing("sites", "name both sites, like sites = [\"hq\", \"field\"]");
      }
    } else if (contract_.sites.size() != 2) {
      problems_.Add(*top_.Find("sites"), "VAL-CONFIG-VALUE",
                    "sites must name exactly two sites, like [\"hq\", \"field\"]");
    }
  }

  void ReadTypes(const TomlNode& types) {
    if (types.members.empty()) {
      problems_.Add(types, "VAL-CONFIG-MISSING", "[types] names no issue type; add one: bug = {}");
    }
    for (const TomlNode::Member& member : types.members) {
      if (!IsSoundKey(member, "[types]", problems_)) continue;
      if (member.value.kind != TomlNode::Kind::kTable) {
        problems_.Add(member.value, "VAL-CONFIG-TYPE",
                      "[types] " + member.key + " must be a table, like " + member.key + " = {}");
        continue;
      }
      TableReader reader(member.value, "types." + member.key, problems_);
      TypeTerms terms;
      reader.Flag("parent", terms.has_parent);
      reader.ReportUnknown();
      contract_.types.emplace(member.key, terms);
    }
  }

  void ReadStatuses(const TomlNode& statuses) {
    TableReader reader(statuses, "statuses", problems_);
    const bool is_there = statuses.Find("values") != nullptr;
    if (reader.Names("values", contract_.statuses)) {
      if (contract_.statuses.empty()) {
        problems_.Add(statuses, "VAL-CONFIG-MISSING",
                      "[statuses] values is empty; name the statuses");
      }
    } else if (!is_there) {
      reader.Missing("values", "list the shared statuses, like values = [\"open\", \"done\"]");
    }
    reader.ReportUnknown();
  }

  void ReadConflict(const TomlNode& conflict, const SiteWords& sites) {
    TableReader reader(conflict, "conflict", problems_);
    contract_.conflict = sites.ReadRule(reader, "default").value_or(ConflictRule{});
    reader.ReportUnknown();
  }

  TableReader top_;
  ProblemList& problems_;
  Contract contract_;
};

}  // namespace

ParsedContract ParseContract(const std::string& file_name, const std::string& toml) {
  return ParseContract(file_name, toml, ParseToml(toml));
}

ParsedContract ParseContract(const std::string& file_name, const std::string& toml,
                             const TomlDocument& document) {
  ParsedContract parsed;
  ProblemList problems(file_name, parsed.problems);
  if (document.fault) {
    problems.Add(document.fault->line, document.fault->column, "VAL-CONFIG-SYNTAX",
                 document.fault->message);
  } else {
    parsed.contract = ContractReader(document.root, problems).Read();
  }
  parsed.contract.toml = toml;
  parsed.contract.digest = Hash("VLS1 contract", toml);
  return parsed;
}

}  // namespace valise
