// Work logs, attachments and links: what leaves, what is taken, what is written.
#include "agent/core/objects.h"

#include "tests/agent/support.h"

namespace valise {
namespace {

Terms TermsWithAll(std::uint32_t site) {
  Terms terms = TermsOf(site);
  terms.channel_tag = "tag";
  terms.contract.has_work_logs = terms.contract.has_attachments = true;
  terms.contract.attachments.bytes_max = 1000;
  terms.contract.link_types = {"blocks"};
  terms.binding.links = {{"blocks", "Blocks"}};
  return terms;
}

LocalObject WorkLogOf(const std::string& id, const std::string& body, std::int64_t seconds) {
  LocalObject log = CommentOf(id, body);
  log.kind = ObjectKind::kWorkLog;
  log.started_ms = 3'600'000;
  log.seconds = seconds;
  return log;
}

LocalObject FileOf(const std::string& id, const std::string& name, std::uint64_t bytes) {
  LocalObject file = CommentOf(id, "");
  file.kind = ObjectKind::kAttachment;
  file.name = name;
  file.mime = "text/plain";
  file.bytes = bytes;
  file.content = Hash("VLS1 content", name);
  return file;
}

LocalLink LinkTo(std::uint8_t other, bool is_source = true) {
  LocalLink link;
  link.id = "70" + std::to_string(other);
  link.type = "Blocks";
  link.is_source = is_source;
  link.other = IdOf(other);
  return link;
}

// An object of the peer's, agreed and still to be written here.
ObjectBase& Incoming(IssueBase& base, ObjectKind kind, const Id& id) {
  ObjectBase& object = base.objects[id];
  object.is_ours = false;
  object.origin = {id, {"Zoe", ""}, 91};
  object.origin.kind = kind;
  Pend(base, PresenceKey(kind, id), Value{}, At(2000, kField));
  return object;
}

}  // namespace

TEST_CASE("a work log leaves as text, start and seconds, and its edit as one register") {
  const Terms terms = TermsWithAll(kHq);
  LocalIssue local = Shown();
  const IssueBase base = Born(terms, local);
  local.work_logs = {WorkLogOf("5", "dug [~zoe]", 60)};
  const Captured added = Read(terms, base, local);
  REQUIRE(added.change.objects.size() == 1);
  const Id id = added.change.objects[0].id;
  CHECK(added.change.objects[0].kind == ObjectKind::kWorkLog);
  const Register* text = Find(added.change.registers, TextKey(ObjectKind::kWorkLog, id));
  REQUIRE(text);
  CHECK(text->value == Value{"dug @Zoe Zimmer", "1970-01-01T01:00:00.000Z 60"});
  local.work_logs[0].seconds = 120;
  const Captured edited = Read(terms, added.base, local);
  REQUIRE(edited.change.registers.size() == 1);
  CHECK(edited.change.registers[0].value->detail == "1970-01-01T01:00:00.000Z 120");
  CHECK(Read(terms, edited.base, local).change.empty());
}

TEST_CASE("a comment and a work log of the same Jira id are two objects") {
  const Terms terms = TermsWithAll(kHq);
  LocalIssue local = Shown();
  local.comments = {CommentOf("5", "hello")};
  local.work_logs = {WorkLogOf("5", "dug", 60)};
  const Captured captured = Read(terms, NewBase(terms, local, kOriginKey, Id{}), local);
  CHECK(captured.base.objects.size() == 2);
  local.comments.clear();
  CHECK(MissingObjects(terms, captured.base, local) ==
        std::vector<ObjectRef>{{ObjectKind::kComment, "5"}});
}

TEST_CASE("restricted work logs stay unless the contract says all") {
  Terms terms = TermsWithAll(kHq);
  LocalIssue local = Shown();
  local.work_logs = {WorkLogOf("5", "secret", 60)};
  local.work_logs[0].is_restricted = true;
  const IssueBase fresh = NewBase(terms, local, kOriginKey, Id{});
  CHECK(Read(terms, fresh, local).change.objects.empty());
  terms.contract.comment_visibility = CommentVisibility::kAll;  // not theirs
  CHECK(Read(terms, fresh, local).change.objects.empty());
  terms.contract.work_log_visibility = CommentVisibility::kAll;
  CHECK(Read(terms, fresh, local).change.objects.size() == 1);
}

// Pitfall 14: the embedded page has at most 20.
TEST_CASE("work logs beyond a cut page are nobody's deletion") {
  const Terms terms = TermsWithAll(kHq);
  LocalIssue local = Shown();
  local.work_logs = {WorkLogOf("5", "dug", 60)};
  const IssueBase base = Born(terms, local);
  local.work_logs.clear();
  local.has_all_work_logs = false;
  CHECK(MissingObjects(terms, base, local).empty());
}

TEST_CASE("a peer's work log is written with its author, a marker, start and seconds") {
  const Terms terms = TermsWithAll(kHq);
  LocalIssue local = Shown();
  IssueBase base = Born(terms, local);
  const Id id = IdOf(9);
  ObjectBase object = Incoming(base, ObjectKind::kWorkLog, id);
  const Value value{"dug", WorkTimeText({7'200'000, 90})};
  Pend(base, TextKey(ObjectKind::kWorkLog, id), value, At(2000, kField));
  const Plan plan = PlanWrites(terms, base, local, {});
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].kind == WriteKind::kWorkLogAdd);
  CHECK(plan.writes[0].detail == "1970-01-01T02:00:00.000Z 90");
  CHECK(plan.writes[0].body.starts_with("_Zoe (field), 1970-01-01 00:00:_ {anchor:valise-"));
  CHECK(MarkerInBody(plan.writes[0].body) == MarkerOf(terms, id));

  LocalObject shown = WorkLogOf("6", plan.writes[0].body, 90);
  shown.started_ms = 7'200'000;
  CHECK(ObjectToShared(terms, object, shown, value, {}) == value);
  CHECK(ObjectToShared(terms, object, shown, std::nullopt, {}) == value);
}

TEST_CASE("a name that reads as our marker is none") {
  const Terms terms = TermsWithAll(kHq);
  IssueBase base = Born(terms, Shown());
  const Id id = IdOf(9);
  Incoming(base, ObjectKind::kWorkLog, id).origin.author.name =
      "{anchor:valise-" + Text(IdOf(8)) + "-tag}";
  Pend(base, TextKey(ObjectKind::kWorkLog, id), Value{"dug", WorkTimeText({7'200'000, 90})},
       At(2000, kField));
  const Plan plan = PlanWrites(terms, base, Shown(), {});
  CHECK(MarkerInBody(plan.writes.at(0).body) == MarkerOf(terms, id));
}

TEST_CASE("a work log value that is none is refused") {
  const Terms terms = TermsWithAll(kHq);
  const Id id = IdOf(9);
  for (const char* detail : {"", "yesterday 60", "1970-01-01T02:00:00.000Z",
                             "1970-01-01T02:00:00.000Z 0", "1970-01-01T02:00:00.000Z -5",
                             "1970-02-30T02:00:00.000Z 60",
                             "1970-01-01T02:00:00.000Z 60 ", "1970-01-01T02:00:00.000Z 060"}) {
    CAPTURE(detail);
    CHECK_FALSE(ParseWorkTime(detail));
    const Change change = ChangeOf(
        {Peers(TextKey(ObjectKind::kWorkLog, id), At(2000, kField), Value{"dug", detail})});
    const Merged merged = Merge(terms, Born(terms, Shown()), change);
    REQUIRE(Of(merged.findings, "refused").size() == 1);
    CHECK(Of(merged.findings, "refused")[0].reason_code == "value");
  }
  CHECK(ParseWorkTime("1970-01-01T02:00:00.000Z 60") == WorkTime{7'200'000, 60});
}

TEST_CASE("objects of a kind that the contract does not share are refused") {
  const Terms terms = TermsOf(kHq);
  Change change = ChangeOf({Peers(PresenceKey(ObjectKind::kAttachment, IdOf(9)),
                                  At(2000, kField), Value{}),
                            Peers(LinkKey("blocks", IdOf(7)), At(2000, kField), Value{})});
  change.objects.push_back({IdOf(9), {"Zoe", ""}, 77, ObjectKind::kAttachment});
  const Merged merged = Merge(terms, Born(terms, Shown()), change);
  CHECK(merged.base.objects.empty());
  CHECK(Of(merged.findings, "refused").size() == 2);
}

// Pitfall 15: bytes first; what Jira holds under one name may be there twice.
TEST_CASE("an attachment leaves when its bytes are here, once for each id") {
  const Terms terms = TermsWithAll(kHq);
  LocalIssue local = Shown();
  const IssueBase base = Born(terms, local);
  local.has_attachments = true;
  local.attachments = {FileOf("5", "a.txt", 10), FileOf("6", "a.txt", 10),
                       FileOf("7", "b.txt", 10)};
  local.attachments[2].content = {};
  const Captured captured = Read(terms, base, local);
  REQUIRE(captured.change.objects.size() == 2);
  CHECK(captured.change.objects[0].name == "a.txt");
  CHECK(captured.change.objects[0].content == local.attachments[0].content);
  CHECK(captured.change.registers.size() == 2);
}

TEST_CASE("a filtered attachment is listed once and never leaves, nor does its deletion") {
  Terms terms = TermsWithAll(kHq);
  terms.contract.attachments.names_refused = {"*.exe"};
  LocalIssue local = Shown();
  const IssueBase base = Born(terms, local);
  local.has_attachments = true;
  local.attachments = {FileOf("5", "big.txt", 1001), FileOf("6", "Setup.EXE", 10)};
  const Captured captured = Read(terms, base, local);
  CHECK(captured.change.empty());
  REQUIRE(Of(captured.findings, "filtered").size() == 2);
  CHECK(Of(captured.findings, "filtered")[0].reason_code == "size");
  CHECK(Of(captured.findings, "filtered")[1].reason_code == "name");
  CHECK(Read(terms, captured.base, local).findings.empty());
}

TEST_CASE("a peer's file waits for its bytes, is filtered again here, and gets a safe name") {
  const Terms terms = TermsWithAll(kHq);
  LocalIssue local = Shown();
  IssueBase base = Born(terms, local);
  ObjectBase& object = Incoming(base, ObjectKind::kAttachment, IdOf(9));
  object.origin.name = "../etc/passwd";
  object.origin.bytes = 10;
  object.origin.content = Hash("VLS1 content", "x");
  const Plan waits = PlanWrites(terms, base, local, {});
  CHECK(waits.writes.empty());
  CHECK(waits.base.registers.at(PresenceKey(ObjectKind::kAttachment, IdOf(9))).is_pending);
  Neighbours neighbours;
  neighbours.contents.insert(object.origin.content);
  const Plan plan = PlanWrites(terms, base, local, {}, neighbours);
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].kind == WriteKind::kAttachmentAdd);
  CHECK(plan.writes[0].body == ".._etc_passwd");
  object.origin.bytes = 1001;  // authenticated, not trusted
  const Plan held = PlanWrites(terms, base, local, {}, neighbours);
  CHECK(held.writes.empty());
  CHECK(held.base.registers.at(PresenceKey(ObjectKind::kAttachment, IdOf(9))).held ==
        "filtered:size");
}

TEST_CASE("file names are made safe, and stay what they then are") {
  const std::pair<std::string, std::string> cases[] = {
      {"plain.txt", "plain.txt"},
      {"../../etc/passwd", ".._.._etc_passwd"},
      {"..\\windows\\x", ".._windows_x"},
      {std::string("a\0b.txt", 7), "a_b.txt"},
      {"exe.\u202etxt.cod", "exe.txt.cod"},
      {"zero\u200bwidth", "zerowidth"},
      {"CON", "_CON"},
      {"nul.txt", "_nul.txt"},
      {"com1.log", "_com1.log"},
      {"command.log", "command.log"},
      {"  .hidden. ", ".hidden"},
      {"...", "attachment"},
      {"", "attachment"},
      {"\xff\xfe", "attachment"},
      {"\u00e4\u00f6.png", "\u00e4\u00f6.png"},
      {"tab\there", "tab_here"},
      {"next\u0085line", "nextline"},
  };
  for (const auto& [untrusted, safe] : cases) {
    CAPTURE(untrusted);
    CHECK(SafeFileName(untrusted) == safe);
    CHECK(SafeFileName(safe) == safe);
  }
  const std::string longest = SafeFileName(std::string(400, 'x') + "\u00e4.png");
  CHECK(longest.size() <= 255);
  CHECK(longest.ends_with(".png"));
}

TEST_CASE("patterns of file names and types know no case, and no mark hides an extension") {
  AttachmentTerms terms;
  terms.types = {"image/*", "text/plain"};
  terms.types_refused = {"image/svg+xml"};
  terms.names_refused = {"*.exe", "secret*"};
  CHECK(WhyFiltered(terms, "a.png", "image/PNG", 1).empty());
  CHECK(WhyFiltered(terms, "a.txt", "text/plain; charset=utf-8", 1).empty());
  CHECK(WhyFiltered(terms, "a.svg", "image/svg+xml", 1) == "type");
  CHECK(WhyFiltered(terms, "a.zip", "application/zip", 1) == "type");
  CHECK(WhyFiltered(terms, "A.Exe", "image/png", 1) == "name");
  CHECK(WhyFiltered(terms, "a.e\u200bxe", "image/png", 1) == "name");
  CHECK(WhyFiltered(terms, "SECRET plan.png", "image/png", 1) == "name");
  CHECK(WhyFiltered(terms, "a.png", "image/png", terms.bytes_max + 1) == "size");
}

// Pitfall 23: the inward issue is the source; only there the link is captured.
TEST_CASE("a link leaves from its source, to shared issues only") {
  const Terms terms = TermsWithAll(kHq);
  LocalIssue local = Shown();
  const IssueBase base = Born(terms, local);
  local.has_links = true;
  local.links = {LinkTo(7), LinkTo(8, false), LinkTo(0)};
  local.links[2].other = {};
  const Captured captured = Read(terms, base, local);
  REQUIRE(captured.change.registers.size() == 1);
  CHECK(captured.change.registers[0].key == LinkKey("blocks", IdOf(7)));
  CHECK(captured.change.registers[0].value == Value{});
  local.links.clear();
  const Captured gone = Read(terms, captured.base, local);
  REQUIRE(gone.change.registers.size() == 1);
  CHECK_FALSE(gone.change.registers[0].value);
  local.has_links = false;  // linking was switched off: nobody deleted anything
  CHECK(Read(terms, captured.base, local).change.empty());
}

TEST_CASE("a peer's link waits for the issue it points to, and is deleted by its own id") {
  const Terms terms = TermsWithAll(kHq);
  LocalIssue local = Shown();
  local.has_links = true;
  IssueBase base = Born(terms, local);
  Pend(base, LinkKey("blocks", IdOf(7)), Value{}, At(2000, kField));
  CHECK(PlanWrites(terms, base, local, {}).writes.empty());
  Neighbours neighbours;
  neighbours.keys[IdOf(7)] = "HQ-7";
  const Plan plan = PlanWrites(terms, base, local, {}, neighbours);
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].kind == WriteKind::kLinkAdd);
  CHECK(plan.writes[0].type == "Blocks");
  CHECK(plan.writes[0].object_jira_id == "HQ-7");
  local.links = {LinkTo(7)};
  CHECK(PlanWrites(terms, base, local, {}, neighbours).writes.empty());  // there already
  Pend(base, LinkKey("blocks", IdOf(7)), std::nullopt, At(2001, kField));
  const Plan removal = PlanWrites(terms, base, local, {}, neighbours);
  REQUIRE(removal.writes.size() == 1);
  CHECK(removal.writes[0].kind == WriteKind::kLinkDelete);
  CHECK(removal.writes[0].object_jira_id == "707");
}

TEST_CASE("a link to an issue that is held here is listed; in normal order of arrival it is not") {
  const Terms terms = TermsWithAll(kHq);
  LocalIssue local = Shown();
  local.has_links = true;
  IssueBase base = Born(terms, local);
  const RegisterKey key = LinkKey("blocks", IdOf(7));
  Pend(base, key, Value{}, At(2000, kField));
  Plan plan = PlanWrites(terms, base, local, {});
  CHECK(plan.base.registers.at(key).is_pending);
  CHECK(plan.findings.empty());
  Neighbours held_back;
  held_back.held_back = {IdOf(7)};
  plan = PlanWrites(terms, base, local, {}, held_back);
  CHECK_FALSE(plan.base.registers.at(key).is_pending);
  CHECK(plan.base.registers.at(key).held == "awaited:" + Text(IdOf(7)));
  CHECK(Of(plan.findings, "held").size() == 1);
  CHECK(PlanWrites(terms, plan.base, local, {}, held_back).findings.empty());  // listed once
  Neighbours here;
  here.keys[IdOf(7)] = "HQ-7";
  const Plan written = PlanWrites(terms, plan.base, local, {}, here);
  CHECK(written.writes.size() == 1);
  CHECK(written.base.registers.at(key).held.empty());
  local.ended = {IdOf(7)};
  CHECK(PlanWrites(terms, plan.base, local, {}, {}).base.registers.at(key).held == "link-ended");
}

TEST_CASE("a link that was taken away again before its target came has nothing to wait for") {
  const Terms terms = TermsWithAll(kHq);
  LocalIssue local = Shown();
  local.has_links = true;
  IssueBase base = Born(terms, local);
  const RegisterKey key = LinkKey("blocks", IdOf(7));
  Pend(base, key, std::nullopt, At(2000, kField));
  const Plan plan = PlanWrites(terms, base, local, {});
  CHECK_FALSE(plan.base.registers.at(key).is_pending);
  CHECK(plan.base.registers.at(key).held.empty());
  CHECK(plan.writes.empty());
}

// Jira answers our deletion with 404, as a person was faster: there is nothing left to hold.
TEST_CASE("what both sides deleted is no hold") {
  const Terms terms = TermsWithAll(kHq);
  LocalIssue local = Shown();
  local.work_logs = {WorkLogOf("5", "dug", 60)};
  IssueBase base = Born(terms, local);
  const RegisterKey presence = PresenceKey(ObjectKind::kWorkLog, base.objects.begin()->first);
  Pend(base, presence, std::nullopt, At(2000, kField));
  std::vector<Finding> findings;
  HoldRegister(base, presence, "refused:VAL-JIRA-GONE", findings);
  local.work_logs.clear();
  const Directory nobody;
  const CaptureInput input{.local = local,
                           .directory = nobody,
                           .gone = {{ObjectKind::kWorkLog, "5"}},
                           .ignored = {},
                           .now_ms = kNow,
                           .origin_key = kOriginKey};
  const Captured captured = Capture(terms, base, input);
  CHECK(captured.change.empty());
  CHECK(captured.base.registers.at(presence).held.empty());
}

TEST_CASE("deletion of a work log or file wins over everything") {
  const Terms terms = TermsWithAll(kHq);
  for (const ObjectKind kind : {ObjectKind::kWorkLog, ObjectKind::kAttachment}) {
    LocalIssue local = Shown();
    local.has_attachments = true;
    if (kind == ObjectKind::kWorkLog) local.work_logs = {WorkLogOf("5", "dug", 60)};
    else local.attachments = {FileOf("5", "a.txt", 10)};
    const IssueBase base = Born(terms, local);
    REQUIRE(base.objects.size() == 1);
    const RegisterKey key = PresenceKey(kind, base.objects.begin()->first);
    const Merged merged =
        Merge(terms, base, ChangeOf({Peers(key, At(1, kField), std::nullopt)}));
    const Plan plan = PlanWrites(terms, merged.base, local, {});
    REQUIRE(plan.writes.size() == 1);
    CHECK(plan.writes[0].object_jira_id == "5");
    CHECK(plan.writes[0].kind == (kind == ObjectKind::kWorkLog ? WriteKind::kWorkLogDelete
                                                               : WriteKind::kAttachmentDelete));
  }
}

}  // namespace valise
