// Mails, and what the sandboxed child says of them. A mail is read without harm and without a hang;
// what is found is in its limits, and a packet that is found was in the mail. Runs what the child
// runs: the checks that keep mimetic from harm are part of ReadMail.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "agent/parser/flat.h"
#include "packet/limits.h"
#include "packet/seal.h"
#include "tests/fuzz/fuzz.h"
#include "transport/mail/content_type.h"
#include "transport/mail/header.h"
#include "transport/mail/mime.h"

namespace valise {
namespace {

void CheckText(const std::string& text) {
  CHECK(text.size() <= limits::kMailTextBytesMax);
  for (const char c : text) CHECK(c >= ' ' && c <= '~');
}

void CheckMail(const ReceivedMail& mail, std::size_t raw_bytes) {
  CheckText(mail.reason);
  for (const std::string& text : {mail.report.original_message_id, mail.report.action,
                                  mail.report.status, mail.report.diagnostic}) {
    CheckText(text);
  }
  CHECK((mail.kind == MailKind::kPacket) == !mail.packets.empty());
  CHECK(mail.packets.size() <= limits::kMailPacketsMax);
  std::size_t bytes = 0;
  for (const Bytes& packet : mail.packets) {
    CHECK(HasPacketMagic(packet));
    bytes += packet.size();
  }
  CHECK(bytes <= raw_bytes);
}

void TryMail(std::string_view raw) {
  const auto read = ReadMail(raw);
  if (!read.ok()) {
    CHECK(read.error().code == "VAL-MAIL-LIMIT" || read.error().code == "VAL-MAIL-DAMAGED");
    CHECK(read.error().recovery == Recovery::kRejectPacket);
    return;
  }
  CheckMail(read.value(), raw.size());
  ReceivedMail without_packets = read.value();
  without_packets.packets.clear();
  CHECK(ReadFlatMail(FlatMail(read.value())).value() == without_packets);
}

// Any octets, sent in either form, come back.
void TryRoundTrip(std::string_view octets) {
  const Bytes sealed = "\x8aVLS\r\n\x1a\n" + Bytes(octets);
  for (const MailForm form : {MailForm::kAttachment, MailForm::kBody}) {
    const std::string raw =
        ComposeMail({"agent@hq.example", "agent@field.example", "a.1@hq.example",
                     "Thu, 20 Nov 2025 10:00:00 +0000", form, sealed});
    const auto read = ReadMail(raw);
    CHECK(read.ok() && read.value().packets == std::vector<Bytes>{sealed});
  }
}

void TryHeader(std::string_view octets) {
  const MailHeader header = MailHeader::Read(octets.substr(0, limits::kMailHeaderBytesMax));
  const ContentType content = ContentType::Read(header.Find("content-type"));
  CHECK(content.Parameter("boundary").size() <= octets.size());
  const ContentType value = ContentType::Read(octets);
  CHECK(value.type.empty() || value.type.find('/') != std::string::npos);
}

void TryFlat(std::string_view bytes) {
  const auto read = ReadFlatMail(bytes);
  if (!read.ok()) {
    CHECK(read.error().recovery == Recovery::kRejectPacket);
    return;
  }
  CheckText(read.value().reason);
  CHECK(ReadFlatMail(FlatMail(read.value())).value() == read.value());
}

void Try(unsigned reader, std::string_view bytes) {
  constexpr void (*kReaders[])(std::string_view) = {TryMail, TryRoundTrip, TryHeader, TryFlat};
  kReaders[reader % 4](bytes);
}

}  // namespace

std::vector<Bytes> fuzz::Samples() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(MIME_CORPUS)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());  // a seed picks the same ones everywhere
  std::vector<Bytes> samples;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    const Bytes raw(std::istreambuf_iterator<char>(in), {});
    samples.push_back(For(0, raw));
    samples.push_back(For(2, raw));
    samples.push_back(
        For(3, FlatMail(ReadMail(raw).ok() ? ReadMail(raw).value() : ReceivedMail{})));
  }
  samples.push_back(For(1, "xyz"));
  return samples;
}

std::vector<Bytes> fuzz::Words() {
  return {"\r\n",
          "\n",
          "\r\n\r\n",
          "--",
          "--b",
          "--=_aaaa\r\n",
          "--=_aaaa--\r\n",
          "boundary=",
          ";",
          "\"",
          "\\",
          "(",
          ")",
          ":",
          "|",
          "=",
          "=\r\n",
          "=3D",
          ">",
          "> ",
          "Content-Type: multipart/mixed; boundary=\"=_aaaa\"\r\n",
          "Content-Type: message/rfc822\r\n\r\n",
          "Content-Type: multipart/report; boundary=b\r\n",
          "Content-Type: message/delivery-status\r\n\r\n",
          "Action: failed\r\n",
          "To::\n",
          "Content-Transfer-Encoding: base64\r\n",
          "Content-Transfer-Encoding: quoted-printable\r\n",
          "ilZMUw0KGgo",
          "\x8aVLS\r\n\x1a\n",
          "-----BEGIN DATA-----\r\n",
          "-----END DATA-----\r\n",
          Bytes(200, '-'),
          Bytes(1, '\0'),
          "\xff"};
}

}  // namespace valise

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) valise::Try(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
