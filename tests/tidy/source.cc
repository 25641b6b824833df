#include "tests/tidy/source.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace valise::tidy {
namespace {

bool IsWordPart(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Replaces comments and the insides of literals by spaces; line feeds stay.
class Stripper {
 public:
  explicit Stripper(std::string_view text) : text_(text) {}

  std::string Run() {
    while (at_ < text_.size()) {
      if (Starts("//")) Blank(text_.find('\n', at_));
      else if (Starts("/*")) Blank(Past(text_.find("*/", at_ + 2), 2));
      else if (Starts("R\"") && !IsAfterWord()) Blank(RawEnd());
      else if (text_[at_] == '"') Literal('"');
      else if (text_[at_] == '\'' && !IsAfterWord()) Literal('\'');
      else out_ += text_[at_++];
    }
    return std::move(out_);
  }

 private:
  bool Starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  bool IsAfterWord() const { return at_ > 0 && IsWordPart(text_[at_ - 1]); }
  static std::size_t Past(std::size_t found, std::size_t bytes) {
    return found == std::string_view::npos ? found : found + bytes;
  }

  void Blank(std::size_t end) {
    for (end = std::min(end, text_.size()); at_ < end; ++at_) {
      out_ += text_[at_] == '\n' ? '\n' : ' ';
    }
  }

  std::size_t RawEnd() const {
    const std::size_t open = text_.find('(', at_);
    if (open == std::string_view::npos) return open;
    const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
    return Past(text_.find(close, open), close.size());
  }

  void Literal(char quote) {
    out_ += text_[at_++];
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
      const bool is_escape = text_[at_] == '\\' && at_ + 1 < text_.size();
      Blank(at_ + (is_escape ? 2 : 1));
    }
    if (at_ < text_.size()) out_ += text_[at_++];
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
};

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

Source SourceOf(std::string path, std::string_view text) {
  return {std::move(path), Lines(std::string(text)), Lines(Stripper(text).Run())};
}

std::vector<Source> ReadTree(const std::string& root, const std::vector<std::string>& folders) {
  std::vector<Source> sources;
  for (const std::string& folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root + "/" + folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cc") continue;
      std::ifstream in(entry.path(), std::ios::binary);
      std::ostringstream text;
      text << in.rdbuf();
      const std::string path = std::filesystem::relative(entry.path(), root).generic_string();
      sources.push_back(SourceOf(path, text.str()));
    }
  }
  std::sort(sources.begin(), sources.end(),
            [](const Source& a, const Source& b) { return a.path < b.path; });
  return sources;
}

bool HasWord(std::string_view code, std::string_view word) {
  for (std::size_t at = 0; (at = code.find(word, at)) != std::string_view::npos; ++at) {
    if (at == 0 || !IsWordPart(code[at - 1])) return true;
  }
  return false;
}

}  // namespace valise::tidy
