// Base64 comes from outside in every mail: what is not exactly base64 is refused.
#include "packet/base64.h"

#include <rapidcheck.h>

#include "tests/packet/test.h"

namespace valise {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Bytes AllOctets() {
  Bytes all;
  for (int octet = 0; octet < 256; ++octet) all += static_cast<char>(octet);
  return all;
}

// Line ends and blanks at random places.
std::string Rewrapped(std::string_view text) {
  constexpr std::string_view kBlanks[] = {"\r\n", "\n", " ", "\t", " \r\n", "\r\n\r\n"};
  std::string wrapped;
  for (const char c : text) {
    if (*rc::gen::inRange(0, 10) == 0) wrapped += kBlanks[*rc::gen::inRange<std::size_t>(0, 6)];
    wrapped += c;
  }
  return wrapped;
}

TEST_CASE("the vectors of RFC 4648, section 10") {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT(Base64(bytes) == text);
    EXPECT(FromBase64(text) == bytes);
  }
}

TEST_CASE("every octet at every size and place comes back") {
  const Bytes all = AllOctets() + AllOctets();
  for (std::size_t start = 0; start < 256; ++start) {
    for (std::size_t size = 0; size < 12; ++size) {
      const Bytes bytes = all.substr(start, size);
      REQUIRE(FromBase64(Base64(bytes)) == bytes);
    }
  }
}

TEST_CASE("what was wrapped anew is the same; without lines it is refused") {
  rc::check("wrapped", [](const Bytes& bytes) {
    const std::string text = Base64(bytes);
    const std::string wrapped = Rewrapped(text);
    RC_ASSERT(FromBase64(text) == bytes);
    RC_ASSERT(FromBase64Lines(wrapped) == bytes);
    RC_ASSERT(FromBase64(wrapped).has_value() == (wrapped == text));
  });
}

TEST_CASE("what is read has exactly the text that was read") {
  rc::check("one text", [] {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("AQgw/+=")));
    const auto bytes = FromBase64(text);
    if (bytes) RC_ASSERT(Base64(*bytes) == text);
  });
}

TEST_CASE("one altered character is refused or another octet, never the same") {
  const Bytes bytes = AllOctets().substr(0, 31);
  const std::string text = Base64(bytes);
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int octet = 0; octet < 256; ++octet) {
      std::string altered = text;
      altered[at] = static_cast<char>(octet);
      if (altered == text) continue;
      const auto read = FromBase64(altered);
      REQUIRE((!read || *read != bytes));
      const bool is_digit = kAlphabet.find(altered[at]) != std::string_view::npos;
      if (!is_digit && octet != '=') REQUIRE(!read);
    }
  }
}

TEST_CASE("what is not whole is refused") {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Zm8", "Zm8==", "Zm9v=", "Zm9v==", "=",
                           "==", "====", "Z===", "Zg==Zg==", "Zg=g", "Zm9v\nZ", "Zg==x"}) {
    CAPTURE(text);
    EXPECT(!FromBase64(text));
    EXPECT(!FromBase64Lines(text));
  }
}

TEST_CASE("unused bits that are not zero are refused") {
  EXPECT(FromBase64("Zg==") == "f");
  for (const char* text : {"Zh==", "Zn==", "Zm9=", "Zm+="}) EXPECT(!FromBase64(text));
}

TEST_CASE("mimetic's out of bounds '|', the URL alphabet, NUL and 8-bit octets are refused") {
  for (const char c : {'|', '-', '_', '\0', '\x80', '\xff', '.', ',', '>', '\v', '\f'}) {
    const std::string text = std::string("Zm9") + c;
    EXPECT(!FromBase64(text));
    EXPECT(!FromBase64Lines(text));
  }
}

}  // namespace
}  // namespace valise
