// A payload: zstd through libarchive ("raw" format: one nameless entry, one filter).
#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <memory>

#include "packet/codec.h"
#include "packet/error.h"
#include "packet/limits.h"
#include "packet/payload_frame.h"
#include "packet/validate.h"

namespace valise {
namespace {

struct ArchiveFree {
  void operator()(archive* handle) const { archive_free(handle); }
};
using ArchiveHandle = std::unique_ptr<archive, ArchiveFree>;

struct EntryFree {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

Bytes Varint(std::uint64_t number) {
  Bytes bytes;
  for (; number >= 0x80; number >>= 7) bytes += static_cast<char>(number | 0x80);
  bytes += static_cast<char>(number);
  return bytes;
}

la_ssize_t AppendTo(archive*, void* bytes, const void* data, std::size_t size) {
  static_cast<Bytes*>(bytes)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

// Compresses what is written; libarchive's failures here can only be lack of memory or misuse.
class Compressor {
 public:
  explicit Compressor(Bytes& out) : archive_(archive_write_new()) {
    CHECK(archive_ != nullptr);
    archive* const handle = archive_.get();
    CHECK(archive_write_set_format_raw(handle) == ARCHIVE_OK);
    CHECK(archive_write_add_filter_zstd(handle) == ARCHIVE_OK);
    // No padding of the last block: the stream ends where zstd ends.
    CHECK(archive_write_set_bytes_in_last_block(handle, 1) == ARCHIVE_OK);
    CHECK(archive_write_open2(handle, &out, nullptr, AppendTo, nullptr, nullptr) == ARCHIVE_OK);
    const std::unique_ptr<archive_entry, EntryFree> entry(archive_entry_new());
    CHECK(entry != nullptr);
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    CHECK(archive_write_header(handle, entry.get()) == ARCHIVE_OK);
  }
  void Write(std::string_view bytes) {
    CHECK(archive_write_data(archive_.get(), bytes.data(), bytes.size()) ==
          static_cast<la_ssize_t>(bytes.size()));
  }
  void Close() { CHECK(archive_write_close(archive_.get()) == ARCHIVE_OK); }

 private:
  ArchiveHandle archive_;
};

// Cuts the stream into records as it arrives; holds at most one record and one block.
class RecordCutter {
 public:
  Result<void> Add(std::string_view bytes) {
    pending_.append(bytes);
    std::size_t start = 0;
    for (;;) {
      const std::size_t taken = TRY(TakeRecord(std::string_view(pending_).substr(start)));
      if (taken == 0) break;
      start += taken;
    }
    pending_.erase(0, start);
    return Ok();
  }
  Result<std::vector<Record>> Finish() {
    if (!pending_.empty()) return Malformed("last record is cut short");
    return std::move(records_);
  }

 private:
  // Bytes taken from the front: a length and its record, or 0 while they are not all there.
  Result<std::size_t> TakeRecord(std::string_view bytes) {
    constexpr std::size_t kPrefixBytesMax = 3;  // kRecordBytesMax needs 21 bits
    std::uint64_t length = 0;
    std::size_t prefix = 0;
    for (bool is_more = true; is_more; ++prefix) {
      if (prefix == kPrefixBytesMax) return OverLimit("record is too long");
      if (prefix == bytes.size()) return std::size_t{0};
      const auto octet = static_cast<std::uint8_t>(bytes[prefix]);
      length |= std::uint64_t{octet & 0x7fU} << (7 * prefix);
      is_more = octet >= 0x80;
    }
    if (length > limits::kRecordBytesMax) return OverLimit("record is too long");
    if (bytes.size() - prefix < length) return std::size_t{0};
    if (records_.size() == limits::kRecordsMax) return OverLimit("too many records");
    records_.push_back(TRY(DecodeRecord(bytes.substr(prefix, length))));
    return prefix + length;
  }

  Bytes pending_;
  std::vector<Record> records_;
};

Result<void> CheckSizes(std::string_view payload, std::uint64_t records_bytes) {
  constexpr std::uint64_t kFreeBytes = 1 << 20;  // the ratio is not asked below this
  if (payload.size() > limits::kSealedBytesMax) return OverLimit("payload is too long");
  if (records_bytes > limits::kRecordsBytesMax) return OverLimit("records are too long");
  if (records_bytes > kFreeBytes && records_bytes > payload.size() * limits::kExpansionMax)
    return OverLimit("payload expands more than " + std::to_string(limits::kExpansionMax) +
                     " times");
  return Ok();
}

Result<ArchiveHandle> OpenPayload(std::string_view payload) {
  ArchiveHandle handle(archive_read_new());
  CHECK(handle != nullptr);
  CHECK(archive_read_support_filter_zstd(handle.get()) == ARCHIVE_OK);
  CHECK(archive_read_support_format_raw(handle.get()) == ARCHIVE_OK);
  archive_entry* entry = nullptr;
  if (archive_read_open_memory(handle.get(), payload.data(), payload.size()) != ARCHIVE_OK ||
      archive_read_next_header(handle.get(), &entry) != ARCHIVE_OK)
    return Malformed("payload cannot be decompressed");
  // libarchive guesses filters: it would pass other bytes through, or undo a zstd inside a zstd.
  if (archive_filter_count(handle.get()) != 2 ||
      archive_filter_code(handle.get(), 0) != ARCHIVE_FILTER_ZSTD)
    return Malformed("payload is not one zstd stream");
  return handle;
}

}  // namespace

std::uint64_t EncodedBytes(const Record& record) {
  const std::uint64_t bytes = EncodeRecord(record).size();
  return Varint(bytes).size() + bytes;
}

Payload EncodePayload(std::span<const Record> records) {
  Payload payload;
  if (records.empty()) return payload;
  CHECK(records.size() <= limits::kRecordsMax);
  Compressor compressor(payload.bytes);
  for (const Record& record : records) {
    CHECK(ValidateRecord(record).ok());
    const Bytes bytes = EncodeRecord(record);
    CHECK(bytes.size() <= limits::kRecordBytesMax);
    const Bytes prefix = Varint(bytes.size());
    compressor.Write(prefix);
    compressor.Write(bytes);
    payload.records_bytes += prefix.size() + bytes.size();
  }
  CHECK(payload.records_bytes <= limits::kRecordsBytesMax);
  compressor.Close();
  WidenPayload(payload.bytes,
               (payload.records_bytes + limits::kExpansionMax - 1) / limits::kExpansionMax);
  return payload;
}

Result<std::vector<Record>> DecodePayload(std::string_view payload, std::uint64_t records_bytes) {
  TRY(CheckSizes(payload, records_bytes));
  if (payload.empty() && records_bytes == 0) return std::vector<Record>{};
  TRY(CheckPayloadFrame(payload));
  const ArchiveHandle handle = TRY(OpenPayload(payload));
  RecordCutter cutter;
  std::uint64_t total = 0;
  for (;;) {
    const void* block = nullptr;
    std::size_t block_bytes = 0;
    la_int64_t offset = 0;
    const int status = archive_read_data_block(handle.get(), &block, &block_bytes, &offset);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK) return Malformed("payload cannot be decompressed");
    total += block_bytes;
    if (total > records_bytes) return OverLimit("records are longer than the core says");
    TRY(cutter.Add({static_cast<const char*>(block), block_bytes}));
  }
  if (total != records_bytes) return Malformed("records are shorter than the core says");
  return cutter.Finish();
}

}  // namespace valise
