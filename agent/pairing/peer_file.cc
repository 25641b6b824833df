#include "agent/pairing/peer_file.h"

#include <map>

namespace valise {

namespace {

constexpr std::string_view kHead = "valise peer 1";

Error Damaged(const std::string& what) {
  return {Recovery::kAskOperator, "VAL-PAIR-STATE",
          "the file peer in the state folder " + what + "; restore it from a backup, or pair anew"};
}

using Lines = std::map<std::string, std::string>;

Lines LinesOf(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const std::size_t blank = std::min(line.find(' '), line.size());
    const std::size_t value = std::min(blank + 1, line.size());
    lines.emplace(std::string(line.substr(0, blank)), std::string(line.substr(value)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string Of(const Lines& lines, const char* name) {
  const auto found = lines.find(name);
  return found == lines.end() ? "" : found->second;
}

Bytes OctetsOf(const Lines& lines, const char* name) {
  return FromHex(Of(lines, name)).value_or(Bytes{});
}

}  // namespace

std::string EncodePeerRecord(const PeerRecord& record) {
  std::string text = std::string(kHead) + "\n";
  const auto add = [&](const char* name, const std::string& value) {
    text.append(name).append(" ").append(value).append("\n");
  };
  add("channel", Hex(View(record.channel)));
  add("contract", Hex(View(record.contract_digest)));
  add("invitation", Hex(View(record.invitation)));
  add("card", Hex(EncodeCard(record.card)));
  add("role", record.has_invited ? "invited" : "joined");
  add("paired_at", record.paired_at);
  if (!record.verified_at.empty()) {
    add("verified_at", record.verified_at);
    add("verified_by", record.verified_by);
  }
  return text;
}

Result<PeerRecord> DecodePeerRecord(std::string_view text) {
  if (!text.starts_with(kHead)) return Damaged("is not one of this version");
  const Lines lines = LinesOf(text);
  const auto channel = IdFromBytes(OctetsOf(lines, "channel"));
  const auto contract = DigestFromBytes(OctetsOf(lines, "contract"));
  const auto invitation = DigestFromBytes(OctetsOf(lines, "invitation"));
  auto card = DecodeCard(OctetsOf(lines, "card"));
  const std::string role = Of(lines, "role");
  const bool is_sound =
      channel && contract && invitation && card.ok() && (role == "invited" || role == "joined");
  if (!is_sound) return Damaged("is damaged");
  return PeerRecord{*channel,
                    *contract,
                    *invitation,
                    std::move(card).value(),
                    role == "invited",
                    Of(lines, "paired_at"),
                    Of(lines, "verified_at"),
                    Of(lines, "verified_by")};
}

}  // namespace valise
