// [bind.fields] of channel.toml -> FieldBinding.
#include "agent/config/binding_parts.h"
#include "agent/config/vocabulary.h"
#include "agent/core/project.h"
#include "agent/core/template.h"

namespace valise {

namespace {

class FieldBinder {
 public:
  FieldBinder(const BindingWords& words, Binding& binding) : words_(words), binding_(binding) {}

  void Read(const TomlNode& fields) {
    std::map<std::string, std::string> taken;
    const auto words = words_.Names(&Contract::fields);
    for (const TomlNode::Member& member : fields.members) {
      const bool agrees = words_.Agrees(member, words, "VAL-BINDING-FIELD", "field");
      const FieldTerms* terms =
          agrees && words_.contract() != nullptr ? words_.contract()->Field(member.key) : nullptr;
      FieldBinding field = ReadField(member, terms);
      if (field.field.empty()) continue;
      CheckJiraField(member, field, terms);
      CheckAttributes(member, field, terms);
      CheckFlag(member, field, terms);
      if (agrees) {
        words_.AddLocal(member.value, member.key, "[bind.fields." + member.key + "]",
                        {field.field}, taken);
      }
      if (agrees) binding_.fields.emplace(member.key, std::move(field));
    }
  }

 private:
  FieldBinding ReadField(const TomlNode::Member& member, const FieldTerms* terms) {
    FieldBinding field;
    field.name = member.key;
    if (terms != nullptr) field.kind = terms->kind;
    if (member.value.kind == TomlNode::Kind::kText) {  // summary = "summary"
      field.field = member.value.text;
      if (field.field.empty()) {
        words_.problems().Add(member.value, "VAL-CONFIG-VALUE",
                              "[bind.fields] " + member.key + " is empty; name a Jira field id");
      }
      return field;
    }
    if (member.value.kind != TomlNode::Kind::kTable) {
      words_.problems().Add(member.value, "VAL-CONFIG-TYPE",
                            "[bind.fields] " + member.key +
                                " must be a table with field = \"…\", or a "
                                "Jira field id");
      return field;
    }
    TableReader reader(member.value, "bind.fields." + member.key, words_.problems());
    reader.RequiredText("field", field.field);
    reader.Text("default", field.default_value);
    if (const TomlNode* values = reader.Table("values")) {
      field.values = ReadValues(*values, member.key, terms);
    }
    ReadMissing(reader, terms, field);
    ReadTemplate(reader, terms, field);
    reader.ReportUnknown();
    return field;
  }

  // Labels need no creation, and options are created nowhere.
  void ReadMissing(TableReader& reader, const FieldTerms* terms, FieldBinding& field) {
    std::size_t choice = 0;
    if (!reader.Choice("missing", {"hold", "create", "ignore"}, choice)) return;
    field.missing = static_cast<MissingValue>(choice);
    const bool is_named = terms == nullptr || terms->kind == ValueKind::kSet;
    if (is_named && (field.field.empty() || ListOf(field.field))) return;
    words_.problems().Add(
        *reader.Find("missing"), "VAL-BINDING-KIND",
        reader.Place("missing") +
            ": only fixVersions, versions and components can be missing; remove it");
  }

  void ReadTemplate(TableReader& reader, const FieldTerms* terms, FieldBinding& field) {
    if (!reader.Text("template", field.text_template)) return;
    const TomlNode& at = *reader.Find("template");
    const bool is_text = field.kind == ValueKind::kText;
    if (terms != nullptr && !is_text && field.kind != ValueKind::kLine) {
      words_.problems().Add(at, "VAL-BINDING-KIND",
                            reader.Place("template") + ": the contract says " + NameOf(field.kind) +
                                ", only line and text have one; remove it");
      return;
    }
    const std::string fault = FaultOfTemplate(field.text_template, is_text || terms == nullptr);
    if (fault.empty()) return;
    words_.problems().Add(at, "VAL-CONFIG-VALUE", reader.Place("template") + " " + fault);
  }

  // Its option has a name of this Jira's own, which the other site cannot know (pitfall 18).
  void CheckFlag(const TomlNode::Member& member, const FieldBinding& field,
                 const FieldTerms* terms) {
    const bool is_flag = terms != nullptr && terms->kind == ValueKind::kFlag;
    if (!is_flag || (field.values && field.values->ToLocal(kTicked))) return;
    words_.problems().Add(member.value, "VAL-BINDING-VALUE",
                          "[bind.fields." + member.key +
                              "] does not say which option of this Jira is ticked; add "
                              "values = { true = \"OPTION\" }");
  }

  // Those that `values` may name; empty: any.
  static std::vector<std::string> WordsOf(const FieldTerms* terms) {
    if (terms == nullptr) return {};
    if (terms->kind == ValueKind::kFlag) return {kTicked};
    return terms->values;
  }

  ValueMap ReadValues(const TomlNode& values, const std::string& name, const FieldTerms* terms) {
    ValueMap map;
    if (terms != nullptr && terms->kind != ValueKind::kOption &&
        terms->kind != ValueKind::kOptions && terms->kind != ValueKind::kSet &&
        terms->kind != ValueKind::kFlag) {
      words_.problems().Add(values, "VAL-BINDING-KIND",
                            "[bind.fields." + name + "] values: the contract says " +
                                NameOf(terms->kind) + ", which has no values to map; remove them");
    }
    const std::vector<std::string> words = WordsOf(terms);
    std::map<std::string, std::string> taken;
    for (const TomlNode::Member& member : values.members) {
      const std::string place = "[bind.fields." + name + "] values." + member.key;
      const bool agrees = words.empty() || words_.Agrees(member, words, "VAL-BINDING-VALUE",
                                                      "value of field \"" + name + "\"");
      const auto names = words_.LocalNamesOf(member.value, place);
      words_.AddLocal(member.value, member.key, place, names, taken);
      if (agrees && !names.empty()) map.to_local.emplace(member.key, names);
    }
    return map;
  }

  void CheckJiraField(const TomlNode::Member& member, const FieldBinding& field,
                      const FieldTerms* terms) {
    const std::string place = "[bind.fields." + member.key + "] ";
    const std::string why_not = WhyUnbindable(field.field);
    if (!why_not.empty()) {
      words_.problems().Add(
          member.value, "VAL-BINDING-KIND",
          place + "\"" + field.field + "\" cannot be bound as a field: " + why_not);
    }
    const auto local = KindOfSystemField(field.field);
    if (terms == nullptr || !local || terms->kind == *local) return;
    words_.problems().Add(member.value, "VAL-BINDING-KIND",
                          place + "the contract says " + NameOf(terms->kind) + ", but Jira's \"" +
                              field.field + "\" is " + NameOf(*local) + "; bind another field");
  }

  // Two registers for one fact of this Jira would undo each other.
  void CheckAttributes(const TomlNode::Member& member, const FieldBinding& field,
                       const FieldTerms* terms) {
    const auto list = ListOf(field.field);
    if (terms == nullptr || terms->attributes.empty() || !list) return;
    const auto [first, is_first] = shared_lists_.emplace(*list, member.key);
    if (is_first) return;
    words_.problems().Add(member.value, "VAL-BINDING-KIND",
                          "[bind.fields." + member.key + "] \"" + field.field + "\": \"" +
                              first->second + "\" shares the attributes of the same versions; " +
                              "bind one of the two, or take attributes off one in the contract");
  }

  const BindingWords& words_;
  Binding& binding_;
  std::map<ProjectList, std::string> shared_lists_;  // whose attributes a field shares already
};

}  // namespace

void ReadFieldBindings(const TomlNode& fields, const BindingWords& words, Binding& binding) {
  FieldBinder(words, binding).Read(fields);
}

}  // namespace valise
