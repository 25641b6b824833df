// What is taken and who sees it: [bind] comments, worklogs, attachments; [bind.incoming],
// [bind.remote_key], [bind.security].
#include <algorithm>

#include "agent/config/binding_parts.h"
#include "agent/config/vocabulary.h"

namespace valise {

namespace {

Visibility ReadVisibility(const TomlNode& table, const std::string& path, ProblemList& problems) {
  TableReader reader(table, path, problems);
  Visibility visibility;
  const bool has_role = reader.Text("role", visibility.name);
  if (has_role) visibility.kind = Visibility::Kind::kRole;
  const bool has_group = reader.Text("group", visibility.name);
  if (has_group) visibility.kind = Visibility::Kind::kGroup;
  reader.ReportUnknown();
  if (has_role == has_group) {
    problems.Add(table, "VAL-CONFIG-VALUE",
                 "[" + path + "] names a role or a group, one of them: { role = \"Developers\" }");
    return {};
  }
  const std::string fault = FaultOfName(visibility.name);
  if (!fault.empty()) {
    problems.Add(table, "VAL-CONFIG-VALUE", "[" + path + "]: a name " + fault);
  }
  return visibility;
}

// comments = false, or [bind.comments] with visibility = { role = "Developers" }.
void ReadSwitch(TableReader& bind, const std::string& key, bool& is_on, Visibility& visibility) {
  const TomlNode::Member* member = bind.table().Find(key);
  if (member == nullptr || member->value.kind != TomlNode::Kind::kTable) {
    bind.Flag(key, is_on);
    return;
  }
  bind.Known(key);
  const std::string path = "bind." + key;
  TableReader reader(member->value, path, bind.problems());
  const TomlNode* table = reader.Table("visibility");
  if (table != nullptr) visibility = ReadVisibility(*table, path + ".visibility", bind.problems());
  reader.ReportUnknown();
}

class IncomingReader {
 public:
  IncomingReader(const TomlNode& table, const BindingWords& words, IncomingConditions& conditions)
      : reader_(table, "bind.incoming", words.problems()), words_(words), conditions_(conditions) {}

  void Read() {
    ReadWords(reader_, "types", words_.Names(&Contract::types), "VAL-BINDING-TYPE",
              conditions_.types);
    ReadWords(reader_, "statuses", words_.Statuses(), "VAL-BINDING-STATUS", conditions_.statuses);
    if (const TomlNode* fields = reader_.Table("fields")) ReadFields(*fields);
    reader_.ReportUnknown();
  }

 private:
  // An empty list is refused: "all" and "none" are both near.
  void ReadWords(TableReader& reader, const std::string& key, const std::vector<std::string>& words,
                 const char* code, std::set<std::string>& into) {
    const TomlNode::Member* member = reader.table().Find(key);
    std::vector<std::string> names;
    if (!reader.Names(key, names)) return;
    if (member->value.items.empty()) {
      words_.problems().Add(member->value, "VAL-CONFIG-VALUE",
                            reader.Place(key) + " names nothing; add a word or remove it");
    }
    for (const std::string& name : names) {
      const bool is_free = words.empty() && words_.contract() != nullptr;
      if (is_free || words_.Agrees(member->value, name, words, code, reader.Place(key))) {
        into.insert(name);
      }
    }
  }

  void ReadFields(const TomlNode& fields) {
    TableReader reader(fields, "bind.incoming.fields", words_.problems());
    for (const TomlNode::Member& member : fields.members) {
      const auto known = words_.Names(&Contract::fields);
      if (!words_.Agrees(member, known, "VAL-BINDING-FIELD", "field")) continue;
      const FieldTerms* terms =
          words_.contract() == nullptr ? nullptr : words_.contract()->Field(member.key);
      if (terms != nullptr && terms->kind != ValueKind::kOption && !IsChoice(terms->kind)) {
        words_.problems().Add(member.value, "VAL-BINDING-KIND",
                              reader.Place(member.key) + ": the contract says " +
                                  NameOf(terms->kind) + ", only options and sets can be asked for");
        continue;
      }
      const auto values = terms == nullptr ? std::vector<std::string>{} : terms->values;
      ReadWords(reader, member.key, values, "VAL-BINDING-VALUE", conditions_.fields[member.key]);
    }
  }

  static bool IsChoice(ValueKind kind) {
    return kind == ValueKind::kOptions || kind == ValueKind::kSet;
  }

  TableReader reader_;
  const BindingWords& words_;
  IncomingConditions& conditions_;
};

// Why `url` is no address of a peer's issue; empty: it is.
std::string FaultOfKeyUrl(const std::string& url) {
  const bool has_scheme = url.starts_with("https://") || url.starts_with("http://");
  if (!has_scheme || !FaultOfName(url).empty() || url.find(' ') != std::string::npos) {
    return " must be an address, like \"https://jira.peer.example/browse/{key}\"";
  }
  const std::size_t key = url.find("{key}");
  if (key == std::string::npos || url.find("{key}", key + 1) != std::string::npos) {
    return " must hold {key} once, where the peer's key stands";
  }
  return "";
}

void ReadKeyUrl(TableReader& reader, RemoteKeyBinding& remote) {
  if (reader.table().Find("url") == nullptr) {
    reader.Known("url");
    if (remote.is_linked) {
      reader.Missing("url",
                     "a link leads somewhere: url = \"https://jira.peer.example/browse/{key}\"");
    }
    return;
  }
  if (!reader.Text("url", remote.url)) return;
  const std::string fault = FaultOfKeyUrl(remote.url);
  if (fault.empty()) return;
  reader.problems().Add(*reader.Find("url"), "VAL-CONFIG-VALUE", reader.Place("url") + fault);
}

}  // namespace

void ReadContentBinding(TableReader& bind, Binding& binding) {
  ReadSwitch(bind, "comments", binding.has_comments, binding.comment_visibility);
  ReadSwitch(bind, "worklogs", binding.has_work_logs, binding.work_log_visibility);
  bind.Flag("attachments", binding.has_attachments);
}

void ReadIncoming(TableReader& bind, const BindingWords& words, Binding& binding) {
  const TomlNode* table = bind.Table("incoming");
  if (table != nullptr) IncomingReader(*table, words, binding.incoming).Read();
}

void ReadRemoteKey(TableReader& bind, const BindingWords& words, Binding& binding) {
  const TomlNode* table = bind.Table("remote_key");
  if (table == nullptr) return;
  TableReader reader(*table, "bind.remote_key", words.problems());
  RemoteKeyBinding& remote = binding.remote_key;
  reader.Flag("link", remote.is_linked);
  ReadKeyUrl(reader, remote);
  if (reader.Text("field", remote.field)) {
    CheckSpareField(*reader.Find("field"), reader.Place("field"), remote.field, binding,
                    words.problems());
  }
  reader.ReportUnknown();
  if (words.contract() == nullptr || words.contract()->shares_keys) return;
  words.problems().Add(*table, "VAL-BINDING-MISSING",
                       "[bind.remote_key]: the contract shares no keys; remove the table, or agree "
                       "on a contract with share_keys = true");
}

void ReadSecurity(TableReader& bind, ProblemList& problems, Binding& binding) {
  const TomlNode* table = bind.Table("security");
  if (table == nullptr) return;
  TableReader reader(*table, "bind.security", problems);
  if (reader.RequiredText("default", binding.security_level)) {
    const std::string fault = FaultOfName(binding.security_level);
    if (!fault.empty()) {
      problems.Add(*reader.Find("default"), "VAL-CONFIG-VALUE",
                   reader.Place("default") + ": the level's name " + fault);
    }
  }
  reader.ReportUnknown();
}

}  // namespace valise
