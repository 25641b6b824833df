// What an IMAP server sends, cut into whole responses: literals by their length, so that nothing a
// mail holds is ever taken for a line of the server. Pure; RFC 3501 section 7 and 9, RFC 7888.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "packet/bytes.h"
#include "packet/result.h"

namespace valise {

// One response: its text without line ends, and its literals. In the text a literal is its "{n}".
struct ImapResponse {
  std::string text;
  std::vector<Bytes> literals;
  bool operator==(const ImapResponse&) const = default;
};

class ImapReader {
 public:
  // No text longer than `text_max` and no literals of more than `literal_max` octets in a response.
  ImapReader(std::size_t text_max, std::size_t literal_max)
      : text_max_(text_max), literal_max_(literal_max) {}

  // Appends each whole response, in whatever pieces it comes. After an Error the connection is of
  // no use any more. Errors, kRetryLater: VAL-MAIL-IMAP-LIMIT.
  Result<void> Add(std::string_view bytes, std::vector<ImapResponse>* responses);
  bool is_between_responses() const { return line_.empty() && response_ == ImapResponse(); }

 private:
  Result<void> EndLine(std::vector<ImapResponse>* responses);

  std::size_t text_max_, literal_max_;
  std::size_t literal_bytes_ = 0;  // of this response
  std::size_t literal_left_ = 0;
  std::string line_;
  ImapResponse response_;
};

// A response taken apart.
struct ImapToken {
  enum class Kind : std::uint8_t { kAtom, kString, kOpen, kClose };
  Kind kind = Kind::kAtom;
  Bytes text;
  bool operator==(const ImapToken&) const = default;
};
// Atoms keep what stands in square brackets: "BODY[]<0>". Nullopt: no IMAP.
std::optional<std::vector<ImapToken>> ImapTokens(ImapResponse response);

// An untagged FETCH with the items asked for; others are passed over.
struct ImapFetch {
  std::uint32_t uid = 0;  // 0: not said
  std::optional<std::uint64_t> size;
  std::optional<Bytes> body;
};
std::optional<ImapFetch> ParseFetch(ImapResponse response);
// The numbers of an untagged SEARCH; nullopt: another response.
std::optional<std::vector<std::uint32_t>> ParseSearch(const std::string& text);
// "* 3 FETCH" -> "FETCH", "* OK x" -> "OK", "A1 NO x" -> "NO"; capitals.
std::string ImapVerb(const std::string& text);
// The number behind "[NAME " of a response code, like "* OK [UIDVALIDITY 7] x".
std::optional<std::uint32_t> ImapCode(const std::string& text, const std::string& name);

// RFC 3501 section 5.1.3, from UTF-8.
std::string ImapFolderName(const std::string& name);
// As a quoted string.
std::string ImapQuoted(const std::string& text);

}  // namespace valise
