// The stand-in Jira: one model of Jira Data Center's REST API v2, without sockets, threads or a
// clock of its own. The HTTP server (server_main.cc) and the deterministic simulation are two rims
// of it. Same requests at the same times give the same answers, byte for byte. "Pitfall N" in this
// folder means point N of the project's notes on the Jira REST API.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/standin/content.h"
#include "tests/standin/multipart.h"

namespace valise::standin {

struct Model;

struct Request {
  std::string method;
  std::string target;                          // path and query, context path included
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  // What a multipart body held, if the rim has read it already; else Handle reads it from `body`.
  std::vector<Part> parts = {};
};

struct Response {
  int status = 200;
  std::map<std::string, std::string> headers;
  std::string body;
  // A download that is not in memory: the body is these bytes, to be read in pieces.
  ContentPtr content = nullptr;
};

struct Options {
  std::string context = "/jira";
  std::string base_url = "http://localhost:8080/jira";
  std::string project = "PROJ";
  std::string project_name;       // empty: the key
  std::string time_zone = "UTC";  // of the server, and of every user without a zone of its own
  // "8.3", "8.13", "8.20", "9.12" or "10.3": createmeta in two steps since 8.4, only so since 9.0
  // (pitfall 20); personal access tokens since 8.14 (pitfall 26).
  std::string version = "9.12";
  std::string language = "en";    // of field names (pitfall 18), "de" or "zh"
  bool keys_are_ids = false;      // user keys as JIRAUSER10100, not the name (pitfall 17)
  bool basic_allowed = true;      // false: passwords are refused, only tokens are taken
  std::int64_t index_lag_ms = 0;  // how late search sees a change (pitfall 2)
  std::uint64_t first_id = 10000;
  bool ids_fall = false;  // each new issue gets a lower id than the one before, as if moved here
  std::uint64_t max_results = 1000;  // cap of search (pitfall 4)
  std::uint64_t text_limit = 32767;  // characters of a text (pitfall 16); 0: none
  bool attachments_enabled = true;
  std::uint64_t attachment_limit = 10485760;  // bytes of one upload (pitfall 15)
  bool milliseconds = true;  // false: every date ends in .000, as some databases make it
  // Jira's classic workflow says both; most sites have removed them from their copy of it.
  bool progress_by_assignee_only = false;
  bool closed_is_frozen = false;
  // Many administrators put Resolution on the edit screen; Jira's own has it on transitions only.
  bool resolution_on_edit = false;
  // Whether deleting a comment moves `updated` and leaves a history item: not proven (pitfall 8).
  bool comment_delete_touches = false;
  // Whether an edit of a comment that gives no visibility makes it public: not proven.
  bool comment_edit_opens = false;
  // Whether they move `updated`: not proven (pitfall 8). Their history is there either way.
  bool worklog_touches = true;
  bool remote_link_touches = true;
  bool link_touches = true;               // an issue link, either end
  bool attachment_delete_touches = true;  // adding one does, that is proven
  // Each as "Name=role:Administrators,group:staff,user:bob,reporter,assignee" (pitfall 24); the
  // default is what an issue gets that names none. Without any the project has no such field.
  std::vector<std::string> security_levels = {};
  std::string default_security_level;
  bool hidden_is_forbidden = false;  // an issue that one may not see: 403, not 404 (pitfall 7)
  // Jira Software's boards, sprints, epics and ranks (pitfall 19). Without: plain Jira.
  bool agile = true;
  // GET issue?properties=...: Atlassian's own descriptions nest the map once more
  // ({"properties":{"properties":{...}}}); true gives the flat form that Jira Cloud has.
  bool flat_properties = false;
};

class Jira {
 public:
  // `now_ms` gives milliseconds since 1970; it is called once per request. Throws
  // std::invalid_argument for an unknown time zone.
  Jira(Options options, std::function<std::int64_t()> now_ms);
  Jira(const Jira& other);
  Jira& operator=(const Jira& other);
  Jira(Jira&&) noexcept;
  Jira& operator=(Jira&&) noexcept;
  ~Jira();

  Response Handle(const Request& request);

  // Both take JSON lines, one issue a line as GET issue returns it. LoadDump takes the issues and
  // what they name; LoadSchema only what they name (types, statuses, priorities, resolutions,
  // versions, components, users). Both answer "" or the error with its line number.
  std::string LoadDump(const std::vector<std::string>& lines);
  std::string LoadSchema(const std::vector<std::string>& lines);

  // Everything but the options and the clock, as one JSON text. LoadState answers "" or the error.
  std::string SaveState() const;
  std::string LoadState(const std::string& text);

  // Where a loaded state finds the bytes that it names; must outlive this. Null: it has them all.
  void set_content_store(ContentStore* store) { content_store_ = store; }

  // Replaces the clock, for a copy that lives in another time.
  void set_clock(std::function<std::int64_t()> now_ms);
  void set_index_lag(std::int64_t lag_ms);

  // From now on writes that would give `field` a value containing `part` answer 400 with `message`
  // in errors[field], as a validator of that site would.
  void RefuseValue(const std::string& field, const std::string& part, const std::string& message);
  void AcceptAllValues();

  // What people do outside REST, as {"do": VERB, ...}: move an issue, draw the workflow, disable an
  // option, rename a user ... README lists the verbs. "" or what is wrong.
  std::string Control(const std::string& json);

  // Performing transition `action_id` also sets `field` to `value` (JSON as in PUT issue), in the
  // same history entry: a post-function (pitfall 22).
  void AddPostFunction(int action_id, const std::string& field, const std::string& value);

  // An expired token answers as anonymous with 200 (pitfall 26) until restored.
  void ExpireToken(const std::string& token);
  void RestoreToken(const std::string& token);

  // As Options::security_levels; throws std::invalid_argument for another form.
  void AddSecurityLevel(const std::string& text);

  void SetUserZone(const std::string& user, const std::string& time_zone);
  void Grant(const std::string& user, const std::string& permission);
  void Revoke(const std::string& user, const std::string& permission);

  std::size_t issue_count() const;
  std::vector<std::string> issue_keys() const;  // of its project, archived ones too, by id
  std::size_t comment_count() const;
  const Options& options() const;

 private:
  Response HandleRead(const Request& request);

  std::unique_ptr<Model> model_;
  std::function<std::int64_t()> now_ms_;
  ContentStore* content_store_ = nullptr;
};

// The users and tokens every stand-in has, as text for --help.
std::string DescribeUsers();

}  // namespace valise::standin
