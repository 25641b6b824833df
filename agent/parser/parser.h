// Parsing what came from outside the site: protobuf, zstd, tar and TOML. The agent does it in a
// sandboxed child (ChildParser); the simulation and tests call the same functions in process.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/config/toml_tree.h"
#include "packet/seal.h"
#include "transport/bundle.h"

namespace valise {

class Parser : public HeaderParser {
 public:
  // As DecodePayload of packet/codec.h.
  virtual Result<std::vector<Record>> ParsePayload(std::string_view payload,
                                                   std::uint64_t records_bytes) = 0;
  // As the function ReadBundle of transport/bundle.h.
  virtual Result<BundleSummary> ReadBundle(const std::string& file, const TakePacket& take) = 0;
  // As the function ParseToml of agent/config/toml_tree.h; what is wrong with the text is a fault
  // of the document.
  virtual Result<TomlDocument> ParseToml(const std::string& text) = 0;
};

class InProcessParser : public Parser {
 public:
  Result<std::pair<Core, Control>> ParseHeader(std::string_view core_bytes,
                                               std::string_view control_bytes) override;
  Result<std::vector<Record>> ParsePayload(std::string_view payload,
                                           std::uint64_t records_bytes) override;
  Result<BundleSummary> ReadBundle(const std::string& file, const TakePacket& take) override;
  Result<TomlDocument> ParseToml(const std::string& text) override;
};

}  // namespace valise
