// [fields.X] of contract.toml -> FieldTerms.
#include <algorithm>

#include "agent/config/contract_parts.h"
#include "agent/config/units.h"
#include "agent/config/vocabulary.h"

namespace valise {

namespace {

class FieldReader {
 public:
  FieldReader(const TomlNode::Member& member, const Contract& contract, const SiteWords& sites,
              ProblemList& problems)
      : reader_(member.value, "fields." + member.key, problems),
        contract_(contract),
        sites_(sites) {
    terms_.name = member.key;
  }

  FieldTerms Read() {
    if (ReadKind()) {
      ReadValues();
      ReadAttributes();
    } else {
      reader_.Known("values");
      reader_.Known("attributes");
    }
    ReadTypes();
    terms_.from = sites_.ReadDirection(reader_);
    terms_.conflict = sites_.ReadRule(reader_, "conflict");
    ReadLocalEdits();
    reader_.ReportUnknown();
    return std::move(terms_);
  }

 private:
  void Refuse(const std::string& key, const char* code, const std::string& message) {
    reader_.problems().Add(*reader_.Find(key), code, reader_.Place(key) + message);
  }

  bool ReadKind() {
    std::string kind;
    if (!reader_.RequiredText("kind", kind)) return false;
    const auto known = KindNamed(kind);
    if (known) {
      terms_.kind = *known;
    } else {
      Refuse("kind", "VAL-CONFIG-VALUE",
             ": there is no kind \"" + kind + "\"" + DidYouMeanOr(kind, KindNames()));
    }
    return known.has_value();
  }

  void ReadValues() {
    const TomlNode* values = reader_.Find("values");
    const bool is_option = terms_.kind == ValueKind::kOption || terms_.kind == ValueKind::kOptions;
    const bool is_free = terms_.kind == ValueKind::kCascade || terms_.kind == ValueKind::kSet;
    terms_.any_value = is_free;
    if (values == nullptr) {
      if (is_option) {
        reader_.Missing("values",
                        "list the shared values, or say values = \"any\" to let names "
                        "travel as they are");
      }
    } else if (values->kind == TomlNode::Kind::kText && values->text == "any") {
      terms_.any_value = true;
      if (!is_option && !is_free) RefuseValues();
    } else if (!is_option) {
      RefuseValues();
    } else {
      ReadListedValues(*values);
    }
  }

  void ReadListedValues(const TomlNode& values) {
    if (values.kind != TomlNode::Kind::kArray) {
      Refuse("values", "VAL-CONFIG-TYPE", " must be a list of names or the word \"any\"");
      return;
    }
    terms_.values = ReadNames(values, reader_.Place("values"), reader_.problems());
    if (!terms_.values.empty()) return;
    Refuse("values", "VAL-CONFIG-VALUE", " names no value; add some or say \"any\"");
  }

  // False: absent, empty or no list; the last two are reported.
  bool ReadSomeNames(const std::string& key, std::vector<std::string>& names) {
    const TomlNode::Member* member = reader_.table().Find(key);
    if (!reader_.Names(key, names)) return false;
    if (!member->value.items.empty()) return true;
    Refuse(key, "VAL-CONFIG-VALUE", " names nothing; add a name or remove it");
    return false;
  }

  void ReadTypes() {
    std::vector<std::string> names;
    if (!ReadSomeNames("types", names)) return;
    std::vector<std::string> known;
    for (const auto& [type, terms] : contract_.types) known.push_back(type);
    for (const std::string& name : names) {
      if (contract_.types.contains(name)) {
        terms_.types.insert(name);
      } else {
        Refuse("types", "VAL-CONFIG-VALUE",
               ": there is no issue type \"" + name + "\" in [types]" + DidYouMeanOr(name, known));
      }
    }
  }

  void ReadAttributes() {
    const std::vector<std::string>& words = AttributeNames();
    std::vector<std::string> names;
    if (!ReadSomeNames("attributes", names)) return;
    if (terms_.kind != ValueKind::kSet) {
      Refuse("attributes", "VAL-CONFIG-VALUE", ": only a set (of versions) has them; remove it");
    }
    for (const std::string& name : names) {
      const auto found = std::find(words.begin(), words.end(), name);
      if (found != words.end()) {
        terms_.attributes.insert(static_cast<VersionAttribute>(found - words.begin()));
      } else {
        Refuse("attributes", "VAL-CONFIG-VALUE",
               ": versions have no \"" + name + "\"" + DidYouMeanOr(name, words));
      }
    }
  }

  void RefuseValues() {
    Refuse("values", "VAL-CONFIG-VALUE", ": only option and options have listed values; remove it");
  }

  void ReadLocalEdits() {
    std::size_t choice = 0;
    if (!reader_.Choice("local_edits", {"put-back", "list"}, choice)) return;
    terms_.local_override_kept = choice == 1;
    if (terms_.from.owner || !sites_.are_two()) return;
    Refuse("local_edits", "VAL-CONFIG-VALUE",
           " needs a direction; add from = \"SITE\" or remove it");
  }

  TableReader reader_;
  const Contract& contract_;  // its types are read
  const SiteWords& sites_;
  FieldTerms terms_;
};

}  // namespace

void ReadFieldTerms(const TomlNode& fields, const SiteWords& sites, ProblemList& problems,
                    Contract& contract) {
  for (const TomlNode::Member& member : fields.members) {
    if (!IsSoundKey(member, "[fields]", problems)) continue;
    if (IsReservedField(member.key)) {
      problems.Add(member, "VAL-CONFIG-KEY",
                   "[fields." + member.key + "]: this name is reserved; " + member.key +
                       " always travels and needs no entry here");
    } else if (member.value.kind != TomlNode::Kind::kTable) {
      problems.Add(member.value, "VAL-CONFIG-TYPE",
                   "[fields] " + member.key + " must be a table, like [fields." + member.key +
                       "] with kind = \"line\"");
    } else {
      contract.fields.emplace(member.key, FieldReader(member, contract, sites, problems).Read());
    }
  }
}

}  // namespace valise
