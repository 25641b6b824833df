// [bind…] of channel.toml -> Binding, held against the contract: every disagreement is named.
#include <algorithm>

#include "agent/config/channel_file.h"
#include "agent/config/units.h"
#include "agent/config/vocabulary.h"

namespace valise {

namespace {

using LocalNames = std::map<std::string, std::vector<std::string>>;

template <typename Named>
std::vector<std::string> KeysOf(const std::map<std::string, Named>& named) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : named) keys.push_back(key);
  return keys;
}

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class BindingReader {
 public:
  BindingReader(const TomlNode& bind, const Contract* contract, Binding& binding,
                ProblemList& problems)
      : bind_(bind, "bind", problems),
        contract_(contract),
        binding_(binding),
        problems_(problems) {}

  void Read() {
    bind_.Flag("comments", binding_.has_comments);
    bind_.Flag("worklogs", binding_.has_work_logs);
    bind_.Flag("attachments", binding_.has_attachments);
    ReadAuthorLine();
    ReadTypes();
    if (const TomlNode* statuses = bind_.Table("statuses")) ReadStatuses(*statuses);
    if (const TomlNode* fields = bind_.Table("fields")) ReadFields(*fields);
    if (const TomlNode* links = bind_.Table("links")) ReadLinks(*links);
    if (const TomlNode* users = bind_.Table("users")) ReadUsers(*users);
    bind_.ReportUnknown();
  }

 private:
  void ReadAuthorLine() {
    if (!bind_.Text("author_line", binding_.author_line)) return;
    const std::string& line = binding_.author_line;
    if (line.size() <= 500 && line.find_first_of("\r\n") == std::string::npos) return;
    problems_.Add(*bind_.Find("author_line"), "VAL-CONFIG-VALUE",
                  "[bind] author_line must be one line of at most 500 bytes");
  }

  // `shared` is a word of the contract, or the disagreement is reported.
  bool Agrees(const TomlNode::Member& member, const std::vector<std::string>& words,
              const char* code, const std::string& what) {
    if (contract_ == nullptr || Holds(words, member.key)) return true;
    const std::string hint = DidYouMean(member.key, words);
    problems_.Add(
        member, code,
        what + " \"" + member.key + "\" is not in the contract" +
            (hint.empty() ? "; remove it here, or agree on a contract that has it" : hint));
    return false;
  }

  // One local name may stand for one shared name only, or reading it back would be a guess.
  void AddLocal(const TomlNode& at, const std::string& shared, const std::string& place,
                const std::vector<std::string>& names, std::map<std::string, std::string>& taken) {
    for (const std::string& name : names) {
      const auto [known, is_new] = taken.emplace(name, shared);
      if (is_new || known->second == shared) continue;
      problems_.Add(
          at, "VAL-BINDING-AMBIGUOUS",
          place + ": \"" + name + "\" already stands for \"" + known->second + "\"; bind it once");
    }
  }

  std::vector<std::string> LocalNamesOf(const TomlNode& node, const std::string& place) {
    std::vector<std::string> names = ReadNames(node, place, problems_);
    if (names.empty() && node.kind == TomlNode::Kind::kArray && node.items.empty()) {
      problems_.Add(node, "VAL-CONFIG-VALUE", place + " names nothing; add a name or remove it");
    }
    return names;
  }

  void ReadTypes() {
    const TomlNode* types = bind_.Table("types");
    if (types == nullptr || types->members.empty()) {
      if (types != nullptr || bind_.table().Find("types") == nullptr) {
        problems_.Add(types == nullptr ? bind_.table() : *types, "VAL-BINDING-MISSING",
                      "[bind.types] binds no issue type, so nothing could travel; bind one, or "
                      "type: valise map suggest");
      }
      return;
    }
    std::map<std::string, std::string> taken;
    const auto words = contract_ == nullptr ? std::vector<std::string>{} : KeysOf(contract_->types);
    for (const TomlNode::Member& member : types->members) {
      const std::string place = "[bind.types] " + member.key;
      const bool agrees = Agrees(member, words, "VAL-BINDING-TYPE", "issue type");
      const auto names = LocalNamesOf(member.value, place);
      AddLocal(member.value, member.key, place, names, taken);
      if (agrees && !names.empty()) binding_.types.emplace(member.key, names);
    }
  }

  void ReadStatuses(const TomlNode& statuses) {
    std::map<std::string, std::string> taken;
    const auto words = contract_ == nullptr ? std::vector<std::string>{} : contract_->statuses;
    for (const TomlNode::Member& member : statuses.members) {
      const bool agrees = Agrees(member, words, "VAL-BINDING-STATUS", "status");
      const StatusBinding status = ReadStatus(member);
      AddLocal(member.value, member.key, "[bind.statuses] " + member.key, status.local, taken);
      if (agrees && !status.local.empty()) binding_.statuses.emplace(member.key, status);
    }
  }

  StatusBinding ReadStatus(const TomlNode::Member& member) {
    StatusBinding status;
    const std::string place = "[bind.statuses] " + member.key;
    if (member.value.kind != TomlNode::Kind::kTable) {
      status.local = LocalNamesOf(member.value, place);
      return status;
    }
    TableReader reader(member.value, "bind.statuses." + member.key, problems_);
    if (const TomlNode* names = reader.Find("status")) {
      status.local = LocalNamesOf(*names, place);
    } else {
      reader.Missing("status", "name the local status");
    }
    reader.Text("resolution", status.resolution);
    reader.ReportUnknown();
    return status;
  }

  void ReadFields(const TomlNode& fields) {
    std::map<std::string, std::string> taken;
    const auto words =
        contract_ == nullptr ? std::vector<std::string>{} : KeysOf(contract_->fields);
    for (const TomlNode::Member& member : fields.members) {
      const bool agrees = Agrees(member, words, "VAL-BINDING-FIELD", "field");
      const FieldTerms* terms =
          agrees && contract_ != nullptr ? contract_->Field(member.key) : nullptr;
      FieldBinding field = ReadField(member, terms);
      if (field.field.empty()) continue;
      CheckJiraField(member, field, terms);
      AddLocal(member.value, member.key, "[bind.fields." + member.key + "]", {field.field}, taken);
      if (agrees) binding_.fields.emplace(member.key, std::move(field));
    }
  }

  FieldBinding ReadField(const TomlNode::Member& member, const FieldTerms* terms) {
    FieldBinding field;
    field.name = member.key;
    if (terms != nullptr) field.kind = terms->kind;
    if (member.value.kind == TomlNode::Kind::kText) {  // summary = "summary"
      field.field = member.value.text;
      if (field.field.empty()) {
        problems_.Add(member.value, "VAL-CONFIG-VALUE",
                      "[bind.fields] " + member.key + " is empty; name a Jira field id");
      }
      return field;
    }
    if (member.value.kind != TomlNode::Kind::kTable) {
      problems_.Add(member.value, "VAL-CONFIG-TYPE",
                    "[bind.fields] " + member.key +
                        " must be a table with field = \"…\", or a "
                        "Jira field id");
      return field;
    }
    TableReader reader(member.value, "bind.fields." + member.key, problems_);
    reader.RequiredText("field", field.field);
    reader.Text("default", field.default_value);
    if (const TomlNode* values = reader.Table("values")) {
      field.values = ReadValues(*values, member.key, terms);
    }
    reader.ReportUnknown();
    return field;
  }

  ValueMap ReadValues(const TomlNode& values, const std::string& name, const FieldTerms* terms) {
    ValueMap map;
    if (terms != nullptr && terms->kind != ValueKind::kOption &&
        terms->kind != ValueKind::kOptions && terms->kind != ValueKind::kSet) {
      problems_.Add(values, "VAL-BINDING-KIND",
                    "[bind.fields." + name + "] values: the contract says " + NameOf(terms->kind) +
                        ", which has no values to map; remove them");
    }
    std::map<std::string, std::string> taken;
    for (const TomlNode::Member& member : values.members) {
      const std::string place = "[bind.fields." + name + "] values." + member.key;
      const bool is_listed = terms != nullptr && !terms->values.empty();
      const bool agrees = !is_listed || Agrees(member, terms->values, "VAL-BINDING-VALUE",
                                               "value of field \"" + name + "\"");
      const auto names = LocalNamesOf(member.value, place);
      AddLocal(member.value, member.key, place, names, taken);
      if (agrees && !names.empty()) map.to_local.emplace(member.key, names);
    }
    return map;
  }

  void CheckJiraField(const TomlNode::Member& member, const FieldBinding& field,
                      const FieldTerms* terms) {
    const std::string place = "[bind.fields." + member.key + "] ";
    const std::string why_not = WhyUnbindable(field.field);
    if (!why_not.empty()) {
      problems_.Add(member.value, "VAL-BINDING-KIND",
                    place + "\"" + field.field + "\" cannot be bound as a field: " + why_not);
    }
    const auto local = KindOfSystemField(field.field);
    if (terms == nullptr || !local || terms->kind == *local) return;
    problems_.Add(member.value, "VAL-BINDING-KIND",
                  place + "the contract says " + NameOf(terms->kind) + ", but Jira's \"" +
                      field.field + "\" is " + NameOf(*local) + "; bind another field");
  }

  void ReadLinks(const TomlNode& links) {
    TableReader reader(links, "bind.links", problems_);
    std::map<std::string, std::string> taken;
    const auto words =
        contract_ == nullptr
            ? std::vector<std::string>{}
            : std::vector<std::string>(contract_->link_types.begin(), contract_->link_types.end());
    for (const TomlNode::Member& member : links.members) {
      std::string name;
      const bool agrees = Agrees(member, words, "VAL-BINDING-LINK", "link type");
      if (!reader.RequiredText(member.key, name)) continue;
      const std::string place = "[bind.links] " + member.key;
      const std::string fault = FaultOfName(name);
      if (!fault.empty()) {
        problems_.Add(member.value, "VAL-CONFIG-VALUE", place + ": the link type " + fault);
        continue;
      }
      AddLocal(member.value, member.key, place, {name}, taken);
      if (agrees) binding_.links.emplace(member.key, name);
    }
  }

  void ReadUsers(const TomlNode& users) {
    TableReader reader(users, "bind.users", problems_);
    const auto words =
        contract_ == nullptr ? std::vector<std::string>{} : KeysOf(contract_->people);
    for (const TomlNode::Member& member : users.members) {
      std::string user;
      const bool agrees = Agrees(member, words, "VAL-BINDING-USER", "alias");
      if (!reader.RequiredText(member.key, user)) continue;
      const std::string fault = FaultOfMention(user);
      if (!fault.empty()) {
        problems_.Add(member.value, "VAL-CONFIG-VALUE",
                      "[bind.users] " + member.key + ": the user name " + fault);
      } else if (agrees) {
        binding_.users.emplace(member.key, user);
      }
    }
  }

  TableReader bind_;
  const Contract* contract_;
  Binding& binding_;
  ProblemList& problems_;
};

}  // namespace

void ReadBinding(TableReader& top, const Contract* contract, Config& config) {
  const TomlNode* bind = top.Table("bind");
  if (bind != nullptr) {
    BindingReader(*bind, contract, config.binding, top.problems()).Read();
  } else if (top.table().Find("bind") == nullptr) {
    top.problems().Add(
        1, 1, "VAL-BINDING-MISSING",
        "[bind.types] is missing, so nothing could travel; type: valise map suggest");
  }
}

}  // namespace valise
