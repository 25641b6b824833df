#include "agent/cli/json_text.h"

#include "agent/cli/terminal.h"
#include "agent/core/times.h"

namespace valise::cli {

JsonText& JsonText::Text(std::string_view name, std::string_view value) {
  writer_.Member(name, ValidUtf8(value));
  return *this;
}

JsonText& JsonText::Item(std::string_view value) {
  writer_.String(ValidUtf8(value));
  return *this;
}

JsonText& JsonText::Count(std::string_view name, std::uint64_t value) {
  writer_.Name(name).Number(std::to_string(value));
  return *this;
}

JsonText& JsonText::Time(std::string_view name, std::int64_t ms) {
  if (ms == 0) {
    writer_.Name(name).Null();
  } else {
    writer_.Member(name, InstantText(ms));
  }
  return *this;
}

std::string JsonText::Line() && { return std::move(writer_).Finish().value() + "\n"; }

}  // namespace valise::cli
