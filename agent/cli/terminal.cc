#include "agent/cli/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

namespace valise::cli {

namespace {

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool IsDumb() {
  const char* name = std::getenv("TERM");
  return name == nullptr || std::string_view(name) == "dumb";
}

bool HasColor(ColorChoice choice, int descriptor) {
  if (choice != ColorChoice::kAuto) return choice == ColorChoice::kAlways;
  return isatty(descriptor) == 1 && !IsSet("NO_COLOR") && !IsDumb();
}

const char* CodeOf(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kGood:
      return "\x1b[32m";
    case Style::kWarning:
      return "\x1b[33m";
    case Style::kBad:
      return "\x1b[31m";
    case Style::kStrong:
      return "\x1b[1m";
    case Style::kFaint:
      return "\x1b[2m";
  }
  return "";
}

void Put(std::FILE* file, std::string_view text) {
  // What does not arrive is noticed once, by FlushedWell.
  (void)!std::fwrite(text.data(), 1, text.size(), file);
}

constexpr std::int64_t kLiveGapMs = 100;
constexpr std::int64_t kLogGapMs = 30'000;

}  // namespace

Terminal::Terminal(ColorChoice color, bool is_quiet)
    : is_quiet_(is_quiet),
      has_out_color_(HasColor(color, STDOUT_FILENO)),
      has_error_color_(HasColor(color, STDERR_FILENO)) {}

void Terminal::Write(std::FILE* file, bool has_color, std::initializer_list<Span> line) {
  for (const Span& span : line) {
    const bool is_colored = has_color && span.style != Style::kPlain;
    if (is_colored) Put(file, CodeOf(span.style));
    Put(file, Printable(span.text));
    if (is_colored) Put(file, "\x1b[0m");
  }
  Put(file, "\n");
}

void Terminal::Out(std::initializer_list<Span> line) { Write(stdout, has_out_color_, line); }

void Terminal::OutLines(const std::string& text) {
  Put(stdout, PrintableLines(text));
  if (!text.ends_with('\n')) Put(stdout, "\n");
}

void Terminal::OutRaw(std::string_view text) { Put(stdout, text); }

void Terminal::Note(std::initializer_list<Span> line) {
  if (!is_quiet_) Write(stderr, has_error_color_, line);
}

void Terminal::Complain(std::initializer_list<Span> line) {
  std::fflush(stdout);
  Write(stderr, has_error_color_, line);
}

bool Terminal::can_ask() const { return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1; }

std::optional<std::string> Terminal::Ask(const std::string& question) {
  std::fflush(stdout);
  Put(stderr, Printable(question) + " ");
  std::fflush(stderr);
  std::string line;
  for (int c = std::getchar(); c != '\n'; c = std::getchar()) {
    if (c == EOF) return line.empty() ? std::nullopt : std::optional<std::string>(line);
    line.push_back(static_cast<char>(c));
  }
  return line;
}

bool Terminal::FlushedWell() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

Progress::Progress(Terminal& terminal, std::string what, std::uint64_t total)
    : terminal_(terminal),
      what_(std::move(what)),
      total_(total),
      is_live_(isatty(STDERR_FILENO) == 1 && !IsDumb()) {}

std::string ProgressText(const std::string& what, std::uint64_t done, std::uint64_t total,
                         std::size_t width) {
  if (total == 0) return what + ": " + std::to_string(done);
  const std::uint64_t part = std::min(done, total);
  const std::string count = std::to_string(done) + " of " + std::to_string(total);
  std::string text = what + ": " + count + " (" + std::to_string(part * 100 / total) + " %)";
  if (width < text.size() + 14) return text;
  const std::size_t room = std::min<std::size_t>(width - text.size() - 4, 40);
  const std::size_t full = static_cast<std::size_t>(part * room / total);
  return text + " [" + std::string(full, '#') + std::string(room - full, '.') + "]";
}

void Progress::Show(std::uint64_t done, std::int64_t now_ms) {
  if (terminal_.is_quiet()) return;
  const bool is_whole = total_ != 0 && done >= total_;
  const std::int64_t gap = now_ms - shown_at_ms_;
  if (shown_at_ms_ != 0 && gap >= 0 && gap < (is_live_ ? kLiveGapMs : kLogGapMs) && !is_whole) {
    return;
  }
  shown_at_ms_ = now_ms;
  const std::string text = Printable(ProgressText(what_, done, total_, 79));
  Put(stderr, is_live_ ? "\r\x1b[K" + text : text + "\n");
  std::fflush(stderr);
  has_line_ = is_live_;
}

void Progress::Finish() {
  if (has_line_) Put(stderr, "\n");
  has_line_ = false;
}

std::string LocalTime(std::int64_t ms) {
  if (ms == 0) return "never";
  const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  char text[32];
  const std::size_t bytes = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return std::string(text, bytes);
}

std::string Ago(std::int64_t ms, std::int64_t now_ms) {
  if (ms == 0) return "never";
  const std::int64_t seconds = std::max<std::int64_t>(0, (now_ms - ms) / 1000);
  if (seconds < 120) return std::to_string(seconds) + " s ago";
  if (seconds < 2 * 3600) return std::to_string(seconds / 60) + " min ago";
  if (seconds < 2 * 24 * 3600) return std::to_string(seconds / 3600) + " h ago";
  return std::to_string(seconds / (24 * 3600)) + " days ago";
}

}  // namespace valise::cli
