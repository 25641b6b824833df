#include "agent/contents.h"

#include <algorithm>

#include "packet/piece_hash.h"

namespace valise {
namespace {

constexpr std::size_t kReadBytes = 1U << 18;
constexpr std::string_view kWhole = "whole-", kPart = "part-", kDownload = "download-";

std::string NameOf(std::string_view kind, const Digest& digest) {
  return std::string(kind) + Hex(View(digest));
}

class ContentSource final : public BodySource {
 public:
  ContentSource(const Contents& contents, std::string name)
      : contents_(contents),
        name_(std::move(name)),
        bytes_(contents.SizeOf(name_).value_or(0)) {}

  std::uint64_t bytes() const override { return bytes_; }
  Result<std::size_t> Read(std::uint64_t offset, std::span<char> into) override {
    const Bytes piece = TRY(contents_.Read(name_, offset, into.size()));
    std::ranges::copy(piece, into.begin());
    return piece.size();
  }

 private:
  const Contents& contents_;
  std::string name_;
  std::uint64_t bytes_;
};

class ContentSink final : public BodySink {
 public:
  ContentSink(Contents& contents, std::string name, std::uint64_t bytes_max)
      : contents_(contents), name_(std::move(name)), bytes_max_(bytes_max) {}

  Result<void> Write(std::string_view bytes) override {
    if (bytes.size() > bytes_max_ - written_) {
      return Error{Recovery::kAskOperator, "VAL-CONTENT-SIZE",
                   "an attachment is longer than the " + std::to_string(bytes_max_) +
                       " bytes that may travel; raise bytes_max in both contracts, or leave it"};
    }
    TRY(contents_.Write(name_, written_, bytes));
    written_ += bytes.size();
    return Ok();
  }

 private:
  Contents& contents_;
  std::string name_;
  std::uint64_t bytes_max_;
  std::uint64_t written_ = 0;
};

}  // namespace

Result<Digest> DigestOf(const Contents& contents, const std::string& name) {
  PieceHash hash("VLS1 content");
  for (std::uint64_t offset = 0;;) {
    const Bytes piece = TRY(contents.Read(name, offset, kReadBytes));
    if (piece.empty()) return hash.Finish();
    hash.Add(piece);
    offset += piece.size();
  }
}

std::string WholeName(const Digest& content) { return NameOf(kWhole, content); }

std::string PartName(const Digest& content) { return NameOf(kPart, content); }

// Jira's id is not of our making, so the name is made of its digest.
std::string DownloadName(const std::string& jira_id) {
  return NameOf(kDownload, Hash("VLS1 download", jira_id));
}

bool IsContentName(std::string_view name) {
  for (const std::string_view prefix : {kWhole, kPart, kDownload}) {
    if (!name.starts_with(prefix)) continue;
    const std::string_view hex = name.substr(prefix.size());
    return hex.size() == 64 && hex.find_first_not_of("0123456789abcdef") == hex.npos;
  }
  return false;
}

std::shared_ptr<BodySource> SourceOf(Contents& contents, const std::string& name) {
  return std::make_shared<ContentSource>(contents, name);
}

std::shared_ptr<BodySink> SinkOf(Contents& contents, const std::string& name,
                                 std::uint64_t bytes_max) {
  return std::make_shared<ContentSink>(contents, name, bytes_max);
}

}  // namespace valise
