#include "transport/mail/imap_reader.h"

#include <algorithm>
#include <charconv>

namespace valise {
namespace {

constexpr std::size_t kTokensMax = 100'000;

Error OverLimit(const std::string& what) {
  return {Recovery::kRetryLater, "VAL-MAIL-IMAP-LIMIT",
          "the IMAP server sends " + what + "; the connection is given up"};
}

char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

std::string Uppercase(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = Upper(c);
  return upper;
}

bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

template <typename T>
std::optional<T> NumberOf(std::string_view text) {
  T number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!IsDigits(text) || read.ec != std::errc()) return std::nullopt;
  return number;
}

std::string_view WordAt(std::string_view text, std::size_t index) {
  for (; index > 0; --index) {
    const std::size_t blank = text.find(' ');
    if (blank == text.npos) return {};
    text.remove_prefix(blank + 1);
  }
  return text.substr(0, text.find(' '));
}

// What follows these words is for people and has no literals, whatever it ends with.
bool IsForPeople(std::string_view text) {
  if (!text.starts_with("* ")) return true;  // tagged, or a "+"
  const std::string word = Uppercase(WordAt(text, 1));
  return word == "OK" || word == "NO" || word == "BAD" || word == "BYE" || word == "PREAUTH";
}

// The length that stands at the end of the line, "{12}" or "{12+}"; nullopt: no literal follows.
std::optional<std::uint64_t> LiteralLength(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  line.remove_suffix(1);
  if (line.ends_with('+')) line.remove_suffix(1);
  const std::size_t open = line.rfind('{');
  if (open == line.npos) return std::nullopt;
  return NumberOf<std::uint64_t>(line.substr(open + 1));
}

class Tokenizer {
 public:
  explicit Tokenizer(ImapResponse response)
      : response_(std::move(response)), rest_(response_.text) {}

  std::optional<std::vector<ImapToken>> Run() {
    while (!rest_.empty()) {
      if (tokens_.size() >= kTokensMax || !Next()) return std::nullopt;
    }
    return std::move(tokens_);
  }

 private:
  bool Next() {
    const char c = rest_.front();
    if (c == ' ') {
      rest_.remove_prefix(1);
      return true;
    }
    if (c == '(' || c == ')') {
      rest_.remove_prefix(1);
      tokens_.push_back({c == '(' ? ImapToken::Kind::kOpen : ImapToken::Kind::kClose, ""});
      return true;
    }
    if (c == '"') return Quoted();
    if (c == '{') return Literal();
    return Atom();
  }

  bool Quoted() {
    ImapToken token{ImapToken::Kind::kString, ""};
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        tokens_.push_back(std::move(token));
        return true;
      }
      if (rest_[i] == '\\' && ++i == rest_.size()) return false;
      token.text += rest_[i];
    }
    return false;
  }

  bool Literal() {
    const std::size_t close = rest_.find('}');
    if (close == rest_.npos || next_literal_ >= response_.literals.size()) return false;
    rest_.remove_prefix(close + 1);
    tokens_.push_back({ImapToken::Kind::kString, std::move(response_.literals[next_literal_++])});
    return true;
  }

  bool Atom() {
    std::size_t end = 0;
    for (int depth = 0; end < rest_.size(); ++end) {
      const char c = rest_[end];
      if (c == '[') ++depth;
      if (c == ']' && depth > 0) --depth;
      if (depth == 0 && (c == ' ' || c == '(' || c == ')' || c == '"')) break;
    }
    tokens_.push_back({ImapToken::Kind::kAtom, Bytes(rest_.substr(0, end))});
    rest_.remove_prefix(end);
    return true;
  }

  ImapResponse response_;
  std::string_view rest_;
  std::size_t next_literal_ = 0;
  std::vector<ImapToken> tokens_;
};

// One item of a FETCH; `value` may be moved from.
void TakeItem(const std::string& name, ImapToken& value, ImapFetch* fetch) {
  if (name == "UID") fetch->uid = NumberOf<std::uint32_t>(value.text).value_or(0);
  if (name == "RFC822.SIZE") fetch->size = NumberOf<std::uint64_t>(value.text);
  const bool is_body = name == "BODY[]" || name.starts_with("BODY[]<");
  if (is_body && value.kind == ImapToken::Kind::kString) fetch->body = std::move(value.text);
}

}  // namespace

Result<void> ImapReader::EndLine(std::vector<ImapResponse>* responses) {
  if (line_.ends_with('\r')) line_.pop_back();
  response_.text += line_;
  const auto literal = IsForPeople(response_.text) ? std::nullopt : LiteralLength(line_);
  line_.clear();
  if (!literal) {
    responses->push_back(std::move(response_));
    response_ = {};
    literal_bytes_ = 0;
    return Ok();
  }
  if (*literal > literal_max_ - literal_bytes_ || response_.literals.size() >= kTokensMax) {
    return OverLimit("a literal of " + std::to_string(*literal) + " octets, more than asked for");
  }
  literal_left_ = static_cast<std::size_t>(*literal);
  literal_bytes_ += literal_left_;
  response_.literals.emplace_back();
  return Ok();
}

Result<void> ImapReader::Add(std::string_view bytes, std::vector<ImapResponse>* responses) {
  while (!bytes.empty()) {
    if (literal_left_ > 0) {
      const std::string_view part = bytes.substr(0, literal_left_);
      response_.literals.back() += part;
      literal_left_ -= part.size();
      bytes.remove_prefix(part.size());
      continue;
    }
    const std::size_t end = bytes.find('\n');
    line_ += bytes.substr(0, end);
    if (line_.size() + response_.text.size() > text_max_) {
      return OverLimit("a line longer than " + std::to_string(text_max_) + " octets");
    }
    if (end == bytes.npos) break;
    bytes.remove_prefix(end + 1);
    TRY(EndLine(responses));
  }
  return Ok();
}

std::optional<std::vector<ImapToken>> ImapTokens(ImapResponse response) {
  return Tokenizer(std::move(response)).Run();
}

std::optional<ImapFetch> ParseFetch(ImapResponse response) {
  if (!response.text.starts_with("* ") || ImapVerb(response.text) != "FETCH") return std::nullopt;
  auto tokens = ImapTokens(std::move(response));
  using Kind = ImapToken::Kind;
  if (!tokens || tokens->size() < 5 || (*tokens)[3].kind != Kind::kOpen) return std::nullopt;
  ImapFetch fetch;
  std::size_t depth = 1;
  for (std::size_t i = 4; i < tokens->size() && depth > 0; ++i) {
    ImapToken& token = (*tokens)[i];
    if (token.kind == Kind::kOpen) ++depth;
    if (token.kind == Kind::kClose) --depth;
    if (depth != 1 || token.kind != Kind::kAtom || i + 1 >= tokens->size()) continue;
    ImapToken& value = (*tokens)[i + 1];
    const bool is_plain = value.kind == Kind::kAtom || value.kind == Kind::kString;
    if (is_plain) TakeItem(Uppercase(token.text), value, &fetch);
    if (is_plain) ++i;
  }
  return fetch;
}

std::optional<std::vector<std::uint32_t>> ParseSearch(const std::string& text) {
  if (!text.starts_with("* ") || Uppercase(WordAt(text, 1)) != "SEARCH") return std::nullopt;
  std::vector<std::uint32_t> numbers;
  std::string_view rest(text);
  rest.remove_prefix(std::min<std::size_t>(rest.size(), 8));
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    // "(MODSEQ 9)" may follow, and is no message.
    if (word.starts_with('(')) break;
    const auto number = NumberOf<std::uint32_t>(word);
    if (number && *number > 0) numbers.push_back(*number);
  }
  return numbers;
}

std::string ImapVerb(const std::string& text) {
  const std::string_view second = WordAt(text, 1);
  const bool is_numbered = text.starts_with("* ") && IsDigits(second);
  return Uppercase(is_numbered ? WordAt(text, 2) : second);
}

std::optional<std::uint32_t> ImapCode(const std::string& text, const std::string& name) {
  const std::string upper = Uppercase(text);
  const std::size_t at = upper.find("[" + name + " ");
  if (at == upper.npos) return std::nullopt;
  const std::size_t first = at + name.size() + 2;
  const std::size_t end = upper.find(']', first);
  if (end == upper.npos) return std::nullopt;
  return NumberOf<std::uint32_t>(std::string_view(upper).substr(first, end - first));
}

std::string ImapQuoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace valise
