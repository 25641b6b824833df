#include "agent/config/contract_parts.h"

#include <algorithm>

#include "agent/config/units.h"

namespace valise {

std::optional<std::uint32_t> SiteWords::ReadOr(TableReader& reader, const std::string& key,
                                               const std::string& word) const {
  std::string text = word;
  if (!reader.Text(key, text) || text == word) return std::nullopt;
  const auto found = std::find(sites_.begin(), sites_.end(), text);
  if (found != sites_.end()) return static_cast<std::uint32_t>(found - sites_.begin());
  if (!are_two()) return std::nullopt;
  std::vector<std::string> known = sites_;
  known.push_back(word);
  problems_.Add(
      *reader.Find(key), "VAL-CONFIG-VALUE",
      reader.Place(key) + ": there is no site \"" + text + "\"" + DidYouMeanOr(text, known));
  return std::nullopt;
}

std::optional<ConflictRule> SiteWords::ReadRule(TableReader& reader, const std::string& key) const {
  const bool is_there = reader.table().Find(key) != nullptr;
  const ConflictRule rule{ReadOr(reader, key, "newest")};
  if (!is_there) return std::nullopt;
  return rule;
}

}  // namespace valise
