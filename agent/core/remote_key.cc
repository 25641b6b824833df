#include "agent/core/remote_key.h"

#include <algorithm>

namespace valise {
namespace {

constexpr std::string_view kPrefix = "key:";
constexpr std::string_view kPlace = "{key}";
constexpr std::size_t kKeyBytesMax = 255;

bool IsLetter(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsOfProject(char c) { return IsLetter(c) || IsDigit(c) || c == '_'; }

}  // namespace

std::string KeyFieldOf(const Contract& contract, std::uint32_t site) {
  return std::string(kPrefix) + (site < contract.sites.size() ? contract.sites[site] : "");
}

std::optional<std::uint32_t> SiteOfKeyField(const Contract& contract, std::string_view field) {
  if (!contract.shares_keys || !field.starts_with(kPrefix)) return std::nullopt;
  const auto site = std::find(contract.sites.begin(), contract.sites.end(),
                              field.substr(kPrefix.size()));
  if (site == contract.sites.end()) return std::nullopt;
  return static_cast<std::uint32_t>(site - contract.sites.begin());
}

bool IsIssueKey(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || text.size() > kKeyBytesMax) return false;
  const std::string_view project = text.substr(0, dash), number = text.substr(dash + 1);
  return !project.empty() && !number.empty() && IsLetter(project.front()) &&
         std::all_of(project.begin(), project.end(), IsOfProject) &&
         std::all_of(number.begin(), number.end(), IsDigit);
}

std::string UrlOfKey(std::string url, const std::string& key) {
  const std::size_t at = url.find(kPlace);
  return at == std::string::npos ? url : url.replace(at, kPlace.size(), key);
}

}  // namespace valise
