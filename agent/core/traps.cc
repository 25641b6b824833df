#include "agent/core/traps.h"

#include <algorithm>
#include <string_view>

namespace valise {
namespace {

constexpr std::string_view kSchemes[] = {"http:", "https:", "ftp:", "file:", "//", "\\\\"};
constexpr std::string_view kMacros[] = {"html",   "include", "rss",     "iframe",
                                        "gadget", "sql",     "script", "webpage"};
constexpr std::string_view kEndOfWord(" \t\n!", 4);

char Small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool StartsWith(std::string_view text, std::string_view small_word) {
  return text.size() >= small_word.size() &&
         std::equal(small_word.begin(), small_word.end(), text.begin(),
                    [](char word, char shown) { return word == Small(shown); });
}

template <std::size_t kCount>
bool StartsWithOneOf(std::string_view text, const std::string_view (&words)[kCount]) {
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return StartsWith(text, word); });
}

// The length of a remote image at the beginning of `text`, and of its address; 0: none.
struct Image {
  std::size_t length = 0, address = 0;
};

Image ImageAt(std::string_view text) {
  if (!text.starts_with('!') || !StartsWithOneOf(text.substr(1), kSchemes)) return {};
  const std::size_t end = text.find('!', 1);
  if (end == std::string_view::npos || text.substr(1, end).find('\n') < end) return {};
  const std::string_view inside = text.substr(1, end - 1);
  const std::size_t bar = std::min(inside.find('|'), inside.size());
  const bool is_address = inside.substr(0, bar).find_first_of(kEndOfWord) == std::string_view::npos;
  return is_address ? Image{end + 1, bar} : Image{};
}

std::string WithoutImages(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Image image = ImageAt(std::string_view(text).substr(at));
    if (image.length > 0) {
      out.append(text, at + 1, image.address);
      at += image.length;
    } else {
      out += text[at++];
    }
  }
  return out;
}

std::string WithoutMacros(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    // "{{html.x}}" is monospaced text, and "\\{html}" is shown as it stands already.
    const bool is_free = out.empty() || (out.back() != '{' && out.back() != '\\');
    const std::string_view rest = std::string_view(text).substr(at);
    if (is_free && rest.starts_with('{') && StartsWithOneOf(rest.substr(1), kMacros)) out += '\\';
    out += text[at];
  }
  return out;
}

}  // namespace

std::string WithoutTraps(std::string text) {
  // What is left of one image may be the beginning of another: each pass takes two marks away.
  for (std::string now = WithoutImages(text); now != text; now = WithoutImages(text)) {
    text = std::move(now);
  }
  return WithoutMacros(text);
}

}  // namespace valise
