// Text at the border: mentions and issue keys (key_text.h) are rewritten so that they mean the
// right thing at the other side or degrade to plain words, line ends are normalised, and lines that
// a person did not touch keep their shared form although ours is a degraded one. Every rewrite
// stays inside its line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/terms.h"
#include "packet/model.h"

namespace valise {

std::string WithUnixLineEnds(std::string_view text);  // pitfall 16: Jira's own editor saves CRLF
std::string OneLine(std::string_view text);           // line ends as blanks, none around it

// [~account] -> [~alias] for people of the contract, else "@Display Name"; own keys -> tokens.
std::string TextToShared(std::string_view local, const Terms& terms, const Directory& directory);
// [~alias] -> [~account] where bound, else "@Name". Any other [~x] becomes plain "@x": a peer
// cannot notify people here, nor bring in what fetches or runs (traps.h). Tokens -> keys, all of
// the peer's as words if the text would be over the limit with `keys`. Idempotent:
// ToLocal(ToShared(ToLocal(v))) == ToLocal(v).
std::string TextToLocal(std::string_view shared, const Terms& terms, const PeerKeys& keys = {});

// As TextToShared, but each line of `local` that ToLocal(agreed) also has takes agreed's line;
// whichever of its keys were rewritten yet.
std::string TextToSharedKeeping(std::string_view local, std::string_view agreed,
                                const Terms& terms, const Directory& directory,
                                const PeerKeys& keys = {});

// As TextToLocal, but each line of `shared` that is the shared form of a line of `shown` (what this
// Jira shows now) takes that line: a peer's edit of another line destroys no mention here.
std::string TextToLocalKeeping(std::string_view shared, std::string_view shown, const Terms& terms,
                               const Directory& directory, const PeerKeys& keys = {});

// The same for a field of one line, where nothing but keys is rewritten.
std::string LineToShared(std::string_view local, const std::optional<Value>& agreed,
                         const Terms& terms, const PeerKeys& keys);
std::string LineToLocal(std::string_view shared, const Terms& terms, const PeerKeys& keys);

// Accounts mentioned in `local` that `directory` does not know.
std::vector<std::string> UnknownMentions(std::string_view local, const Terms& terms,
                                         const Directory& directory);

// The line above a peer's comment: "{name}", "{site}", "{date}" (UTC) filled in; empty template:
// no line. Ends with a line feed unless empty.
std::string AuthorLine(const Terms& terms, const Person& author, std::uint32_t site,
                       std::int64_t created_ms);

}  // namespace valise
