// Result<T>: a value, or an Error that says what the caller does next. Errors are sorted by the
// next action, not by origin (agent/DESIGN.md, "Errors"). A dropped Result does not compile.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "packet/check.h"

namespace valise {

enum class Recovery {
  kRetryLater,    // network, Jira 429, a busy disk: keep the work, back off
  kRejectPacket,  // bad signature, malformed, over a limit: quarantine
  kAskOperator    // bad configuration, missing key, disk full: stop that thing, say so
};

// `code` is stable and greppable ("VAL-CONFIG-KEY"); `message` is lower case, without full stop,
// names the thing and says what to do. Neither ever holds a secret or issue text.
struct Error {
  Recovery recovery = Recovery::kAskOperator;
  std::string code;
  std::string message;

  Error WithContext(std::string_view doing) && {
    message = std::string(doing) + ": " + message;
    return std::move(*this);
  }
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  const T& value() const& {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  T& value() & {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    CHECK(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  const Error& error() const& {
    CHECK(!ok());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    CHECK(!ok());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  void value() const { CHECK(ok()); }
  const Error& error() const& {
    CHECK(!ok());
    return *error_;
  }
  Error&& error() && {
    CHECK(!ok());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

inline Result<void> Ok() { return {}; }

}  // namespace valise

// TRY(expression): the value, or return the Error to the caller. Statement level only: a GNU
// statement expression, and nesting two of them is a -Wshadow error by design.
#define TRY(expression)                                         \
  __extension__({                                               \
    auto try_result = (expression);                             \
    if (!try_result.ok()) return std::move(try_result).error(); \
    std::move(try_result).value();                              \
  })
