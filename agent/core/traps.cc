#include "agent/core/traps.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace valise {
namespace {

constexpr std::string_view kSchemes[] = {"http:", "https:", "ftp:", "file:", "//", "\\\\"};
constexpr std::string_view kMacros[] = {"html",   "include", "rss",     "iframe",
                                        "gadget", "sql",     "script", "webpage"};
constexpr std::string_view kBlanks = " \t";

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

// A mark that may open an image, and what of the image there is so far.
struct Opening {
  std::size_t at = 0;                      // of the mark, in the text that is built
  std::string head;                        // the first characters after it, of marks that stayed
  std::size_t bar = std::string::npos;     // where its address ends and its attributes begin
  bool has_blank = false;                  // in the address: then it is none
};

constexpr std::size_t kHeadMax = 6;  // the longest of kSchemes

// Remote images become their addresses. What is left of one may be the end of another: one that is
// open goes on with the address, so one pass finds all, however many marks a hostile text has.
class ImageRemover {
 public:
  std::string Run(std::string_view text) {
    for (const char c : text) {
      if (c == '!' && !open_.empty() && IsRemote(open_.back())) {
        Close();
      } else if (c == '!') {
        open_.push_back({out_.size(), "", std::string::npos, false});
        Put(c);
      } else {
        Note(c);
        Put(c);
      }
    }
    return Kept();
  }

 private:
  static bool IsRemote(const Opening& opening) {
    return !opening.has_blank && StartsWithOneOf(opening.head, kSchemes);
  }

  void Put(char c) {
    out_ += c;
    is_dropped_.push_back(false);
  }

  void Note(char c) {
    if (c == '\n') open_.clear();  // an image ends with its line
    if (open_.empty()) return;
    Opening& opening = open_.back();
    if (opening.head.size() < kHeadMax) opening.head += c;
    if (c == '|' && opening.bar == std::string::npos) opening.bar = out_.size();
    if (opening.bar == std::string::npos) opening.has_blank |= kBlanks.find(c) != kBlanks.npos;
  }

  void Close() {
    const Opening image = std::move(open_.back());
    open_.pop_back();
    is_dropped_[image.at] = true;
    const std::size_t end = std::min(image.bar, out_.size());
    out_.resize(end);
    is_dropped_.resize(end);
    if (open_.empty()) return;
    Opening& around = open_.back();  // its address goes on with this one
    around.head = (around.head + image.head).substr(0, kHeadMax);
  }

  std::string Kept() const {
    std::string kept;
    for (std::size_t at = 0; at < out_.size(); ++at) {
      if (!is_dropped_[at]) kept += out_[at];
    }
    return kept;
  }

  std::string out_;
  std::vector<bool> is_dropped_;
  std::vector<Opening> open_;
};

// How often `c` stands at the end of text[0, end).
std::size_t RunBefore(const std::string& text, std::size_t end, char c) {
  std::size_t count = 0;
  while (count < end && text[end - 1 - count] == c) ++count;
  return count;
}

// A backslash takes the meaning from what follows, two are a line break. A second brace makes
// monospaced text of both, a third begins anew.
bool IsMacroFree(const std::string& before) {
  if (RunBefore(before, before.size(), '\\') % 2 == 1) return false;
  const std::size_t braces = RunBefore(before, before.size(), '{');
  const bool is_escaped = RunBefore(before, before.size() - braces, '\\') % 2 == 1;
  return braces != 1 || is_escaped;
}

std::string WithoutMacros(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = std::string_view(text).substr(at);
    const bool is_macro = rest.starts_with('{') && StartsWithOneOf(rest.substr(1), kMacros);
    if (is_macro && IsMacroFree(out)) out += '\\';
    out += text[at];
  }
  return out;
}

}  // namespace

std::string WithoutTraps(std::string text) {
  return WithoutMacros(ImageRemover().Run(text));
}

}  // namespace valise
