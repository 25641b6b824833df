#include "tests/tidy/rules.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace valise::tidy {
namespace {

struct Layer {
  std::string_view folder;                 // with its slash; the longest that fits counts
  std::vector<std::string_view> includes;  // a folder with its slash, or one file
  std::string_view never = "";             // of those, not this
};

const std::vector<Layer>& Layers() {
  static const std::vector<Layer> layers = {
      {"packet/", {"packet/"}},
      {"transport/", {"transport/", "packet/"}},
      {"agent/core/",
       {"agent/core/", "packet/bytes.h", "packet/check.h", "packet/limits.h", "packet/model.h",
        "packet/packet.h"}},
      {"agent/store/", {"agent/store/", "agent/core/", "packet/"}},
      {"agent/jira/", {"agent/jira/", "agent/core/", "packet/"}},
      {"agent/parser/",
       {"agent/parser/", "agent/config/toml_tree.h", "agent/core/", "packet/", "transport/"}},
      {"agent/config/", {"agent/config/", "agent/config.h", "agent/core/", "packet/"}},
      {"agent/pairing/", {"agent/pairing/", "agent/pairing.h", "agent/core/", "packet/"}},
      {"agent/", {"agent/", "transport/", "packet/"}, "agent/cli/"},
      {"agent/cli/", {"agent/", "transport/", "packet/"}},
  };
  return layers;
}

const Layer* LayerOf(const std::string& path) {
  const Layer* found = nullptr;
  for (const Layer& layer : Layers()) {
    if (!path.starts_with(layer.folder)) continue;
    if (found == nullptr || layer.folder.size() > found->folder.size()) found = &layer;
  }
  return found;
}

std::string At(const Source& source, std::size_t line, const std::string& what) {
  return source.path + ":" + std::to_string(line + 1) + ": " + what;
}

// The name between the quotes of an #include; angle brackets are the system's.
std::optional<std::string> IncludeOf(const std::string& line) {
  if (!line.starts_with("#include \"")) return std::nullopt;
  const std::size_t open = line.find('"');
  return line.substr(open + 1, line.find('"', open + 1) - open - 1);
}

bool MayInclude(const Source& source, const Layer& layer, const std::string& name) {
  if (name.ends_with(".pb.h")) {
    return source.path.starts_with("packet/") && source.path.ends_with(".cc");
  }
  if (!layer.never.empty() && name.starts_with(layer.never)) return false;
  return std::any_of(layer.includes.begin(), layer.includes.end(), [&](std::string_view allowed) {
    return allowed.ends_with('/') ? name.starts_with(allowed) : name == allowed;
  });
}

struct Ban {
  std::string_view word;
  std::vector<std::string_view> except;  // starts of paths
  std::string_view instead;
};

const std::vector<Ban>& Bans() {
  static const std::vector<Ban> bans = {
      {"system_clock::now", {"agent/clock.cc", "agent/cli/"}, "Clock"},
      {"random_device", {}, "Entropy"},
      {"sqlite3_", {"agent/store/"}, "Store"},
      {"curl_", {"agent/jira/curl", "transport/mail/curl_", "transport/mail/smtp."},
       "HttpPort or ByteStream"},
      {"nlohmann", {"agent/jira/json"}, "agent/jira/json.h"},
      {"mimetic::", {"transport/mail/header.cc"}, "transport/mail/header.h"},
      {"assert(", {}, "CHECK"},
      {"std::unordered_", {}, "the ordered container"},
      {"exit(", {"agent/cli/"}, "a Result"},
      {"std::cout", {"agent/cli/"}, "Log"},
      {"CLI::", {"agent/cli/command_line.cc"}, "the table in agent/cli/commands.h"},
      {"std::regex", {}, "a parser by hand"},
  };
  return bans;
}

// Code points, so that a name with an umlaut costs what it shows.
std::size_t Columns(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

enum class Block { kTransparent, kData, kFunction };

bool HasAssignment(std::string_view head) {
  int depth = 0;
  for (const char c : head) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == '=' && depth == 0) return true;
  }
  return false;
}

// What a brace opens, by the text since the last ; { or }.
Block BlockOf(std::string_view head) {
  if (!HasWord(head, "operator") && HasAssignment(head)) return Block::kData;
  if (head.find('(') != std::string_view::npos && !HasWord(head, "extern")) return Block::kFunction;
  for (const std::string_view word : {"namespace", "class ", "struct ", "union ", "extern"}) {
    if (HasWord(head, word)) return Block::kTransparent;
  }
  return HasWord(head, "enum") ? Block::kData : Block::kFunction;
}

// Walks the braces of a file and measures every block that is a function.
class FunctionMeter {
 public:
  explicit FunctionMeter(const Source& source) : source_(source) {}

  Faults Run() {
    bool is_directive = false;
    for (std::size_t line = 0; line < source_.code.size(); ++line) {
      const std::string& code = source_.code[line];
      is_directive = is_directive || code.starts_with('#');
      if (!is_directive) {
        for (const char c : code) Take(c, line);
        head_ += ' ';
      }
      is_directive = is_directive && code.ends_with('\\');
    }
    return std::move(faults_);
  }

 private:
  void Take(char c, std::size_t line) {
    if (inside_ > 0) {  // of a function or of data: only its end counts
      inside_ += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (inside_ == 0) Close(line);
      return;
    }
    if (c == '{') {
      block_ = BlockOf(head_);
      inside_ = block_ == Block::kTransparent ? 0 : 1;
      if (inside_ == 0) head_.clear();
    } else if (c == ';' || c == '}') {
      head_.clear();
    } else {
      if (head_.find_first_not_of(' ') == std::string::npos && c != ' ') start_ = line;
      head_ += c;
    }
  }

  void Close(std::size_t line) {
    const std::size_t length = line - start_ + 1;
    if (block_ == Block::kFunction && length > kFunctionLinesMax) {
      faults_.push_back(At(source_, start_, std::to_string(length) + " lines of function"));
    }
    head_.clear();
  }

  const Source& source_;
  std::string head_;
  std::size_t start_ = 0;
  int inside_ = 0;
  Block block_ = Block::kTransparent;
  Faults faults_;
};

}  // namespace

Faults CheckLayers(const Source& source) {
  Faults faults;
  const Layer* layer = LayerOf(source.path);
  if (layer == nullptr) return faults;
  for (std::size_t line = 0; line < source.lines.size(); ++line) {
    const auto name = IncludeOf(source.lines[line]);
    if (name && !MayInclude(source, *layer, *name)) {
      faults.push_back(At(source, line, "may not include " + *name));
    }
  }
  return faults;
}

Faults CheckBanned(const Source& source) {
  Faults faults;
  for (const Ban& ban : Bans()) {
    if (std::any_of(ban.except.begin(), ban.except.end(),
                    [&](std::string_view start) { return source.path.starts_with(start); })) {
      continue;
    }
    for (std::size_t line = 0; line < source.code.size(); ++line) {
      if (!HasWord(source.code[line], ban.word)) continue;
      faults.push_back(
          At(source, line, std::string(ban.word) + ": use " + std::string(ban.instead)));
    }
  }
  return faults;
}

Faults CheckPragmaOnce(const Source& source) {
  if (!source.path.ends_with(".h")) return {};
  for (const std::string& code : source.code) {
    if (code.find_first_not_of(' ') == std::string::npos) continue;
    if (code == "#pragma once") return {};
    break;
  }
  return {At(source, 0, "#pragma once is not the first directive")};
}

Faults CheckNoTodo(const Source& source) {
  Faults faults;
  for (std::size_t line = 0; line < source.lines.size(); ++line) {
    for (const char* word : {"TO" "DO", "FIX" "ME"}) {
      if (HasWord(source.lines[line], word)) faults.push_back(At(source, line, word));
    }
  }
  return faults;
}

Faults CheckLongLines(const Source& source, std::size_t columns_max) {
  Faults faults;
  for (std::size_t line = 0; line < source.lines.size(); ++line) {
    const std::size_t columns = Columns(source.lines[line]);
    if (columns > columns_max) {
      faults.push_back(At(source, line, std::to_string(columns) + " columns"));
    }
  }
  return faults;
}

Faults CheckFileLength(const Source& source) {
  if (source.lines.size() <= kFileLinesMax) return {};
  return {At(source, source.lines.size() - 1, std::to_string(source.lines.size()) + " lines")};
}

Faults CheckFunctionLengths(const Source& source) { return FunctionMeter(source).Run(); }

std::vector<std::string> SwitchNames(const Source& header) {
  std::vector<std::string> names;
  for (const std::string& code : header.code) {
    const std::size_t at = code.find("bool ");
    if (at == std::string::npos) continue;
    const std::size_t start = at + 5;
    names.push_back(code.substr(start, code.find_first_of(" =;", start) - start));
  }
  return names;
}

Faults CheckSafeDefaults(const Source& header) {
  Faults faults;
  for (std::size_t line = 0; line < header.code.size(); ++line) {
    const std::string& code = header.code[line];
    const std::size_t at = code.find("bool ");
    if (at == std::string::npos) continue;
    const bool is_bug = code.substr(at + 5).starts_with("bug_");
    const std::string wanted = is_bug ? " = false;" : " = true;";
    if (code.find(wanted) == std::string::npos) {
      faults.push_back(At(header, line, "the safe default is" + wanted));
    }
  }
  return faults;
}

Faults CheckSwitchesUnset(const Source& source, const std::vector<std::string>& names) {
  Faults faults;
  for (std::size_t line = 0; line < source.code.size(); ++line) {
    const std::string& code = source.code[line];
    const auto is_set = [&](const std::string& member) {
      const std::size_t at = code.find(member);
      if (at == std::string::npos) return false;
      const std::size_t next = code.find_first_not_of(' ', at + member.size());
      return next != std::string::npos && code[next] == '=' && code.substr(next, 2) != "==";
    };
    bool is_fault = is_set("switches") || is_set("switches_") || HasWord(code, "Switches{");
    for (const std::string& name : names) {
      is_fault = is_fault || is_set("switches." + name) || is_set("switches_." + name);
    }
    if (is_fault) faults.push_back(At(source, line, "sets a switch"));
  }
  return faults;
}

}  // namespace valise::tidy
