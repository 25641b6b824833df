#include "tests/standin/languages.h"

namespace valise::standin {
namespace {

struct Names {
  const char *english, *german, *chinese;
};

const Names kNames[] = {
    {"Summary", "Zusammenfassung", "概要"},
    {"Description", "Beschreibung", "描述"},
    {"Issue Type", "Vorgangstyp", "问题类型"},
    {"Project", "Projekt", "项目"},
    {"Priority", "Priorität", "优先级"},
    {"Status", "Status", "状态"},
    {"Resolution", "Lösung", "解决结果"},
    {"Assignee", "Zugewiesene Person", "经办人"},
    {"Reporter", "Autor", "报告人"},
    {"Labels", "Stichwörter", "标签"},
    {"Component/s", "Komponente(n)", "模块"},
    {"Fix Version/s", "Lösungsversion(en)", "修复的版本"},
    {"Affects Version/s", "Betrifft Version(en)", "影响版本"},
    {"Due Date", "Fälligkeitsdatum", "到期日"},
    {"Created", "Erstellt", "创建日期"},
    {"Updated", "Aktualisiert", "已更新"},
    {"Environment", "Umgebung", "环境"},
    {"Comment", "Kommentar", "备注"},
    {"Attachment", "Anhang", "附件"},
    {"Linked Issues", "Verknüpfte Vorgänge", "链接的问题"},
    {"Security Level", "Sicherheitsstufe", "安全级别"},
    {"Time Tracking", "Zeitverfolgung", "时间跟踪"},
    {"Severity", "Schweregrad", "严重程度"},
    {"Story Points", "Aufwandspunkte", "故事点"},
    {"Reviewer", "Prüfer", "审核人"},
    {"Epic Link", "Epos-Verknüpfung", "史诗链接"},
    {"Epic Name", "Eposname", "史诗名称"},
    {"Rank", "Rang", "等级"},
};

}  // namespace

std::string LanguageOf(const Model& model, const User* user) {
  return user == nullptr || user->language.empty() ? model.options.language : user->language;
}

bool IsKnownLanguage(const std::string& language) {
  return language == "en" || language == "de" || language == "zh";
}

std::string NameIn(const std::string& language, const Field& field) {
  for (const Names& names : kNames) {
    if (field.name != names.english) continue;
    if (language == "de") return names.german;
    if (language == "zh") return names.chinese;
  }
  return field.name;
}

std::string NameFor(const Model& model, const Field& field, const User* user) {
  return NameIn(LanguageOf(model, user), field);
}

std::string LocaleOf(const std::string& language) {
  if (language == "de") return "de_DE";
  return language == "zh" ? "zh_CN" : "en_US";
}

}  // namespace valise::standin
