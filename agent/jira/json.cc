#include "agent/jira/json.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "packet/limits.h"

namespace valise::jira {
namespace {

const Json kNullJson;

// Receives the parser's events. The parser itself does not recurse; depth and nodes are counted
// here, before a node exists.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(Json* root) : root_(root) {}

  bool null() override { return Put(JsonKind::kNull) != nullptr; }
  bool boolean(bool value) override {
    return Put(value ? JsonKind::kTrue : JsonKind::kFalse) != nullptr;
  }
  bool number_integer(number_integer_t value) override { return PutNumber(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override {
    return PutNumber(std::to_string(value));
  }
  bool number_float(number_float_t /*value*/, const string_t& text) override {
    return PutNumber(text);
  }
  bool string(string_t& value) override {
    Json* node = Put(JsonKind::kString);
    if (node == nullptr) return false;
    if (root_ != nullptr) node->text = std::move(value);
    return true;
  }
  bool binary(binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*size*/) override { return Open(JsonKind::kObject); }
  bool start_array(std::size_t /*size*/) override { return Open(JsonKind::kArray); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool key(string_t& name) override {
    if (root_ != nullptr) open_.back()->names.push_back(std::move(name));
    return true;
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    position_ = position;
    return false;
  }

  std::size_t position() const { return position_; }

 private:
  // Open nodes are last children, and only the innermost one grows: pointers to them stay valid.
  Json* Put(JsonKind kind) {
    if (++nodes_ > kJsonNodesMax) return nullptr;
    if (root_ == nullptr) return &scratch_;
    Json* node = root_;
    if (!open_.empty()) node = &open_.back()->items.emplace_back();
    node->kind = kind;
    return node;
  }
  bool PutNumber(std::string text) {
    Json* node = Put(JsonKind::kNumber);
    if (node == nullptr) return false;
    node->text = std::move(text);
    return true;
  }
  bool Open(JsonKind kind) {
    if (open_.size() >= limits::kJsonDepthMax) return false;
    Json* node = Put(kind);
    if (node == nullptr) return false;
    open_.push_back(node);
    return true;
  }
  bool Close() {
    open_.pop_back();
    return true;
  }

  Json* root_;
  Json scratch_;
  std::vector<Json*> open_;
  std::size_t nodes_ = 0;
  std::size_t position_ = 0;
};

bool Parse(std::string_view text, Builder& builder) {
  if (text.size() > limits::kJsonBytesMax) return false;
  // The library takes a NUL for the end and would not see what follows it; JSON has none anywhere.
  if (text.find('\0') != std::string_view::npos) return false;
  return nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
}

// Length of the UTF-8 sequence at the start of `text`; 0: none. Overlong forms, surrogates and
// everything above U+10FFFF are none.
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto is_tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return is_tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return byte(1) >= low && byte(1) <= high && is_tail(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return byte(1) >= low && byte(1) <= high && is_tail(2) && is_tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

const Json& Json::operator[](std::string_view name) const {
  for (std::size_t i = names.size(); i-- > 0;) {
    if (names[i] == name && i < items.size()) return items[i];
  }
  return kNullJson;
}

bool Json::Has(std::string_view name) const { return &(*this)[name] != &kNullJson; }

bool Json::IsTrue() const {
  if (kind == JsonKind::kTrue) return true;
  return kind == JsonKind::kString && (text == "true" || text == "True" || text == "TRUE");
}

const std::string& Json::String() const {
  const bool has_text = kind == JsonKind::kString || kind == JsonKind::kNumber;
  return has_text ? text : kNullJson.text;
}

std::optional<std::int64_t> Json::Integer() const {
  const std::string& digits = String();
  std::int64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, failure] = std::from_chars(digits.data(), end, value);
  if (digits.empty() || failure != std::errc() || stop != end) return std::nullopt;
  return value;
}

Result<Json> ParseJson(std::string_view text) {
  if (text.size() > limits::kJsonBytesMax) {
    return Error{Recovery::kRetryLater, "VAL-JIRA-FORMAT",
                 "answer of " + std::to_string(text.size()) + " bytes is over the limit"};
  }
  Json root;
  Builder builder(&root);
  if (Parse(text, builder)) return root;
  const std::string where =
      builder.position() > 0 ? " at byte " + std::to_string(builder.position()) : "";
  return Error{
      Recovery::kRetryLater, "VAL-JIRA-FORMAT",
      "answer of " + std::to_string(text.size()) + " bytes is no JSON within limits" + where};
}

bool IsJson(std::string_view text) {
  Builder builder(nullptr);
  return Parse(text, builder);
}

bool IsClosed(std::string_view text) {
  std::size_t depth = 0;
  bool is_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_string) {
      if (c == '\\') ++i;
      else if (c == '"') is_string = false;
      continue;
    }
    if (c == '"') is_string = true;
    else if (c == '{' || c == '[') ++depth;
    else if ((c == '}' || c == ']') && --depth == 0) return i + 1 == text.size();
    if (depth == 0) return false;
  }
  return false;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void JsonWriter::Separate() {
  if (needs_comma_) out_ += ',';
  needs_comma_ = true;
}

void JsonWriter::Quote(std::string_view value) {
  static constexpr char kHex[] = "0123456789abcdef";
  is_broken_ = is_broken_ || !IsUtf8(value);
  out_ += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (byte == '\n') {
      out_ += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      out_ += "\\u00";
      out_ += kHex[byte >> 4];
      out_ += kHex[byte & 15U];
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

JsonWriter& JsonWriter::BeginObject() {
  Separate();
  out_ += '{';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::EndObject() {
  out_ += '}';
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::BeginArray() {
  Separate();
  out_ += '[';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::EndArray() {
  out_ += ']';
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::Name(std::string_view name) {
  Separate();
  Quote(name);
  out_ += ':';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view value) {
  Separate();
  Quote(value);
  return *this;
}

JsonWriter& JsonWriter::Number(std::string_view digits) {
  Separate();
  out_ += digits;
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  Separate();
  out_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::Null() {
  Separate();
  out_ += "null";
  return *this;
}

Result<std::string> JsonWriter::Finish() && {
  if (is_broken_) {
    return Error{Recovery::kAskOperator, "VAL-JIRA-TEXT",
                 "a text to be written is not valid UTF-8"};
  }
  return std::move(out_);
}

}  // namespace valise::jira
