// Which attachments travel, and under what name a peer's file is kept here.
#include <algorithm>
#include <array>

#include "agent/core/objects.h"
#include "packet/limits.h"

namespace valise {
namespace {

char LowerCase(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string LowerCase(std::string_view text) {
  std::string out;
  for (const char c : text) out += LowerCase(c);
  return out;
}

// * any run, ? any one octet. Linear: on a mismatch only the last star is tried again.
bool Fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, after = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p, ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++, after = t;
    } else if (star != std::string_view::npos) {
      p = star + 1, t = ++after;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool FitsAny(const std::vector<std::string>& patterns, const std::string& text) {
  const std::string lower = LowerCase(text);
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return Fits(LowerCase(pattern), lower);
  });
}

// Marks that turn the direction of what follows (UAX #9) or hide between letters: "cod.exe" shown
// as "exe.doc". Given by their UTF-8 forms.
constexpr std::array<std::string_view, 14> kHiddenMarks = {
    "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202b",
    "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"};

void Drop(std::string& text, std::string_view mark) {
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    text.erase(at, mark.size());
  }
}

bool IsForbidden(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet < 0x20 || octet == 0x7f ||
         std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
}

// C1 controls are two octets in UTF-8: 0xC2 and 0x80 to 0x9F.
void DropC1(std::string& text) {
  for (std::size_t at = 0; at + 1 < text.size();) {
    const auto next = static_cast<unsigned char>(text[at + 1]);
    if (text[at] == '\xC2' && next >= 0x80 && next <= 0x9F) text.erase(at, 2);
    else ++at;
  }
}

// Names that Windows takes for devices, with whatever extension.
bool IsDevice(const std::string& name) {
  const std::string stem = LowerCase(name.substr(0, name.find('.')));
  static constexpr std::array<std::string_view, 4> kAlone = {"con", "prn", "aux", "nul"};
  if (std::find(kAlone.begin(), kAlone.end(), stem) != kAlone.end()) return true;
  const bool is_port = stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt"));
  return is_port && stem[3] >= '0' && stem[3] <= '9';
}

// Windows drops blanks and dots at the end; "." and ".." are nothing but these.
std::string Trimmed(const std::string& name) {
  const std::size_t first = name.find_first_not_of(' ');
  if (name.find_first_not_of(" .") == std::string::npos) return "";
  return name.substr(first, name.find_last_not_of(" .") - first + 1);
}

// The end is cut, never the extension.
std::string Cut(std::string name) {
  if (name.size() <= limits::kNameBytesMax) return name;
  const std::size_t dot = name.rfind('.');
  const bool has_extension = dot != std::string::npos && name.size() - dot <= 16;
  const std::string extension = has_extension ? name.substr(dot) : "";
  std::size_t end = limits::kNameBytesMax - extension.size();
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  return name.substr(0, end) + extension;
}

}  // namespace

std::string WhyFiltered(const AttachmentTerms& terms, const std::string& name,
                        const std::string& mime, std::uint64_t bytes) {
  if (bytes > terms.bytes_max) return "size";
  const std::string type = mime.substr(0, mime.find(';'));
  if (!terms.types.empty() && !FitsAny(terms.types, type)) return "type";
  if (FitsAny(terms.types_refused, type)) return "type";
  // Both forms: a mark that is dropped here must not hide an extension from the pattern.
  const bool is_refused = FitsAny(terms.names_refused, name) ||
                          FitsAny(terms.names_refused, SafeFileName(name));
  return is_refused ? "name" : "";
}

std::string SafeFileName(std::string_view untrusted) {
  if (!IsUtf8(untrusted)) return "attachment";
  std::string name(untrusted);
  for (const std::string_view mark : kHiddenMarks) Drop(name, mark);
  DropC1(name);
  std::replace_if(name.begin(), name.end(), IsForbidden, '_');
  name = Trimmed(Cut(Trimmed(name)));
  if (name.empty()) return "attachment";
  return IsDevice(name) ? Cut("_" + name) : name;
}

}  // namespace valise
