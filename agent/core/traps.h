// Markup that a peer may not bring in: what would fetch something from elsewhere when a person here
// looks at it, or run more than text. The peer is authenticated, not trusted.
#pragma once

#include <string>

namespace valise {

// Remote images become plain addresses ("!https://h/x.png|width=9!" -> "https://h/x.png"): each
// look at one would tell its server who looks. Macros that bring in or run something ({html},
// {include}, {iframe}, …) get the backslash with which Jira shows a brace as text. Idempotent; each
// rewrite stays inside its line.
std::string WithoutTraps(std::string text);

}  // namespace valise
