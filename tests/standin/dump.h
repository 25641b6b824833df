// Dumps: JSON lines, one issue a line as GET issue returns it.
#pragma once

#include <string>
#include <vector>

namespace valise::standin {

struct Model;

// Takes in what the lines name and, if wanted, the issues themselves. "" or the first error.
std::string ReadDump(Model& model, const std::vector<std::string>& lines, bool with_issues);

}  // namespace valise::standin
