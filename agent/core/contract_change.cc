// Which contract may follow which.
#include <algorithm>

#include "agent/core/contract_book.h"

namespace valise {
namespace {

using Lines = std::vector<std::string>;

template <typename List>
bool Holds(const List& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

class ChangeCheck {
 public:
  ChangeCheck(const Contract& before, const Contract& after) : before_(before), after_(after) {}

  Lines AgainstPresent() {
    Refuse(after_.name != before_.name, "the name is another");
    Refuse(after_.sites != before_.sites, "the sites are others, or in another order");
    Refuse(after_.version != before_.version + 1,
           "version must be " + std::to_string(before_.version + 1));
    for (const auto& [name, terms] : before_.types) {
      const auto found = after_.types.find(name);
      Refuse(found == after_.types.end(), "type " + name + " is gone");
      Refuse(found != after_.types.end() && found->second != terms,
             "type " + name + " has another parent");
    }
    for (const std::string& status : before_.statuses) {
      Refuse(!Holds(after_.statuses, status), "status " + status + " is gone");
    }
    for (const std::string& type : before_.link_types) {
      Refuse(!after_.link_types.contains(type), "link type " + type + " is gone");
    }
    CheckTables();
    CheckRule("status");
    CheckFields();
    return std::move(why_not_);
  }

  // A field that was away and comes back means what it meant.
  Lines AgainstFormer() {
    CheckFields();
    return std::move(why_not_);
  }

 private:
  void CheckFields() {
    for (const auto& [name, old] : before_.fields) {
      const FieldTerms* field = after_.Field(name);
      if (field != nullptr) CheckField(old, *field);
    }
  }
  void Refuse(bool is_wrong, const std::string& why) {
    if (is_wrong && !Holds(why_not_, why)) why_not_.push_back(why);
  }
  void CheckRule(const std::string& name) {
    Refuse(before_.RuleFor(name) != after_.RuleFor(name),
           "the conflict rule of " + name + " is another");
  }
  void CheckField(const FieldTerms& old, const FieldTerms& field) {
    const std::string what = "field " + old.name;
    Refuse(old.kind != field.kind, what + " has another kind; give it another name");
    Refuse(old.from != field.from, what + " has another direction; give it another name");
    Refuse(old.types != field.types, what + " is of other types; give it another name");
    CheckRule(old.name);
    const bool was_open = old.any_value || old.values.empty();
    const bool is_open = field.any_value || field.values.empty();
    Refuse(was_open && !is_open, what + " had any value and now has a list");
    for (const std::string& value : old.values) {
      Refuse(!is_open && !Holds(field.values, value), what + " lost the value " + value);
    }
  }
  void CheckTable(const char* name, bool was_there, bool is_there, const Direction& old,
                  const Direction& now) {
    Refuse(was_there && !is_there, std::string(name) + " is gone");
    Refuse(was_there && is_there && old != now, std::string(name) + " has another direction");
  }
  void CheckTables() {
    CheckTable("[comments]", before_.has_comments, after_.has_comments, before_.comments_from,
               after_.comments_from);
    CheckTable("[worklogs]", before_.has_work_logs, after_.has_work_logs, before_.work_logs_from,
               after_.work_logs_from);
    CheckTable("[attachments]", before_.has_attachments, after_.has_attachments,
               before_.attachments_from, after_.attachments_from);
    CheckTable("[links]", !before_.link_types.empty(), !after_.link_types.empty(),
               before_.links_from, after_.links_from);
  }

  const Contract& before_;
  const Contract& after_;
  Lines why_not_;
};

}  // namespace

std::vector<std::string> WhyNotNext(const std::vector<const Contract*>& former,
                                    const Contract& next) {
  Lines why_not;
  for (std::size_t i = 0; i < former.size(); ++i) {
    ChangeCheck check(*former[i], next);
    const bool is_present = i + 1 == former.size();
    for (std::string& line : is_present ? check.AgainstPresent() : check.AgainstFormer()) {
      if (!Holds(why_not, line)) why_not.push_back(std::move(line));
    }
  }
  return why_not;
}

}  // namespace valise
