// The tables of contract.toml that are read in files of their own, and what they say alike.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config/table_reader.h"
#include "agent/core/contract.h"

namespace valise {

// The keys whose value is a site, or the word that stands for no single one.
class SiteWords {
 public:
  // `sites` as written: other than two is a problem of its own, reported where it stands.
  SiteWords(const std::vector<std::string>& sites, ProblemList& problems)
      : sites_(sites), problems_(problems) {}

  Direction ReadDirection(TableReader& reader) const { return {ReadOr(reader, "from", "both")}; }
  std::optional<ConflictRule> ReadRule(TableReader& reader, const std::string& key) const;
  // False: the list of sites is the problem, not those who name one.
  bool are_two() const { return sites_.size() == 2; }

 private:
  std::optional<std::uint32_t> ReadOr(TableReader& reader, const std::string& key,
                                      const std::string& word) const;

  const std::vector<std::string>& sites_;
  ProblemList& problems_;
};

// [fields.X]
void ReadFieldTerms(const TomlNode& fields, const SiteWords& sites, ProblemList& problems,
                    Contract& contract);
// [comments], [worklogs], [attachments], [links]: without its table a kind does not travel. And
// [lifecycle].
void ReadContentTerms(TableReader& top, const SiteWords& sites, Contract& contract);
// email_key and [people]
void ReadPeopleTerms(TableReader& top, Contract& contract);

}  // namespace valise
