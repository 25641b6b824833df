// Reads one table of a TOML file, remembers which keys were asked for, and reports all others as
// unknown. Every problem goes to the list with its place; reading always goes on.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/config/toml_tree.h"

namespace valise {

// The problems of one file.
class ProblemList {
 public:
  ProblemList(std::string file, std::vector<ConfigProblem>& problems)
      : file_(std::move(file)), problems_(problems) {}
  void Add(const TomlNode& at, const char* code, const std::string& message);
  void Add(const TomlNode::Member& at, const char* code, const std::string& message);
  // The binding says a word that the contract lacks: only a warning if another contract of the
  // channel, waiting or former, has it.
  void AddWord(const TomlNode& at, const std::string& word, const char* code,
               const std::string& message);
  void Tolerate(std::set<std::string> words, std::vector<ConfigProblem>& warnings);
  void Add(std::uint32_t line, std::uint32_t column, const char* code, const std::string& message);
  const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::vector<ConfigProblem>& problems_;
  std::set<std::string> other_words_;
  std::vector<ConfigProblem>* warnings_ = nullptr;
};

class TableReader {
 public:
  // `path` is how the table is written: "jira", "fields.due"; empty: the top of the file.
  TableReader(const TomlNode& table, std::string path, ProblemList& problems);

  // Null when absent; the key counts as known from then on. With `kind`: null and a problem when it
  // is something else.
  const TomlNode* Find(const std::string& key);
  const TomlNode* Find(const std::string& key, TomlNode::Kind kind);
  const TomlNode* Table(const std::string& key) { return Find(key, TomlNode::Kind::kTable); }

  // `into` is left alone when the key is absent or wrong. True: it was read.
  bool Text(const std::string& key, std::string& into);
  bool RequiredText(const std::string& key, std::string& into);
  bool Flag(const std::string& key, bool& into);
  bool Integer(const std::string& key, std::int64_t least, std::int64_t most, std::int64_t& into);
  bool Duration(const std::string& key, std::int64_t least_ms, std::int64_t& into_ms);
  bool Size(const std::string& key, std::uint64_t least, std::uint64_t most, std::uint64_t& into);
  bool Names(const std::string& key, std::vector<std::string>& into);
  // One of `words`; `into` becomes its position.
  bool Choice(const std::string& key, const std::vector<std::string>& words, std::size_t& into);

  void Missing(const std::string& key, const std::string& what_to_do);
  void Known(const std::string& key) { known_.push_back(key); }  // read by someone else
  void ReportUnknown();
  std::string Place(const std::string& key) const;  // "[jira] url"
  ProblemList& problems() { return problems_; }
  const TomlNode& table() const { return table_; }

 private:
  const TomlNode& table_;
  std::string path_;
  ProblemList& problems_;
  std::vector<std::string> known_;
};

// A name that may travel: 1..255 bytes, no control characters, no blanks at its ends.
// Empty: fine; else what is wrong with it.
std::string FaultOfName(const std::string& name);
// False: the key is no sound name, and that is in the list. `where`: "[types]".
bool IsSoundKey(const TomlNode::Member& member, const std::string& where, ProblemList& problems);
// As FaultOfName, of a name that stands in a mention: "[~name]".
std::string FaultOfMention(const std::string& name);
// A string or a list of strings, each a sound name, none twice.
std::vector<std::string> ReadNames(const TomlNode& node, const std::string& place,
                                   ProblemList& problems);
// Nesting of "[a.b]": TOML allows the path as a key; this is how people see it.
std::string PathOf(const std::string& table, const std::string& key);

}  // namespace valise
