// What a person sees of a new contract before accepting it.
#include "agent/config/contract_diff.h"

#include <algorithm>

#include "tests/config/doctest.h"

namespace valise {
namespace {

Contract Plain() {
  Contract contract;
  contract.name = "plain";
  contract.sites = {"hq", "field"};
  contract.types = {{"bug", {}}};
  contract.statuses = {"open"};
  for (const char* name : {"summary", "notes"}) contract.fields[name].name = name;
  return contract;
}

TEST_CASE("names that come and go are shown one by one") {
  const Contract before = Plain();
  Contract next = before;
  next.fields["new"].kind = ValueKind::kUrl;
  next.fields.erase("notes");
  next.statuses.push_back("reviewed");
  next.types["epic"] = {};
  next.people["jane"] = "Jane Doe";
  const auto lines = ContractDiff(before, next);
  for (const char* line : {"+ field new (url)", "- field notes", "+ status reviewed", "+ type epic",
                           "+ person jane: Jane Doe"}) {
    CAPTURE(line);
    CHECK(std::find(lines.begin(), lines.end(), line) != lines.end());
  }
}

TEST_CASE("an alias that means somebody else is shown, and so is another address") {
  Contract before;
  before.people = {{"bob", "Bob Brown"}, {"eve", "Eve Evans"}};
  before.people_emails = {{"bob", "digest"}, {"eve", "digest"}};
  Contract after = before;
  const auto has = [&](const std::string& line) {
    const auto lines = ContractDiff(before, after);
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  };
  CHECK(ContractDiff(before, after).front().starts_with("= nothing"));
  after.people["bob"] = "Mallory";
  after.people_emails["eve"] = "another";
  after.email_key = "key";
  CHECK(has("~ person bob name: Bob Brown becomes Mallory"));
  CHECK(has("~ person eve e-mail digest: digest becomes another"));
  CHECK(has("~ contract email_key: none becomes a key"));
  before.email_key = "another key";  // under which the same digest is another address
  CHECK(has("~ email_key: another key"));
}

// What a person accepts by that line must stand in it: the old value and the new one.
TEST_CASE("every term that changes is shown with what it was and what it becomes") {
  Contract before = Plain();
  before.has_comments = before.has_work_logs = before.has_attachments = true;
  before.link_types = {"blocks"};
  const auto shown = [&](auto change) {
    Contract after = before;
    change(after);
    const auto lines = ContractDiff(before, after);
    REQUIRE(lines.size() == 1);
    return lines.front();
  };
  CHECK(shown([](Contract& c) { c.comment_visibility = CommentVisibility::kAll; }) ==
        "~ comments visibility: public-only becomes all");
  CHECK(shown([](Contract& c) { c.work_log_visibility = CommentVisibility::kAll; }) ==
        "~ work logs visibility: public-only becomes all");
  CHECK(shown([](Contract& c) { c.comments_from.owner = 1; }) ==
        "~ comments from: both becomes field");
  CHECK(shown([](Contract& c) { c.work_logs_from.owner = 0; }) ==
        "~ work logs from: both becomes hq");
  CHECK(shown([](Contract& c) { c.attachments_from.owner = 0; }) ==
        "~ attachments from: both becomes hq");
  CHECK(shown([](Contract& c) { c.attachments.bytes_max = 1ULL << 30; }) ==
        "~ attachments bytes_max: 100MiB becomes 1GiB");
  CHECK(shown([](Contract& c) {
          c.attachments.types = {"image/*", "text/*"};
        }) == "~ attachments types: all becomes image/*, text/*");
  CHECK(shown([](Contract& c) { c.attachments.types_refused = {"text/html"}; }) ==
        "~ attachments types_refused: none becomes text/html");
  CHECK(shown([](Contract& c) { c.attachments.names_refused = {"*.exe"}; }) ==
        "~ attachments names_refused: none becomes *.exe");
  CHECK(shown([](Contract& c) { c.links_from.owner = 0; }) == "~ links from: both becomes hq");
  CHECK(shown([](Contract& c) { c.link_types.insert("relates"); }) ==
        "~ links types: blocks becomes blocks, relates");
  CHECK(shown([](Contract& c) { c.lifecycle.deleted = EndAction::kDelete; }) ==
        "~ lifecycle deleted: nothing becomes delete");
  CHECK(shown([](Contract& c) { c.lifecycle.moved = EndAction::kClose; }) ==
        "~ lifecycle moved: nothing becomes close");
  CHECK(shown([](Contract& c) { c.lifecycle.archived = EndAction::kLabel; }) ==
        "~ lifecycle archived: nothing becomes label");
  CHECK(shown([](Contract& c) { c.lifecycle.left_scope = EndAction::kComment; }) ==
        "~ lifecycle left_scope: nothing becomes comment");
  CHECK(shown([](Contract& c) { c.shares_keys = !c.shares_keys; }) ==
        "~ contract share_keys: false becomes true");
  CHECK(shown([](Contract& c) { c.fields["summary"].from.owner = 0; }) ==
        "~ field summary from: both becomes hq");
  CHECK(shown([](Contract& c) { c.fields["summary"].local_override_kept = true; }) ==
        "~ field summary local_edits: put-back becomes list");
  CHECK(shown([](Contract& c) { c.fields["summary"].conflict = ConflictRule{1}; }) ==
        "~ field summary conflict: newest becomes field");
}

TEST_CASE("what is new is shown with all that it lets out") {
  Contract before;
  before.sites = {"hq", "field"};
  Contract after = before;
  after.has_comments = true;
  after.comment_visibility = CommentVisibility::kAll;
  CHECK(ContractDiff(before, after) ==
        std::vector<std::string>{"+ comments (from both, visibility all)"});
  after = before;
  after.has_attachments = true;
  CHECK(ContractDiff(before, after) ==
        std::vector<std::string>{"+ attachments (from both, bytes_max 100MiB, types all, "
                                 "types_refused none, names_refused none)"});
  after = before;
  FieldTerms& field = after.fields["level"];
  field.kind = ValueKind::kOption;
  field.values = {"low", "high"};
  field.from.owner = 1;
  field.local_override_kept = true;
  CHECK(ContractDiff(before, after) ==
        std::vector<std::string>{"+ field level (option, from field, local_edits list, values low, "
                                 "high)"});
  before = after;
  before.has_comments = true;
  after.fields["level"].any_value = true;
  after.fields["level"].values.clear();
  after.conflict.site = 0;
  CHECK(ContractDiff(before, after) ==
        std::vector<std::string>{"~ field level conflict: newest becomes hq",
                                 "~ field level values: listed becomes any", "- comments",
                                 "~ conflict default: newest becomes hq"});
}

// A filter may hold a comma: two of them must not look like one.
TEST_CASE("a list whose names run together otherwise is shown as another one") {
  Contract before = Plain();
  before.has_attachments = true;
  before.attachments.names_refused = {"*.exe", "*.bat"};
  Contract after = before;
  after.attachments.names_refused = {"*.exe, *.bat"};
  CHECK(ContractDiff(before, after) ==
        std::vector<std::string>{"~ attachments names_refused: *.exe, *.bat becomes "
                                 "\"*.exe, *.bat\""});
  after.attachments.names_refused = {"*.exe, *.bat", "none", "a \"b\""};
  before.attachments.names_refused.clear();
  CHECK(ContractDiff(before, after) ==
        std::vector<std::string>{"~ attachments names_refused: none becomes \"*.exe, *.bat\", "
                                 "\"none\", \"a \\\"b\\\"\""});
}

TEST_CASE("a new person is shown with the address by which their account is found") {
  const Contract before = Plain();
  Contract after = before;
  after.email_key = "key";
  after.people["eve"] = "Jane Doe";
  after.people_emails["eve"] = "digest";
  const auto lines = ContractDiff(before, after);
  CHECK(std::find(lines.begin(), lines.end(), "+ person eve: Jane Doe (e-mail digest digest)") !=
        lines.end());
}

}  // namespace
}  // namespace valise
