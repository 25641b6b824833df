#include "agent/core/template.h"

#include <algorithm>

namespace valise {

namespace {

constexpr std::string_view kValue = "{value}";
constexpr std::string_view kSite = "{site}";
constexpr std::size_t kTemplateBytesMax = 500;

struct Frame {
  std::string before, after;
};

std::string WithSite(std::string_view part, std::string_view site) {
  std::string filled;
  for (std::size_t at = 0; at < part.size();) {
    const bool is_site = part.substr(at, kSite.size()) == kSite;
    filled += is_site ? site : part.substr(at, 1);
    at += is_site ? kSite.size() : 1;
  }
  return filled;
}

Frame FrameOf(std::string_view text_template, std::string_view site) {
  const std::size_t at = text_template.find(kValue);
  if (at == std::string_view::npos) return {};
  return {WithSite(text_template.substr(0, at), site),
          WithSite(text_template.substr(at + kValue.size()), site)};
}

// The first place that is neither, with its braces.
std::string UnknownPlace(std::string_view text) {
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with(kValue) || rest.starts_with(kSite)) continue;
    return std::string(rest.substr(0, std::min(rest.find('}'), rest.size() - 1) + 1));
  }
  return "";
}

// "{code}{value}{code}": a value that holds "{code}" would break out.
bool EnclosesValue(std::string_view text) {
  for (const std::string_view macro : {"{code", "{noformat", "{quote", "{panel", "{color"}) {
    if (text.find(macro) != std::string_view::npos) return true;
  }
  return false;
}

bool IsBlank(char c) { return c == ' ' || c == '\n'; }

}  // namespace

std::string FaultOfTemplate(std::string_view text_template, bool may_break) {
  const auto is_control = [&](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && !(may_break && c == '\n')) || c == 0x7f;
  };
  const std::size_t value = text_template.find(kValue);
  if (value == std::string_view::npos) return "holds no {value}";
  if (text_template.find(kValue, value + 1) != std::string_view::npos) return "holds {value} twice";
  if (text_template.size() > kTemplateBytesMax) return "is longer than 500 bytes";
  if (std::any_of(text_template.begin(), text_template.end(), is_control)) {
    return may_break ? "holds a control character" : "is more than one line";
  }
  if (IsBlank(text_template.front()) || IsBlank(text_template.back())) {
    return "begins or ends with a blank, and Jira would take it off";
  }
  if (EnclosesValue(text_template)) return "puts {value} into a macro, which a value could end";
  const std::string unknown = UnknownPlace(text_template);
  if (unknown.empty()) return "";
  return "holds " + unknown + "; use {site} and {value}";
}

std::string InTemplate(std::string_view text_template, std::string_view site,
                       std::string_view value) {
  if (value.empty()) return "";
  const Frame frame = FrameOf(text_template, site);
  return frame.before + std::string(value) + frame.after;
}

std::optional<std::string> OutOfTemplate(std::string_view text_template, std::string_view site,
                                         std::string_view shown) {
  if (shown.empty()) return "";
  const Frame frame = FrameOf(text_template, site);
  if (shown.size() < frame.before.size() + frame.after.size()) return std::nullopt;
  if (!shown.starts_with(frame.before) || !shown.ends_with(frame.after)) return std::nullopt;
  shown.remove_prefix(frame.before.size());
  shown.remove_suffix(frame.after.size());
  return std::string(shown);
}

}  // namespace valise
