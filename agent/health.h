// What stands in the way now, kept in the store so that `valise status` can say it beside a running
// agent and after it ended. Only changes are written.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "agent/store/store.h"
#include "packet/result.h"

namespace valise {

struct Trouble {
  std::string code, message;
  std::int64_t since_ms = 0;
};

inline constexpr const char* kTroubles[] = {"stopped", "jira", "carrier", "delivery",
                                            "attachments"};

class Health {
 public:
  explicit Health(Store& store) : store_(store) {}
  // No error: this trouble is over. Not inside a transaction; a store that cannot keep it is no
  // further trouble.
  void Note(const char* about, const std::optional<Error>& error, std::int64_t now_ms);

 private:
  Store& store_;
  std::map<std::string, std::string> noted_;  // code by what it is about
};

std::optional<Trouble> ReadTrouble(const Store& store, const char* about);

}  // namespace valise
