// What people see. Everything printed passes through Printable, so that no text from a Jira, a
// peer or a file can move the cursor, forge lines or reverse their order. Data goes to stdout,
// messages to stderr; colour only where a person reads it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace valise::cli {

// C0, C1, DEL, bidirectional and invisible format characters, line separators and octets that are
// no UTF-8 become \n, \u001b, \u202e, \xff …
std::string Printable(std::string_view text);
// Likewise, but line feeds stay.
std::string PrintableLines(std::string_view text);
// Each octet that is no UTF-8 becomes U+FFFD: for JSON, which escapes the rest itself.
std::string ValidUtf8(std::string_view text);

enum class Style : std::uint8_t { kPlain, kGood, kWarning, kBad, kStrong, kFaint };
struct Span {
  Span(std::string text_, Style style_ = Style::kPlain) : text(std::move(text_)), style(style_) {}
  Span(const char* text_, Style style_ = Style::kPlain) : text(text_), style(style_) {}
  std::string text;
  Style style;
};

enum class ColorChoice : std::uint8_t { kAuto, kAlways, kNever };

class Terminal {
 public:
  Terminal(ColorChoice color, bool is_quiet);
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void Out(std::initializer_list<Span> line);       // data: one line on stdout
  void OutLines(const std::string& text);           // data: several lines
  void OutRaw(std::string_view text);               // data that is safe already (JSON, drafts)
  void Note(std::initializer_list<Span> line);      // message: stderr, not with --quiet
  void Complain(std::initializer_list<Span> line);  // error: stderr, always

  bool can_ask() const;  // both ends are a person
  // A line typed by the operator; nullopt at the end of input.
  std::optional<std::string> Ask(const std::string& question);
  bool is_quiet() const { return is_quiet_; }
  bool FlushedWell();  // false: what was printed did not all arrive (full disk, closed pipe)

 private:
  void Write(std::FILE* file, bool has_color, std::initializer_list<Span> line);

  bool is_quiet_;
  bool has_out_color_;
  bool has_error_color_;
};

// One line that grows on a terminal; elsewhere one line each 30 s. To stderr.
class Progress {
 public:
  // `total` 0: unknown.
  Progress(Terminal& terminal, std::string what, std::uint64_t total);
  ~Progress() { Finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void Show(std::uint64_t done, std::int64_t now_ms);
  void set_total(std::uint64_t total) { total_ = total; }
  void Finish();

 private:
  Terminal& terminal_;
  std::string what_;
  std::uint64_t total_;
  bool is_live_;
  bool has_line_ = false;
  std::int64_t shown_at_ms_ = 0;
};
std::string ProgressText(const std::string& what, std::uint64_t done, std::uint64_t total,
                         std::size_t width);

std::string LocalTime(std::int64_t ms);                 // "2026-02-01 14:05:09"; 0: "never"
std::string Ago(std::int64_t ms, std::int64_t now_ms);  // "4 min ago"

}  // namespace valise::cli
