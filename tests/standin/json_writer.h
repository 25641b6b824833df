// Writes JSON straight into a string, members in call order. The caller keeps brackets balanced;
// commas are put here. Much faster than building a tree for each answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace valise::standin {

class JsonWriter {
 public:
  JsonWriter& Open(char bracket);   // '{' or '['
  JsonWriter& Close(char bracket);  // '}' or ']'
  JsonWriter& Key(std::string_view name);
  JsonWriter& String(std::string_view value);
  JsonWriter& Int(std::int64_t value);
  JsonWriter& Number(double value);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();
  JsonWriter& Raw(std::string_view json);  // a whole value that is JSON already

  JsonWriter& Field(std::string_view name, std::string_view value);
  JsonWriter& FieldInt(std::string_view name, std::int64_t value);
  JsonWriter& FieldBool(std::string_view name, bool value);
  JsonWriter& FieldRaw(std::string_view name, std::string_view json);
  JsonWriter& FieldNull(std::string_view name);
  // The string, or null when it is empty.
  JsonWriter& FieldOrNull(std::string_view name, std::string_view value);
  // Nothing at all when it is empty.
  JsonWriter& FieldIf(std::string_view name, std::string_view value);

  const std::string& text() const { return text_; }
  std::string Take() { return std::move(text_); }

 private:
  void Separate();
  void Quote(std::string_view value);

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace valise::standin
