#include "tests/standin/json_value.h"

#include <cstdint>
#include <nlohmann/json.hpp>

#include "tests/standin/json_writer.h"

namespace valise::standin {
namespace {

using Kind = JsonValue::Kind;

// Receives nlohmann's parse events and builds the tree; a stack of open containers is enough.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit TreeBuilder(JsonValue* root) : root_(root) {}

  bool null() override { return Put({}); }
  bool boolean(bool value) override {
    JsonValue v;
    v.kind = Kind::kBool;
    v.boolean = value;
    return Put(std::move(v));
  }
  bool number_integer(number_integer_t value) override {
    return PutNumber(static_cast<double>(value), std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return PutNumber(static_cast<double>(value), std::to_string(value));
  }
  bool number_float(number_float_t value, const string_t& text) override {
    return PutNumber(value, text);
  }
  bool string(string_t& value) override {
    JsonValue v;
    v.kind = Kind::kString;
    v.text = std::move(value);
    return Put(std::move(v));
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return Begin(Kind::kObject); }
  bool key(string_t& name) override {
    open_.back()->members.emplace_back(std::move(name), JsonValue());
    return true;
  }
  bool end_object() override { return End(); }
  bool start_array(std::size_t) override { return Begin(Kind::kArray); }
  bool end_array() override { return End(); }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::json::exception& error) override {
    error_ = error.what();
    return false;
  }

  const std::string& error() const { return error_; }

 private:
  // A container's address stays valid while it is open: its parent grows only after it is closed.
  JsonValue* Place(JsonValue value) {
    if (open_.empty()) {
      *root_ = std::move(value);
      return root_;
    }
    JsonValue* parent = open_.back();
    if (parent->kind == Kind::kArray) return &parent->items.emplace_back(std::move(value));
    parent->members.back().second = std::move(value);
    return &parent->members.back().second;
  }
  bool Put(JsonValue value) {
    Place(std::move(value));
    return true;
  }
  bool PutNumber(double value, std::string text) {
    JsonValue v;
    v.kind = Kind::kNumber;
    v.number = value;
    v.text = std::move(text);
    return Put(std::move(v));
  }
  bool Begin(Kind kind) {
    JsonValue v;
    v.kind = kind;
    open_.push_back(Place(std::move(v)));
    return open_.size() < 200;
  }
  bool End() {
    open_.pop_back();
    return true;
  }

  JsonValue* root_;
  std::vector<JsonValue*> open_;
  std::string error_;
};

void Write(const JsonValue& value, JsonWriter& out) {
  switch (value.kind) {
    case Kind::kNull:
      out.Null();
      break;
    case Kind::kBool:
      out.Bool(value.boolean);
      break;
    case Kind::kNumber:
      out.Raw(value.text);
      break;
    case Kind::kString:
      out.String(value.text);
      break;
    case Kind::kArray:
      out.Open('[');
      for (const JsonValue& item : value.items) Write(item, out);
      out.Close(']');
      break;
    case Kind::kObject:
      out.Open('{');
      for (const auto& [name, member] : value.members) {
        out.Key(name);
        Write(member, out);
      }
      out.Close('}');
      break;
  }
}

}  // namespace

const JsonValue* JsonValue::Find(std::string_view name) const {
  for (const auto& [key, value] : members) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string JsonValue::Text(std::string_view name) const {
  const JsonValue* member = Find(name);
  return member != nullptr && (member->IsString() || member->IsNumber()) ? member->text : "";
}

bool JsonValue::Flag(std::string_view name, bool otherwise) const {
  const JsonValue* member = Find(name);
  if (member == nullptr) return otherwise;
  if (member->kind == Kind::kBool) return member->boolean;
  return member->IsString() && (member->text == "true" || member->text == "True");
}

const JsonValue& JsonValue::At(std::string_view name) const {
  static const JsonValue kNothing;
  const JsonValue* member = Find(name);
  return member == nullptr ? kNothing : *member;
}

std::optional<JsonValue> ParseJson(std::string_view text, std::string* error) {
  JsonValue root;
  TreeBuilder builder(&root);
  if (nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return root;
  if (error != nullptr) *error = builder.error().empty() ? "too deep" : builder.error();
  return std::nullopt;
}

std::string ToText(const JsonValue& value) {
  JsonWriter out;
  Write(value, out);
  return out.Take();
}

}  // namespace valise::standin
