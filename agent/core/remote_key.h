// Each site's own key of an issue, where the contract shares keys: a one-way register of its site,
// under the reserved field "key:SITE". So it follows an issue that moves, and is never an echo.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/contract.h"

namespace valise {

std::string KeyFieldOf(const Contract& contract, std::uint32_t site);
// The site whose key it is; nullopt: no such field, or keys are not shared.
std::optional<std::uint32_t> SiteOfKeyField(const Contract& contract, std::string_view field);
// "PROJ-12": what Jira's own keys look like, at most 255 octets. Nothing else of a peer's goes into
// a link.
bool IsIssueKey(std::string_view text);
// `url` with the key in the place of "{key}".
std::string UrlOfKey(std::string url, const std::string& key);

}  // namespace valise
