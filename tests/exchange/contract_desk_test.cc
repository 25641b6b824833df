// What a peer may put into the book of contracts: one open proposal at a time, and a bounded number
// of texts that came to nothing.
#include "agent/config.h"
#include "packet/codec.h"
#include "packet/limits.h"
#include "tests/exchange/site.h"

namespace valise::exchange {
namespace {

std::string TextOf(std::uint32_t version, const std::string& rest = "") {
  return "name = \"desk\"\nversion = " + std::to_string(version) +
         "\nsites = [\"hq\", \"field\"]\n[types]\nbug = {}\n[statuses]\nvalues = [\"open\"]\n"
         "[fields.summary]\nkind = \"line\"\n" +
         rest;
}

std::string Noted(int number) { return "# " + std::to_string(number) + "\n"; }

ContractRecord Proposal(const std::string& toml) { return {toml, ContractVerdict::kProposed, {}}; }

Digest DigestOfText(const std::string& toml) { return Hash("VLS1 contract", toml); }

// The field's desk; the peer is hq, whose proposals have precedence.
struct DeskCase {
  Two two;
  Site& site = two.field;
  std::unique_ptr<ContractDesk> desk;

  DeskCase() {
    const ParsedContract parsed = ParseContract("contract", TextOf(1));
    REQUIRE(parsed.problems.empty());
    site.terms.contract = parsed.contract;
    desk = std::make_unique<ContractDesk>(site.world, site.terms);
    REQUIRE(desk->Enter().ok());
  }

  void Hear(const ContractRecord& record) {
    Commit(*site.store, [&] { REQUIRE(desk->Hear(record).ok()); });
  }
  void Propose(const std::string& toml) {
    Commit(*site.store, [&] { desk->Propose(toml); });
  }
  void Reject(const std::string& toml) {
    Commit(*site.store, [&] { desk->Reject(DigestOfText(toml)); });
  }
  std::optional<ContractState> StateOf(const std::string& toml) const {
    const ContractBook book = site.store->Contracts();
    const KnownContract* known = book.Find(DigestOfText(toml));
    return known == nullptr ? std::nullopt : std::optional(known->state);
  }
  // What the peer hears of that text.
  std::vector<ContractVerdict> Answers(const std::string& toml) const {
    std::vector<ContractVerdict> verdicts;
    for (const auto& waiting : site.store->WaitingRecords(1000)) {
      const auto record = DecodeRecord(waiting.record);
      REQUIRE(record.ok());
      const auto* contract = std::get_if<ContractRecord>(&record.value());
      if (contract != nullptr && contract->digest == DigestOfText(toml)) {
        verdicts.push_back(contract->verdict);
      }
    }
    return verdicts;
  }
  const std::vector<ContractVerdict> rejected{ContractVerdict::kRejected};
};

TEST_CASE("of two open proposals of the peer the second is answered rejected and not kept") {
  DeskCase c;
  c.Hear(Proposal(TextOf(2)));
  c.Hear(Proposal(TextOf(2, Noted(2))));
  CHECK(c.StateOf(TextOf(2)) == ContractState::kProposed);
  CHECK(c.StateOf(TextOf(2, Noted(2))) == std::nullopt);
  CHECK(c.Answers(TextOf(2, Noted(2))) == c.rejected);
  CHECK(c.site.Listed("contract", "refused") == 1);
  c.Hear(Proposal(TextOf(2)));  // the same once more is no second one
  CHECK(c.Answers(TextOf(2)).empty());
  CHECK(c.StateOf(TextOf(2)) == ContractState::kProposed);
}

TEST_CASE("what the peer withdrew, or this site rejected, makes room for its next proposal") {
  DeskCase c;
  c.Hear(Proposal(TextOf(2)));
  SUBCASE("withdrawn") { c.Hear({"", ContractVerdict::kWithdrawn, DigestOfText(TextOf(2))}); }
  SUBCASE("rejected") { c.Reject(TextOf(2)); }
  CHECK(c.Answers(TextOf(2)) == c.rejected);
  c.Hear(Proposal(TextOf(2, Noted(2))));
  CHECK(c.StateOf(TextOf(2, Noted(2))) == ContractState::kProposed);
  CHECK(c.site.store->Contracts().Pending()->digest == DigestOfText(TextOf(2, Noted(2))));
}

TEST_CASE("own and peer's proposals do not count against each other") {
  DeskCase c;
  c.Propose(TextOf(2, Noted(1)));
  c.Hear(Proposal(TextOf(2, Noted(2))));
  CHECK(c.StateOf(TextOf(2, Noted(1))) == ContractState::kProposed);
  CHECK(c.StateOf(TextOf(2, Noted(2))) == ContractState::kProposed);
  CHECK(c.site.store->Contracts().Pending()->site == c.site.terms.peer_site);
}

TEST_CASE("what both propose is agreed without a word") {
  DeskCase c;
  SUBCASE("ours first") {
    c.Propose(TextOf(2));
    c.Hear(Proposal(TextOf(2)));
    CHECK(c.Answers(TextOf(2)).empty());
  }
  SUBCASE("the peer's first: the operator who proposes the same accepts") {
    c.Hear(Proposal(TextOf(2)));
    c.Propose(TextOf(2));
    CHECK(c.Answers(TextOf(2)) == std::vector{ContractVerdict::kAccepted});
  }
  CHECK(c.StateOf(TextOf(2)) == ContractState::kAgreed);
  CHECK(c.desk->is_renewal_due());
}

TEST_CASE("a site cannot accept what it proposed itself") {
  DeskCase c;
  c.Propose(TextOf(2));
  Commit(*c.site.store, [&] { c.desk->Accept(DigestOfText(TextOf(2))); });
  CHECK(c.StateOf(TextOf(2)) == ContractState::kProposed);
  CHECK(c.site.Listed("contract", "refused") == 1);
}

TEST_CASE("a proposal whose number was taken meanwhile is answered rejected and not kept") {
  DeskCase c;
  c.Propose(TextOf(2));
  const std::vector<Digest> reads{DigestOfText(TextOf(2))};
  REQUIRE(c.desk->PeerReads(reads).ok());
  CHECK(c.StateOf(TextOf(2)) == ContractState::kAgreed);
  CHECK(c.site.store->Contracts().InForce()->toml == TextOf(2));  // with its text
  for (const std::string& late : {TextOf(2, Noted(2)), TextOf(1, Noted(1))}) {
    c.Hear(Proposal(late));
    CHECK(c.StateOf(late) == std::nullopt);
    CHECK(c.Answers(late) == c.rejected);
  }
  c.Hear(Proposal(TextOf(1)));  // agreed on long ago: nothing to say
  CHECK(c.StateOf(TextOf(1)) == ContractState::kAgreed);
  CHECK(c.Answers(TextOf(1)).empty());
}

TEST_CASE("a peer that proposes and withdraws for ever leaves a bounded number of texts") {
  DeskCase c;
  for (int number = 0; number < 100; ++number) {
    const std::string toml = TextOf(2, Noted(number));
    c.Hear(Proposal(toml));
    REQUIRE(c.StateOf(toml) == ContractState::kProposed);
    c.Hear({"", ContractVerdict::kWithdrawn, DigestOfText(toml)});
    ++c.site.clock.now_ms;
  }
  const ContractBook book = c.site.store->Contracts();
  CHECK(book.all().size() == 1 + limits::kContractsSpentMax);
  CHECK(book.InForce()->digest == DigestOfText(TextOf(1)));
  CHECK(c.StateOf(TextOf(2, Noted(99))) == ContractState::kRejected);  // the newest stay
  CHECK(c.StateOf(TextOf(2, Noted(0))) == std::nullopt);
  // What was forgotten can be proposed again.
  c.Hear(Proposal(TextOf(2, Noted(0))));
  CHECK(c.StateOf(TextOf(2, Noted(0))) == ContractState::kProposed);
}

TEST_CASE("why a peer's text was refused is listed in a bounded line") {
  DeskCase c;
  c.Hear(Proposal("x" + std::string(200'000, 'y') + " = 1\n"));
  const auto listed = c.site.store->AllListed(true);
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].value->text.size() <= 1000);
}

// A child that fails at texts as `error` says.
struct FailingParser final : InProcessParser {
  Result<TomlDocument> ParseToml(const std::string& text) override {
    if (error) return *error;
    return InProcessParser::ParseToml(text);
  }

  std::optional<Error> error;
};

World With(Parser& parser, const World& world) {
  return {world.clock,    world.entropy, world.jira,  world.carrier, world.store,
          world.contents, parser,        world.fence, world.log};
}

TEST_CASE("a text that the child died of is refused, and is no part of the book") {
  DeskCase c;
  FailingParser parser;
  World world = With(parser, c.site.world);
  c.desk = std::make_unique<ContractDesk>(world, c.site.terms);
  parser.error = Error{Recovery::kRejectPacket, "VAL-PARSER-DIED", "the parser child was killed"};
  c.Hear(Proposal(TextOf(2)));
  CHECK(c.StateOf(TextOf(2)) == std::nullopt);
  CHECK(c.Answers(TextOf(2)) == c.rejected);
  CHECK(c.site.store->AllListed(true)[0].value->text == "the parser child was killed");
}

TEST_CASE("a packet with a proposal waits whole until a child can be had") {
  DeskCase c;
  FailingParser parser;
  World world = With(parser, c.site.world);
  Site& site = c.site;
  Inbox inbox(world, site.channel, site.terms, [](const Store::Work&) {});
  inbox.Load();
  REQUIRE(inbox.contracts().Enter().ok());
  Commit(*c.two.hq.store, [&] {
    c.two.hq.store->AppendRecord(EncodeRecord(Ping{7}));
    c.two.hq.store->AppendRecord(EncodeRecord(Proposal(TextOf(2))));
  });
  c.two.hq.terms.contract = site.terms.contract;
  c.two.hq.SendAll();
  c.two.Carry(c.two.hq, site);
  parser.error = Error{Recovery::kRetryLater, "VAL-PARSER-START", "no process"};
  REQUIRE(inbox.Receive().ok());
  const auto opened = inbox.OpenArrivals();
  REQUIRE(!opened.ok());
  CHECK(opened.error().code == "VAL-PARSER-START");
  CHECK(c.StateOf(TextOf(2)) == std::nullopt);
  CHECK(site.store->WaitingRecords(10).empty());  // the ping is not answered either
  CHECK(site.store->NewArrivals(10).size() == 1);

  parser.error.reset();
  REQUIRE(inbox.OpenArrivals().ok());
  CHECK(c.StateOf(TextOf(2)) == ContractState::kProposed);
  CHECK(site.store->WaitingRecords(10).size() == 1);
  CHECK(site.store->NewArrivals(10).empty());
}

TEST_CASE("the book without its texts says the same") {
  DeskCase c;
  c.Hear(Proposal(TextOf(2)));
  const ContractBook whole = c.site.store->Contracts();
  const ContractBook lean = c.site.store->ContractRows();
  REQUIRE(lean.all().size() == whole.all().size());
  for (KnownContract one : whole.all()) {
    one.toml.clear();
    REQUIRE(lean.Find(one.digest) != nullptr);
    CHECK((*lean.Find(one.digest) == one));
  }
  CHECK(c.desk->Known() == std::vector<Digest>{DigestOfText(TextOf(1))});
}

TEST_CASE("what waits here of a field that goes is listed, the rest of the change waits on") {
  DeskCase c;
  Change change;
  change.op_id = change.issue_id = IdOf(7);
  change.issue_sequence = 1;
  change.registers = {{FieldKey("spare"), Version{5, 0}, Version{}, Value{"x", ""}},
                      {FieldKey("summary"), Version{5, 0}, Version{}, Value{"y", ""}}};
  IncomingChange row;
  row.issue_id = row.op_id = IdOf(7);
  row.record = EncodeRecord(change);
  const std::string next = TextOf(2);
  Commit(*c.site.store, [&] {
    c.site.store->AppendIncoming(row);
    row.state = IncomingState::kMerged;  // whose outcome still speaks of all
    row.issue_sequence = 2;
    row.op_id = IdOf(8);
    c.site.store->AppendIncoming(row);
    c.site.store->PutContract(
        {DigestOfText(next), 2, next, ContractState::kAgreed, 0, false, 0});
  });
  c.site.terms.contract = ParseContract("contract", next).contract;
  REQUIRE(c.desk->Enter().ok());
  const auto kept = DecodeRecord(c.site.store->AllIncoming(10).at(0).record);
  REQUIRE(kept.ok());
  const Change& rest = std::get<Change>(kept.value());
  REQUIRE(rest.registers.size() == 1);
  CHECK(rest.registers[0].key == FieldKey("summary"));
  CHECK(c.site.store->AllIncoming(10).at(1).record == EncodeRecord(change));
  const auto listed = c.site.store->AllListed(true);
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].key == FieldKey("spare"));
  CHECK(listed[0].value == Value{"x", ""});
  CHECK(listed[0].reason_code == "contract");
}

TEST_CASE("what is late of a field that went and came back is listed, not merged") {
  DeskCase c;
  const std::string spare = "[fields.spare]\nkind = \"line\"\n";
  const std::string texts[] = {TextOf(1, spare), TextOf(2), TextOf(3, spare)};
  for (std::uint32_t version = 1; version <= 3; ++version) {
    const std::string& text = texts[version - 1];
    Commit(*c.site.store, [&] {
      c.site.store->PutContract({DigestOfText(text), version, text, ContractState::kAgreed, 0,
                                 false, 0});
    });
  }
  c.site.terms.contract = ParseContract("contract", texts[2]).contract;
  const auto dropped = [&](const std::string& under) {
    Change change;
    change.registers = {{FieldKey("spare"), Version{5, 0}, Version{}, Value{"x", ""}},
                        {FieldKey("summary"), Version{5, 0}, Version{}, Value{"y", ""}}};
    Commit(*c.site.store, [&] { c.desk->DropLostFields(DigestOfText(under), change); });
    return 2 - change.registers.size();
  };
  CHECK(dropped(texts[0]) == 1);
  CHECK(c.site.store->AllListed(true).back().reason_code == "contract");
  CHECK(dropped(texts[1]) == 0);  // made after the field had gone: under a contract without it
  CHECK(dropped(texts[2]) == 0);
}

// 10,000 changes fit a packet, and 900 KiB a contract.
TEST_CASE("a packet full of changes under a former contract is read without parsing one for each") {
  DeskCase c;
  std::string people = "[people]\n";
  for (int i = 0; i < 20'000; ++i) people += "a" + std::to_string(i) + " = \"A\"\n";
  const std::string next = TextOf(2, people);
  Commit(*c.site.store, [&] {
    c.site.store->PutContract(
        {DigestOfText(next), 2, next, ContractState::kAgreed, 0, false, 0});
  });
  c.site.terms.contract = ParseContract("contract", next).contract;
  Change change;
  change.registers = {{FieldKey("summary"), Version{5, 0}, Version{}, Value{"y", ""}}};
  Commit(*c.site.store, [&] {
    for (int i = 0; i < 10'000; ++i) c.desk->DropLostFields(DigestOfText(TextOf(1)), change);
  });
  CHECK(change.registers.size() == 1);
}

}  // namespace
}  // namespace valise::exchange
