// The header of a mail, of a part or of a group in a delivery report: fields with raw values.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace valise {

class MailHeader {
 public:
  // `octets` at most limits::kMailHeaderBytesMax, which the caller has seen to. Folded values are
  // unfolded; lines that are no fields are passed over, as are those of an mbox ("From x",
  // ">From").
  static MailHeader Read(std::string_view octets);

  // The first field of that name (in lower case), without blanks at both ends; empty if absent.
  std::string_view Find(std::string_view name) const;
  bool Has(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;  // name in lower case, value
};

}  // namespace valise
