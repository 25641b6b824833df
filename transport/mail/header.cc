#include "transport/mail/header.h"

// The only file that sees mimetic 0.9.8 (2014), and of it only what reads header fields:
// - its typed getters (to(), from(), ...) free a field twice when an address is malformed: six
//   octets "To::" LF "b" crash it. Nothing here asks for a typed value.
// - load() calls one of them, contentType(), which rewrites the raw value and cuts a boundary at a
//   ';' between quotes. Content-Type is read by content_type.h from the raw value.
// - its body parser takes a boundary anywhere in a line, stumbles over blanks after one, swallows
//   the rest of the mail when one is missing, copies each level and recurses without a bound.
//   Parts are cut by parts.h, which copies nothing.
// - a header costs time quadratic in its length: limits::kMailHeaderBytesMax goes first.
#include <mimetic/mimetic.h>

#include <algorithm>

#include "packet/check.h"
#include "packet/limits.h"
#include "transport/mail/text.h"

namespace valise {
namespace {

// Reads fields up to an empty line, the end, or a line that is none; says where it stopped.
class FieldLoader : public mimetic::IteratorParser<const char*, std::input_iterator_tag> {
 public:
  explicit FieldLoader(mimetic::MimeEntity& entity) : IteratorParser(entity) {}
  const char* Load(const char* begin, const char* end) {
    m_bit = begin;
    m_eit = end;
    loadHeader();
    return m_bit;
  }
};

// mimetic takes the first line that is no field for the start of the body. Some gateways put such
// lines in front, and all that follows would be lost with them: it goes on at the next line.
void LoadAll(std::string_view octets, mimetic::MimeEntity& entity) {
  FieldLoader loader(entity);
  const char* const end = octets.data() + octets.size();
  const char* at = octets.data();
  while (at != end) {
    at = std::find(loader.Load(at, end), end, '\n');
    if (at != end) ++at;
  }
}

std::pair<std::string, std::string> ReadField(const mimetic::Field& field) {
  const auto& name = field.name();  // a string that compares in its own way
  return {LowerCase({name.data(), name.size()}), std::string(WithoutBlanks(field.value()))};
}

}  // namespace

MailHeader MailHeader::Read(std::string_view octets) {
  CHECK(octets.size() <= limits::kMailHeaderBytesMax);
  // It keeps a field only when it sees what comes after it.
  const std::string ended = std::string(octets) + "\r\n\r\n";
  mimetic::MimeEntity entity;
  LoadAll(ended, entity);
  MailHeader header;
  const mimetic::MimeEntity& loaded = entity;  // other getters insert what they are asked for
  for (const mimetic::Field& field : loaded.header()) header.fields_.push_back(ReadField(field));
  return header;
}

std::string_view MailHeader::Find(std::string_view name) const {
  const auto field = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  return field == fields_.end() ? std::string_view() : std::string_view(field->second);
}

bool MailHeader::Has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(),
                     [&](const auto& entry) { return entry.first == name; });
}

}  // namespace valise
