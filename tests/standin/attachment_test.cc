// Attachments (pitfall 15), in both directions and under faults.
#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>

#include "tests/standin/driver.h"
#include "tests/standin/faults.h"
#include "tests/standin/file_store.h"

namespace valise::standin {
namespace {

std::string FilePart(const std::string& disposition, const std::string& bytes,
                     const std::string& type = "text/plain") {
  return "--xyz\r\nContent-Disposition: form-data; " + disposition + "\r\nContent-Type: " + type +
         "\r\n\r\n" + bytes + "\r\n";
}

Request UploadRequest(const std::string& key, const std::string& body,
                      const std::string& token = "valise-token") {
  return {"POST",
          "/jira/rest/api/2/issue/" + key + "/attachments",
          {{"authorization", "Bearer " + token},
           {"content-type", "multipart/form-data; boundary=xyz"},
           {"x-atlassian-token", "no-check"}},
          body + "--xyz--\r\n"};
}

Response Get(Driver& d, const std::string& target, const std::string& token = "valise-token") {
  return d.jira().Handle({"GET", target, {{"authorization", "Bearer " + token}}, ""});
}

TEST_CASE("an upload answers an array with 200, each part is one attachment (pitfall 15)") {
  Driver d;
  const std::string key = d.Create("x");
  d.Advance(1000);
  const Answer answer =
      d.Upload(key, {{"a.txt", "one"}, {"a.txt", "two"}, {"b.png", std::string("\0\r\n--xy", 7)}});
  CHECK(answer.status == 200);
  REQUIRE(answer.body.items.size() == 3);
  CHECK(answer.body.items[0].Text("id") == "10000");
  CHECK(answer.body.items[1].Text("id") == "10001");
  CHECK(answer.body.items[1].Text("filename") == "a.txt");  // names may repeat
  CHECK(answer.body.items[2].Text("size") == "7");
  CHECK(answer.body.items[2].Text("thumbnail") != "");
  const Answer read = d.Get("/issue/" + key + "?fields=attachment,updated&expand=changelog");
  CHECK(read.body.At("fields").At("attachment").items.size() == 3);
  CHECK(read.body.At("fields").Text("updated") == "2023-11-14T22:13:21.000+0000");  // pitfall 8
  const auto& histories = read.body.At("changelog").At("histories").items;
  REQUIRE(histories.size() == 3);
  CHECK(ToText(histories[0].At("items")) ==
        R"([{"field":"Attachment","fieldtype":"jira","from":null,"fromString":null,)"
        R"("to":"10000","toString":"a.txt"}])");
}

TEST_CASE("the bytes come back under /secure/attachment; others get a login page with 200") {
  Driver d;
  const std::string key = d.Create("x"), bytes("a\0b\xFF\r\n--xyz-- \r\n", 16);
  const Answer made = d.Upload(key, {{"gr\xC3\xBC\xC3\x9F"
                                      "e 1.bin",
                                      bytes}});
  CHECK(made.status == 200);
  const std::string content = made.body.items.at(0).Text("content");
  CHECK(content == "http://localhost:8080/jira/secure/attachment/10000/gr%C3%BC%C3%9Fe+1.bin");
  const std::string target = content.substr(content.find("/jira/"));
  const Response whole = Get(d, target);
  CHECK(whole.status == 200);
  CHECK(whole.body == bytes);
  CHECK(whole.headers.at("Content-Disposition") ==
        "attachment; filename*=UTF-8''gr%C3%BC%C3%9Fe%201.bin;");
  const Response page = Get(d, target, "expired-token");
  CHECK(page.status == 200);
  CHECK(page.headers.at("Content-Type").starts_with("text/html"));
  CHECK(page.body.find("Log in") != std::string::npos);
  CHECK(Get(d, target, "no-such-token").status == 401);
  CHECK(Get(d, "/jira/secure/attachment/10009/x").status == 404);
}

TEST_CASE("an upload needs X-Atlassian-Token, multipart and the part's name (pitfalls 15, 28)") {
  Driver d;
  const std::string key = d.Create("x"), part = FilePart("name=\"file\"; filename=\"f\"", "1");
  Request request = UploadRequest(key, part);
  request.headers.erase("x-atlassian-token");
  CHECK(d.jira().Handle(request).status == 403);
  CHECK(d.jira().Handle(request).body == "XSRF check failed");
  request = UploadRequest(key, "");
  request.body = "{}";
  request.headers["content-type"] = "application/json";
  CHECK(d.jira().Handle(request).status == 415);
  CHECK(d.jira().Handle(UploadRequest("PROJ-9", part)).status == 404);
  request = UploadRequest(key, part);
  request.body.resize(request.body.size() - 6);  // the closing boundary is not whole
  CHECK(d.jira().Handle(request).status == 400);
  // Parts of another name are passed over without a word.
  const Response none =
      d.jira().Handle(UploadRequest(key, FilePart("name=\"other\"; filename=\"f\"", "1")));
  CHECK(none.status == 200);
  CHECK(none.body == "[]");
  CHECK(d.Field(key, "attachment") == "[]");
}

TEST_CASE("filename*= of RFC 2231 is a 500, raw UTF-8 is taken (pitfall 15)") {
  Driver d;
  const std::string key = d.Create("x");
  const std::string both = "name=\"file\"; filename=\"f\"; filename*=UTF-8''f";
  CHECK(d.jira().Handle(UploadRequest(key, FilePart(both, "1"))).status == 500);
  CHECK(d.Field(key, "attachment") == "[]");
  const std::string raw = "name=\"file\"; filename=\"C:\\\\dir\\\\\xE2\x82\xAC \\\"x\\\".txt\"";
  CHECK(d.jira().Handle(UploadRequest(key, FilePart(raw, "1"))).status == 200);
  CHECK(d.Field(key, "attachment").find("\"filename\":\"\xE2\x82\xAC \\\"x\\\".txt\"") !=
        std::string::npos);
  const std::string latin1 = "name=file; filename=gr\xFC.txt";
  CHECK(d.jira().Handle(UploadRequest(key, FilePart(latin1, "1"))).status == 200);
  CHECK(d.Field(key, "attachment").find("gr\xEF\xBF\xBD.txt") != std::string::npos);
}

TEST_CASE("above the limit of /attachment/meta an upload is 413 and nothing is stored") {
  Options options;
  options.attachment_limit = 10;
  Driver d(options);
  const std::string key = d.Create("x");
  CHECK(d.Get("/attachment/meta").body.Text("uploadLimit") == "10");
  CHECK(d.Upload(key, {{"f", "0123456789"}}).status == 200);
  CHECK(d.Upload(key, {{"f", "0123456789a"}}).status == 413);
  CHECK(d.Upload(key, {{"f", "012345"}, {"g", "012345"}}).status == 413);
  CHECK(d.Get("/issue/" + key).body.At("fields").At("attachment").items.size() == 1);
}

TEST_CASE("deleting: one's own, or anybody's with the permission; history tells (pitfall 15)") {
  Driver d;
  const std::string key = d.Create("x");
  d.Upload(key, {{"f", "1"}}, "alice-token");
  CHECK(d.Get("/attachment/10000").body.Text("filename") == "f");
  CHECK(d.Get("/attachment/10000").body.Find("id") == nullptr);
  CHECK(d.Delete("/attachment/10000").status == 403);
  CHECK(d.Delete("/attachment/10000", "alice-token").status == 204);
  CHECK(d.Get("/attachment/10000").status == 404);
  CHECK(d.Delete("/attachment/10000").status == 404);
  const Answer read = d.Get("/issue/" + key + "?expand=changelog&fields=attachment");
  CHECK(ToText(read.body.At("changelog").At("histories").items.at(1).At("items")) ==
        R"([{"field":"Attachment","fieldtype":"jira","from":"10000","fromString":"f",)"
        R"("to":null,"toString":null}])");
  d.jira().Grant("valise", "DELETE_ALL_ATTACHMENTS");
  d.Upload(key, {{"g", "1"}}, "alice-token");
  CHECK(d.Delete("/attachment/10001").status == 204);
  d.jira().Revoke("valise", "CREATE_ATTACHMENTS");
  CHECK(d.Upload(key, {{"h", "1"}}).status == 403);
}

TEST_CASE("a lost answer to an upload leaves the attachment, a lost request does not") {
  for (const auto& [name, count] : {std::pair{"cut_before", 0}, std::pair{"cut_after", 1},
                                    std::pair{"error_after", 1}, std::pair{"429", 0}}) {
    Driver d;
    const std::string key = d.Create("x");
    FaultPlan plan;
    REQUIRE(ReadFaultPlan(R"({"rules":[{"fault":")" + std::string(name) + R"(","every":1}]})",
                          &plan) == "");
    HandleWithFault(d.jira(), UploadRequest(key, FilePart("name=\"file\"; filename=\"f\"", "1")),
                    plan.rules[0]);
    CHECK(d.Get("/issue/" + key).body.At("fields").At("attachment").items.size() ==
          static_cast<std::size_t>(count));
  }
}

TEST_CASE("a download may stop half way") {
  Driver d;
  const std::string key = d.Create("x");
  d.Upload(key, {{"f", "0123456789"}});
  FaultRule rule;
  rule.kind = FaultKind::kTruncated;
  const Request request{
      "GET", "/jira/secure/attachment/10000/f", {{"authorization", "Bearer valise-token"}}, ""};
  CHECK(HandleWithFault(d.jira(), request, rule).response.body == "01234");
  FaultInjector injector;
  injector.SetPlan({1, 0, -1, {FaultRule{FaultKind::kCutBody, 0, 1, "", "", 503, 1, 0}}});
  CHECK(HandleWithFault(d.jira(), request, injector.Decide(request)).cut_body);
}

TEST_CASE("a state keeps the bytes: inside, or named when they are files") {
  const std::string folder = "standin-attachments";
  std::filesystem::remove_all(folder);
  FileStore store(folder);
  Driver d;
  const std::string key = d.Create("x");
  d.Upload(key, {{"in-memory", std::string("\0\xFF", 2) + "abc"}});
  Request request = UploadRequest(key, "");
  request.body.clear();
  MultipartReader reader("xyz", store, 3);
  for (const char c : FilePart("name=\"file\"; filename=\"in-file\"", "abcde") + "--xyz--\r\n") {
    reader.Feed(std::string_view(&c, 1));  // in pieces of any size
  }
  REQUIRE(reader.Finish(&request.parts));
  CHECK(request.parts.at(0).size == 5);
  CHECK(WholeOf(*request.parts.at(0).content) == "abc");  // no more is kept than allowed
  CHECK(d.jira().Handle(request).status == 200);
  Driver other;
  other.jira().set_content_store(&store);
  REQUIRE(other.jira().LoadState(d.jira().SaveState()) == "");
  CHECK(other.jira().SaveState() == d.jira().SaveState());
  CHECK(Get(other, "/jira/secure/attachment/10000/x").body == std::string("\0\xFF", 2) + "abc");
  const Response from_file = Get(other, "/jira/secure/attachment/10001/x");
  REQUIRE(from_file.content != nullptr);
  CHECK(WholeOf(*from_file.content) == "abc");
  std::filesystem::remove_all(folder);
}

TEST_CASE("the record of a dump has bytes too, the same every time") {
  const std::string line =
      R"({"id":"20007","key":"OLD-7","fields":{"summary":"s","attachment":[{"id":"27724",)"
      R"("filename":"a.png","created":"2012-05-16T14:32:21.000+0000","size":17231,)"
      R"("mimeType":"image/png"}]}})";
  Driver d, other;
  REQUIRE(d.jira().LoadDump({line}) == "");
  REQUIRE(other.jira().LoadDump({line}) == "");
  const std::string bytes = Get(d, "/jira/secure/attachment/27724/a.png").body;
  CHECK(bytes.size() == 17231);
  CHECK(Get(other, "/jira/secure/attachment/27724/a.png").body == bytes);
  CHECK(WholeOf(*MadeUp(27724, 17231)).substr(100, 9) == MadeUp(27724, 17231)->Read(100, 9));
  CHECK(d.Upload("PROJ-7", {{"next", "1"}}).body.items.at(0).Text("id") == "27725");
}

}  // namespace
}  // namespace valise::standin
