// One line per event: level, fixed event name, key=value. Level says who must act: info nobody,
// warning maybe somebody, error the operator (with what to type). Never secrets or issue text.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace valise {

enum class LogLevel { kInfo, kWarning, kError };

using LogFields = std::initializer_list<std::pair<std::string_view, std::string>>;

class Log {
 public:
  virtual ~Log() = default;
  virtual void Write(LogLevel level, std::string_view event, LogFields fields) = 0;
};

// Nothing; tests and simulation that do not look at it.
class SilentLog final : public Log {
 public:
  void Write(LogLevel, std::string_view, LogFields) override {}
};

}  // namespace valise
