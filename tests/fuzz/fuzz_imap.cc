// What an IMAP or SMTP server sends: responses in whatever pieces, what is taken out of them, and a
// whole session with a server that answers with these octets.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/fuzz.h"
#include "transport/mail/imap.h"
#include "transport/mail/smtp_listener.h"

namespace valise {
namespace {

constexpr std::size_t kTextMax = 4096, kLiteralMax = 65536;

struct Cut {
  std::vector<ImapResponse> responses;
  bool ok = true;
};

Cut CutInto(std::string_view bytes, std::size_t piece) {
  ImapReader reader(kTextMax, kLiteralMax);
  Cut cut;
  while (cut.ok && !bytes.empty()) {
    cut.ok = reader.Add(bytes.substr(0, piece), &cut.responses).ok();
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  return cut;
}

void TryResponses(std::string_view bytes) {
  const Cut whole = CutInto(bytes, bytes.size() + 1);
  const Cut small = CutInto(bytes, bytes.size() % 7 + 1);
  // A limit may be met within a piece or between two: what both have is alike.
  const std::size_t both = std::min(whole.responses.size(), small.responses.size());
  CHECK(std::equal(whole.responses.begin(), whole.responses.begin() + static_cast<long>(both),
                   small.responses.begin()));
  if (whole.ok && small.ok) CHECK(whole.responses.size() == small.responses.size());
  for (const ImapResponse& response : whole.responses) {
    CHECK(response.text.size() <= kTextMax);
    std::size_t literal_bytes = 0;
    for (const Bytes& literal : response.literals) literal_bytes += literal.size();
    CHECK(literal_bytes <= kLiteralMax);
    const auto fetch = ParseFetch(response);
    if (fetch && fetch->body) CHECK(fetch->body->size() <= bytes.size());
    const auto numbers = ParseSearch(response.text);
    if (numbers) CHECK(std::count(numbers->begin(), numbers->end(), 0U) == 0);
    (void)ImapVerb(response.text);
    (void)ImapCode(response.text, "UIDVALIDITY");
  }
}

void TryFolderName(std::string_view bytes) {
  if (!IsUtf8(bytes)) return;
  for (const char c : ImapQuoted(ImapFolderName(std::string(bytes)))) CHECK(c >= ' ' && c <= '~');
}

void TryListener(std::string_view bytes) {
  SmtpListener listener(bytes.size() % 2 == 0);
  while (!bytes.empty()) {
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    (void)listener.Hear(line);
    CHECK(listener.reply() >= 0 && listener.reply() <= 999);
    CHECK(listener.reply_text().size() <= 200);
    bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
  }
}

// Says these octets, and then nothing more.
class Parrot final : public ByteStream {
 public:
  explicit Parrot(std::string_view bytes) : rest_(bytes) {}
  Result<void> Write(std::string_view, std::chrono::milliseconds) override { return Ok(); }
  Result<std::string_view> Read(std::chrono::milliseconds) override {
    const std::string_view piece = rest_.substr(0, 100);
    rest_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::string_view rest_;
};

void TrySession(std::string_view bytes) {
  ImapSession session(std::make_unique<Parrot>(bytes), "parrot", {}, kLiteralMax);
  if (!session.Begin().ok() || !session.Select("INBOX").ok()) return;
  if (session.is_usable() && session.Search("ALL").ok()) {
    const auto mail = session.Fetch(5);
    if (mail.ok() && !mail.value().is_too_large) CHECK(mail.value().raw.size() <= kLiteralMax);
  }
  if (session.is_usable()) (void)session.Move(5, "done").ok();
  if (session.is_usable()) (void)session.ReadQuota("INBOX").ok();
  if (session.is_usable()) (void)session.Idle().ok();
  (void)session.HasNews();
}

}  // namespace

// Files are named by their reader: session-*, responses-*, smtp-*, folder-*.
std::vector<Bytes> fuzz::Samples() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(IMAP_CORPUS)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());  // a seed picks the same ones everywhere
  std::vector<Bytes> samples;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    const Bytes raw(std::istreambuf_iterator<char>(in), {});
    const std::string name = file.filename().string();
    const char reader = name.starts_with("folder") ? 1 : name.starts_with("smtp") ? 2 : 0;
    samples.push_back(For(reader, raw));
    if (name.starts_with("session")) samples.push_back(For(3, raw));
  }
  return samples;
}

std::vector<Bytes> fuzz::Words() {
  return {"* ",   "FETCH (", "UID 5",  "BODY[]<0> ", "{3}\r\n",  "{70000}\r\n", "{99999999999}",
          "{5+}", "\r\n",    "(",      ")",          "\"",       "\\",          "[",
          "]",    "V1 OK ",  "V2 NO ", "+ ",         "* SEARCH", "* BYE x\r\n", "NIL",
          "250-", "220 ",    "235 ",   "AUTH ",      "SIZE 9",   "\xc3\xa9",    "&"};
}

void Try(unsigned reader, std::string_view bytes) {
  constexpr void (*kReaders[])(std::string_view) = {TryResponses, TryFolderName, TryListener,
                                                    TrySession};
  kReaders[reader % 4](bytes);
}

}  // namespace valise

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) valise::Try(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
