// [bind…] of channel.toml -> Binding, held against the contract: every disagreement is named.
#include "agent/config/binding_parts.h"
#include "agent/config/channel_file.h"
#include "agent/config/vocabulary.h"

namespace valise {

namespace {

class BindingReader {
 public:
  BindingReader(const TomlNode& bind, const Contract* contract, Binding& binding,
                ProblemList& problems)
      : bind_(bind, "bind", problems),
        words_(contract, problems),
        binding_(binding),
        problems_(problems) {}

  void Read() {
    ReadContentBinding(bind_, binding_);
    ReadAuthorLine();
    ReadTypes();
    if (const TomlNode* statuses = bind_.Table("statuses")) ReadStatuses(*statuses);
    if (const TomlNode* fields = bind_.Table("fields"))
      ReadFieldBindings(*fields, words_, binding_);
    ReadDefaults(bind_, words_, binding_);
    if (const TomlNode* links = bind_.Table("links")) ReadLinks(*links);
    if (const TomlNode* users = bind_.Table("users")) ReadUsers(*users);
    ReadLifecycleBinding(bind_, words_, binding_);
    ReadPeopleBinding(bind_, words_, binding_);
    ReadIncoming(bind_, words_, binding_);
    ReadRemoteKey(bind_, words_, binding_);
    ReadSecurity(bind_, problems_, binding_);
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
    const auto words = words_.Names(&Contract::types);
    for (const TomlNode::Member& member : types->members) {
      const std::string place = "[bind.types] " + member.key;
      const bool agrees = words_.Agrees(member, words, "VAL-BINDING-TYPE", "issue type");
      const auto names = words_.LocalNamesOf(member.value, place);
      if (agrees) words_.AddLocal(member.value, member.key, place, names, taken);
      if (agrees && !names.empty()) binding_.types.emplace(member.key, names);
    }
  }

  void ReadStatuses(const TomlNode& statuses) {
    std::map<std::string, std::string> taken;
    const auto words = words_.Statuses();
    for (const TomlNode::Member& member : statuses.members) {
      const bool agrees = words_.Agrees(member, words, "VAL-BINDING-STATUS", "status");
      const StatusBinding status = ReadStatus(member);
      if (agrees) {
        words_.AddLocal(member.value, member.key, "[bind.statuses] " + member.key, status.local,
                        taken);
      }
      if (agrees && !status.local.empty()) binding_.statuses.emplace(member.key, status);
    }
  }

  StatusBinding ReadStatus(const TomlNode::Member& member) {
    StatusBinding status;
    const std::string place = "[bind.statuses] " + member.key;
    if (member.value.kind != TomlNode::Kind::kTable) {
      status.local = words_.LocalNamesOf(member.value, place);
      return status;
    }
    TableReader reader(member.value, "bind.statuses." + member.key, problems_);
    if (const TomlNode* names = reader.Find("status")) {
      status.local = words_.LocalNamesOf(*names, place);
    } else {
      reader.Missing("status", "name the local status");
    }
    reader.Text("resolution", status.resolution);
    if (const TomlNode* fields = reader.Table("fields")) {
      ReadTransitionFields(*fields, member.key, status);
    }
    reader.ReportUnknown();
    return status;
  }

  // What a transition's screen asks for beside the resolution.
  void ReadTransitionFields(const TomlNode& fields, const std::string& name,
                            StatusBinding& status) {
    TableReader reader(fields, "bind.statuses." + name + ".fields", problems_);
    for (const TomlNode::Member& member : fields.members) {
      std::string value;
      if (member.key == "resolution") {
        problems_.Add(member, "VAL-CONFIG-KEY",
                      reader.Place(member.key) + " stands beside status, not among the fields");
      } else if (reader.RequiredText(member.key, value)) {
        status.fields.emplace(member.key, value);
      }
    }
  }

  void ReadLinks(const TomlNode& links) {
    TableReader reader(links, "bind.links", problems_);
    std::map<std::string, std::string> taken;
    const auto words = words_.LinkTypes();
    for (const TomlNode::Member& member : links.members) {
      std::string name;
      const bool agrees = words_.Agrees(member, words, "VAL-BINDING-LINK", "link type");
      if (!reader.RequiredText(member.key, name)) continue;
      const std::string place = "[bind.links] " + member.key;
      const std::string fault = FaultOfName(name);
      if (!fault.empty()) {
        problems_.Add(member.value, "VAL-CONFIG-VALUE", place + ": the link type " + fault);
        continue;
      }
      if (agrees) words_.AddLocal(member.value, member.key, place, {name}, taken);
      if (agrees) binding_.links.emplace(member.key, name);
    }
  }

  void ReadUsers(const TomlNode& users) {
    TableReader reader(users, "bind.users", problems_);
    const auto words = words_.Names(&Contract::people);
    for (const TomlNode::Member& member : users.members) {
      std::string user;
      const bool agrees = words_.Agrees(member, words, "VAL-BINDING-USER", "alias");
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
  BindingWords words_;
  Binding& binding_;
  ProblemList& problems_;
};

// Jira takes no number of votes or watchers, so a peer's would be refused one by one.
void CheckCounts(const TomlNode& bind, const Contract& contract, const Config& config,
                 ProblemList& problems) {
  const TomlNode::Member* fields = bind.Find("fields");
  if (fields == nullptr) return;
  for (const TomlNode::Member& member : fields->value.members) {
    const auto bound = config.binding.fields.find(member.key);
    if (bound == config.binding.fields.end() || !IsCount(bound->second.field)) continue;
    if (contract.DirectionOf(member.key).owner == config.site_index) continue;
    problems.Add(member.value, "VAL-BINDING-KIND",
                 "[bind.fields] " + member.key + ": Jira counts \"" + bound->second.field +
                     "\" by itself, so what comes in has no place there; bind a field of your "
                     "own, or agree on from = \"" + config.site + "\" in [fields." +
                     member.key + "]");
  }
}

}  // namespace

void ReadBinding(TableReader& top, const Contract* contract, Config& config) {
  const TomlNode* bind = top.Table("bind");
  if (bind != nullptr) {
    BindingReader(*bind, contract, config.binding, top.problems()).Read();
    if (contract != nullptr) CheckCounts(*bind, *contract, config, top.problems());
  } else if (top.table().Find("bind") == nullptr) {
    top.problems().Add(
        1, 1, "VAL-BINDING-MISSING",
        "[bind.types] is missing, so nothing could travel; type: valise map suggest");
  }
}

}  // namespace valise
