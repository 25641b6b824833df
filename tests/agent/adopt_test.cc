#include "agent/core/adopt.h"

#include "agent/core/objects.h"
#include "tests/agent/support.h"

namespace valise {
namespace {

const RegisterKey kSummary = FieldKey("summary");

// FIELD's issue as HQ knows it before it has one: summary "two", labels b c, one comment.
IssueBase Incoming() {
  Change change = ChangeOf({Peers(kSummary, At(5, kField), Text("two")),
                            Peers(FieldKey("description"), At(5, kField), Text("text")),
                            Peers(ElementKey("labels", "b"), At(5, kField), Value{}),
                            Peers(ElementKey("labels", "c"), At(5, kField), Value{}),
                            Peers(CommentPresenceKey(IdOf(9)), At(5, kField), Value{}),
                            Peers(CommentTextKey(IdOf(9)), At(5, kField), Text("hello"))});
  change.created = IssueOrigin{kField, "bug", {}, {}, 1, "FLD-1"};
  change.objects.push_back({IdOf(9), {"Zoe", ""}, 77});
  return Merge(TermsOf(kHq), IncomingBase(change), change).base;
}

struct Linked {
  Captured captured;
  Plan plan;
};

Linked Link(Prefer prefer, const LocalIssue& local) {
  const Terms terms = TermsOf(kHq);
  Linked out;
  const AdoptInput input{local, Directory{}, prefer, kOriginKey};
  out.captured = Read(terms, Adopt(terms, Incoming(), input), local);
  out.plan = PlanWrites(terms, out.captured.base, local, Directory{});
  return out;
}

const PlannedWrite* EditOf(const Plan& plan) {
  for (const PlannedWrite& write : plan.writes) {
    if (write.kind == WriteKind::kEdit) return &write;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("what differs is decided as the operator asked") {
  const Linked ours = Link(Prefer::kOurs, Shown());
  const Register* sent = Find(ours.captured.change.registers, kSummary);
  REQUIRE(sent);
  CHECK(sent->value == Text("one"));
  CHECK(sent->version > At(5, kField));
  const Linked theirs = Link(Prefer::kPeers, Shown());
  CHECK_FALSE(Find(theirs.captured.change.registers, kSummary));
  REQUIRE(EditOf(theirs.plan));
  CHECK(EditOf(theirs.plan)->fields.at("summary") == Local({"two"}));
  const Linked newest = Link(Prefer::kNewest, Shown());
  CHECK(Find(newest.captured.change.registers, kSummary));  // concurrent, and ours is newer
  CHECK(Of(newest.captured.findings, "conflict-lost").size() == 1);
}

TEST_CASE("a field that some types only have is decided like any other") {
  Terms terms = TermsOf(kHq);
  terms.contract.fields["summary"].types = {"bug"};
  for (const Prefer prefer : {Prefer::kNewest, Prefer::kOurs}) {
    const LocalIssue local = Shown();
    const AdoptInput input{local, Directory{}, prefer, kOriginKey};
    const Captured captured = Read(terms, Adopt(terms, Incoming(), input), local);
    const Register* sent = Find(captured.change.registers, kSummary);
    REQUIRE(sent);
    CHECK(sent->value == Text("one"));
  }
}

TEST_CASE("what is equal neither leaves nor is written; sets are united") {
  for (const Prefer prefer : {Prefer::kNewest, Prefer::kOurs, Prefer::kPeers}) {
    const Linked linked = Link(prefer, Shown());
    const auto& registers = linked.captured.change.registers;
    CHECK_FALSE(Find(registers, FieldKey("description")));
    CHECK_FALSE(Find(registers, ElementKey("labels", "b")));
    CHECK_FALSE(Find(registers, ElementKey("labels", "c")));
    const Register* own = Find(registers, ElementKey("labels", "a"));
    REQUIRE(own);
    CHECK(own->value == Value{});
    REQUIRE(EditOf(linked.plan));
    CHECK(EditOf(linked.plan)->fields.at("labels") == Local({"a", "b", "c"}));
  }
}

TEST_CASE("files that were here stay, and the peer's same one is not uploaded again") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  LocalObject file;
  file.kind = ObjectKind::kAttachment;
  file.id = "70";
  file.name = "plan.txt";
  file.bytes = 12;
  local.attachments = {file};
  local.has_attachments = true;
  IssueBase base = Adopt(terms, Incoming(), {local, Directory{}, Prefer::kNewest, kOriginKey});
  const RegisterKey presence = PresenceKey(ObjectKind::kAttachment, IdOf(8));
  for (const std::uint64_t bytes : {std::uint64_t{13}, std::uint64_t{12}}) {
    base.objects[IdOf(8)].origin = {IdOf(8), {"Zoe", ""}, 5, ObjectKind::kAttachment, "plan.txt",
                                    "text/plain", bytes};
    base.objects[IdOf(8)].is_ours = false;
    base.registers[presence].is_pending = true;
    AdoptFiles(local, base);
    CHECK(base.objects.at(IdOf(8)).jira_id == (bytes == 12 ? "70" : ""));
  }
  CHECK_FALSE(base.registers.at(presence).is_pending);
}

TEST_CASE("a comment is the same one whichever site's key it names") {
  Terms terms = TermsOf(kHq);
  terms.contract.shares_keys = true;
  terms.binding.project = "HQ";
  IssueBase incoming = Incoming();
  incoming.registers[CommentTextKey(IdOf(9))].agreed = Text("see [FIELD-7|valise-key:1]");
  for (const char* shown : {"see FIELD-7", "see HQ-12"}) {
    LocalIssue local = Shown();
    local.comments.push_back(CommentOf("31", shown));
    const AdoptInput input{local, {}, Prefer::kNewest, kOriginKey, {{"FIELD-7", "HQ-12"}}};
    CHECK(Adopt(terms, incoming, input).objects.at(IdOf(9)).jira_id == "31");
  }
}

TEST_CASE("a comment that both have is one comment, and one that only we have leaves") {
  LocalIssue local = Shown();
  local.comments = {CommentOf("1", "hello\r\n"), CommentOf("2", "hello"), CommentOf("3", "mine")};
  const Linked linked = Link(Prefer::kNewest, local);
  CHECK(linked.captured.base.objects.at(IdOf(9)).jira_id == "1");
  CHECK(linked.captured.change.objects.size() == 2);  // the second "hello" is one of its own
  for (const PlannedWrite& write : linked.plan.writes) CHECK(write.kind == WriteKind::kEdit);
}

}  // namespace valise
