#include "agent/core/key_text.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "agent/core/key_places.h"
#include "agent/core/objects.h"
#include "agent/core/remote_key.h"

namespace valise {
namespace {

constexpr std::string_view kMark = "|valise-key:";
constexpr std::string_view kHyphen = "\u2011";  // no Jira links a key that has it
constexpr std::size_t kTokenBytesMax = 300;     // a key is at most 255 octets (remote_key.h)
constexpr std::size_t kLineUnitsMax = 255;
constexpr std::size_t kTextUnitsMax = 32'767 - 1'767;  // template or author line, marker

struct Token {
  std::string key;
  std::uint32_t site = 0;
};

// What stands between the brackets.
std::optional<Token> TokenOf(std::string_view inside, const Contract& contract) {
  const std::size_t mark = inside.find(kMark);
  if (mark == std::string_view::npos || inside.size() != mark + kMark.size() + 1) {
    return std::nullopt;
  }
  const std::string_view key = inside.substr(0, mark);
  const auto site = static_cast<std::uint32_t>(inside.back() - '0');
  const std::size_t digits = key.size() - std::min(key.size(), key.rfind('-') + 1);
  if (!IsIssueKey(key) || site >= contract.sites.size()) return std::nullopt;
  if (NumberLength(key.substr(key.size() - digits)) != digits) return std::nullopt;
  return Token{std::string(key), site};
}

using Rewrite = std::function<std::string(const Token&)>;

// From the left, by what ends a token: one that another's key would complete is one, too, so that
// none is left.
std::string RewriteTokens(std::string_view text, const Contract& contract, const Rewrite& rewrite) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == ']') {
      const std::size_t from = out.size() - std::min(out.size(), kTokenBytesMax);
      const std::size_t open = std::string_view(out).substr(from).rfind('[');
      if (open != std::string_view::npos) {
        const auto token = TokenOf(std::string_view(out).substr(from + open + 1), contract);
        if (token) {
          out.resize(from + open);
          out += rewrite(*token);
          continue;
        }
      }
    }
    out += c;
  }
  return out;
}

std::string Word(const std::string& key, const Terms& terms) {
  const std::size_t dash = key.find('-');
  if (key.substr(0, dash) != terms.binding.project) return key;
  return key.substr(0, dash) + std::string(kHyphen) + key.substr(dash + 1);
}

std::size_t Utf16Units(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) units += byte >= 0xF0U ? 2 : 1;
  }
  return units;
}

// Each free key of the own project, given to `rewrite`.
std::string RewriteKeys(std::string_view text, const Terms& terms,
                        const std::function<std::string(std::string)>& rewrite) {
  std::string out;
  std::size_t at = 0;
  for (const KeyPlace& place : FreeKeys(text, terms.binding.project)) {
    out += text.substr(at, place.at - at);
    out += rewrite(std::string(text.substr(place.at, place.length)));
    at = place.at + place.length;
  }
  out += text.substr(at);
  return out;
}

// `shared` with \x1f for each token, and for each word that stands for one of `keys`. From the last
// key on, so that none that begins like another is taken for it.
std::string WithoutKeys(std::string_view shared, const Terms& terms,
                        const std::set<std::string>& keys) {
  std::string out = RewriteTokens(shared, terms.contract, [](const Token&) { return "\x1f"; });
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    for (const std::string& word : {*key, Word(*key, terms)}) {
      for (std::size_t at = 0; (at = out.find(word, at)) != std::string::npos;) {
        out.replace(at, word.size(), "\x1f");
      }
    }
  }
  return out;
}

// Also where a key that was rewritten before is another one by now: an issue that went to another
// project and came back. A person's edit of it is agreed by the time this is asked.
bool IsShownAs(const Value& agreed, const std::optional<Value>& shown, const Terms& terms,
               const std::set<std::string>& keys) {
  if (!shown || shown->detail != agreed.detail) return false;
  return shown->text == agreed.text ||
         WithoutKeys(shown->text, terms, keys) == WithoutKeys(agreed.text, terms, keys);
}

}  // namespace

std::string KeysToShared(std::string_view local, const Terms& terms) {
  if (!terms.contract.shares_keys) return std::string(local);
  const std::string behind = std::string(kMark) + std::to_string(terms.own_site) + "]";
  return RewriteKeys(local, terms, [&](const std::string& key) { return "[" + key + behind; });
}

// Also where keys are not shared any more: what was agreed before still names them.
std::string KeysToLocal(std::string_view shared, const Terms& terms, const PeerKeys& keys) {
  return RewriteTokens(shared, terms.contract, [&](const Token& token) {
    if (token.site == terms.own_site) return token.key;
    const auto here = keys.find(token.key);
    return here == keys.end() ? Word(token.key, terms) : here->second;
  });
}

std::string WithKeysAsWords(std::string_view local, const Terms& terms, const PeerKeys& keys) {
  if (keys.empty()) return std::string(local);
  std::map<std::string, std::string> words;
  for (const auto& [peer, here] : keys) words[here] = Word(peer, terms);
  return RewriteKeys(local, terms, [&](const std::string& key) {
    const auto word = words.find(key);
    return word == words.end() ? key : word->second;
  });
}

std::set<std::string> PeerKeysIn(std::string_view shared, const Terms& terms) {
  std::set<std::string> keys;
  if (shared.find(kMark) == std::string_view::npos) return keys;
  RewriteTokens(shared, terms.contract, [&](const Token& token) {
    if (token.site != terms.own_site) keys.insert(token.key);
    return token.key;
  });
  return keys;
}

bool HoldsKeys(const Terms& terms, const RegisterKey& key) {
  if (key.kind == RegisterKind::kCommentText) return IsBound(terms, ObjectKind::kComment);
  if (key.kind == RegisterKind::kWorkLog) return IsBound(terms, ObjectKind::kWorkLog);
  if (key.kind != RegisterKind::kField) return false;
  const auto binding = terms.binding.fields.find(key.field);
  return binding != terms.binding.fields.end() && (binding->second.kind == ValueKind::kText ||
                                                   binding->second.kind == ValueKind::kLine);
}

std::set<std::string> PeerKeysOf(const Terms& terms, const IssueBase& base) {
  std::set<std::string> keys;
  for (const auto& [key, reg] : base.registers) {
    if (!reg.agreed || !HoldsKeys(terms, key)) continue;
    for (const std::string& one : PeerKeysIn(reg.agreed->text, terms)) {
      if (keys.size() == kKeysOfIssueMax) return keys;
      keys.insert(one);
    }
  }
  return keys;
}

std::vector<RegisterKey> TextsToRewrite(const Terms& terms, const IssueBase& base,
                                        const LocalView& view, const std::set<std::string>& keys) {
  std::vector<RegisterKey> texts;
  for (const auto& [key, reg] : base.registers) {
    if (!reg.agreed || reg.is_pending || reg.is_override || !reg.held.empty()) continue;
    if (!HoldsKeys(terms, key)) continue;
    const auto shown = view.find(key);
    const std::set<std::string> named = PeerKeysIn(reg.agreed->text, terms);
    if (shown == view.end() || !IsShownAs(*reg.agreed, shown->second.shared, terms, named)) {
      continue;
    }
    const bool is_named = std::any_of(named.begin(), named.end(),
                                      [&](const std::string& one) { return keys.contains(one); });
    if (is_named) texts.push_back(key);
  }
  return texts;
}

bool IsOverLine(std::string_view local) { return Utf16Units(local) > kLineUnitsMax; }
bool IsOverText(std::string_view local) { return Utf16Units(local) > kTextUnitsMax; }

}  // namespace valise
