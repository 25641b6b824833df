#include "transport/mail/smtp.h"

#include <algorithm>
#include <cstring>

#include "transport/mail/curl_mail.h"
#include "transport/mail/smtp_listener.h"

namespace valise {
namespace {

bool IsTls(int code) {
  return code == CURLE_USE_SSL_FAILED || code == CURLE_PEER_FAILED_VERIFICATION ||
         code == CURLE_SSL_CACERT_BADFILE;
}

// "535 5.7.8": the codes of a reply, not its free text, which could quote the secret in any form.
std::string CodesOf(const SmtpFailure& failure) {
  const std::string& text = failure.reply_text;
  std::size_t end = std::min<std::size_t>(3, text.size());
  if (text.size() > 4) {
    const std::size_t blank = text.find(' ', 4);
    const std::string_view word =
        std::string_view(text).substr(4, blank == text.npos ? blank : blank - 4);
    if (word.find_first_not_of("0123456789.") == word.npos) end = 4 + word.size();
  }
  return text.substr(0, end);
}

struct Upload {
  std::string_view mail;
  std::size_t given = 0;
  const SmtpListener* listener = nullptr;
};

extern "C" std::size_t GiveMail(char* buffer, std::size_t size, std::size_t count, void* user) {
  Upload& upload = *static_cast<Upload*>(user);
  if (!upload.listener->is_logged_in()) return CURL_READFUNC_ABORT;
  const std::size_t bytes = std::min(size * count, upload.mail.size() - upload.given);
  std::memcpy(buffer, upload.mail.data() + upload.given, bytes);
  upload.given += bytes;
  return bytes;
}

extern "C" std::size_t HearServer(char* data, std::size_t size, std::size_t count, void* user) {
  SmtpListener& listener = *static_cast<SmtpListener*>(user);
  const std::size_t bytes = size * count;
  return listener.Hear({data, bytes}) ? bytes : 0;
}

}  // namespace

SmtpVerdict SortSmtp(const SmtpFailure& failure) {
  const bool is_no = failure.reply >= 500, is_later = failure.reply >= 400 && !is_no;
  if (failure.curl_code == CURLE_LOGIN_DENIED && is_no) return SmtpVerdict::kLogin;
  if (is_later) return SmtpVerdict::kRetry;
  if (is_no || IsTls(failure.curl_code)) return SmtpVerdict::kPermanent;
  if (failure.curl_code == CURLE_LOGIN_DENIED) return SmtpVerdict::kPermanent;
  return failure.is_data_sent ? SmtpVerdict::kUnknown : SmtpVerdict::kRetry;
}

struct Smtp::State {
  MailServer server;
  MailTimes times;
  MailLogin& login;
  CurlEasy easy;
  SmtpListener listener;
  CurlErrorText error_text{};

  State(MailServer where, MailTimes how_long, MailLogin& who)
      : server(std::move(where)),
        times(how_long),
        login(who),
        easy(NewCurl()),
        listener(server.is_implicit_tls) {}

  void SetUp(CURL* handle, const std::string& from, const SecretBytes& secret) {
    // The name in EHLO is the sender's domain: the host's own name is nobody's business.
    SetServer(handle, server, "smtp", from.substr(from.find('@') + 1), times);
    SetLogin(handle, login, secret, LoginChoice::kUsual);
    SetCurl(handle, CURLOPT_HEADERFUNCTION, HearServer);
    SetCurl(handle, CURLOPT_HEADERDATA, &listener);
    SetCurl(handle, CURLOPT_ERRORBUFFER, error_text.data());
    error_text[0] = '\0';
    listener.BeginMail();
  }

  SmtpFailure FailureOf(CURLcode code, bool is_data_sent) const {
    return {static_cast<int>(code), listener.reply(), listener.reply_text(), is_data_sent};
  }
  Error End(const SmtpFailure& failure, const SecretBytes& secret);
  Error ErrorOf(const SmtpFailure& failure, const SecretBytes& secret);
  Error Reported(const SmtpFailure& failure, const std::string& said);
};

Error Smtp::State::End(const SmtpFailure& failure, const SecretBytes& secret) {
  const Error error = SortSmtp(failure) == SmtpVerdict::kLogin
                          ? login.Refused(secret, NameOf(server), CodesOf(failure))
                          : ErrorOf(failure, secret);
  listener = SmtpListener(server.is_implicit_tls);  // any error ends the connection
  return error;
}

// A server that said nothing about the login refused nothing: it offers none that we have.
Error Smtp::State::ErrorOf(const SmtpFailure& failure, const SecretBytes& secret) {
  const auto code = static_cast<CURLcode>(failure.curl_code);
  const bool has_refused = failure.reply >= 400;
  if (listener.lacks_login() || (code == CURLE_LOGIN_DENIED && !has_refused) ||
      code == CURLE_ABORTED_BY_CALLBACK) {
    return {Recovery::kAskOperator, "VAL-MAIL-AUTH",
            NameOf(server) + " offers no login that valise knows (PLAIN, LOGIN, XOAUTH2, " +
                "OAUTHBEARER), and nothing is sent without one; ask its administrator for the " +
                "submission port, often 587 or 465"};
  }
  if (code != CURLE_LOGIN_DENIED && !has_refused && !failure.is_data_sent) {
    return CurlError(code, server, error_text);
  }
  const std::string_view plain(reinterpret_cast<const char*>(secret.data()));
  return Reported(failure, ServerText(failure.reply_text, plain));
}

Error Smtp::State::Reported(const SmtpFailure& failure, const std::string& said) {
  const std::string where = NameOf(server);
  switch (SortSmtp(failure)) {
    case SmtpVerdict::kLogin:
    case SmtpVerdict::kUnknown:
      return {Recovery::kRetryLater, "VAL-MAIL-UNKNOWN",
              where +
                  " took a mail but did not say what became of it; it is sent again, and the "
                  "peer drops the twin"};
    case SmtpVerdict::kRetry:
      return {Recovery::kRetryLater, "VAL-MAIL-REFUSED",
              where + " cannot take mail now (" + said + "); it is tried again"};
    case SmtpVerdict::kPermanent:
      break;
  }
  if (failure.reply == 552) {  // RFC 1870: at MAIL FROM, before any of it was sent
    return {Recovery::kAskOperator, "VAL-MAIL-SIZE",
            where + " takes no mail of this size (" + said + "); raise its limit, or lower " +
                "[carrier] sealed_bytes_max and carry what waits by a folder or `valise export`"};
  }
  return {Recovery::kAskOperator, "VAL-MAIL-REFUSED",
          where + " refuses our mail (" + said + "); check [carrier.mail] from and to"};
}

Smtp::Smtp(MailServer server, MailTimes times, MailLogin& login)
    : state_(std::make_unique<State>(std::move(server), times, login)) {}
Smtp::~Smtp() = default;

std::optional<std::uint64_t> Smtp::size_max() const { return state_->listener.size_max(); }

Result<void> Smtp::Send(const std::string& from, const std::string& to, std::string_view mail) {
  State& state = *state_;
  CURL* easy = state.easy.get();
  const SecretBytes secret = TRY(state.login.Secret());
  state.SetUp(easy, from, secret);
  const CurlList recipients(curl_slist_append(nullptr, ("<" + to + ">").c_str()));
  CHECK(recipients != nullptr);
  Upload upload{mail, 0, &state.listener};
  SetCurl(easy, CURLOPT_MAIL_FROM, ("<" + from + ">").c_str());
  SetCurl(easy, CURLOPT_MAIL_RCPT, recipients.get());
  SetCurl(easy, CURLOPT_UPLOAD, 1L);
  SetCurl(easy, CURLOPT_UPLOAD_BUFFERSIZE, 65536L);
  SetCurl(easy, CURLOPT_READFUNCTION, GiveMail);
  SetCurl(easy, CURLOPT_READDATA, &upload);
  // With it libcurl says SIZE= and a server refuses before 6 MiB were sent in vain.
  SetCurl(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.size()));
  const CURLcode code = curl_easy_perform(easy);
  SetCurl(easy, CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));
  if (code == CURLE_OK) return Ok();
  return state.End(state.FailureOf(code, upload.given == mail.size()), secret);
}

Result<void> Smtp::Check(const std::string& from) {
  State& state = *state_;
  const SecretBytes secret = TRY(state.login.Secret());
  const CurlEasy easy = NewCurl();
  state.SetUp(easy.get(), from, secret);
  SetCurl(easy.get(), CURLOPT_CONNECT_ONLY, 1L);
  const CURLcode code = curl_easy_perform(easy.get());
  SetCurl(easy.get(), CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
  if (code == CURLE_OK && state.listener.is_logged_in()) return Ok();
  return state.End(state.FailureOf(code == CURLE_OK ? CURLE_LOGIN_DENIED : code, false), secret);
}

}  // namespace valise
