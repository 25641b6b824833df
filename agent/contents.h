// Bytes of attachments on their way: files beside the database (memory in the simulation), each
// named by what it holds. What a name is worth is in the database: rows name files that are
// durable, and a file that no row names is removed when no operation is under way that may be about
// to name it (content_files.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/jira/http.h"
#include "packet/bytes.h"
#include "packet/result.h"

namespace valise {

class Contents {
 public:
  virtual ~Contents() = default;
  // Makes the file if there is none; a gap before `offset` reads as zeros. Durable after Sync.
  // Errors: "VAL-CONTENT-FULL", "VAL-CONTENT-IO" (kRetryLater).
  virtual Result<void> Write(const std::string& name, std::uint64_t offset,
                             std::string_view bytes) = 0;
  // At most `bytes_max` bytes; fewer only at the end.
  virtual Result<Bytes> Read(const std::string& name, std::uint64_t offset,
                             std::size_t bytes_max) const = 0;
  virtual Result<void> Sync(const std::string& name) = 0;
  virtual Result<void> Rename(const std::string& from, const std::string& to) = 0;  // durable
  virtual Result<void> Remove(const std::string& name) = 0;  // none of that name: ok
  virtual std::optional<std::uint64_t> SizeOf(const std::string& name) const = 0;
  virtual std::vector<std::string> Names() const = 0;
};

// Hash("VLS1 content", all bytes), read in pieces.
Result<Digest> DigestOf(const Contents& contents, const std::string& name);

// Names of the files. A content is one file, whether it came from our Jira or from the peer.
std::string WholeName(const Digest& content);      // verified: its digest is its name
std::string PartName(const Digest& content);       // pieces of the peer's, not whole yet
std::string DownloadName(const std::string& jira_id);  // ours, until its digest is known
inline constexpr std::string_view kDownloadPrefix = "download-";
bool IsContentName(std::string_view name);  // of the form that these three make

std::shared_ptr<BodySource> SourceOf(Contents& contents, const std::string& name);
// Refuses more than `bytes_max` bytes ("VAL-CONTENT-SIZE", kAskOperator).
std::shared_ptr<BodySink> SinkOf(Contents& contents, const std::string& name,
                                 std::uint64_t bytes_max);

}  // namespace valise
