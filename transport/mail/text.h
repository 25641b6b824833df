// Small things about text that the files of this folder share.
#pragma once

#include <string>
#include <string_view>

namespace valise {

std::string_view WithoutBlanks(std::string_view text);  // at both ends: blank, tab, CR, LF
std::string LowerCase(std::string_view text);           // ASCII letters only
// The next line without its end (LF or CRLF); `text` moves on. A last line may lack its end.
std::string_view TakeLine(std::string_view* text);
// Printable ASCII, anything else is '?'; at most limits::kMailTextBytesMax octets.
std::string PrintableMailText(std::string_view text);

}  // namespace valise
