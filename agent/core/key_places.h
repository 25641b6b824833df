// Where in a text a key of the own project stands free: a reader takes it for the issue, and
// nothing but text changes when it is another word.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace valise {

struct KeyPlace {
  std::size_t at = 0, length = 0;  // octets
  bool operator==(const KeyPlace&) const = default;
};

// In order. Keys are written as Jira writes them: capitals, a number of at most 12 digits that does
// not begin with 0. An empty project has none.
std::vector<KeyPlace> FreeKeys(std::string_view text, std::string_view project);

// How many digits `text` begins with; 0: none, more than 12, or a leading 0.
std::size_t NumberLength(std::string_view text);

}  // namespace valise
