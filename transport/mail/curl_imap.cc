// IMAP through libcurl as far as it is sound: connection, TLS, login. Its own IMAP verbs cut long
// answers in silence and let a mail forge the server's (curl #22435, #22865): beyond the login the
// octets are ours (CURLOPT_CONNECT_ONLY).
#include <poll.h>

#include <algorithm>

#include "transport/mail/byte_stream.h"
#include "transport/mail/curl_mail.h"
#include "transport/mail/imap_reader.h"

namespace valise {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 65536;

Error Cut(const MailServer& server, const std::string& why) {
  return {Recovery::kRetryLater, "VAL-MAIL-CONNECT", NameOf(server) + " " + why};
}

class CurlStream final : public ByteStream {
 public:
  CurlStream(CurlEasy easy, MailServer server)
      : easy_(std::move(easy)), server_(std::move(server)) {
    const CURLcode code = curl_easy_getinfo(easy_.get(), CURLINFO_ACTIVESOCKET, &socket_);
    CHECK(code == CURLE_OK);
  }

  Result<void> Write(std::string_view bytes, std::chrono::milliseconds wait) override {
    const auto end = Clock::now() + wait;
    while (!bytes.empty()) {
      std::size_t sent = 0;
      const CURLcode code = curl_easy_send(easy_.get(), bytes.data(), bytes.size(), &sent);
      if (code != CURLE_OK && code != CURLE_AGAIN) return Cut(server_, "closed the connection");
      bytes.remove_prefix(sent);
      if (code == CURLE_AGAIN && !IsReady(POLLOUT, end)) return Cut(server_, "takes nothing more");
    }
    return Ok();
  }

  Result<std::string_view> Read(std::chrono::milliseconds wait) override {
    const auto end = Clock::now() + wait;
    while (true) {
      std::size_t got = 0;
      // First of all: what TLS has decrypted already is not seen by poll.
      const CURLcode code = curl_easy_recv(easy_.get(), buffer_.data(), buffer_.size(), &got);
      if (code == CURLE_OK && got > 0) return std::string_view(buffer_.data(), got);
      if (code != CURLE_AGAIN) return Cut(server_, "closed the connection");
      if (!IsReady(POLLIN, end)) return std::string_view();
    }
  }

 private:
  bool IsReady(short events, Clock::time_point end) const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() < 0) return false;
    pollfd waiting{socket_, events, 0};
    return poll(&waiting, 1, static_cast<int>(left.count())) > 0;
  }

  CurlEasy easy_;
  MailServer server_;
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  std::string buffer_ = std::string(kReadBytes, '\0');
};

extern "C" std::size_t KeepTagged(char* data, std::size_t size, std::size_t count, void* user) {
  const std::string_view line(data, size * count);
  if (!line.starts_with("*") && !line.starts_with("+")) *static_cast<std::string*>(user) = line;
  return size * count;
}

struct Attempt {
  CURLcode code = CURLE_OK;
  std::string answer;  // the server's last tagged line
  CurlErrorText text{};
  bool is_refused() const {
    return code == CURLE_LOGIN_DENIED && (ImapVerb(answer) == "NO" || ImapVerb(answer) == "BAD");
  }
};

Attempt Try(CURL* easy, const MailServer& server, const MailTimes& times, const MailLogin& login,
            const SecretBytes& secret, LoginChoice choice) {
  Attempt attempt;
  SetServer(easy, server, "imap", "", times);
  SetLogin(easy, login, secret, choice);
  SetCurl(easy, CURLOPT_CONNECT_ONLY, 1L);
  SetCurl(easy, CURLOPT_HEADERFUNCTION, KeepTagged);
  SetCurl(easy, CURLOPT_HEADERDATA, &attempt.answer);
  SetCurl(easy, CURLOPT_ERRORBUFFER, attempt.text.data());
  attempt.code = curl_easy_perform(easy);
  SetCurl(easy, CURLOPT_HEADERFUNCTION, static_cast<curl_write_callback>(nullptr));
  SetCurl(easy, CURLOPT_HEADERDATA, static_cast<void*>(nullptr));
  SetCurl(easy, CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
  return attempt;
}

// The response code, "[AUTHENTICATIONFAILED]": what follows could quote the secret.
std::string CodeOf(const std::string& answer) {
  const std::size_t open = answer.find('['), close = answer.find(']');
  if (open == answer.npos || close == answer.npos || close < open) return ImapVerb(answer);
  return ImapVerb(answer) + " " + ServerText(answer.substr(open, close - open + 1), "");
}

Error ErrorOf(const Attempt& attempt, const MailServer& server, MailLogin& login,
              const SecretBytes& secret) {
  if (attempt.code != CURLE_LOGIN_DENIED) return CurlError(attempt.code, server, attempt.text);
  if (!attempt.is_refused()) {
    return {Recovery::kAskOperator, "VAL-MAIL-AUTH",
            NameOf(server) +
                " offers no login that valise knows (PLAIN, LOGIN, XOAUTH2, "
                "OAUTHBEARER); ask its administrator to switch one on"};
  }
  for (const char* later : {"[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]"}) {  // RFC 5530
    if (attempt.answer.find(later) == std::string::npos) continue;
    return {Recovery::kRetryLater, "VAL-MAIL-BUSY",
            NameOf(server) + " takes no login now (" + CodeOf(attempt.answer) + ")"};
  }
  return login.Refused(secret, NameOf(server), CodeOf(attempt.answer));
}

}  // namespace

Result<std::unique_ptr<ByteStream>> ConnectImap(const MailServer& server, const MailTimes& times,
                                                MailLogin& login) {
  const SecretBytes secret = TRY(login.Secret());
  CurlEasy easy = NewCurl();
  Attempt attempt = Try(easy.get(), server, times, login, secret, LoginChoice::kUsual);
  // Some servers know the LOGIN command but neither of the two mechanisms.
  const bool offers_none = attempt.code == CURLE_LOGIN_DENIED && !attempt.is_refused();
  if (offers_none && !login.is_token()) {
    easy = NewCurl();
    attempt = Try(easy.get(), server, times, login, secret, LoginChoice::kAny);
  }
  if (attempt.code != CURLE_OK) return ErrorOf(attempt, server, login, secret);
  return std::unique_ptr<ByteStream>(std::make_unique<CurlStream>(std::move(easy), server));
}

}  // namespace valise
