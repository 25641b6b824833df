// The curl port against a loopback server: what left, what arrived, and what is in doubt.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "agent/jira/curl_http.h"
#include "agent/jira/requests.h"
#include "agent/jira/verdict.h"
#include "tests/jira/doctest.h"
#include "tests/jira/loopback.h"

namespace valise::jira {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLong{20000};

HttpRequest Read(std::string path = "/rest/api/2/myself") {
  return {"GET", std::move(path), "", kLong};
}

HttpRequest Create(std::string body = "{}") {
  return {"POST", "/rest/api/2/issue", std::move(body), kLong};
}

std::unique_ptr<CurlHttp> Port(CurlSettings settings) {
  return std::move(CurlHttp::Open(settings)).value();
}

std::unique_ptr<CurlHttp> PortTo(const std::string& url) {
  CurlSettings settings;
  settings.base_url = url;
  return Port(settings);
}

HttpAnswer Ask(CurlHttp& port, const HttpRequest& request) {
  const std::uint64_t id = port.Start(request);
  const std::vector<HttpAnswer> answers = port.Collect(kLong);
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].request == id);
  CHECK(port.pending() == 0);
  return answers[0];
}

std::string SecretFile(const std::string& name, const std::string& content) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() /
                                     ("valise-jira-test-" + std::to_string(getpid()) + "-" + name);
  std::ofstream(path) << content;
  return path;
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a request goes below the context path, with our headers and no others (pitfall 28)") {
  Loopback server(
      [](const std::string&) { return Reply{Ok200("{\"a\":1}", "X-AUSERNAME: bot\r\n")}; });
  CurlSettings settings;
  settings.base_url = server.url() + "/jira/";
  settings.token_file = SecretFile("token", "TOKEN123\n");
  const std::unique_ptr<CurlHttp> port = Port(settings);
  const HttpAnswer answer = Ask(*port, Read("/rest/api/2/user?username=a%20b"));
  CHECK(answer.failure == HttpFailure::kNone);
  CHECK(answer.response.status == 200);
  CHECK(answer.response.body == "{\"a\":1}");
  CHECK(answer.response.headers.at("x-ausername") == "bot");
  const std::string sent = server.requests().at(0);
  CHECK(sent.starts_with("GET /jira/rest/api/2/user?username=a%20b HTTP/1.1\r\n"));
  CHECK(Has(sent, "Authorization: Bearer TOKEN123\r\n"));
  CHECK(Has(sent, "X-Atlassian-Token: no-check\r\n"));
  CHECK(Has(sent, "Accept: application/json\r\n"));
  CHECK(Has(sent, "User-Agent: valise\r\n"));
  CHECK(!Has(sent, "Content-Type"));
  std::filesystem::remove(settings.token_file);
}

TEST_CASE("basic credentials are sent at once, not after a 401 (pitfall 27)") {
  Loopback server([](const std::string&) { return Reply{Ok200("{}")}; });
  CurlSettings settings;
  settings.base_url = server.url();
  settings.user = "bot";
  settings.password_file = SecretFile("password", "pass word\r\n");
  Ask(*Port(settings), Read());
  CHECK(server.requests().size() == 1);
  CHECK(Has(server.requests()[0], "Authorization: Basic Ym90OnBhc3Mgd29yZA==\r\n"));
  std::filesystem::remove(settings.password_file);
}

TEST_CASE("bodies go as JSON, whole, without asking for 100-continue") {
  Loopback server([](const std::string&) { return Reply{Ok200("{}")}; });
  const std::unique_ptr<CurlHttp> port = PortTo(server.url());
  const std::string big = "{\"a\":\"" + std::string(2000000, 'x') + "\"}";
  CHECK(Ask(*port, Create(big)).response.status == 200);
  CHECK(Ask(*port, {"PUT", "/rest/api/2/issue/1", "{}", kLong}).response.status == 200);
  CHECK(Ask(*port, {"DELETE", "/rest/api/2/issue/1/comment/2", "", kLong}).response.status == 200);
  const std::vector<std::string> sent = server.requests();
  CHECK(sent[0].starts_with("POST "));
  CHECK(sent[0].ends_with(big));
  CHECK(!Has(sent[0].substr(0, 1000), "Expect"));
  CHECK(Has(sent[0].substr(0, 1000), "Content-Type: application/json\r\n"));
  CHECK(sent[1].starts_with("PUT "));
  CHECK(sent[2].starts_with("DELETE "));
  CHECK(!Has(sent[2], "Content-"));
}

TEST_CASE("a refused connection was never sent") {
  const std::unique_ptr<CurlHttp> port = PortTo("http://127.0.0.1:" + std::to_string(DeadPort()));
  const HttpAnswer answer = Ask(*port, Create());
  CHECK(answer.failure == HttpFailure::kNotSent);
  CHECK(!answer.reason.empty());
  CHECK(Judge(Create(), answer).verdict == Verdict::kNotSent);
}

TEST_CASE("a TLS handshake that fails or never ends was never sent") {
  Loopback plain([](const std::string&) { return Reply{"no TLS here", true}; });
  Loopback silent([](const std::string&) { return Reply{"", false, true}; });
  for (const Loopback* server : {&plain, &silent}) {
    CurlSettings settings;
    settings.base_url = "https://127.0.0.1:" + std::to_string(server->port());
    HttpRequest request = Create();
    request.timeout = milliseconds(300);
    CHECK(Ask(*Port(settings), request).failure == HttpFailure::kNotSent);
  }
}

TEST_CASE("a time-out after the request went out leaves a write unknown, a read for later") {
  Loopback server([](const std::string&) { return Reply{"", false, true}; });
  const std::unique_ptr<CurlHttp> port = PortTo(server.url());
  for (HttpRequest request : {Create(), Read()}) {
    request.timeout = milliseconds(200);
    const HttpAnswer answer = Ask(*port, request);
    CHECK(answer.failure == HttpFailure::kUnknown);
    const Verdict wanted = IsRead(request) ? Verdict::kLater : Verdict::kUnknown;
    CHECK(Judge(request, answer).verdict == wanted);
  }
  CHECK(server.requests().size() == 2);  // they did arrive
}

TEST_CASE("a connection cut before, within or after the headers leaves the outcome unknown") {
  for (const char* bytes :
       {"", "HTTP/1.1 20", "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"id\"",
        "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\""}) {
    Loopback server([&](const std::string&) { return Reply{bytes, true}; });
    const HttpAnswer answer = Ask(*PortTo(server.url()), Create());
    CAPTURE(bytes);
    CHECK(answer.failure == HttpFailure::kUnknown);
    CHECK(server.requests().size() == 1);  // sent once, never repeated by itself
  }
}

TEST_CASE("redirects are not followed and nobody else is contacted") {
  Loopback other([](const std::string&) { return Reply{Ok200("{}")}; });
  Loopback server([&](const std::string&) {
    return Reply{"HTTP/1.1 302 Found\r\nLocation: " + other.url() +
                 "/login.jsp\r\nContent-Length: 0\r\n\r\n"};
  });
  const HttpAnswer answer = Ask(*PortTo(server.url()), Read());
  CHECK(answer.response.status == 302);
  CHECK(Judge(Read(), answer).verdict == Verdict::kAuth);
  CHECK(other.connections() == 0);
}

TEST_CASE("a proxy from the environment is not used") {
  Loopback server([](const std::string&) { return Reply{Ok200("{}")}; });
  const std::string proxy = "http://127.0.0.1:" + std::to_string(DeadPort());
  setenv("http_proxy", proxy.c_str(), 1);
  CHECK(Ask(*PortTo(server.url()), Read()).response.status == 200);
  unsetenv("http_proxy");
}

TEST_CASE("answers beyond the limits are cut off, in body and headers") {
  Loopback server([](const std::string& request) {
    if (Has(request, "big-headers"))
      return Reply{Ok200("{}", "X-A: " + std::string(90000, 'x') + "\r\n")};
    if (Has(request, "fits")) return Reply{Ok200(std::string(1000, 'x'))};
    return Reply{Ok200(std::string(1001, 'x'))};
  });
  CurlSettings settings;
  settings.base_url = server.url();
  settings.response_bytes_max = 1000;
  const std::unique_ptr<CurlHttp> port = Port(settings);
  CHECK(Ask(*port, Read("/fits")).response.body.size() == 1000);
  CHECK(Ask(*port, Read("/big")).failure == HttpFailure::kUnknown);
  CHECK(Ask(*port, Read("/big")).reason == "the answer is larger than allowed");
  CHECK(Ask(*port, Read("/big-headers")).failure == HttpFailure::kUnknown);
}

TEST_CASE("cookies keep us on one node and stay out of the answers (pitfall 2)") {
  Loopback server(
      [](const std::string&) { return Reply{Ok200("{}", "Set-Cookie: NODE=n1; Path=/\r\n")}; });
  const std::unique_ptr<CurlHttp> port = PortTo(server.url());
  CHECK(!Ask(*port, Read()).response.headers.contains("set-cookie"));
  Ask(*port, Create());
  CHECK(!Has(server.requests()[0], "Cookie:"));
  CHECK(Has(server.requests()[1], "Cookie: NODE=n1\r\n"));
}

TEST_CASE("reads and searches share a connection, every create has a fresh one") {
  Loopback server([](const std::string&) { return Reply{Ok200("{}")}; });
  const std::unique_ptr<CurlHttp> port = PortTo(server.url());
  Ask(*port, Read());
  Ask(*port, Read());
  Ask(*port, {"POST", "/rest/api/2/search", "{}", kLong});
  CHECK(server.connections() == 1);
  Ask(*port, Create());
  Ask(*port, Create());
  CHECK(server.connections() == 3);
}

TEST_CASE("no more than the allowed number are in flight; the rest wait and all arrive") {
  Loopback server([](const std::string&) {
    std::this_thread::sleep_for(milliseconds(20));
    return Reply{Ok200("{}")};
  });
  CurlSettings settings;
  settings.base_url = server.url();
  settings.requests_in_flight = 3;
  const std::unique_ptr<CurlHttp> port = Port(settings);
  std::vector<std::uint64_t> started, arrived;
  for (int i = 0; i < 12; ++i) started.push_back(port->Start(i % 2 == 0 ? Read() : Create()));
  CHECK(port->pending() == 12);
  while (port->pending() > 0) {
    for (const HttpAnswer& answer : port->Collect(kLong)) {
      CHECK(answer.response.status == 200);
      arrived.push_back(answer.request);
    }
  }
  std::sort(arrived.begin(), arrived.end());
  CHECK(arrived == started);
  CHECK(server.in_flight_max() <= 3);
  CHECK(server.in_flight_max() > 1);
}

TEST_CASE("collecting waits no longer than told, and not at all when nothing is pending") {
  Loopback server([](const std::string&) { return Reply{"", false, true}; });
  const std::unique_ptr<CurlHttp> port = PortTo(server.url());
  const auto begin = std::chrono::steady_clock::now();
  CHECK(port->Collect(kLong).empty());
  port->Start(Read());
  CHECK(port->Collect(milliseconds(0)).empty());
  CHECK(port->Collect(milliseconds(50)).empty());
  CHECK(std::chrono::steady_clock::now() - begin < kLong);
  CHECK(port->pending() == 1);  // and is dropped with the port
}

TEST_CASE("credential files that will not do are refused by name, never by content") {
  CurlSettings settings;
  settings.base_url = "http://127.0.0.1:1";
  for (const char* content : {"", " \n", "two\nSECRET", "SECRET\x01"}) {
    settings.token_file = SecretFile("bad", content);
    const auto port = CurlHttp::Open(settings);
    REQUIRE(!port.ok());
    CHECK(port.error().code == "VAL-JIRA-TOKEN-FILE");
    CHECK(Has(port.error().message, settings.token_file));
    CHECK(!Has(port.error().message, "SECRET"));
    std::filesystem::remove(settings.token_file);
  }
  settings.token_file = "/nonexistent/token";
  CHECK(CurlHttp::Open(settings).error().code == "VAL-JIRA-TOKEN-FILE");
  settings.token_file.clear();
  settings.ca_file = "/nonexistent/ca.pem";
  CHECK(CurlHttp::Open(settings).error().code == "VAL-JIRA-CA-FILE");
}

TEST_CASE("only an origin with a context path is a Jira URL") {
  for (const char* url : {"", "jira.example.org", "ftp://jira.example.org", "file:///etc/passwd",
                          "https://bob:SECRET@jira.example.org", "https://jira.example.org?a=b",
                          "https://jira.example.org/#x", "https://", "https://a b/"}) {
    CurlSettings settings;
    settings.base_url = url;
    const auto port = CurlHttp::Open(settings);
    CAPTURE(url);
    REQUIRE(!port.ok());
    CHECK(port.error().code == "VAL-CONFIG-URL");
    CHECK(!Has(port.error().message, "SECRET"));
  }
  for (const char* url : {"https://jira.example.org", "http://[::1]:8080/jira/"}) {
    CurlSettings settings;
    settings.base_url = url;
    CHECK(CurlHttp::Open(settings).ok());
  }
}

TEST_CASE("no failure's reason holds the token") {
  CurlSettings settings;
  settings.base_url = "http://127.0.0.1:" + std::to_string(DeadPort());
  settings.token_file = SecretFile("reason", "TOKEN123");
  CHECK(!Has(Ask(*Port(settings), Create()).reason, "TOKEN123"));
  std::filesystem::remove(settings.token_file);
}

}  // namespace
}  // namespace valise::jira
