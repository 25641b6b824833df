// Issues and their parts as Jira's REST API shows them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace valise::standin {

class JsonWriter;
struct Comment;
struct Field;
struct FieldValue;
struct Issue;
struct Model;
struct User;

// Which fields an answer holds: "*all", "*navigable", ids, and "-id" to leave one out.
class FieldSelection {
 public:
  // `fallback` is what an empty list means: "*all" for GET issue, "*navigable" for search
  // (pitfall 5).
  FieldSelection(std::vector<std::string> names, std::string_view fallback);
  bool Has(const Field& field) const;

 private:
  std::vector<std::string> names_;
  bool all_ = false, navigable_ = false, excludes_ = false;
};

struct IssueView {
  bool changelog = false, transitions = false, transition_fields = false, names = false,
       schema = false, editmeta = false, rendered = false;
  std::vector<std::string> properties;  // keys, "*all", "-key"
};

// `viewer` decides which comments are seen (pitfall 12); null is anonymous.
void WriteIssue(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer,
                const FieldSelection& fields, const IssueView& view);

void WriteComment(JsonWriter& out, const Model& model, const Issue& issue, const Comment& comment,
                  bool with_properties, bool with_rendered);

bool MaySee(const Comment& comment, const User* viewer);

// The value as in `fields`; a field without a value is null or an empty list.
void WriteCustomValue(JsonWriter& out, const Model& model, const Field& field,
                      const FieldValue& value);
void WriteOption(JsonWriter& out, const Model& model, const Field& field, std::string_view id);

// fields of editmeta, createmeta or a transition, keyed by id.
enum class MetaOf { kCreate, kEdit, kTransition };
void WriteFieldMeta(JsonWriter& out, const Model& model, const Field& field, bool required,
                    MetaOf meta, const std::string& type_id, const User* viewer);
void WriteEditMeta(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer);
void WriteTransitions(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer,
                      bool with_fields, const std::string& only_id);

}  // namespace valise::standin
