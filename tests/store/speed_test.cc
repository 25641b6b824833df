// Printed, never asserted: figures depend on the machine.
#include <chrono>

#include "tests/store/support.h"

namespace valise {
namespace {

template <typename Action>
void PrintRate(const std::string& what, int count, Action action) {
  auto start = std::chrono::steady_clock::now();
  for (int round = 0; round < count; ++round) action(round);
  std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  MESSAGE(what << ": " << static_cast<long>(count / taken.count()) << " /s, "
               << taken.count() * 1e6 / count << " us each");
}

IssueBase IssueWithRegisters(int count) {
  IssueBase issue;
  issue.issue_id = IdOf(1);
  for (int number = 0; number < count; ++number) {
    RegisterBase& base = issue.registers[Field("field" + std::to_string(number))];
    base.agreed = Value{"a value of ordinary length", ""};
    base.has_seen = true;
    base.seen = IdOf(2);
  }
  return issue;
}

void PrintRatesOf(Store& store, const std::string& where, int count) {
  MESSAGE("-- " << where);
  PrintRate("commits of one small write", count,
            [&](int round) { Commit(store, [&] { store.PutMetaNumber("n", round); }); });
  IssueBase issue = IssueWithRegisters(30);
  Commit(store, [&] { store.SaveIssue(issue); });
  PrintRate("LoadIssue, 30 registers", count, [&](int) { CHECK(store.LoadIssue(IdOf(1))); });
  PrintRate("SaveIssue, nothing differs, in its own commit", count,
            [&](int) { Commit(store, [&] { store.SaveIssue(issue); }); });
  PrintRate("SaveIssue, one register differs, in its own commit", count, [&](int round) {
    issue.registers[Field("field7")].version.at_ms = round + 1;
    Commit(store, [&] { store.SaveIssue(issue); });
  });
  PrintRate("commits like capture (work, change, journal, issue)", count, [&](int round) {
    Commit(store, [&] {
      OutgoingChange change;
      for (std::size_t byte = 0; byte < 4; ++byte) {
        change.op_id.bytes[byte] = static_cast<std::uint8_t>(round >> (8 * byte));
      }
      change.op_id.bytes[15] = 1;
      change.issue_id = issue.issue_id;
      change.record = Octets(300);
      store.AppendOutgoing(change);
      store.AppendJournal({0, round, issue.issue_id, change.op_id, "captured", "field7"});
      store.PutWork({"10001", issue.issue_id, round, "poll", 0});
      issue.registers[Field("field7")].version.at_ms = -round;
      store.SaveIssue(issue);
    });
  });
}

TEST_CASE("speed") {
  PrintRate("OpenInMemory and close", 300, [](int) { InMemory(); });
  auto memory = InMemory();
  PrintRatesOf(*memory, "in memory", 3000);
  TempFolder folder;
  auto disk = OnDisk(folder.File());
  PrintRatesOf(*disk, "on disk, WAL, synchronous=FULL", 300);
}

}  // namespace
}  // namespace valise
