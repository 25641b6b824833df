// Files through the curl port: up as multipart, down into a sink, in flat memory.
#include "agent/jira/stream.h"

#include <fstream>

#include "agent/jira/curl_http.h"
#include "agent/jira/requests.h"
#include "agent/jira/verdict.h"
#include "tests/jira/doctest.h"
#include "tests/jira/loopback.h"

namespace valise::jira {
namespace {

constexpr std::chrono::milliseconds kLong{600000};
constexpr std::uint64_t kMebibyte = 1024 * 1024;

// The pattern, up to a length; may end or fail before the length it promised.
class PatternSource final : public BodySource {
 public:
  explicit PatternSource(std::uint64_t bytes) : bytes_(bytes), ends_at_(bytes) {}
  PatternSource(std::uint64_t bytes, std::uint64_t ends_at, bool fails)
      : bytes_(bytes), ends_at_(ends_at), fails_(fails) {}

  std::uint64_t bytes() const override { return bytes_; }
  Result<std::size_t> Read(std::uint64_t offset, std::span<char> into) override {
    if (offset >= ends_at_ && fails_) {
      return Error{Recovery::kRetryLater, "VAL-X", "the disk is gone"};
    }
    const std::uint64_t size = std::min<std::uint64_t>(ends_at_ - offset, into.size());
    into = into.first(static_cast<std::size_t>(size));
    Pattern::Fill(offset, into);
    return into.size();
  }

 private:
  std::uint64_t bytes_, ends_at_;
  bool fails_ = false;
};

class PatternSink final : public BodySink {
 public:
  explicit PatternSink(std::uint64_t bytes_max = UINT64_MAX) : bytes_max_(bytes_max) {}
  Result<void> Write(std::string_view bytes) override {
    if (bytes_ + bytes.size() > bytes_max_) {
      return Error{Recovery::kRetryLater, "VAL-X", "the disk is full"};
    }
    is_pattern_ = is_pattern_ && Pattern::Matches(bytes_, bytes);
    bytes_ += bytes.size();
    return Ok();
  }
  std::uint64_t bytes() const { return bytes_; }
  bool is_pattern() const { return is_pattern_; }

 private:
  std::uint64_t bytes_max_;
  std::uint64_t bytes_ = 0;
  bool is_pattern_ = true;
};

// Takes a multipart body of one part apart as it comes.
class PartEater {
 public:
  explicit PartEater(std::uint64_t file_bytes) : file_bytes_(file_bytes) {}

  void operator()(std::string_view piece) {
    while (!piece.empty() && !head_.ends_with("\r\n\r\n")) {
      head_ += piece.front();
      piece.remove_prefix(1);
    }
    const std::uint64_t left = file_bytes_ - got_;
    const std::string_view file =
        piece.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left, piece.size())));
    is_pattern_ = is_pattern_ && Pattern::Matches(got_, file);
    got_ += file.size();
    tail_ += piece.substr(file.size());
  }
  bool is_whole() const { return is_pattern_ && got_ == file_bytes_; }
  const std::string& head() const { return head_; }
  const std::string& tail() const { return tail_; }

 private:
  std::uint64_t file_bytes_;
  std::uint64_t got_ = 0;
  bool is_pattern_ = true;
  std::string head_, tail_;
};

std::unique_ptr<CurlHttp> PortTo(const std::string& url) {
  CurlSettings settings;
  settings.base_url = url;
  return std::move(CurlHttp::Open(settings)).value();
}

HttpAnswer Ask(CurlHttp& port, const HttpRequest& request) {
  port.Start(request);
  const std::vector<HttpAnswer> answers = port.Collect(kLong);
  REQUIRE(answers.size() == 1);
  return answers[0];
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

HttpRequest Upload(std::shared_ptr<BodySource> file, std::string_view name = "a.bin") {
  return UploadAttachment("7", name, std::move(file));
}

HttpRequest Download(std::shared_ptr<BodySink> sink, std::string_view mime = "image/png") {
  return DownloadAttachment("/secure/attachment/81/a", std::move(sink), 0, mime);
}

std::string FileHead(std::uint64_t bytes, const std::string& type, const std::string& more = "") {
  return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n" + more +
         "Content-Length: " + std::to_string(bytes) + "\r\n\r\n";
}

// In KiB; 0 where the system does not tell.
std::uint64_t PeakMemory() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    std::uint64_t kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib;
  }
  return 0;
}

// From now on the peak counts anew (proc(5), clear_refs).
std::uint64_t ResetPeakMemory() {
  std::ofstream("/proc/self/clear_refs") << "5";
  return PeakMemory();
}

TEST_CASE("an upload is one part with its name as raw UTF-8, unescaped otherwise (pitfall 15)") {
  PartEater eater(1000);
  Loopback server([](const std::string&) { return Reply{Ok200("[]")}; }, std::ref(eater));
  HttpRequest upload =
      UploadAttachment("7", "Größe \"1\".png", std::make_shared<PatternSource>(1000), "image/png");
  const HttpAnswer answer = Ask(*PortTo(server.url()), upload);
  CHECK(answer.response.body == "[]");
  CHECK(Judge(upload, answer).verdict == Verdict::kOk);
  const std::string head = server.requests().at(0);
  CHECK(head.starts_with("POST /rest/api/2/issue/7/attachments HTTP/1.1\r\n"));
  CHECK(Has(head, "X-Atlassian-Token: no-check\r\n"));
  CHECK(Has(head, "Content-Type: multipart/form-data; boundary="));
  CHECK(!Has(head, "application/json\r\nContent"));
  CHECK(!Has(head, "Expect"));
  CHECK(!Has(head, "Transfer-Encoding"));
  CHECK(Has(eater.head(), "name=\"file\"; filename=\"Größe %221%22.png\"\r\n"));
  CHECK(!Has(eater.head(), "filename*"));
  CHECK(Has(eater.head(), "Content-Type: image/png\r\n"));
  CHECK(eater.is_whole());
  CHECK(eater.tail().starts_with("\r\n--"));
  CHECK(eater.tail().ends_with("--\r\n"));
}

TEST_CASE("a name cannot end its header line, a file of no known type says so") {
  PartEater eater(0);
  Loopback server([](const std::string&) { return Reply{Ok200("[]")}; }, std::ref(eater));
  Ask(*PortTo(server.url()), Upload(std::make_shared<PatternSource>(0), "a\r\nX-Evil: b"));
  CHECK(Has(eater.head(), "filename=\"a%0D%0AX-Evil: b\"\r\n"));
  CHECK(Has(eater.head(), "Content-Type: application/octet-stream\r\n"));
  CHECK(eater.is_whole());
}

TEST_CASE("300 MiB go up in flat memory") {
  constexpr std::uint64_t kBytes = 300 * kMebibyte + 7;
  PartEater eater(kBytes);
  Loopback server([](const std::string&) { return Reply{Ok200("[]")}; }, std::ref(eater));
  const std::unique_ptr<CurlHttp> port = PortTo(server.url());
  const std::uint64_t before = ResetPeakMemory();
  const HttpAnswer answer = Ask(*port, Upload(std::make_shared<PatternSource>(kBytes)));
  MESSAGE("peak memory grew by " << PeakMemory() - before << " KiB");
  CHECK(answer.response.status == 200);
  CHECK(eater.is_whole());
  CHECK(PeakMemory() - before < 16 * 1024);
}

TEST_CASE("300 MiB come down in flat memory, beyond the limit of an answer") {
  constexpr std::uint64_t kBytes = 300 * kMebibyte + 7;
  Loopback server([&](const std::string&) {
    return Reply{FileHead(kBytes, "image/png"), false, false, kBytes};
  });
  const std::unique_ptr<CurlHttp> port = PortTo(server.url());
  const auto sink = std::make_shared<PatternSink>();
  const std::uint64_t before = ResetPeakMemory();
  const HttpAnswer answer = Ask(*port, Download(sink));
  MESSAGE("peak memory grew by " << PeakMemory() - before << " KiB");
  CHECK(answer.response.status == 200);
  CHECK(answer.response.body.empty());
  CHECK(sink->bytes() == kBytes);
  CHECK(sink->is_pattern());
  CHECK(PeakMemory() - before < 16 * 1024);
  CHECK(Judge(Download(sink), answer).verdict == Verdict::kOk);
  CHECK(Has(server.requests()[0], "Accept: */*\r\n"));
  CHECK(Has(server.requests()[0], "X-Atlassian-Token: no-check\r\n"));
}

TEST_CASE("a page in place of a file stays out of the sink (pitfalls 15, 26)") {
  const std::string page = "<html><input name=\"os_username\"></html>";
  struct Case {
    std::string type, headers, mime;
    bool is_file;
  };
  const Case cases[] = {
      {"text/html;charset=UTF-8", "", "image/png", false},
      {"TEXT/HTML", "", "", false},
      {"application/xhtml+xml", "", "image/png", false},
      {"text/html", "", "text/html", true},
      {"text/html", "X-Seraph-LoginReason: AUTHENTICATED_FAILED\r\n", "text/html", false},
      {"text/html", "X-Seraph-LoginReason: AUTHENTICATION_DENIED\r\n", "text/html", false},
      {"image/png", "X-AUSERNAME: anonymous\r\n", "image/png", false},
      {"image/png", "X-Seraph-LoginReason: OK\r\nX-AUSERNAME: bot\r\n", "image/png", true}};
  for (const Case& one : cases) {
    CAPTURE(one.type);
    CAPTURE(one.headers);
    Loopback server([&](const std::string&) {
      return Reply{FileHead(page.size(), one.type, one.headers) + page};
    });
    const auto sink = std::make_shared<PatternSink>();
    const HttpRequest download = Download(sink, one.mime);
    const HttpAnswer answer = Ask(*PortTo(server.url()), download);
    CHECK(answer.response.body == (one.is_file ? "" : page));
    CHECK(sink->bytes() == (one.is_file ? page.size() : 0));
    const Verdict wanted = one.is_file ? Verdict::kOk : Verdict::kAuth;
    CHECK(Judge(download, answer).verdict == wanted);
  }
}

TEST_CASE("a download is not redirected, and an error's body stays in the answer (pitfall 15)") {
  for (const char* status : {"302 Found", "404 Not Found", "500 Oops"}) {
    Loopback server([&](const std::string&) {
      return Reply{"HTTP/1.1 " + std::string(status) +
                   "\r\nLocation: /login.jsp\r\nContent-Type: image/png\r\n"
                   "Content-Length: 5\r\n\r\nwords"};
    });
    const auto sink = std::make_shared<PatternSink>();
    const HttpAnswer answer = Ask(*PortTo(server.url()), Download(sink));
    CAPTURE(status);
    CHECK(answer.response.body == "words");
    CHECK(sink->bytes() == 0);
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("a sink that fails, or a cut connection, ends the download with a reason") {
  Loopback server([](const std::string& request) {
    const std::uint64_t bytes = Has(request, "cut") ? 100000 : 200000;
    return Reply{FileHead(200000, "image/png"), true, false, bytes};
  });
  const std::unique_ptr<CurlHttp> port = PortTo(server.url());
  const HttpAnswer full = Ask(*port, Download(std::make_shared<PatternSink>(150000)));
  CHECK(full.failure == HttpFailure::kUnknown);
  CHECK(full.reason == "the disk is full");
  CHECK(Judge(Download(std::make_shared<PatternSink>()), full).verdict == Verdict::kLater);
  const auto sink = std::make_shared<PatternSink>();
  const HttpAnswer cut = Ask(*port, DownloadAttachment("/secure/attachment/1/cut", sink));
  CHECK(cut.failure == HttpFailure::kUnknown);
  CHECK(sink->bytes() <= 100000);
}

TEST_CASE("a source that fails or falls short ends the upload with a reason, and is in doubt") {
  for (const bool fails : {true, false}) {
    Loopback server([](const std::string&) { return Reply{Ok200("[]")}; });
    const HttpRequest upload = Upload(std::make_shared<PatternSource>(300000, 200000, fails));
    const HttpAnswer answer = Ask(*PortTo(server.url()), upload);
    CHECK(answer.failure == HttpFailure::kUnknown);
    CHECK(answer.reason == (fails ? "the disk is gone" : "the file to be sent changed its length"));
    CHECK(Judge(upload, answer).verdict == Verdict::kUnknown);
    CHECK(server.requests().empty());  // it never had all of it
  }
}

TEST_CASE("every upload has a fresh connection, as curl would repeat one on its own") {
  PartEater eater(10);
  Loopback server([](const std::string&) { return Reply{Ok200("[]")}; }, [](std::string_view) {});
  const std::unique_ptr<CurlHttp> port = PortTo(server.url());
  Ask(*port, Upload(std::make_shared<PatternSource>(10)));
  Ask(*port, Upload(std::make_shared<PatternSource>(10)));
  CHECK(server.connections() == 2);
}

TEST_CASE("an upload that never reaches Jira was not sent") {
  const auto port = PortTo("http://127.0.0.1:" + std::to_string(DeadPort()));
  CHECK(Ask(*port, Upload(std::make_shared<PatternSource>(10))).failure == HttpFailure::kNotSent);
}

}  // namespace
}  // namespace valise::jira
