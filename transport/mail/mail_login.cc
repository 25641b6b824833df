#include "transport/mail/mail_login.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "transport/file.h"
#include "transport/mail/token_command.h"

namespace valise {
namespace {

constexpr std::size_t kSecretBytesMax = 16384;
constexpr std::size_t kServerTextMax = 200;
constexpr int kReadMsMax = 35'000;  // a token_command is ended before

Error BadSecret(const std::string& message) {
  return {Recovery::kAskOperator, "VAL-MAIL-SECRET", message};
}

bool IsBlank(std::uint8_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Without the blanks around it, and with a NUL behind it.
Result<SecretBytes> OneLine(const std::string& source, const SecretBytes& buffer,
                            std::size_t bytes) {
  std::size_t first = 0, end = bytes;
  while (first < end && IsBlank(buffer.data()[first])) ++first;
  while (end > first && IsBlank(buffer.data()[end - 1])) --end;
  if (first == end) return BadSecret(source + " gives nothing");
  for (std::size_t i = first; i < end; ++i) {
    if (buffer.data()[i] < 0x20 || buffer.data()[i] == 0x7f) {
      return BadSecret(source + " gives more than one line");
    }
  }
  SecretBytes line(end - first + 1);
  std::memcpy(line.data(), buffer.data() + first, end - first);
  line.data()[end - first] = 0;
  return line;
}

Result<SecretBytes> ReadSource(const std::string& source, int descriptor) {
  SecretBytes buffer(kSecretBytesMax);
  std::size_t bytes = 0;
  while (bytes < buffer.size()) {
    pollfd ready{descriptor, POLLIN, 0};
    if (poll(&ready, 1, kReadMsMax) == 0) return BadSecret(source + " gives nothing in time");
    const ssize_t got = read(descriptor, buffer.data() + bytes, buffer.size() - bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return BadSecret("cannot read " + source + ": " + std::strerror(errno));
    if (got == 0) return OneLine(source, buffer, bytes);
    bytes += static_cast<std::size_t>(got);
  }
  return BadSecret(source + " gives too much for a password or token");
}

Digest DigestOf(const SecretBytes& secret) { return Hash("VLS1 refused", secret.view()); }

}  // namespace

std::string MailLogin::Source() const {
  if (!settings_.token_command.empty()) return "token_command " + settings_.token_command.front();
  return settings_.is_token() ? "token_file " + settings_.token_file
                              : "password_file " + settings_.password_file;
}

Result<SecretBytes> MailLogin::Read() const {
  if (!settings_.token_command.empty()) {
    TokenCommand command(settings_.token_command);
    const Descriptor output = TRY(command.Start());
    Result<SecretBytes> secret = ReadSource(Source(), output.get());
    TRY(command.Finish());
    return secret;
  }
  const std::string& path = settings_.is_token() ? settings_.token_file : settings_.password_file;
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) {
    return BadSecret("cannot open " + path + " (" + std::strerror(errno) +
                     "); check its path and owner");
  }
  return ReadSource(Source(), file.get());
}

Result<SecretBytes> MailLogin::Secret() {
  SecretBytes secret = TRY(Read());
  if (refused_ && *refused_ == DigestOf(secret)) {
    return Error{Recovery::kAskOperator, "VAL-MAIL-LOGIN", why_refused_};
  }
  return secret;
}

Error MailLogin::Refused(const SecretBytes& secret, const std::string& server,
                         const std::string& reply) {
  refused_ = DigestOf(secret);
  why_refused_ = server + " refused the login of " + settings_.user + " (" + reply +
                 "); nothing is tried again before " + Source() +
                 " gives another secret: correct it, or [carrier.mail] user, and type: "
                 "valise check-config --live";
  return {Recovery::kAskOperator, "VAL-MAIL-LOGIN", why_refused_};
}

std::string ServerText(std::string_view text, std::string_view secret) {
  std::string clean(text);
  while (!secret.empty() && clean.find(secret) != std::string::npos) {
    clean.replace(clean.find(secret), secret.size(), "...");
  }
  for (char& c : clean) c = c >= ' ' && c < '\x7f' ? c : ' ';
  if (clean.size() > kServerTextMax) clean.resize(kServerTextMax);
  clean.erase(clean.find_last_not_of(' ') + 1);
  return clean;
}

}  // namespace valise
