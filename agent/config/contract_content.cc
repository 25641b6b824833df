// What an issue holds beside fields, and how it ends: [comments], [worklogs], [attachments],
// [links], [lifecycle].
#include "agent/config/contract_parts.h"
#include "packet/limits.h"

namespace valise {

namespace {

CommentVisibility ReadVisibility(TableReader& reader) {
  std::size_t choice = 0;
  reader.Choice("visibility", {"public-only", "all"}, choice);
  return choice == 1 ? CommentVisibility::kAll : CommentVisibility::kPublicOnly;
}

void ReadComments(TableReader& reader, const SiteWords& sites, Contract& contract) {
  contract.has_comments = true;
  contract.comments_from = sites.ReadDirection(reader);
  contract.comment_visibility = ReadVisibility(reader);
}

void ReadWorkLogs(TableReader& reader, const SiteWords& sites, Contract& contract) {
  contract.has_work_logs = true;
  contract.work_logs_from = sites.ReadDirection(reader);
  contract.work_log_visibility = ReadVisibility(reader);
}

// "image/*", "*/*": a type and a subtype (RFC 2045, 5.1), either of which may hold * and ?.
bool IsTypePattern(const std::string& pattern) {
  const std::size_t slash = pattern.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == pattern.size()) return false;
  return pattern.find_first_of("/; ", slash + 1) == std::string::npos;
}

bool IsNamePattern(const std::string& pattern) {
  return pattern.find_first_of("/\\") == std::string::npos;
}

// An empty list is refused: "all travel" and "none travels" are both near.
void ReadPatterns(TableReader& reader, const std::string& key, bool (*is_sound)(const std::string&),
                  const std::string& like, std::vector<std::string>& into) {
  const TomlNode::Member* member = reader.table().Find(key);
  if (!reader.Names(key, into)) return;
  const TomlNode& list = member->value;
  if (list.items.empty()) {
    reader.problems().Add(list, "VAL-CONFIG-VALUE",
                          reader.Place(key) + " names nothing; add a pattern or remove it");
  }
  for (const TomlNode& item : list.items) {
    if (item.kind != TomlNode::Kind::kText || is_sound(item.text)) continue;
    reader.problems().Add(item, "VAL-CONFIG-VALUE",
                          reader.Place(key) + ": \"" + item.text + "\" is no pattern of " + like);
  }
}

void ReadAttachments(TableReader& reader, const SiteWords& sites, Contract& contract) {
  static const std::string kTypes = "MIME types, like \"image/*\"";
  contract.has_attachments = true;
  contract.attachments_from = sites.ReadDirection(reader);
  AttachmentTerms& terms = contract.attachments;
  reader.Size("bytes_max", 1, limits::kAttachmentBytesMax, terms.bytes_max);
  ReadPatterns(reader, "types", IsTypePattern, kTypes, terms.types);
  ReadPatterns(reader, "types_refused", IsTypePattern, kTypes, terms.types_refused);
  ReadPatterns(reader, "names_refused", IsNamePattern, "file names, like \"*.exe\"",
               terms.names_refused);
}

void ReadLinks(TableReader& reader, const SiteWords& sites, Contract& contract) {
  contract.links_from = sites.ReadDirection(reader);
  std::vector<std::string> types;
  const bool is_there = reader.table().Find("types") != nullptr;
  if (reader.Names("types", types)) {
    contract.link_types.insert(types.begin(), types.end());
    if (types.empty()) {
      reader.problems().Add(*reader.Find("types"), "VAL-CONFIG-VALUE",
                            "[links] types names nothing; name a link type or remove [links]");
    }
  } else if (!is_there) {
    reader.Missing("types", "list the shared link types, like types = [\"blocks\", \"relates\"]");
  }
}

EndAction ReadEnd(TableReader& reader, const char* key) {
  static const std::vector<std::string> kWords{"nothing", "comment", "label", "close", "delete"};
  std::size_t choice = 0;
  reader.Choice(key, kWords, choice);
  return static_cast<EndAction>(choice);
}

void ReadLifecycle(TableReader& reader, const SiteWords&, Contract& contract) {
  contract.lifecycle.deleted = ReadEnd(reader, "deleted");
  contract.lifecycle.moved = ReadEnd(reader, "moved");
  contract.lifecycle.archived = ReadEnd(reader, "archived");
  contract.lifecycle.left_scope = ReadEnd(reader, "left_scope");
}

}  // namespace

void ReadContentTerms(TableReader& top, const SiteWords& sites, Contract& contract) {
  struct Part {
    const char* table;
    void (*read)(TableReader&, const SiteWords&, Contract&);
  };
  static constexpr Part kParts[] = {{"comments", ReadComments},
                                    {"worklogs", ReadWorkLogs},
                                    {"attachments", ReadAttachments},
                                    {"links", ReadLinks},
                                    {"lifecycle", ReadLifecycle}};
  for (const Part& part : kParts) {
    const TomlNode* table = top.Table(part.table);
    if (table == nullptr) continue;
    TableReader reader(*table, part.table, top.problems());
    part.read(reader, sites, contract);
    reader.ReportUnknown();
  }
}

}  // namespace valise
