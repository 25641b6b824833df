// Every hard bound on input from outside the site, in one place (agent/DESIGN.md, "Limits").
// Settings may lower them, never raise them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace valise::limits {

constexpr std::uint64_t kSealedBytesMax = 64ULL << 20;  // one sealed packet
constexpr std::uint64_t kMailSealedBytesDefault = 6ULL << 20;
constexpr std::uint64_t kMailSealedBytesMax = 18ULL << 20;
constexpr std::uint64_t kHeaderBoxBytesMax = 65536;
constexpr std::uint64_t kRecordBytesMax = 1ULL << 20;  // protobuf heap grows 99x on hostile input
constexpr std::uint64_t kRecordsBytesMax = 256ULL << 20;  // one payload, decompressed
constexpr std::uint64_t kExpansionMax = 100;              // decompressed : compressed, beyond 1 MiB
constexpr std::size_t kRecordsMax = 10000;                // per packet
constexpr std::size_t kRegistersMax = 10000;              // per change
constexpr std::size_t kIssueObjectsMax = 20'000;          // comments, work logs, files of an issue
constexpr std::size_t kIssueRegistersMax = 60'000;        // of all changes of an issue
constexpr std::size_t kRangesMax = 1024;                  // per ack
constexpr std::size_t kSkipIssuesMax = 1024;              // per skip packet; more: several skips
constexpr std::size_t kAcksMax = 8;                       // per control part
constexpr std::size_t kKeyAnnouncementsMax = 4;           // per control part
constexpr std::size_t kContractsKnownMax = 64;            // per control part
constexpr std::size_t kContractsSpentMax = 8;             // texts of the peer that came to nothing
constexpr std::size_t kCoreBytesMax = 20 << 10;           // core + control + signature fill a box
constexpr std::size_t kControlBytesMax = 40 << 10;
constexpr std::uint64_t kWindowBytesMax = 8ULL << 20;  // memory that a zstd frame may ask for
constexpr std::int64_t kAtMsMax = 1LL << 62;           // a version's time; leaves room for + 1
constexpr std::size_t kNameBytesMax = 255;             // field, element and person names
constexpr std::size_t kTextBytesMax = 900U << 10;      // one value; must fit a record
constexpr std::uint64_t kUnannouncedBytesMax = 1ULL << 30;  // contents that no change speaks of
constexpr std::size_t kContentRangesMax = 1024;             // of one content, while it arrives
constexpr std::size_t kContentPiecesMax = 1024;             // per packet: each costs a file
constexpr std::size_t kJsonDepthMax = 64;
constexpr std::size_t kJsonBytesMax = 32U << 20;
constexpr std::size_t kBundleEntriesMax = 100000;
constexpr std::uint64_t kBundleBytesMax = 16ULL << 30;
constexpr std::uint64_t kAttachmentBytesMax = 16ULL << 30;  // what a contract may allow for one
constexpr std::size_t kMailBytesMax = 40U << 20;        // as received; the big providers stop at 36
constexpr std::size_t kMailHeaderBytesMax = 64U << 10;  // one part's; mimetic's time is quadratic
constexpr std::size_t kMailDepthMax = 20;               // parts within parts
constexpr std::size_t kMailPartsMax = 200;              // per mail, those with parts included
constexpr std::size_t kMailPacketsMax = 100;            // per mail
constexpr std::size_t kMailTextBytesMax = 300;          // what is told of a mail, each
constexpr std::size_t kConfigBytesMax = 1U << 20;
constexpr std::size_t kTomlNodesMax = 100'000;  // values of one file, tables and lists included
constexpr std::size_t kTomlDepthMax = 32;       // tables and lists within each other

}  // namespace valise::limits
