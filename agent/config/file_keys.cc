// Keys of channel.toml that name files, and secrets that must not stand in it.
#include <filesystem>
#include <fstream>

#include "agent/config/channel_file.h"
#include "agent/config/secret_file.h"

namespace valise {

namespace {

namespace fs = std::filesystem;

void ReportFile(TableReader& reader, const std::string& key, const Result<void>& checked) {
  if (checked.ok()) return;
  reader.problems().Add(*reader.Find(key), checked.error().code.c_str(),
                        reader.Place(key) + ": " + checked.error().message);
}

Result<void> CheckReadable(const std::string& path) {
  std::error_code error;
  if (fs::is_regular_file(path, error) && std::ifstream(path).good()) return Ok();
  return Error{Recovery::kAskOperator, "VAL-CONFIG-FILE",
               "cannot read " + path + "; create it or correct the path"};
}

}  // namespace

void ReadSecretPath(TableReader& table, const std::string& key, const PathBase& base,
                    std::string& into) {
  if (!table.Text(key, into)) return;
  if (into.empty()) {
    table.problems().Add(*table.Find(key), "VAL-CONFIG-VALUE",
                         table.Place(key) + " is empty; name a file");
    return;
  }
  into = base.Absolute(into);
  Result<void> checked = CheckSecretFile(into);
  if (checked.ok()) {
    const auto line = ReadSecretLine(into);
    if (!line.ok()) checked = line.error();
  }
  ReportFile(table, key, checked);
}

void ReadFilePath(TableReader& table, const std::string& key, const PathBase& base,
                  std::string& into) {
  if (!table.Text(key, into)) return;
  into = base.Absolute(into);
  ReportFile(table, key, CheckReadable(into));
}

void RefuseInlineSecrets(TableReader& table) {
  for (const char* inlined : {"token", "password"}) {
    const TomlNode::Member* member = table.table().Find(inlined);
    if (member == nullptr) continue;
    table.Known(inlined);
    table.problems().Add(*member, "VAL-CONFIG-KEY",
                         table.Place(inlined) +
                             ": secrets do not belong into this file; put it into a file of mode "
                             "0600 and name that: " +
                             inlined + "_file");
  }
}

}  // namespace valise
