#include "agent/swept_names.h"

#include <algorithm>
#include <iterator>
#include <sstream>

#include "agent/core/agile.h"
#include "agent/core/decide.h"
#include "agent/core/objects.h"
#include "agent/core/renamed.h"

namespace valise {
namespace {

constexpr char kRow[] = "sweep.names";  // one a line

std::set<std::string> LinesOf(const std::string& text) {
  std::set<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

void Keep(Store& store, const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += name + "\n";
  if (store.Meta(kRow) != text) store.PutMeta(kRow, text);
}

}  // namespace

std::string SweptField(const std::string& field) { return "field " + field; }

std::set<std::string> SweptNames(const Terms& terms) {
  std::set<std::string> names;
  for (const auto& [field, binding] : terms.binding.fields) {
    if (MayEdit(terms, FieldKey(field), terms.own_site)) names.insert(SweptField(field));
  }
  for (const auto& [word, local] : terms.binding.links) names.insert("link type " + local);
  constexpr const char* kObjects[] = {kSweptComments, "work logs", "attachments"};
  for (const ObjectKind kind : kObjectKinds) {
    const bool may_leave = MayEdit(terms, PresenceKey(kind, Id{}), terms.own_site);
    if (IsBound(terms, kind) && may_leave) names.insert(kObjects[static_cast<int>(kind)]);
  }
  return names;
}

std::set<std::string> NamesToSweep(const Store& store, const Terms& terms) {
  std::set<std::string> names = SweptNames(terms);
  const auto row = store.Meta(kRow);
  if (!row) return {};
  for (const std::string& swept : LinesOf(*row)) names.erase(swept);
  return names;
}

void ForgetLostNames(Store& store, const Terms& terms) {
  const auto row = store.Meta(kRow);
  if (!row) return NoteSwept(store, terms);
  const std::set<std::string> swept = LinesOf(*row), now = SweptNames(terms);
  std::set<std::string> both;
  std::set_intersection(swept.begin(), swept.end(), now.begin(), now.end(),
                        std::inserter(both, both.end()));
  Keep(store, both);
}

void NoteSwept(Store& store, const Terms& terms) { Keep(store, SweptNames(terms)); }

std::vector<Id> IssuesWithNewWords(const Store& store, const Terms& terms) {
  std::set<Id> issues;
  for (const FieldBinding* field : BoundOf(terms, ValueKind::kOptions)) {
    if (!field->values) continue;
    for (const auto& [word, locals] : field->values->to_local) {
      for (const std::string& local : locals) {
        const std::string wordless = WordlessElement(local);
        const auto shown = store.IssuesShowing(field->name, wordless, SeenDigest(local));
        issues.insert(shown.begin(), shown.end());
      }
    }
  }
  return {issues.begin(), issues.end()};
}

}  // namespace valise
