#include "agent/core/text.h"

#include <algorithm>
#include <functional>

#include "agent/core/key_text.h"
#include "agent/core/mentions.h"
#include "agent/core/people.h"
#include "agent/core/times.h"
#include "agent/core/traps.h"

namespace valise {
namespace {

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  std::size_t start = 0;
  while (true) {
    const std::size_t end = text.find('\n', start);
    if (end == std::string_view::npos) break;
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  lines.push_back(text.substr(start));
  return lines;
}

std::vector<std::string_view> Views(const std::vector<std::string>& lines) {
  return {lines.begin(), lines.end()};
}

constexpr std::size_t kLineTableMax = 4'000'000;  // cells; beyond it only the equal ends are kept

// For each line of `now` the line of `before` it continues (longest common subsequence), or npos.
std::vector<std::size_t> MatchLines(const std::vector<std::string>& before,
                                    const std::vector<std::string_view>& now) {
  std::vector<std::size_t> match(now.size(), std::string::npos);
  std::size_t head = 0;
  while (head < before.size() && head < now.size() && before[head] == now[head]) {
    match[head] = head;
    ++head;
  }
  std::size_t b = before.size(), n = now.size();
  while (b > head && n > head && before[b - 1] == now[n - 1]) match[--n] = --b;
  const std::size_t rows = b - head, columns = n - head;
  if (rows == 0 || columns == 0 || rows > kLineTableMax / columns) return match;

  const std::size_t width = columns + 1;
  std::vector<std::uint32_t> longest((rows + 1) * width, 0);
  for (std::size_t i = rows; i-- > 0;) {
    for (std::size_t j = columns; j-- > 0;) {
      longest[i * width + j] =
          before[head + i] == now[head + j]
              ? longest[(i + 1) * width + j + 1] + 1
              : std::max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
    if (before[head + i] == now[head + j]) {
      match[head + j++] = head + i++;
    } else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
      ++i;
    } else {
      ++j;
    }
  }
  return match;
}

void Replace(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
}

}  // namespace

std::string OneLine(std::string_view text) {
  std::string out;
  for (const char c : text) out += (c == '\n' || c == '\r' || c == '\0') ? ' ' : c;
  const std::size_t first = out.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return out.substr(first, out.find_last_not_of(' ') - first + 1);
}

std::string WithUnixLineEnds(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      out += '\n';
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else if (text[i] != '\0') {
      out += text[i];
    }
  }
  return out;
}

std::string TextToShared(std::string_view local, const Terms& terms, const Directory& directory) {
  const auto mention = [&](std::string_view account) -> std::string {
    if (const auto alias = AliasOf(terms, account)) return "[~" + *alias + "]";
    const auto known = directory.find(std::string(account));
    return known == directory.end() ? "@someone" : PlainName(known->second);
  };
  return KeysToShared(RewriteMentions(WithUnixLineEnds(local), mention), terms);
}

namespace {

// What is taken out of an image may leave a mention or a token behind, a name may complete an image
// and a key a macro, and a token may stand where a mention would swallow it: hence this order.
std::string Inward(std::string_view shared, const Terms& terms, const PeerKeys& keys) {
  const auto mention = [&](std::string_view alias) -> std::string {
    const auto person = terms.contract.people.find(std::string(alias));
    if (person == terms.contract.people.end()) return PlainName(alias);
    const auto account = AccountOf(terms, Value{person->second, person->first});
    return account ? "[~" + *account + "]" : PlainName(person->second);
  };
  const std::string with_keys = KeysToLocal(WithUnixLineEnds(shared), terms, keys);
  const std::string safe = WithoutTraps(RewriteMentions(WithoutTraps(with_keys), mention));
  return WithoutTraps(KeysToLocal(safe, terms, keys));
}

using Translate = std::function<std::string(std::string_view)>;

struct Keeping {
  Translate kept;     // what a line of the old text is compared as
  Translate compare;  // what a line of the new text is compared as; empty: as it is
  Translate fresh;    // what becomes of a line that is not kept
};

// `now` line by line: the line of `old` that it equals, else a fresh one.
std::string TranslateKeeping(std::string_view now, std::string_view old, const Keeping& rules) {
  const std::vector<std::string_view> lines = Lines(now);
  const std::vector<std::string_view> old_lines = Lines(old);
  std::vector<std::string> before, after;
  before.reserve(old_lines.size());
  for (const std::string_view line : old_lines) before.push_back(rules.kept(line));
  if (rules.compare) {
    for (const std::string_view line : lines) after.push_back(rules.compare(line));
  }
  const std::vector<std::size_t> match =
      MatchLines(before, rules.compare ? Views(after) : lines);
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += '\n';
    const bool is_kept = match[i] != std::string::npos;
    if (is_kept) out += old_lines[match[i]]; else out += rules.fresh(lines[i]);
  }
  return out;
}

}  // namespace

std::string TextToLocal(std::string_view shared, const Terms& terms, const PeerKeys& keys) {
  std::string local = Inward(shared, terms, keys);
  return keys.empty() || !IsOverText(local) ? local : Inward(shared, terms, {});
}

std::string TextToSharedKeeping(std::string_view local, std::string_view agreed,
                                const Terms& terms, const Directory& directory,
                                const PeerKeys& keys) {
  Keeping rules;
  rules.kept = [&](std::string_view line) {
    return WithKeysAsWords(Inward(line, terms, keys), terms, keys);
  };
  if (!keys.empty()) {
    rules.compare = [&](std::string_view line) { return WithKeysAsWords(line, terms, keys); };
  }
  rules.fresh = [&](std::string_view line) { return TextToShared(line, terms, directory); };
  return TranslateKeeping(WithUnixLineEnds(local), agreed, rules);
}

std::string TextToLocalKeeping(std::string_view shared, std::string_view shown, const Terms& terms,
                               const Directory& directory, const PeerKeys& keys) {
  Keeping rules;
  rules.kept = [&](std::string_view line) { return TextToShared(line, terms, directory); };
  rules.fresh = [&](std::string_view line) { return Inward(line, terms, keys); };
  std::string local = TranslateKeeping(WithUnixLineEnds(shared), WithUnixLineEnds(shown), rules);
  if (keys.empty() || !IsOverText(local)) return local;
  return TextToLocalKeeping(shared, shown, terms, directory, {});
}

std::string LineToShared(std::string_view local, const std::optional<Value>& agreed,
                         const Terms& terms, const PeerKeys& keys) {
  const bool is_kept = agreed && WithKeysAsWords(local, terms, keys) ==
                                     WithKeysAsWords(KeysToLocal(agreed->text, terms, keys),
                                                     terms, keys);
  return is_kept ? agreed->text : KeysToShared(local, terms);
}

std::string LineToLocal(std::string_view shared, const Terms& terms, const PeerKeys& keys) {
  std::string local = KeysToLocal(shared, terms, keys);
  return keys.empty() || !IsOverLine(local) ? local : KeysToLocal(shared, terms, {});
}

std::vector<std::string> UnknownMentions(std::string_view local, const Terms& terms,
                                         const Directory& directory) {
  std::vector<std::string> unknown;
  RewriteMentions(local, [&](std::string_view account) -> std::string {
    if (!AliasOf(terms, account) && !directory.contains(std::string(account))) {
      unknown.emplace_back(account);
    }
    return "[~]";  // as TextToShared: what stands before and behind it makes no other mention
  });
  return unknown;
}

std::string AuthorLine(const Terms& terms, const Person& author, std::uint32_t site,
                       std::int64_t created_ms) {
  std::string line = terms.binding.author_line;
  if (line.empty()) return line;
  Replace(line, "{site}", site < terms.contract.sites.size() ? terms.contract.sites[site] : "?");
  Replace(line, "{date}", MinuteText(created_ms));
  std::string name = PlainName(author.name).substr(1);
  // Nor an anchor that reads as the marker of ours behind this line (MarkerInBody).
  std::replace_if(name.begin(), name.end(), [](char c) { return c == '{' || c == '}'; }, ' ');
  Replace(line, "{name}", name.empty() ? "somebody" : name);
  return WithoutTraps(line) + "\n";
}

}  // namespace valise
