#include "tests/packet/vector.h"

#include <sstream>

#include "packet/check.h"

namespace valise {

Bytes Vector::Octets(const std::string& field) const {
  const auto found = fields.find(field);
  if (found == fields.end()) return {};
  const std::optional<Bytes> bytes = FromHex(found->second);
  CHECK(bytes.has_value());
  return *bytes;
}

std::string Print(const Vector& vector) {
  std::string text;
  for (const std::string& comment : vector.comments) text += "# " + comment + "\n";
  for (const auto& [name, value] : vector.fields) text += name + ": " + value + "\n";
  return text;
}

Vector Read(const std::string& name, const std::string& text) {
  Vector vector;
  vector.name = name;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# ")) {
      vector.comments.push_back(line.substr(2));
      continue;
    }
    const std::size_t colon = line.find(": ");
    CHECK(colon != std::string::npos);
    vector.fields[line.substr(0, colon)] = line.substr(colon + 2);
  }
  return vector;
}

}  // namespace valise
