#include "agent/jira/curl_http.h"

#include <curl/curl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <deque>
#include <fstream>
#include <map>
#include <optional>

#include "agent/jira/secret.h"
#include "agent/jira/stream.h"
#include "agent/jira/verdict.h"
#include "packet/check.h"

namespace valise::jira {
namespace {

struct UrlParts {
  std::string base;  // without a slash at its end
  std::string scheme;
};

std::string UrlPart(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return "";
  std::string copy(text);
  curl_free(text);
  return copy;
}

// Only an origin and a context path: anything else in the URL would be a secret or a mistake.
Result<UrlParts> CheckUrl(const std::string& base_url) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> url(curl_url(), curl_url_cleanup);
  const Error bad{Recovery::kAskOperator, "VAL-CONFIG-URL",
                  "the Jira URL must look like https://jira.example.org/jira, without user, "
                  "password, query or fragment"};
  if (curl_url_set(url.get(), CURLUPART_URL, base_url.c_str(), 0) != CURLUE_OK) return bad;
  UrlParts parts{base_url, UrlPart(url.get(), CURLUPART_SCHEME)};
  if (parts.scheme != "https" && parts.scheme != "http") return bad;
  for (const CURLUPart part :
       {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
    if (!UrlPart(url.get(), part).empty()) return bad;
  }
  if (UrlPart(url.get(), CURLUPART_HOST).empty()) return bad;
  while (parts.base.ends_with('/')) parts.base.pop_back();
  return parts;
}

struct Transfer {
  Transfer(std::uint64_t its_id, const HttpRequest& asked, std::size_t body_bytes_max)
      : id(its_id), request(asked), receiver(request, body_bytes_max) {
    if (request.file != nullptr) file.emplace(*request.file);
  }

  std::uint64_t id;
  HttpRequest request;
  Receiver receiver;
  std::optional<FileReader> file;
  CURL* easy = nullptr;
  curl_mime* form = nullptr;
  std::array<char, CURL_ERROR_SIZE> error{};
};

extern "C" std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* user) {
  return static_cast<Transfer*>(user)->receiver.TakeHeader({data, size * count}) ? size * count : 0;
}

extern "C" std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* user) {
  return static_cast<Transfer*>(user)->receiver.TakeBody({data, size * count}) ? size * count : 0;
}

extern "C" std::size_t OnFile(char* into, std::size_t size, std::size_t count, void* user) {
  const auto got = static_cast<Transfer*>(user)->file->Read({into, size * count});
  return got ? *got : CURL_READFUNC_ABORT;
}

extern "C" int OnSeek(void* user, curl_off_t offset, int origin) {
  const bool is_done = origin == SEEK_SET && offset >= 0 &&
                       static_cast<Transfer*>(user)->file->Seek(static_cast<std::uint64_t>(offset));
  return is_done ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

template <typename T>
void Set(CURL* easy, CURLoption option, T value) {
  CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

// curl's own words name host and port, never a header; cleaned all the same.
std::string Reason(const Transfer& transfer, CURLcode code) {
  std::string reason = transfer.receiver.failure();
  if (reason.empty() && transfer.file) reason = transfer.file->failure();
  if (reason.empty()) {
    reason = transfer.error[0] != '\0' ? transfer.error.data() : curl_easy_strerror(code);
  }
  for (char& c : reason) c = c >= ' ' && c < 0x7F ? c : ' ';
  return reason;
}

// No byte of the request left this machine: nothing can have been applied.
bool IsUnsent(CURL* easy) {
  long request_bytes = 0;
  curl_off_t body_bytes = 0;
  CHECK(curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes) == CURLE_OK);
  CHECK(curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &body_bytes) == CURLE_OK);
  return request_bytes == 0 && body_bytes == 0;
}

curl_slist* Append(curl_slist* list, const char* line) {
  curl_slist* longer = curl_slist_append(list, line);
  CHECK(longer != nullptr);
  return longer;
}

// "Expect:" keeps curl from asking for 100-continue: a proxy that ignores it costs a second.
curl_slist* FixedHeaders(const char* accept, const char* content_type) {
  curl_slist* list = Append(nullptr, accept);
  list = Append(list, "X-Atlassian-Token: no-check");  // pitfalls 15, 28
  list = Append(list, "Expect:");
  return content_type == nullptr ? list : Append(list, content_type);
}

// The file as part "file". Its name goes as raw UTF-8 within quotes, never in the form of RFC
// 2231, on which Jira answers 500 (pitfall 15); curl writes a quote in it as %22.
void GiveFile(Transfer& transfer) {
  const HttpRequest& request = transfer.request;
  transfer.form = curl_mime_init(transfer.easy);
  CHECK(transfer.form != nullptr);
  curl_mimepart* part = curl_mime_addpart(transfer.form);
  CHECK(part != nullptr);
  const char* mime =
      request.file_mime.empty() ? "application/octet-stream" : request.file_mime.c_str();
  CHECK(curl_mime_name(part, "file") == CURLE_OK);
  CHECK(curl_mime_filename(part, request.file_name.c_str()) == CURLE_OK);
  CHECK(curl_mime_type(part, mime) == CURLE_OK);
  const auto bytes = static_cast<curl_off_t>(transfer.file->bytes());
  CHECK(curl_mime_data_cb(part, bytes, OnFile, OnSeek, nullptr, &transfer) == CURLE_OK);
  Set(transfer.easy, CURLOPT_MIMEPOST, transfer.form);
}

// Tells a rewritten file from the one read before.
std::string VersionOf(const std::string& file) {
  struct stat status {};
  if (file.empty() || stat(file.c_str(), &status) != 0) return "none";
  return std::to_string(status.st_ino) + "." + std::to_string(status.st_size) + "." +
         std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec);
}

}  // namespace

struct CurlHttp::State {
  CurlSettings settings;
  UrlParts url;
  Secret token, password;
  std::string secrets_seen;  // which versions of the files they came from
  CURLM* multi = nullptr;
  CURLSH* share = nullptr;
  curl_slist* headers = nullptr;
  curl_slist* body_headers = nullptr;
  curl_slist* file_headers = nullptr;
  std::uint64_t next_id = 1;
  std::deque<std::unique_ptr<Transfer>> waiting;
  std::map<CURL*, std::unique_ptr<Transfer>> running;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State();

  void Prepare();
  void RenewSecrets();
  void Launch();
  void SetUp(Transfer& transfer);
  void SetTarget(CURL* easy) const;
  void SetCredentials(CURL* easy) const;
  void SetMethod(Transfer& transfer) const;
  void SetLimits(CURL* easy, const HttpRequest& request) const;
  void Drive(std::vector<HttpAnswer>& answers);
  void Close(Transfer& transfer);
  HttpAnswer Finish(CURL* easy, CURLcode code);
};

// A renewed token is used from the next request on, without a restart. A file that cannot be read
// just now leaves the old secret in place: Jira then says what is wrong.
void CurlHttp::State::RenewSecrets() {
  const std::string now = VersionOf(settings.token_file) + " " + VersionOf(settings.password_file);
  if (now == secrets_seen) return;
  secrets_seen = now;
  Result<Secret> new_token = Secret::Read(settings.token_file);
  if (new_token.ok()) token = std::move(new_token).value();
  Result<Secret> new_password = Secret::Read(settings.password_file);
  if (new_password.ok()) password = std::move(new_password).value();
}

CurlHttp::State::~State() {
  for (auto& [easy, transfer] : running) Close(*transfer);
  if (multi != nullptr) curl_multi_cleanup(multi);
  if (share != nullptr) curl_share_cleanup(share);
  curl_slist_free_all(headers);
  curl_slist_free_all(body_headers);
  curl_slist_free_all(file_headers);
}

// The form lives as long as the handle that reads it.
void CurlHttp::State::Close(Transfer& transfer) {
  curl_multi_remove_handle(multi, transfer.easy);
  curl_easy_cleanup(transfer.easy);
  curl_mime_free(transfer.form);
}

void CurlHttp::State::Prepare() {
  multi = curl_multi_init();
  share = curl_share_init();
  CHECK(multi != nullptr && share != nullptr);
  // One thread: the share needs no locks. Cookies keep the balancer on one node (pitfall 2).
  CHECK(curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE) == CURLSHE_OK);
  const long connections = static_cast<long>(settings.requests_in_flight);
  CHECK(curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections) == CURLM_OK);
  headers = FixedHeaders("Accept: application/json", nullptr);
  body_headers = FixedHeaders("Accept: application/json", "Content-Type: application/json");
  file_headers = FixedHeaders("Accept: */*", nullptr);
}

void CurlHttp::State::SetTarget(CURL* easy) const {
  Set(easy, CURLOPT_PROTOCOLS_STR, url.scheme.c_str());
  Set(easy, CURLOPT_REDIR_PROTOCOLS_STR, url.scheme.c_str());
  Set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  Set(easy, CURLOPT_PROXY, "");  // no proxy by environment: it would be another origin
  Set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  Set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  Set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  Set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!settings.ca_file.empty()) Set(easy, CURLOPT_CAINFO, settings.ca_file.c_str());
  Set(easy, CURLOPT_USERAGENT, settings.user_agent.c_str());
  Set(easy, CURLOPT_SHARE, share);
  Set(easy, CURLOPT_COOKIEFILE, "");
}

void CurlHttp::State::SetCredentials(CURL* easy) const {
  if (!token.empty()) {
    Set(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
    Set(easy, CURLOPT_XOAUTH2_BEARER, token.c_str());
  } else if (!password.empty()) {
    Set(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    Set(easy, CURLOPT_USERNAME, settings.user.c_str());
    Set(easy, CURLOPT_PASSWORD, password.c_str());
  }
}

void CurlHttp::State::SetMethod(Transfer& transfer) const {
  CURL* easy = transfer.easy;
  const HttpRequest& request = transfer.request;
  const bool has_body = !request.body.empty();
  Set(easy, CURLOPT_HTTPHEADER,
      request.sink != nullptr ? file_headers
      : has_body              ? body_headers
                              : headers);
  if (transfer.file) {
    GiveFile(transfer);
  } else if (has_body || request.method == "POST") {
    Set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    Set(easy, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  Set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  // curl silently repeats a request when a connection it re-used turns out dead; a create must
  // not be repeated (agent/DESIGN.md, "Writing to Jira").
  const bool is_create = request.method == "POST" && !IsRead(request);
  Set(easy, CURLOPT_FRESH_CONNECT, is_create ? 1L : 0L);
}

void CurlHttp::State::SetLimits(CURL* easy, const HttpRequest& request) const {
  Set(easy, CURLOPT_NOSIGNAL, 1L);
  Set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  Set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count()));
  // A write may think for as long as it likes within its time-out.
  if (!IsRead(request) || settings.stall_timeout.count() == 0) return;
  Set(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  Set(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(settings.stall_timeout.count()));
}

void CurlHttp::State::SetUp(Transfer& transfer) {
  CURL* easy = transfer.easy;
  SetTarget(easy);
  SetCredentials(easy);
  SetMethod(transfer);
  SetLimits(easy, transfer.request);
  Set(easy, CURLOPT_URL, (url.base + transfer.request.path).c_str());
  Set(easy, CURLOPT_HEADERFUNCTION, OnHeader);
  Set(easy, CURLOPT_HEADERDATA, &transfer);
  Set(easy, CURLOPT_WRITEFUNCTION, OnBody);
  Set(easy, CURLOPT_WRITEDATA, &transfer);
  Set(easy, CURLOPT_ERRORBUFFER, transfer.error.data());
}

void CurlHttp::State::Launch() {
  while (!waiting.empty() && running.size() < settings.requests_in_flight) {
    std::unique_ptr<Transfer> transfer = std::move(waiting.front());
    waiting.pop_front();
    transfer->easy = curl_easy_init();
    CHECK(transfer->easy != nullptr);
    SetUp(*transfer);
    CHECK(curl_multi_add_handle(multi, transfer->easy) == CURLM_OK);
    CURL* easy = transfer->easy;
    running.emplace(easy, std::move(transfer));
  }
}

HttpAnswer CurlHttp::State::Finish(CURL* easy, CURLcode code) {
  const auto found = running.find(easy);
  CHECK(found != running.end());
  Transfer& transfer = *found->second;
  HttpAnswer answer;
  answer.request = transfer.id;
  if (code == CURLE_OK) {
    long status = 0;
    CHECK(curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK);
    answer.response = std::move(transfer.receiver).Finish(static_cast<int>(status));
  } else {
    answer.failure = IsUnsent(easy) ? HttpFailure::kNotSent : HttpFailure::kUnknown;
    answer.reason = Reason(transfer, code);
  }
  Close(transfer);
  running.erase(found);
  return answer;
}

void CurlHttp::State::Drive(std::vector<HttpAnswer>& answers) {
  Launch();
  int active = 0;
  CHECK(curl_multi_perform(multi, &active) == CURLM_OK);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    answers.push_back(Finish(message->easy_handle, code));
  }
  Launch();
}

CurlHttp::CurlHttp(std::unique_ptr<State> state) : state_(std::move(state)) {}
CurlHttp::~CurlHttp() = default;

Result<std::unique_ptr<CurlHttp>> CurlHttp::Open(const CurlSettings& settings) {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(global == CURLE_OK);
  CHECK(settings.requests_in_flight > 0);
  auto state = std::make_unique<State>();
  state->settings = settings;
  state->url = TRY(CheckUrl(settings.base_url));
  state->token = TRY(Secret::Read(settings.token_file));
  state->password = TRY(Secret::Read(settings.password_file));
  if (!settings.ca_file.empty() && !std::ifstream(settings.ca_file)) {
    return Error{Recovery::kAskOperator, "VAL-JIRA-CA-FILE",
                 "CA file " + settings.ca_file + " cannot be read"};
  }
  state->secrets_seen = VersionOf(settings.token_file) + " " + VersionOf(settings.password_file);
  state->Prepare();
  return std::unique_ptr<CurlHttp>(new CurlHttp(std::move(state)));
}

std::uint64_t CurlHttp::Start(const HttpRequest& request) {
  // Only what the builders make: below the base URL, nothing that could end a line.
  CHECK(request.path.starts_with('/'));
  CHECK(std::none_of(request.path.begin(), request.path.end(),
                     [](char c) { return c <= ' ' || c == 0x7F; }));
  state_->RenewSecrets();
  CHECK(request.file == nullptr || (request.body.empty() && request.method == "POST"));
  const std::uint64_t id = state_->next_id++;
  state_->waiting.push_back(
      std::make_unique<Transfer>(id, request, state_->settings.response_bytes_max));
  return id;
}

std::vector<HttpAnswer> CurlHttp::Collect(std::chrono::milliseconds wait) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  std::vector<HttpAnswer> answers;
  state_->Drive(answers);
  while (answers.empty() && pending() > 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) break;
    const int poll_ms = static_cast<int>(std::min<std::int64_t>(left.count(), 1000));
    CHECK(curl_multi_poll(state_->multi, nullptr, 0, poll_ms, nullptr) == CURLM_OK);
    state_->Drive(answers);
  }
  return answers;
}

std::size_t CurlHttp::pending() const { return state_->running.size() + state_->waiting.size(); }

}  // namespace valise::jira
