// Mentions of people in texts: "[~account]" and "[title|~account]". Brackets pair as Jira pairs
// them, the innermost first, and never beyond a line.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace valise {

inline constexpr std::size_t kAccountMax = 255;  // characters of an account's name in Jira

// Calls `rewrite` with each account and puts its answer in the mention's place; a title stays. What
// is left of one mention is not the beginning of another. What would be one but for its length
// becomes "[@text]": a later rewrite may shorten it. Linear: a hostile text is all brackets.
std::string RewriteMentions(std::string_view text,
                            const std::function<std::string(std::string_view)>& rewrite);

// "@name", which nothing reads as markup of ours again.
std::string PlainName(std::string_view name);

}  // namespace valise
