// What the SMTP and the IMAP side ask of libcurl alike: TLS or nothing, certificates checked, the
// login, time-outs. The tested recipes and libcurl's traps are told where they are met.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>

#include "packet/check.h"
#include "transport/mail/mail_login.h"
#include "transport/mail/mail_settings.h"

namespace valise {

struct CurlFree {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlEasy = std::unique_ptr<CURL, CurlFree>;
using CurlList = std::unique_ptr<curl_slist, CurlFree>;
using CurlErrorText = std::array<char, CURL_ERROR_SIZE>;

CurlEasy NewCurl();

template <typename T>
void SetCurl(CURL* easy, CURLoption option, T value) {
  CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

// "localhost:993", as messages name a server.
std::string NameOf(const MailServer& server);
// Target, TLS, time-outs; `scheme` "smtp" or "imap", `path` without its slash.
void SetServer(CURL* easy, const MailServer& server, const std::string& scheme,
               const std::string& path, const MailTimes& times);
enum class LoginChoice {
  kUsual,  // the mechanisms that everybody has: PLAIN, LOGIN; for tokens XOAUTH2, OAUTHBEARER
  kAny     // whatever libcurl has, IMAP's command LOGIN too
};
void SetLogin(CURL* easy, const MailLogin& login, const SecretBytes& secret, LoginChoice choice);

// What failed before mail could move: no connection, no TLS, another certificate. The caller has
// looked at logins and replies before.
Error CurlError(CURLcode code, const MailServer& server, const CurlErrorText& text);

}  // namespace valise
