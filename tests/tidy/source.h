// One source file as the rules of this folder see it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace valise::tidy {

struct Source {
  std::string path;                // from the root of the tree
  std::vector<std::string> lines;  // as written
  std::vector<std::string> code;   // without comments and the insides of literals, same numbering
};

Source SourceOf(std::string path, std::string_view text);

// Every .h and .cc below these folders of the root, by path.
std::vector<Source> ReadTree(const std::string& root, const std::vector<std::string>& folders);

// A name or a call as a word of its own: "assert(" is not in "static_assert(". A pattern that ends
// in a letter also matches the start of a longer word ("sqlite3_" in "sqlite3_open").
bool HasWord(std::string_view code, std::string_view word);

}  // namespace valise::tidy
