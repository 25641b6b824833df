#include <map>
#include <tuple>

#include "agent/store/columns.h"
#include "agent/store/store.h"

namespace valise {

namespace {

void WriteIssue(Database& database, const IssueBase& issue) {
  // Spelled out: REPLACE would delete the row first, and with it break what refers to it.
  database.Run(
      "INSERT INTO issue VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
      "?15, ?16, ?17, ?18, ?19, ?20, ?21) ON CONFLICT DO UPDATE SET birth_site = ?2, type = ?3, "
      "parent = ?4, author_name = ?5, author_alias = ?6, created_ms = ?7, remote_key = ?8, "
      "state = ?9, jira_id = ?10, jira_key = ?11, jira_created_ms = ?12, jira_updated_ms = ?13, "
      "history_through = ?14, held = ?15, out_epoch = ?16, out_sequence = ?17, "
      "in_epoch_number = ?18, in_epoch_nonce = ?19, in_sequence = ?20, jira_parts = ?21",
      issue);
}

void WriteRegister(Database& database, const Id& issue_id, const RegisterKey& key,
                   const RegisterBase& base) {
  database.Run(
      "INSERT INTO register VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
      "?15, ?16, ?17, ?18, ?19) ON CONFLICT DO UPDATE SET agreed_text = ?6, agreed_detail = ?7, "
      "version_at_ms = ?8, version_site = ?9, own_newest_at_ms = ?10, own_newest_site = ?11, "
      "peer_newest_at_ms = ?12, peer_newest_site = ?13, has_seen = ?14, seen = ?15, "
      "is_pending = ?16, held = ?17, is_override = ?18, flips = ?19",
      issue_id, key, base);
}

void RemoveRegister(Database& database, const Id& issue_id, const RegisterKey& key) {
  database.Run(
      "DELETE FROM register WHERE issue_id = ?1 AND kind = ?2 AND field = ?3 AND element = ?4 "
      "AND object = ?5",
      issue_id, key);
}

void WriteObject(Database& database, const Id& issue_id, const ObjectBase& object) {
  database.Run(
      "INSERT INTO object VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
      "ON CONFLICT DO UPDATE SET author_name = ?3, author_alias = ?4, created_ms = ?5, "
      "is_ours = ?6, jira_id = ?7, kind = ?8, name = ?9, mime = ?10, bytes = ?11, content = ?12",
      issue_id, object);
}

void RemoveObject(Database& database, const Id& issue_id, const Id& object) {
  database.Run("DELETE FROM object WHERE issue_id = ?1 AND object = ?2", issue_id, object);
}

// Calls write(key, value) for what is new or different in `now`, and remove(key) for what is gone.
template <typename Key, typename Value, typename Write, typename Remove>
void ForDifferences(const std::map<Key, Value>& before, const std::map<Key, Value>& now,
                    Write write, Remove remove) {
  auto old = before.begin();
  for (const auto& [key, value] : now) {
    for (; old != before.end() && old->first < key; ++old) remove(old->first);
    bool was_here = old != before.end() && old->first == key;
    if (!was_here || old->second != value) write(key, value);
    if (was_here) ++old;
  }
  for (; old != before.end(); ++old) remove(old->first);
}

// Those whose key is their object alone.
constexpr RegisterKind kObjectRegisters[] = {
    RegisterKind::kCommentText, RegisterKind::kCommentPresence, RegisterKind::kAttachmentPresence,
    RegisterKind::kWorkLog, RegisterKind::kWorkLogPresence};

using RegisterRow = std::tuple<RegisterKey, RegisterBase>;

#define SELECT_REGISTERS                                                                       \
  "SELECT kind, field, element, object, agreed_text, agreed_detail, version_at_ms, "           \
  "version_site, own_newest_at_ms, own_newest_site, peer_newest_at_ms, peer_newest_site, "     \
  "has_seen, seen, is_pending, held, is_override, flips FROM register"
#define SELECT_OBJECTS                                                                         \
  "SELECT object, author_name, author_alias, created_ms, is_ours, jira_id, kind, name, mime, " \
  "bytes, content FROM object"

std::optional<IssueBase> ReadIssue(Database& database, const Id& issue_id) {
  return database.One<IssueBase>("SELECT * FROM issue WHERE issue_id = ?1", issue_id);
}

void AddRegisters(IssueBase& issue, std::vector<RegisterRow> rows) {
  for (auto& [key, base] : rows) {
    issue.registers.emplace_hint(issue.registers.end(), std::move(key), std::move(base));
  }
}

void AddObjects(IssueBase& issue, std::vector<ObjectBase> rows) {
  for (ObjectBase& object : rows) {
    const Id id = object.origin.id;
    issue.objects.emplace_hint(issue.objects.end(), id, std::move(object));
  }
}

bool IsSameButForParts(const IssueBase& before, const IssueBase& now) {
  return Columns(before) == Columns(now);
}

}  // namespace

std::optional<IssueBase> Store::LoadIssue(const Id& issue_id) const {
  Database& rows = database();
  ReadView view(rows);
  auto issue = ReadIssue(rows, issue_id);
  if (!issue) return std::nullopt;
  AddRegisters(*issue, rows.All<RegisterRow>(
                           SELECT_REGISTERS " WHERE issue_id = ?1 "
                                            "ORDER BY kind, field, element, object",
                           issue_id));
  AddObjects(*issue, rows.All<ObjectBase>(
                         SELECT_OBJECTS " WHERE issue_id = ?1 ORDER BY object", issue_id));
  return issue;
}

std::optional<IssueBase> Store::LoadIssueAround(const Id& issue_id, const Id& object) const {
  Database& rows = database();
  ReadView view(rows);
  auto issue = ReadIssue(rows, issue_id);
  if (!issue) return std::nullopt;
  for (const RegisterKind kind : kObjectRegisters) {  // each a whole key: one row, by index
    AddRegisters(*issue, rows.All<RegisterRow>(
                             SELECT_REGISTERS " WHERE issue_id = ?1 AND kind = ?2 "
                                              "AND field = '' AND element = '' AND object = ?3",
                             issue_id, kind, object));
  }
  AddObjects(*issue,
             rows.All<ObjectBase>(SELECT_OBJECTS " WHERE issue_id = ?1 AND object = ?2", issue_id,
                                  object));
  return issue;
}

void Store::SaveIssue(const IssueBase& issue) { SaveIssue(issue, LoadIssue(issue.issue_id)); }

void Store::SaveIssue(const IssueBase& issue, const std::optional<IssueBase>& stored) {
  Database& rows = database();
  if (!stored || !IsSameButForParts(*stored, issue)) WriteIssue(rows, issue);
  static const IssueBase kNothing;
  const IssueBase* before = stored ? &*stored : &kNothing;
  const Id& id = issue.issue_id;
  ForDifferences(
      before->registers, issue.registers,
      [&](const RegisterKey& key, const RegisterBase& base) { WriteRegister(rows, id, key, base); },
      [&](const RegisterKey& key) { RemoveRegister(rows, id, key); });
  ForDifferences(
      before->objects, issue.objects,
      [&](const Id&, const ObjectBase& object) { WriteObject(rows, id, object); },
      [&](const Id& object) { RemoveObject(rows, id, object); });
}

std::uint64_t Store::NextIssueSequence(const Id& issue_id, std::uint32_t epoch_number) {
  return database()
      .One<std::uint64_t>(
          "UPDATE issue SET out_sequence = iif(out_epoch = ?2, out_sequence + 1, 1), "
          "out_epoch = ?2 WHERE issue_id = ?1 RETURNING out_sequence",
          issue_id, epoch_number)
      .value_or(0);
}

std::size_t Store::EndsUnderWay() const {
  return database()
      .One<std::size_t>(
          "SELECT (SELECT count(*) FROM issue WHERE held LIKE 'ending:%' OR held LIKE 'ends:%') + "
          "(SELECT count(*) FROM register WHERE kind = ?1 AND field = 'lifecycle' "
          "AND (is_pending = 1 OR held <> '') AND (is_pending = 1 OR held = 'ends'))",
          RegisterKind::kField)
      .value_or(0);
}

bool Store::HasEnded(const Id& issue_id) const {
  return database().One<IssueState>("SELECT state FROM issue WHERE issue_id = ?1", issue_id) ==
         IssueState::kFrozen;
}

std::vector<Id> Store::IssuesLinkedTo(const Id& target) const {
  return database().All<Id>(
      "SELECT DISTINCT issue_id FROM register "
      "WHERE (object = ?1 AND kind = ?2 OR kind = 1 AND agreed_text = ?3) "
      "AND (is_pending = 1 OR held <> '') "
      "AND (is_pending = 1 OR held = 'link-ended' OR held LIKE 'awaited:%') "
      "ORDER BY issue_id",
      target, RegisterKind::kLinkPresence, Text(target));
}

std::vector<Id> Store::IssuesWithElement(const std::string& field,
                                         const std::string& element) const {
  return database().All<Id>(
      "SELECT issue_id FROM register WHERE kind = 2 AND field = ?1 AND element = ?2 "
      "ORDER BY issue_id",
      field, element);
}

std::vector<Id> Store::IssuesAgreeing(const std::string& field, const std::string& text) const {
  return database().All<Id>(
      "SELECT issue_id FROM register WHERE kind = 1 AND field = ?1 AND agreed_text = ?2 "
      "ORDER BY issue_id",
      field, text);
}

std::vector<Id> Store::IssuesSeeing(const std::string& field, const Id& seen) const {
  return database().All<Id>(
      "SELECT issue_id FROM register WHERE kind = 1 AND field = ?1 AND seen = ?2 ORDER BY issue_id",
      field, seen);
}

bool Store::HasElement(const std::string& field, const std::string& element) const {
  return database()
      .One<int>("SELECT 1 FROM register WHERE kind = 2 AND field = ?1 AND element = ?2 "
                "AND version_at_ms > 0 LIMIT 1",
                field, element)
      .has_value();
}

std::vector<std::string> Store::ElementNames(const std::string& field) const {
  return database().All<std::string>(
      "SELECT DISTINCT element FROM register WHERE kind = 2 AND field = ?1 ORDER BY element",
      field);
}

std::vector<Id> Store::IssuesShowing(const std::string& field, const std::string& element,
                                     const Id& seen) const {
  return database().All<Id>(
      "SELECT r.issue_id FROM register r JOIN issue i ON i.issue_id = r.issue_id "
      "WHERE r.kind = 2 AND r.field = ?1 AND r.element = ?2 AND r.is_pending = 0 "
      "AND r.held = '' AND r.seen = ?3 AND i.held = '' AND i.state = 1 ORDER BY r.issue_id",
      field, element, seen);
}

// A Jira restored from a backup may give an id or key again; the issue that is not frozen has it.
std::optional<Id> Store::IssueByJiraId(const std::string& jira_id) const {
  return database().One<Id>(
      "SELECT issue_id FROM issue WHERE jira_id = ?1 AND jira_id <> '' "
      "ORDER BY state = 2, jira_created_ms DESC, issue_id LIMIT 1",
      jira_id);
}

std::optional<Id> Store::IssueByKey(const std::string& jira_key) const {
  return database().One<Id>(
      "SELECT issue_id FROM issue WHERE jira_key = ?1 AND jira_key <> '' "
      "ORDER BY state = 2, jira_created_ms DESC, issue_id LIMIT 1",
      jira_key);
}

std::optional<Id> Store::IssueByRemoteKey(const std::string& remote_key) const {
  return database().One<Id>(
      "SELECT issue_id FROM issue WHERE remote_key = ?1 AND remote_key <> '' "
      "ORDER BY jira_id = '' DESC, issue_id LIMIT 1",
      remote_key);
}

std::optional<std::string> Store::JiraIdOf(const Id& issue_id) const {
  return database().One<std::string>(
      "SELECT jira_id FROM issue WHERE issue_id = ?1 AND jira_id <> ''", issue_id);
}

std::vector<Id> Store::AllIssues() const {
  return database().All<Id>("SELECT issue_id FROM issue ORDER BY issue_id");
}

std::optional<Store::KnownIssue> Store::KnownByJiraId(const std::string& jira_id) const {
  return database().One<KnownIssue>(
      "SELECT issue_id, jira_id, jira_key, jira_updated_ms, birth_site, state, held, jira_parts "
      "FROM issue "
      "WHERE jira_id = ?1 AND jira_id <> '' "
      "ORDER BY state = 2, jira_created_ms DESC, issue_id LIMIT 1",
      jira_id);
}

std::vector<Store::KnownIssue> Store::KnownIssues() const {
  return database().All<KnownIssue>(
      "SELECT issue_id, jira_id, jira_key, jira_updated_ms, birth_site, state, held, jira_parts "
      "FROM issue "
      "WHERE jira_id <> '' ORDER BY issue_id");
}

std::vector<Store::OpenRegister> Store::OpenRegisters() const {
  return database().All<OpenRegister>(
      "SELECT issue_id, kind, field, element, object, is_pending, held, version_at_ms, "
      "version_site FROM register WHERE is_pending = 1 OR held <> '' "
      "ORDER BY issue_id, kind, field, element, object");
}

}  // namespace valise
