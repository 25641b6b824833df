// contract.toml -> Contract. The bytes come from the peer as often as from us: everything is
// bounded and checked as if they were hostile.
#include <algorithm>
#include <array>

#include "agent/config/table_reader.h"
#include "agent/config/units.h"
#include "agent/config/vocabulary.h"
#include "packet/limits.h"

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
    if (const TomlNode* fields = RequiredTable("fields")) ReadFields(*fields);
    if (const TomlNode* comments = top_.Table("comments")) ReadComments(*comments);
    if (const TomlNode* conflict = top_.Table("conflict")) ReadConflict(*conflict);
    if (const TomlNode* people = top_.Table("people")) ReadPeople(*people);
    RefuseLater();
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

  // False: a problem is in the list.
  bool IsSoundKey(const TomlNode::Member& member, const std::string& where) {
    const std::string fault = FaultOfName(member.key);
    if (!fault.empty()) problems_.Add(member, "VAL-CONFIG-VALUE", where + ": a name " + fault);
    return fault.empty();
  }

  void ReadTypes(const TomlNode& types) {
    if (types.members.empty()) {
      problems_.Add(types, "VAL-CONFIG-MISSING", "[types] names no issue type; add one: bug = {}");
    }
    for (const TomlNode::Member& member : types.members) {
      if (!IsSoundKey(member, "[types]")) continue;
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

  void ReadFields(const TomlNode& fields) {
    for (const TomlNode::Member& member : fields.members) {
      if (!IsSoundKey(member, "[fields]")) continue;
      if (IsReservedField(member.key)) {
        problems_.Add(member, "VAL-CONFIG-KEY",
                      "[fields." + member.key + "]: this name is reserved; " + member.key +
                          " always travels and needs no entry here");
      } else if (member.value.kind != TomlNode::Kind::kTable) {
        problems_.Add(member.value, "VAL-CONFIG-TYPE",
                      "[fields] " + member.key + " must be a table, like [fields." + member.key +
                          "] with kind = \"line\"");
      } else {
        contract_.fields.emplace(member.key, ReadField(member));
      }
    }
  }

  FieldTerms ReadField(const TomlNode::Member& member) {
    TableReader reader(member.value, "fields." + member.key, problems_);
    FieldTerms terms;
    terms.name = member.key;
    std::string kind;
    if (reader.RequiredText("kind", kind)) {
      const auto known = KindNamed(kind);
      if (known) {
        terms.kind = *known;
      } else {
        problems_.Add(*reader.Find("kind"), "VAL-CONFIG-VALUE",
                      reader.Place("kind") + ": there is no kind \"" + kind + "\"" +
                          OrList(kind, KindNames()));
      }
      ReadValues(reader, terms, known.has_value());
    } else {
      reader.Known("values");
    }
    terms.from = ReadDirection(reader);
    terms.conflict = ReadRule(reader, "conflict");
    ReadLocalEdits(reader, terms);
    reader.ReportUnknown();
    return terms;
  }

  static std::string OrList(const std::string& word, const std::vector<std::string>& known) {
    const std::string hint = DidYouMean(word, known);
    if (!hint.empty()) return hint;
    std::string list;
    for (const std::string& name : known) list += (list.empty() ? "; use one of " : ", ") + name;
    return list;
  }

  void ReadValues(TableReader& reader, FieldTerms& terms, bool is_kind_known) {
    const TomlNode* values = reader.Find("values");
    const bool is_option = terms.kind == ValueKind::kOption || terms.kind == ValueKind::kOptions;
    const bool is_free = terms.kind == ValueKind::kCascade || terms.kind == ValueKind::kSet;
    terms.any_value = is_free;
    if (!is_kind_known) return;
    if (values == nullptr) {
      if (is_option) {
        reader.Missing("values",
                       "list the shared values, or say values = \"any\" to let names "
                       "travel as they are");
      }
    } else if (values->kind == TomlNode::Kind::kText && values->text == "any") {
      terms.any_value = true;
      if (!is_option && !is_free) NoValues(*values, reader);
    } else if (!is_option) {
      NoValues(*values, reader);
    } else if (values->kind != TomlNode::Kind::kArray) {
      problems_.Add(*values, "VAL-CONFIG-TYPE",
                    reader.Place("values") + " must be a list of names or the word \"any\"");
    } else {
      terms.values = ReadNames(*values, reader.Place("values"), problems_);
      if (terms.values.empty()) {
        problems_.Add(*values, "VAL-CONFIG-VALUE",
                      reader.Place("values") + " names no value; add some or say \"any\"");
      }
    }
  }

  void NoValues(const TomlNode& at, TableReader& reader) {
    problems_.Add(
        at, "VAL-CONFIG-VALUE",
        reader.Place("values") + ": only option and options have listed values; remove it");
  }

  // Else the list of sites is the problem, not those who name one.
  bool has_two_sites() const { return contract_.sites.size() == 2; }

  std::optional<std::uint32_t> SiteNamed(const std::string& name) const {
    const auto found = std::find(contract_.sites.begin(), contract_.sites.end(), name);
    if (found == contract_.sites.end()) return std::nullopt;
    return static_cast<std::uint32_t>(found - contract_.sites.begin());
  }

  // The site that `key` names; nullopt also for the word that stands for no single site.
  std::optional<std::uint32_t> ReadSiteOr(TableReader& reader, const std::string& key,
                                          const std::string& word) {
    std::string text = word;
    if (!reader.Text(key, text) || text == word) return std::nullopt;
    const auto site = SiteNamed(text);
    if (!site && has_two_sites()) {
      std::vector<std::string> known = contract_.sites;
      known.push_back(word);
      problems_.Add(
          *reader.Find(key), "VAL-CONFIG-VALUE",
          reader.Place(key) + ": there is no site \"" + text + "\"" + OrList(text, known));
    }
    return site;
  }

  Direction ReadDirection(TableReader& reader) { return {ReadSiteOr(reader, "from", "both")}; }

  std::optional<ConflictRule> ReadRule(TableReader& reader, const std::string& key) {
    const bool is_there = reader.table().Find(key) != nullptr;
    const ConflictRule rule{ReadSiteOr(reader, key, "newest")};
    if (!is_there) return std::nullopt;
    return rule;
  }

  void ReadLocalEdits(TableReader& reader, FieldTerms& terms) {
    std::string text;
    if (!reader.Text("local_edits", text)) return;
    terms.local_override_kept = text == "list";
    if (text != "list" && text != "put-back") {
      problems_.Add(*reader.Find("local_edits"), "VAL-CONFIG-VALUE",
                    reader.Place("local_edits") + " must be \"put-back\" or \"list\"");
    } else if (!terms.from.owner && has_two_sites()) {
      problems_.Add(*reader.Find("local_edits"), "VAL-CONFIG-VALUE",
                    reader.Place("local_edits") +
                        " needs a direction; add from = \"SITE\" or "
                        "remove it");
    }
  }

  void ReadComments(const TomlNode& comments) {
    TableReader reader(comments, "comments", problems_);
    contract_.has_comments = true;
    contract_.comments_from = ReadDirection(reader);
    std::string visibility = "public-only";
    reader.Text("visibility", visibility);
    if (visibility == "all") {
      contract_.comment_visibility = CommentVisibility::kAll;
    } else if (visibility != "public-only") {
      problems_.Add(*reader.Find("visibility"), "VAL-CONFIG-VALUE",
                    "[comments] visibility must be \"public-only\" or \"all\"");
    }
    reader.ReportUnknown();
  }

  void ReadConflict(const TomlNode& conflict) {
    TableReader reader(conflict, "conflict", problems_);
    contract_.conflict = ReadRule(reader, "default").value_or(ConflictRule{});
    reader.ReportUnknown();
  }

  void ReadPeople(const TomlNode& people) {
    TableReader reader(people, "people", problems_);
    for (const TomlNode::Member& member : people.members) {
      std::string name;
      reader.Known(member.key);
      const std::string fault_of_alias = FaultOfMention(member.key);
      if (!fault_of_alias.empty()) {
        problems_.Add(member, "VAL-CONFIG-VALUE", "[people]: an alias " + fault_of_alias);
        continue;
      }
      if (!reader.Text(member.key, name)) continue;
      const std::string fault = FaultOfName(name);
      if (fault.empty()) {
        contract_.people.emplace(member.key, name);
      } else {
        problems_.Add(member.value, "VAL-CONFIG-VALUE",
                      "[people] " + member.key + ": the display name " + fault);
      }
    }
  }

  // Words of the design that this version cannot keep: silence would be a promise.
  void RefuseLater() {
    for (const char* later : {"attachments", "worklogs", "links"}) {
      const TomlNode::Member* member = top_.table().Find(later);
      if (member == nullptr) continue;
      top_.Known(later);
      problems_.Add(*member, "VAL-CONFIG-KEY",
                    std::string("[") + later + "] is not supported by this version; remove it");
    }
  }

  TableReader top_;
  ProblemList& problems_;
  Contract contract_;
};

}  // namespace

ParsedContract ParseContract(const std::string& file_name, const std::string& toml) {
  ParsedContract parsed;
  ProblemList problems(file_name, parsed.problems);
  const TomlDocument document = ParseToml(toml);
  if (document.fault) {
    problems.Add(document.fault->line, document.fault->column, "VAL-CONFIG-SYNTAX",
                 document.fault->message);
    return parsed;
  }
  parsed.contract = ContractReader(document.root, problems).Read();
  parsed.contract.toml = toml;
  parsed.contract.digest = Hash("VLS1 contract", toml);
  return parsed;
}

}  // namespace valise
