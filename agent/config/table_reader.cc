#include "agent/config/table_reader.h"

#include <algorithm>

#include "agent/config/units.h"
#include "packet/limits.h"

namespace valise {

namespace {

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

std::string WrongKind(const std::string& place, const char* wanted, const TomlNode& found) {
  return place + " must be " + wanted + ", not " + NameOf(found.kind);
}

}  // namespace

void ProblemList::Add(std::uint32_t line, std::uint32_t column, const char* code,
                      const std::string& message) {
  problems_.push_back({file_, line, column, code, message});
}

void ProblemList::Add(const TomlNode& at, const char* code, const std::string& message) {
  Add(at.line, at.column, code, message);
}

void ProblemList::Add(const TomlNode::Member& at, const char* code, const std::string& message) {
  Add(at.line, at.column, code, message);
}

void ProblemList::Tolerate(std::set<std::string> words, std::vector<ConfigProblem>& warnings) {
  other_words_ = std::move(words);
  warnings_ = &warnings;
}

void ProblemList::AddWord(const TomlNode& at, const std::string& word, const char* code,
                          const std::string& message) {
  if (!other_words_.contains(word)) return Add(at, code, message);
  warnings_->push_back({file_, at.line, at.column, code, message});
}

TableReader::TableReader(const TomlNode& table, std::string path, ProblemList& problems)
    : table_(table), path_(std::move(path)), problems_(problems) {}

std::string PathOf(const std::string& table, const std::string& key) {
  return table.empty() ? key : table + "." + key;
}

std::string TableReader::Place(const std::string& key) const {
  return path_.empty() ? key : "[" + path_ + "] " + key;
}

const TomlNode* TableReader::Find(const std::string& key) {
  known_.push_back(key);
  const TomlNode::Member* member = table_.Find(key);
  return member == nullptr ? nullptr : &member->value;
}

const TomlNode* TableReader::Find(const std::string& key, TomlNode::Kind kind) {
  const TomlNode* node = Find(key);
  if (node == nullptr || node->kind == kind) return node;
  const std::string place =
      kind == TomlNode::Kind::kTable ? std::string("[") + PathOf(path_, key) + "]" : Place(key);
  problems_.Add(*node, "VAL-CONFIG-TYPE", WrongKind(place, NameOf(kind), *node));
  return nullptr;
}

bool TableReader::Text(const std::string& key, std::string& into) {
  const TomlNode* node = Find(key, TomlNode::Kind::kText);
  if (node == nullptr) return false;
  if (node->text.find('\0') != std::string::npos) {
    problems_.Add(*node, "VAL-CONFIG-VALUE", Place(key) + " holds a NUL character; remove it");
    return false;
  }
  into = node->text;
  return true;
}

bool TableReader::RequiredText(const std::string& key, std::string& into) {
  const bool is_there = table_.Find(key) != nullptr;
  if (!is_there) {
    Known(key);
    Missing(key, "");
    return false;
  }
  if (!Text(key, into)) return false;
  if (!into.empty()) return true;
  problems_.Add(*Find(key), "VAL-CONFIG-VALUE", Place(key) + " is empty; fill it in");
  return false;
}

bool TableReader::Flag(const std::string& key, bool& into) {
  const TomlNode* node = Find(key, TomlNode::Kind::kFlag);
  if (node != nullptr) into = node->flag;
  return node != nullptr;
}

bool TableReader::Integer(const std::string& key, std::int64_t least, std::int64_t most,
                          std::int64_t& into) {
  const TomlNode* node = Find(key, TomlNode::Kind::kInteger);
  if (node == nullptr) return false;
  if (node->integer < least || node->integer > most) {
    problems_.Add(
        *node, "VAL-CONFIG-VALUE",
        Place(key) + " must be between " + std::to_string(least) + " and " + std::to_string(most));
    return false;
  }
  into = node->integer;
  return true;
}

bool TableReader::Duration(const std::string& key, std::int64_t least_ms, std::int64_t& into_ms) {
  const TomlNode* node = Find(key);
  if (node == nullptr) return false;
  const auto duration = node->kind == TomlNode::Kind::kText ? DurationMs(node->text) : std::nullopt;
  if (!duration) {
    const bool is_text = node->kind == TomlNode::Kind::kText;
    problems_.Add(
        *node, is_text ? "VAL-CONFIG-VALUE" : "VAL-CONFIG-TYPE",
        Place(key) + " must be a duration with its unit (ms, s, m, h, d, w), like \"15m\"");
    return false;
  }
  if (*duration < least_ms) {
    problems_.Add(*node, "VAL-CONFIG-VALUE",
                  Place(key) + " must be at least \"" + DurationText(least_ms) + "\"");
    return false;
  }
  into_ms = *duration;
  return true;
}

bool TableReader::Size(const std::string& key, std::uint64_t least, std::uint64_t most,
                       std::uint64_t& into) {
  const TomlNode* node = Find(key);
  if (node == nullptr) return false;
  const auto size = node->kind == TomlNode::Kind::kText ? SizeBytes(node->text) : std::nullopt;
  if (!size) {
    const bool is_text = node->kind == TomlNode::Kind::kText;
    problems_.Add(*node, is_text ? "VAL-CONFIG-VALUE" : "VAL-CONFIG-TYPE",
                  Place(key) +
                      " must be a size with its unit (B, kB, KiB, MB, MiB, GB, GiB), like "
                      "\"25MiB\"");
    return false;
  }
  if (*size < least || *size > most) {
    problems_.Add(
        *node, "VAL-CONFIG-VALUE",
        Place(key) + " must be between \"" + SizeText(least) + "\" and \"" + SizeText(most) + "\"");
    return false;
  }
  into = *size;
  return true;
}

bool TableReader::Names(const std::string& key, std::vector<std::string>& into) {
  const TomlNode* node = Find(key, TomlNode::Kind::kArray);
  if (node == nullptr) return false;
  into = ReadNames(*node, Place(key), problems_);
  return true;
}

bool TableReader::Choice(const std::string& key, const std::vector<std::string>& words,
                         std::size_t& into) {
  std::string text;
  if (!Text(key, text)) return false;
  const auto found = std::find(words.begin(), words.end(), text);
  if (found != words.end()) {
    into = static_cast<std::size_t>(found - words.begin());
    return true;
  }
  std::string list;
  for (const std::string& word : words) {
    list += (list.empty() ? "" : &word == &words.back() ? " or " : ", ") + Quoted(word);
  }
  problems_.Add(*Find(key), "VAL-CONFIG-VALUE",
                Place(key) + " must be " + list + DidYouMean(text, words));
  return false;
}

void TableReader::Missing(const std::string& key, const std::string& what_to_do) {
  problems_.Add(table_, "VAL-CONFIG-MISSING",
                Place(key) + " is missing; " + (what_to_do.empty() ? "add it" : what_to_do));
}

void TableReader::ReportUnknown() {
  for (const TomlNode::Member& member : table_.members) {
    if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
    const std::string where = path_.empty() ? " at the top of the file" : " in [" + path_ + "]";
    const std::string hint = DidYouMean(member.key, known_);
    problems_.Add(member, "VAL-CONFIG-KEY",
                  "unknown key " + Quoted(member.key) + where +
                      (hint.empty() ? "; remove it or look up its name" : hint));
  }
}

std::string FaultOfName(const std::string& name) {
  if (name.empty()) return "is empty";
  if (name.size() > limits::kNameBytesMax) return "is longer than 255 bytes";
  if (name.front() == ' ' || name.back() == ' ') return "begins or ends with a blank";
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::any_of(name.begin(), name.end(), is_control)) return "holds a control character";
  return "";
}

bool IsSoundKey(const TomlNode::Member& member, const std::string& where, ProblemList& problems) {
  const std::string fault = FaultOfName(member.key);
  if (!fault.empty()) problems.Add(member, "VAL-CONFIG-VALUE", where + ": a name " + fault);
  return fault.empty();
}

std::string FaultOfMention(const std::string& name) {
  if (name.find(']') != std::string::npos) return "holds a ], which ends a mention";
  return FaultOfName(name);
}

std::vector<std::string> ReadNames(const TomlNode& node, const std::string& place,
                                   ProblemList& problems) {
  std::vector<std::string> names;
  const auto add = [&](const TomlNode& item) {
    if (item.kind != TomlNode::Kind::kText) {
      problems.Add(item, "VAL-CONFIG-TYPE", WrongKind(place, "a name or a list of names", item));
    } else if (const std::string fault = FaultOfName(item.text); !fault.empty()) {
      problems.Add(item, "VAL-CONFIG-VALUE", place + ": a name " + fault);
    } else if (std::find(names.begin(), names.end(), item.text) != names.end()) {
      problems.Add(item, "VAL-CONFIG-VALUE",
                   place + ": " + Quoted(item.text) + " stands twice; remove one");
    } else {
      names.push_back(item.text);
    }
  };
  if (node.kind == TomlNode::Kind::kArray) {
    for (const TomlNode& item : node.items) add(item);
  } else {
    add(node);
  }
  return names;
}

}  // namespace valise
