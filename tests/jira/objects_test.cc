// Work logs, attachments and links: what is asked for, and what is read.
#include "agent/jira/answers.h"
#include "agent/jira/parse.h"
#include "agent/jira/requests.h"
#include "tests/jira/doctest.h"
#include "tests/jira/support.h"

namespace valise::jira {
namespace {

struct NoBytes final : BodySource {
  std::uint64_t bytes() const override { return 1ULL << 30; }
  Result<std::size_t> Read(std::uint64_t, std::span<char>) override { return std::size_t{0}; }
};
struct NoSink final : BodySink {
  Result<void> Write(std::string_view) override { return Ok(); }
};

constexpr const char* kWorkLog = R"({"id":"71","author":{"name":"bob","displayName":"Bob"},
  "updateAuthor":{"name":"zoe","displayName":"Zoe"},
  "comment":"dug\r\ndeep","created":"2019-03-29T10:14:57.310-0400",
  "updated":"2019-03-30T10:14:57.310-0400","started":"2019-03-28T08:00:00.000+0100",
  "timeSpent":"3h","timeSpentSeconds":10800})";
constexpr const char* kAttachment = R"({"id":"81","filename":"Größe 1.png",
  "author":{"name":"amy","displayName":"Amy"},"created":"2019-04-01T00:00:00.000+0000",
  "size":5000000000,"mimeType":"image/png",
  "content":"https://inner.example.org:8443/j/secure/attachment/81/Gr%C3%B6%C3%9Fe+1.png?a=%2F"})";

// The issue of support.h with these members among its fields.
Result<LocalIssue> With(const std::string& members) {
  std::string text = IssueText();
  const std::string at = "\"fields\":{";
  text.replace(text.find(at), at.size(), at + members + ",");
  return ParseIssue(Answered(text), {});
}

std::string Link(const std::string& end, const std::string& type = R"({"name":"Blocks"})") {
  return R"({"id":"91","type":)" + type + R"(,")" + end + R"(":{"id":"10002","key":"PROJ-8"}})";
}

TEST_CASE("an issue asks for work logs, attachments and links only when they are wanted") {
  const std::vector<std::string> fields = {"summary"};
  CHECK(ReadIssue("1", fields).path.find("worklog") == std::string::npos);
  CHECK(ReadIssue("1", fields).path.find("attachment") == std::string::npos);
  CHECK(ReadIssue("1", fields).path.find("issuelinks") == std::string::npos);
  CHECK(ReadIssue("1", fields, {true, true, true}).path ==
        "/rest/api/2/issue/1?fields=attachment,comment,created,issuelinks,issuetype,parent,project,"
        "reporter,status,summary,updated,worklog&expand=changelog&properties=valise.origin");
}

TEST_CASE("what Jira did not send is not taken for an empty list") {
  const LocalIssue issue = ParseIssue(Answered(IssueText()), {}).value();
  CHECK(!issue.has_all_work_logs);
  CHECK(!issue.has_attachments);
  CHECK(!issue.has_links);
  const LocalIssue off = With(R"("worklog":null,"attachment":null,"issuelinks":null)").value();
  CHECK(!off.has_all_work_logs);
  CHECK(!off.has_attachments);
  CHECK(!off.has_links);
  const LocalIssue none =
      With(R"("worklog":{"total":0,"worklogs":[]},"attachment":[],"issuelinks":[])").value();
  CHECK(none.has_all_work_logs);
  CHECK(none.has_attachments);
  CHECK(none.has_links);
  CHECK(none.work_logs.empty());
}

TEST_CASE("a work log reads with author, text, start and seconds (pitfall 14)") {
  const LocalObject read = ParseWorkLog(Answered(kWorkLog)).value();
  CHECK(read.kind == ObjectKind::kWorkLog);
  CHECK(read.id == "71");
  CHECK(read.author == LocalUser{"bob", "Bob"});
  CHECK(read.editor == "zoe");
  CHECK(read.body == "dug\r\ndeep");
  CHECK(read.created_ms == 1553868897310);
  CHECK(read.updated_ms == read.created_ms + 86400000);
  CHECK(read.started_ms == 1553756400000);
  CHECK(read.seconds == 10800);
  CHECK(!read.is_restricted);
  const std::string seen_by_few =
      R"({"visibility":{"type":"role","value":"Developers"},)" + std::string(kWorkLog).substr(1);
  CHECK(ParseWorkLog(Answered(seen_by_few)).value().is_restricted);
  for (const char* member : {"id", "created", "started", "timeSpentSeconds"}) {
    std::string broken = kWorkLog;
    broken.replace(broken.find("\"" + std::string(member) + "\""), 2, "\"x");
    CAPTURE(member);
    CHECK(ParseWorkLog(Answered(broken)).error().code == "VAL-JIRA-FORMAT");
  }
}

TEST_CASE("an issue embeds at most 20 work logs: total tells that there are more (pitfall 14)") {
  const auto page = [](const std::string& total) {
    return R"("worklog":{"startAt":0,"maxResults":20,"total":)" + total + R"(,"worklogs":[)" +
           kWorkLog + "]}";
  };
  CHECK(With(page("1")).value().has_all_work_logs);
  CHECK(!With(page("21")).value().has_all_work_logs);
  CHECK(With(page("21")).value().work_logs.size() == 1);
  CHECK(ReadWorkLogs("7").path == "/rest/api/2/issue/7/worklog");
  const std::string all = R"({"total":3,"worklogs":[)" + std::string(kWorkLog) + "]}";
  CHECK(ParseWorkLogs(Answered(all)).value().total == 3);
  CHECK(ParseWorkLogs(Answered(all)).value().work_logs.size() == 1);
  CHECK(!ParseWorkLogs(Answered("{}")).ok());
}

TEST_CASE("a work log is written with a start without colon; estimates are left (pitfall 14)") {
  const WorkLogWrite write{"dug", 1553756400007, 60};
  const HttpRequest add = AddWorkLog("7", write).value();
  CHECK(add.method == "POST");
  CHECK(add.path == "/rest/api/2/issue/7/worklog?adjustEstimate=leave");
  CHECK(add.body ==
        R"({"comment":"dug","started":"2019-03-28T07:00:00.007+0000","timeSpentSeconds":60})");
  const HttpRequest edit = EditWorkLog("7", "71", write).value();
  CHECK(edit.method == "PUT");
  CHECK(edit.path == "/rest/api/2/issue/7/worklog/71?adjustEstimate=leave");
  CHECK(edit.body == add.body);
  CHECK(DeleteWorkLog("7", "71").method == "DELETE");
  CHECK(DeleteWorkLog("7", "71").path == "/rest/api/2/issue/7/worklog/71?adjustEstimate=leave");
  CHECK(ReadWorkLog("7", "71").path == "/rest/api/2/issue/7/worklog/71");
  CHECK(AddWorkLog("7", {"\xFF", 0, 60}).error().code == "VAL-JIRA-TEXT");
}

TEST_CASE("an attachment reads; its download is below our base, encoded once (pitfall 15)") {
  const LocalIssue issue = With(R"("attachment":[)" + std::string(kAttachment) + "]").value();
  REQUIRE(issue.attachments.size() == 1);
  const LocalObject& read = issue.attachments[0];
  CHECK(read.kind == ObjectKind::kAttachment);
  CHECK(read.id == "81");
  CHECK(read.author == LocalUser{"amy", "Amy"});
  CHECK(read.name == "Größe 1.png");
  CHECK(read.mime == "image/png");
  CHECK(read.bytes == 5000000000);
  CHECK(read.created_ms == 1554076800000);
  CHECK(read.updated_ms == read.created_ms);
  CHECK(read.path == "/secure/attachment/81/Gr%C3%B6%C3%9Fe+1.png?a=%2F");
  CHECK(ParseAttachment(Answered(kAttachment)).value() == read);
  CHECK(ParseUploaded(Answered("[" + std::string(kAttachment) + "]")).value().at(0) == read);
  CHECK(!ParseUploaded(Answered(kAttachment)).ok());  // the answer is an array
  std::string old = kAttachment;
  old.replace(old.find(R"("id":"81")"), 9, R"("self":"http://j/rest/api/2/attachment/81")");
  CHECK(ParseAttachment(Answered(old)).value() == read);
}

TEST_CASE("a content URL that would leave the downloads or the request line is not followed") {
  const auto path = [](const char* content) { return DownloadPath(content, "81", "a b.png"); };
  const std::string own = "/secure/attachment/81/a%20b.png";
  CHECK(path("") == own);
  CHECK(path("https://j/other/81/a") == own);
  CHECK(path("https://j/x?y=/secure/attachment/81/a") == own);
  CHECK(path("https://j/secure/attachment/81/../../rest/api/2/myself") == own);
  CHECK(path("https://j/secure/attachment/81/%2E./%2e%2E") == own);
  CHECK(path("https://j/secure/attachment/81/a b\r\nX: ä#top") ==
        "/secure/attachment/81/a%20b%0D%0AX:%20%C3%A4");
  CHECK(path("/secure/attachment/81/a..b") == "/secure/attachment/81/a..b");
  CHECK(DownloadPath("", "81", "..") == "/secure/attachment/81/file");
  CHECK(DownloadPath("", "81", "") == "/secure/attachment/81/file");
}

TEST_CASE("attachments go up and down as streams, with time for their length") {
  const HttpRequest up =
      UploadAttachment("7", "Größe.png", std::make_shared<NoBytes>(), "image/png");
  CHECK(up.method == "POST");
  CHECK(up.path == "/rest/api/2/issue/7/attachments");
  CHECK(up.body.empty());
  CHECK(up.file_name == "Größe.png");
  CHECK(up.file_mime == "image/png");
  CHECK(up.file != nullptr);
  CHECK(up.timeout == kWriteTimeout + std::chrono::seconds(16384));
  const HttpRequest down = DownloadAttachment("/secure/attachment/81/a", std::make_shared<NoSink>(),
                                              kStreamBytesPerSecondMin * 10);
  CHECK(down.method == "GET");
  CHECK(down.path == "/secure/attachment/81/a");
  CHECK(down.sink != nullptr);
  CHECK(down.timeout == kReadTimeout + std::chrono::seconds(10));
  CHECK(DownloadAttachment("/a", std::make_shared<NoSink>()).timeout == std::chrono::hours(1));
  CHECK(ReadAttachment("81").path == "/rest/api/2/attachment/81");
  CHECK(DeleteAttachment("81").method == "DELETE");
  CHECK(DeleteAttachment("81").path == "/rest/api/2/attachment/81");
  CHECK(ReadAttachmentLimits().path == "/rest/api/2/attachment/meta");
  CHECK(ParseAttachmentLimits(Answered(R"({"enabled":true,"uploadLimit":10485760})")).value() ==
        AttachmentLimits{true, 10485760});
  CHECK(!ParseAttachmentLimits(Answered("{}")).ok());
}

TEST_CASE("only a plain MIME type goes into the header of a part") {
  const auto mime = [](std::string_view text) {
    return UploadAttachment("7", "a", std::make_shared<NoBytes>(), text).file_mime;
  };
  CHECK(mime("application/vnd.ms-excel.12+xml") == "application/vnd.ms-excel.12+xml");
  for (const char* bad : {"", "image", "/png", "image/", "image/png\r\nX: y", "image/png; a=b",
                          "image /png", "image/p/g", "bild/größe"}) {
    CAPTURE(bad);
    CHECK(mime(bad).empty());
  }
  CHECK(mime("a/" + std::string(126, 'b')).empty());
}

TEST_CASE("this issue is the source of a link whose outward end is shown (pitfall 23)") {
  const LocalIssue issue =
      With(R"("issuelinks":[)" + Link("outwardIssue") + "," + Link("inwardIssue") + "]").value();
  CHECK(issue.has_links);
  REQUIRE(issue.links.size() == 2);
  CHECK(issue.links[0] == LocalLink{"91", "Blocks", true, "10002", "PROJ-8", {}});
  CHECK(issue.links[1] == LocalLink{"91", "Blocks", false, "10002", "PROJ-8", {}});
  CHECK(!With(R"("issuelinks":[)" + Link("other") + "]").ok());
  CHECK(!With(R"("issuelinks":[)" + Link("inwardIssue", "null") + "]").ok());
}

TEST_CASE("the source of a new link is its inward issue (pitfall 23)") {
  const HttpRequest add = AddLink("Blocks", "PROJ-7", "PROJ-8").value();
  CHECK(add.method == "POST");
  CHECK(add.path == "/rest/api/2/issueLink");
  CHECK(add.body == R"({"type":{"name":"Blocks"},"inwardIssue":{"key":"PROJ-7"},)"
                    R"("outwardIssue":{"key":"PROJ-8"}})");
  CHECK(DeleteLink("91").path == "/rest/api/2/issueLink/91");
  CHECK(DeleteLink("91").method == "DELETE");
  CHECK(ReadLinkTypes().path == "/rest/api/2/issueLinkType");
  const char* types = R"({"issueLinkTypes":[{"id":"1","name":"Blocks","inward":"is blocked by",
    "outward":"blocks"}]})";
  CHECK(ParseLinkTypes(Answered(types)).value() ==
        std::vector<LinkType>{{"1", "Blocks", "is blocked by", "blocks"}});
  CHECK(!ParseLinkTypes(Answered("[]")).ok());
}

TEST_CASE(
    "a remote link is named by its global id, so that a repeat changes nothing (pitfall 23)") {
  const HttpRequest put = PutRemoteLink("7", "valise:c:i", "https://x/1", "PEER-1").value();
  CHECK(put.method == "POST");
  CHECK(put.path == "/rest/api/2/issue/7/remotelink");
  CHECK(put.body == R"({"globalId":"valise:c:i","object":{"url":"https://x/1","title":"PEER-1"}})");
}

}  // namespace
}  // namespace valise::jira
