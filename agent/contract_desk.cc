#include "agent/contract_desk.h"

#include <algorithm>

#include "agent/contract_text.h"
#include "agent/core/view.h"
#include "agent/swept_names.h"
#include "packet/codec.h"
#include "packet/limits.h"

namespace valise {
namespace {

constexpr char kEntered[] = "contract.entered";  // digest under which the registers stand

constexpr std::size_t kWhyBytesMax = 500;

// What refuses a contract may name a key of the peer's, of any length.
std::string Cut(std::string why) {
  if (why.size() <= kWhyBytesMax) return why;
  std::size_t end = kWhyBytesMax;
  while (end > 0 && (static_cast<unsigned char>(why[end]) & 0xC0U) == 0x80U) --end;
  return why.substr(0, end) + "…";
}

}  // namespace

Result<void> ContractDesk::Enter() {
  Store& store = world_.store;
  is_stale_ = true;
  const std::string own(View(terms_.contract.digest));
  const std::optional<std::string> entered = store.Meta(kEntered);
  if (entered == own) return Ok();
  store.Begin();
  if (store.Contracts().all().empty()) {  // the one that the sites were paired on
    store.PutContract({terms_.contract.digest, terms_.contract.version, terms_.contract.toml,
                       ContractState::kAgreed, 0, false, world_.clock.NowMs()});
  }
  if (is_renewal_due()) return store.Commit();
  if (entered) {
    for (const std::string& field : store.FieldsWithRegisters()) {
      if (!terms_.contract.HasRegistersOf(field)) store.DropFieldRegisters(field);
    }
    DropLostFieldsOfWaiting();
    for (const Id& issue : store.AllIssues()) {
      store.PutWork({store.JiraIdOf(issue).value_or(""), issue, 0, "contract", 0});
    }
    NoteSwept(store, terms_);  // by these reads
  }
  store.PutMeta(kEntered, own);
  return store.Commit();
}

// A change that waits here since the contract before is as late as one that comes under it.
void ContractDesk::DropLostFieldsOfWaiting() {
  for (const Id& issue : world_.store.IssuesWithIncoming()) {  // by issue: all may be a lot
    for (const IncomingChange& row : world_.store.IncomingOf(issue)) {
      if (row.state == IncomingState::kQueued) DropLostFieldsOf(row);
    }
  }
}

void ContractDesk::DropLostFieldsOf(const IncomingChange& row) {
  Result<Record> record = DecodeRecord(row.record);
  if (!record.ok()) return;
  Change change = std::get<Change>(std::move(record).value());
  const std::vector<Register> lost = TakeLost(terms_.contract, change.registers);
  if (lost.empty()) return;
  ListLost(change.issue_id, lost);
  world_.store.ReplaceIncoming(row.row, EncodeRecord(change));
}

// Parsed once: a packet under a former contract asks for each of its changes, and each proposal.
const std::vector<Contract>& ContractDesk::Agreed() {
  const std::vector<Digest> newest_first = world_.store.ContractRows().Agreed();
  const bool is_known =
      std::equal(agreed_.rbegin(), agreed_.rend(), newest_first.begin(), newest_first.end(),
                 [](const Contract& one, const Digest& digest) { return one.digest == digest; });
  if (!is_known) agreed_ = AgreedOf(world_.store.Contracts());
  return agreed_;
}

void ContractDesk::DropLostFields(const Digest& digest, Change& change) {
  if (digest == terms_.contract.digest) return;
  ListLost(change.issue_id, TakeLostFields(Agreed(), digest, change.registers));
}

void ContractDesk::ListLost(const Id& issue_id, const std::vector<Register>& lost) {
  for (const Register& reg : lost) {
    world_.store.AppendListed({0, world_.clock.NowMs(), issue_id, "refused", reg.key, reg.value,
                               reg.version, "contract", true});
  }
}

bool ContractDesk::is_renewal_due() const {
  if (!is_stale_) return is_due_;
  const ContractBook book = world_.store.ContractRows();
  const KnownContract* in_force = book.InForce();
  is_due_ = in_force != nullptr && in_force->digest != terms_.contract.digest;
  is_stale_ = false;
  return is_due_;
}

bool ContractDesk::IsReadable(const Digest& digest) const {
  if (digest == terms_.contract.digest) return true;
  const ContractBook book = world_.store.ContractRows();
  const KnownContract* known = book.Find(digest);
  return known != nullptr && known->state == ContractState::kAgreed;
}

std::vector<Digest> ContractDesk::Known() const {
  std::vector<Digest> known = world_.store.ContractRows().Agreed();
  if (known.empty()) known.push_back(terms_.contract.digest);
  if (known.size() > limits::kContractsKnownMax) known.resize(limits::kContractsKnownMax);
  return known;
}

// A text that the child died of is a bad one. A machine without a free process says nothing of it.
Result<ContractDesk::Judged> ContractDesk::Judge(const std::string& toml) {
  Result<ParsedContract> parsed = ReadProposal(world_.parser, toml);
  if (!parsed.ok() && parsed.error().recovery != Recovery::kRejectPacket) return parsed.error();
  if (!parsed.ok()) return Unsound(parsed.error().message);
  const std::vector<ConfigProblem>& problems = parsed.value().problems;
  if (!problems.empty()) return Unsound(problems.front().message);
  Contract contract = std::move(parsed).value().contract;
  std::vector<std::string> why_not = WhyNotNext(Agreed(), contract);
  return Judged{std::move(contract), std::move(why_not)};
}

ContractDesk::Judged ContractDesk::Unsound(const std::string& why) {
  Judged judged{{}, {why}};
  judged.contract.version = 0;
  return judged;
}

void ContractDesk::Note(const KnownContract& contract, const std::string& event) {
  world_.store.AppendJournal(
      {0, world_.clock.NowMs(), Id{}, Id{}, event,
       "version " + std::to_string(contract.version) + " " + Text(contract.digest).substr(0, 12)});
  world_.log.Write(LogLevel::kInfo, event, {{"version", std::to_string(contract.version)}});
  is_stale_ = true;
}

void ContractDesk::Refuse(const std::string& reason) {
  const std::string why = Cut(reason);
  world_.log.Write(LogLevel::kWarning, "contract refused", {{"why", why}});
  world_.store.AppendListed(
      {0, world_.clock.NowMs(), Id{}, "contract", {}, Value{why, ""}, {}, "refused", true});
}

void ContractDesk::Answer(const Digest& digest, ContractVerdict verdict) {
  world_.store.AppendRecord(EncodeRecord(ContractRecord{"", verdict, digest}));
}

void ContractDesk::Agree(KnownContract contract) {
  contract.state = ContractState::kAgreed;
  world_.store.PutContract(contract);
  Note(contract, "contract agreed");
}

void ContractDesk::End(KnownContract contract, const std::string& event) {
  contract.state = ContractState::kRejected;
  world_.store.PutContract(contract);
  Note(contract, event);
  const ContractBook book = world_.store.ContractRows();
  for (const Digest& spent : book.SpentOf(terms_.peer_site, limits::kContractsSpentMax)) {
    world_.store.DropContract(spent);
  }
}

void ContractDesk::Propose(const std::string& toml) {
  const ContractBook book = world_.store.Contracts();
  const Result<Judged> read = Judge(toml);
  if (!read.ok()) return Refuse(read.error().message);
  const Judged& judged = read.value();
  if (!judged.why_not.empty()) return Refuse(judged.why_not.front());
  for (const KnownContract& one : book.all()) {
    const bool is_open =
        one.state == ContractState::kProposed && one.version == judged.contract.version;
    if (!is_open || (one.site != terms_.own_site && one.digest != judged.contract.digest)) continue;
    if (one.site != terms_.own_site) return Accept(one.digest);  // the peer said the same
    return Refuse("a proposal of this site waits for its answer already");
  }
  const KnownContract proposal{judged.contract.digest,   judged.contract.version, toml,
                               ContractState::kProposed, terms_.own_site,         false,
                               world_.clock.NowMs()};
  world_.store.PutContract(proposal);
  world_.store.AppendRecord(EncodeRecord(ContractRecord{toml, ContractVerdict::kProposed, {}}));
  Note(proposal, "contract proposed");
}

void ContractDesk::Accept(const Digest& digest) {
  const ContractBook book = world_.store.Contracts();
  const KnownContract* pending = book.Pending();
  if (pending == nullptr || pending->digest != digest || pending->site == terms_.own_site) {
    return Refuse("the contract that was accepted waits no longer");
  }
  Answer(digest, ContractVerdict::kAccepted);
  Agree(*pending);
}

void ContractDesk::Reject(const Digest& digest) {
  const ContractBook book = world_.store.Contracts();
  const KnownContract* found = book.Find(digest);
  if (found == nullptr || found->state != ContractState::kProposed) {
    return Refuse("the contract that was rejected waits no longer");
  }
  if (found->site != terms_.own_site) {
    Answer(digest, ContractVerdict::kRejected);
    return End(*found, "contract rejected");
  }
  KnownContract contract = *found;
  contract.is_asked_back = true;
  world_.store.PutContract(contract);
  Answer(digest, ContractVerdict::kWithdrawn);
  Note(contract, "contract asked back");
}

// A text of the peer's is kept only if it can be accepted, and one at a time: each may be 900 KiB.
Result<void> ContractDesk::HearProposal(const ContractRecord& record) {
  const ContractBook book = world_.store.Contracts();
  const KnownContract* known = book.Find(Hash("VLS1 contract", record.toml));
  if (known != nullptr && known->state == ContractState::kAgreed) return Ok();
  const Judged judged = TRY(Judge(record.toml));
  KnownContract proposal{Hash("VLS1 contract", record.toml),
                         judged.contract.version,
                         record.toml,
                         ContractState::kProposed,
                         terms_.peer_site,
                         false,
                         world_.clock.NowMs()};
  const KnownContract* in_force = book.InForce();
  const bool is_late = in_force != nullptr && judged.contract.version > 0 &&
                       judged.contract.version <= in_force->version;
  if (is_late) {  // sent before its proposer knew that its number is taken: nobody's mistake
    Note(proposal, "contract heard of too late");
    Answer(proposal.digest, ContractVerdict::kRejected);
    return Ok();
  }
  const KnownContract* open = book.OpenOf(terms_.peer_site);
  std::vector<std::string> why_not = judged.why_not;
  if (open != nullptr && open->digest != proposal.digest) {
    why_not.push_back(
        "the peer proposed another one while its first waits; type: valise contract accept, or: "
        "valise contract reject");
  }
  if (!why_not.empty()) {
    Refuse(why_not.front());
    Answer(proposal.digest, ContractVerdict::kRejected);
    return Ok();
  }
  const bool is_ours = known != nullptr && known->state == ContractState::kProposed &&
                       known->site == terms_.own_site;
  if (is_ours) {  // both said the same: nobody need answer
    Agree(*known);
    return Ok();
  }
  world_.store.PutContract(proposal);
  Note(proposal, "contract heard of");
  return Ok();
}

Result<void> ContractDesk::Hear(const ContractRecord& record) {
  if (record.verdict == ContractVerdict::kProposed) return HearProposal(record);
  const ContractBook book = world_.store.Contracts();
  const KnownContract* found = book.Find(record.digest);
  if (found == nullptr || found->state != ContractState::kProposed) return Ok();
  const bool is_own = found->site == terms_.own_site;
  if (record.verdict == ContractVerdict::kRejected && is_own) {
    End(*found, "contract rejected by the peer");
  } else if (record.verdict == ContractVerdict::kWithdrawn && !is_own) {
    Answer(found->digest, ContractVerdict::kRejected);
    End(*found, "contract withdrawn by the peer");
  }
  return Ok();
}

// Each packet asks this once there is a former contract, so texts are read only for an answer.
Result<void> ContractDesk::PeerReads(std::span<const Digest> digests) {
  const bool has_news = std::any_of(digests.begin(), digests.end(), [&](const Digest& digest) {
    return digest != terms_.contract.digest;
  });
  if (!has_news) return Ok();
  const ContractBook rows = world_.store.ContractRows();
  const KnownContract* open = rows.OpenOf(terms_.own_site);
  const bool is_accepted =
      open != nullptr && std::find(digests.begin(), digests.end(), open->digest) != digests.end();
  if (!is_accepted) return Ok();
  const ContractBook book = world_.store.Contracts();
  world_.store.Begin();
  Agree(*book.Find(open->digest));
  return world_.store.Commit();
}

}  // namespace valise
