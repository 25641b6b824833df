// A secret read from a file once at start, wiped when it goes. (libcurl's own copies are beyond
// reach.) It cannot be copied, compared or printed by accident.
#pragma once

#include <string>
#include <utility>

#include "packet/result.h"

namespace valise::jira {

class Secret {
 public:
  Secret() = default;
  Secret(Secret&& other) noexcept { text_.swap(other.text_); }
  Secret& operator=(Secret&& other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~Secret();

  // One line, blanks at its end dropped; an empty path gives an empty secret. Errors:
  // kAskOperator "VAL-JIRA-TOKEN-FILE", naming the file only.
  static Result<Secret> Read(const std::string& path);

  bool empty() const { return text_.empty(); }
  const char* c_str() const { return text_.c_str(); }

 private:
  std::string text_;
};

}  // namespace valise::jira
