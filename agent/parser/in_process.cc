#include "agent/parser/parser.h"
#include "packet/codec.h"

namespace valise {

Result<std::pair<Core, Control>> InProcessParser::ParseHeader(std::string_view core_bytes,
                                                              std::string_view control_bytes) {
  Core core = TRY(DecodeCore(core_bytes));
  Control control = TRY(DecodeControl(control_bytes));
  return std::pair<Core, Control>{std::move(core), std::move(control)};
}

Result<std::vector<Record>> InProcessParser::ParsePayload(std::string_view payload,
                                                          std::uint64_t records_bytes) {
  return DecodePayload(payload, records_bytes);
}

Result<BundleSummary> InProcessParser::ReadBundle(const std::string& file, const TakePacket& take) {
  return valise::ReadBundle(file, take);
}

Result<TomlDocument> InProcessParser::ParseToml(const std::string& text) {
  return valise::ParseToml(text);
}

}  // namespace valise
