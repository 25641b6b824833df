// A test vector: what went in, and what must come of it. The text form is in FORMAT.md, "Test
// vectors"; one file each under tests/vectors/.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "packet/bytes.h"

namespace valise {

struct Vector {
  std::string name;
  std::vector<std::string> comments;             // the first lines: what must happen, and why
  std::map<std::string, std::string> fields;     // as written
  Bytes Octets(const std::string& field) const;  // of a field in hex; empty if it is absent
};

std::string Print(const Vector& vector);
Vector Read(const std::string& name, const std::string& text);

}  // namespace valise
