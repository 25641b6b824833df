#include "transport/mail/content_type.h"

#include "transport/mail/text.h"

namespace valise {
namespace {

class ValueReader {
 public:
  explicit ValueReader(std::string_view rest) : rest_(rest) {}

  bool is_done() const { return rest_.empty(); }

  // Blanks and comments, which may hold comments.
  void SkipBlanks() {
    int depth = 0;
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '(') ++depth;
      if (depth == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n') return;
      if (c == ')') --depth;
      if (c == '\\' && depth > 0) Skip();
      Skip();
    }
  }
  // Up to a blank, a comment or one of `ends`. More than RFC 2045 calls a token: boundaries with a
  // '=' or '/' are often not quoted.
  std::string Token(std::string_view ends) {
    const std::size_t end = rest_.find_first_of(std::string(" \t\r\n(") + std::string(ends));
    std::string token(rest_.substr(0, end));
    rest_.remove_prefix(token.size());
    return token;
  }
  std::string Quoted() {
    std::string text;
    for (Skip(); !rest_.empty() && rest_.front() != '"'; Skip()) {
      if (rest_.front() == '\\' && rest_.size() > 1) Skip();
      text += rest_.front();
    }
    Skip();
    return text;
  }
  std::string Value() { return !is_done() && rest_.front() == '"' ? Quoted() : Token(";"); }
  bool Take(char wanted) {
    SkipBlanks();
    if (is_done() || rest_.front() != wanted) return false;
    Skip();
    SkipBlanks();
    return true;
  }
  // Behind the next ';', or to the end.
  void NextParameter() {
    while (!is_done() && !Take(';')) {
      if (rest_.empty()) return;
      if (rest_.front() == '"') {
        Quoted();
      } else {
        Skip();
      }
    }
  }

 private:
  void Skip() { rest_.remove_prefix(rest_.empty() ? 0 : 1); }

  std::string_view rest_;
};

}  // namespace

ContentType ContentType::Read(std::string_view value) {
  ContentType content;
  ValueReader reader(value);
  reader.SkipBlanks();
  const std::string type = reader.Token("/;");
  if (!reader.Take('/') || type.empty()) return content;
  content.type = LowerCase(type + "/" + reader.Token(";"));
  for (reader.NextParameter(); !reader.is_done(); reader.NextParameter()) {
    const std::string name = LowerCase(reader.Token("=;"));
    if (name.empty() || !reader.Take('=')) continue;
    content.parameters.emplace(name, WithoutBlanks(reader.Value()));
  }
  return content;
}

std::string_view ContentType::Parameter(std::string_view name) const {
  const auto found = parameters.find(std::string(name));
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace valise
