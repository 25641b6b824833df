// The frame around a peer's text here: "From {site}: {value}". It is put on when a value is shown
// and taken off when it is read, so that it never travels.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace valise {

// What is wrong with a template; empty: nothing. It holds "{value}" once and no other place but
// "{site}", is at most 500 octets of UTF-8 without control characters (line feeds only with
// `may_break`), and neither begins nor ends with a blank: Jira would take it off.
std::string FaultOfTemplate(std::string_view text_template, bool may_break);

// An empty value stays empty. OutOfTemplate gives back what went in.
std::string InTemplate(std::string_view text_template, std::string_view site,
                       std::string_view value);

// Nullopt: the frame is not there (whole), so all of `shown` is somebody's own text.
std::optional<std::string> OutOfTemplate(std::string_view text_template, std::string_view site,
                                         std::string_view shown);

}  // namespace valise
