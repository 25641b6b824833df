#include "agent/core/people.h"

#include <algorithm>

namespace valise {

namespace {

constexpr std::size_t kAddressBytesMax = 254;

bool IsBlank(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; }

char Small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::optional<std::string> NormalEmail(std::string_view address) {
  while (!address.empty() && IsBlank(address.front())) address.remove_prefix(1);
  while (!address.empty() && IsBlank(address.back())) address.remove_suffix(1);
  const std::size_t at = address.find('@');
  const bool has_parts = at != std::string_view::npos && at > 0 && at + 1 < address.size();
  if (!has_parts || address.size() > kAddressBytesMax) return std::nullopt;
  if (address.find('@', at + 1) != std::string_view::npos) return std::nullopt;
  if (std::any_of(address.begin(), address.end(), IsBlank)) return std::nullopt;
  std::string normal(address);
  std::transform(normal.begin(), normal.end(), normal.begin(), Small);
  return normal;
}

std::optional<std::string> EmailDigest(std::string_view email_key, std::string_view address) {
  const auto normal = NormalEmail(address);
  if (!normal) return std::nullopt;
  return Text(KeyedId(email_key, "VLS1 email " + *normal));
}

std::optional<std::string> AliasOfEmail(const Contract& contract, std::string_view address) {
  if (contract.email_key.empty()) return std::nullopt;
  const auto digest = EmailDigest(contract.email_key, address);
  for (const auto& [alias, known] : contract.people_emails) {
    if (digest == known) return alias;
  }
  return std::nullopt;
}

}  // namespace valise
