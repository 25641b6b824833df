#include "transport/mail/curl_mail.h"

namespace valise {
namespace {

Error TlsError(const MailServer& server, CURLcode code, const std::string& reason) {
  if (code == CURLE_USE_SSL_FAILED) {
    return {Recovery::kAskOperator, "VAL-MAIL-TLS",
            NameOf(server) + " offers no STARTTLS, and nothing is sent in clear; switch it on at " +
                "the server, or use its port with TLS from the start (smtps://, imaps://)"};
  }
  const std::string advice = server.ca_file.empty()
                                 ? "name the authority's certificate as [carrier.mail] ca_file"
                                 : "check [carrier.mail] ca_file and the host's name";
  return {Recovery::kAskOperator, "VAL-MAIL-TLS",
          NameOf(server) + " has a certificate that is not trusted (" + reason + "); " + advice};
}

}  // namespace

CurlEasy NewCurl() {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(global == CURLE_OK);
  CurlEasy easy(curl_easy_init());
  CHECK(easy != nullptr);
  return easy;
}

std::string NameOf(const MailServer& server) {
  return server.host + ":" + std::to_string(server.port);
}

void SetServer(CURL* easy, const MailServer& server, const std::string& scheme,
               const std::string& path, const MailTimes& times) {
  const bool is_address = server.host.find(':') != std::string::npos;
  const std::string host = is_address ? "[" + server.host + "]" : server.host;
  const std::string url = scheme + (server.is_implicit_tls ? "s" : "") + "://" + host + ":" +
                          std::to_string(server.port) + "/" + path;
  SetCurl(easy, CURLOPT_URL, url.c_str());
  SetCurl(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps,imap,imaps");
  SetCurl(easy, CURLOPT_PROXY, "");  // no proxy by environment: it would be another server
  // Without it libcurl goes on in clear when STARTTLS is not offered.
  SetCurl(easy, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  SetCurl(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  SetCurl(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  SetCurl(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!server.ca_file.empty()) SetCurl(easy, CURLOPT_CAINFO, server.ca_file.c_str());
  SetCurl(easy, CURLOPT_NOSIGNAL, 1L);
  SetCurl(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(times.connect.count()));
  // Also bounds the wait for the answer to QUIT, which CURLOPT_TIMEOUT does not: 120 s else.
  const long silence_s = static_cast<long>((times.silence.count() + 999) / 1000);
  SetCurl(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, silence_s);
  SetCurl(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  SetCurl(easy, CURLOPT_LOW_SPEED_TIME, silence_s);
  SetCurl(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(times.whole.count()));
}

void SetLogin(CURL* easy, const MailLogin& login, const SecretBytes& secret, LoginChoice choice) {
  const char* text = reinterpret_cast<const char*>(secret.data());
  SetCurl(easy, CURLOPT_USERNAME, login.user().c_str());
  // Left to itself libcurl tries GSSAPI first where a server offers it, which fails without
  // Kerberos.
  const char* known = login.is_token() ? "AUTH=XOAUTH2;AUTH=OAUTHBEARER" : "AUTH=PLAIN;AUTH=LOGIN";
  if (choice == LoginChoice::kUsual) SetCurl(easy, CURLOPT_LOGIN_OPTIONS, known);
  SetCurl(easy, login.is_token() ? CURLOPT_XOAUTH2_BEARER : CURLOPT_PASSWORD, text);
}

Error CurlError(CURLcode code, const MailServer& server, const CurlErrorText& text) {
  const std::string reason =
      ServerText(text[0] != '\0' ? text.data() : curl_easy_strerror(code), "");
  switch (code) {
    case CURLE_USE_SSL_FAILED:
    case CURLE_PEER_FAILED_VERIFICATION:
      return TlsError(server, code, reason);
    case CURLE_SSL_CACERT_BADFILE:
      return {Recovery::kAskOperator, "VAL-MAIL-TLS",
              "[carrier.mail] ca_file " + server.ca_file + " holds no certificates"};
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Recovery::kRetryLater, "VAL-MAIL-HOST",
              "there is no address for " + server.host + "; check the name in [carrier.mail]"};
    default:
      return {Recovery::kRetryLater, "VAL-MAIL-CONNECT",
              "cannot reach " + NameOf(server) + ": " + reason};
  }
}

}  // namespace valise
