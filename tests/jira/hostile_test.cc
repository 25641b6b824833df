// Bodies that nobody promised to be Jira's: nothing may crash, hang or take much memory.
#include "agent/jira/agile.h"
#include "agent/jira/answers.h"
#include "agent/jira/json.h"
#include "agent/jira/people.h"
#include "agent/jira/project.h"
#include "agent/jira/verdict.h"
#include "packet/limits.h"
#include "tests/jira/doctest.h"
#include "tests/jira/support.h"

namespace valise::jira {
namespace {

template <typename T>
int Count(const Result<T>& result) {
  return result.ok() ? 1 : 0;
}

// Every parser, on one body; how many of them took it.
int ParseAll(const std::string& body) {
  static const std::vector<FieldShape> shapes = AllShapes();
  const HttpResponse response = Answered(body);
  int taken = Count(ParseIssue(response, shapes)) + Count(ParseSearch(response)) +
              Count(ParseComments(response)) + Count(ParseComment(response)) +
              Count(ParseTransitions(response)) + Count(ParseCreated(response)) +
              Count(ParseMarker(response)) + Count(ParseCommentMarker(response)) +
              Count(ParseMyself(response)) + Count(ParseUser(response));
  taken += Count(ParseServerInfo(response)) + Count(ParsePermissions(response)) +
           Count(ParseNames(response)) + Count(ParseIssueTypes(response)) +
           Count(ParseProjectStatuses(response)) + Count(ParseProject(response)) +
           Count(ParseCreateTypes(response)) + Count(ParseCreateFields(response)) +
           Count(ParseCreateMetaOld(response)) + Count(ParseEditMeta(response)) +
           Count(ParseFields(response));
  taken += Count(ParseWorkLogs(response)) + Count(ParseWorkLog(response)) +
           Count(ParseAttachment(response)) + Count(ParseUploaded(response)) +
           Count(ParseAttachmentLimits(response)) + Count(ParseLinkTypes(response)) +
           Count(ParseVersions(response)) + Count(ParseVersion(response)) +
           Count(ParseComponents(response)) + Count(ParseComponent(response));
  taken += Count(ParseSecurityLevels(response)) + Count(ParseUsers(response)) +
           Count(ParseBoards(response)) + Count(ParseSprints(response)) +
           Count(ParseSprint(response));
  return taken;
}

TEST_CASE("an issue cut at any byte is refused by every parser") {
  const std::string text = IssueText();
  CHECK(ParseAll(text) > 0);
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    REQUIRE(ParseAll(text.substr(0, cut)) == 0);
  }
}

TEST_CASE("an issue with any bit flipped never crashes a parser") {
  std::string text = IssueText();
  const std::vector<FieldShape> shapes = AllShapes();
  int taken = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      text[at] = static_cast<char>(text[at] ^ (1 << bit));
      taken += Count(ParseIssue(Answered(text), shapes));
      text[at] = static_cast<char>(text[at] ^ (1 << bit));
    }
  }
  CHECK(taken > 0);  // a flipped letter in a text is still a text
}

TEST_CASE("JSON is read to the depth limit and no deeper") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(ParseJson(nested(limits::kJsonDepthMax)).ok());
  CHECK(!ParseJson(nested(limits::kJsonDepthMax + 1)).ok());
  CHECK(!IsJson(nested(limits::kJsonDepthMax + 1)));
  CHECK(ParseAll(nested(3000000)) == 0);
  CHECK(ParseAll(std::string(3000000, '[')) == 0);
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
  CHECK(ParseAll(objects) == 0);
}

TEST_CASE("a body over the byte limit or of too many values is refused") {
  CHECK(ParseJson(std::string(limits::kJsonBytesMax + 1, ' ')).error().code == "VAL-JIRA-FORMAT");
  std::string many = "[0";
  for (std::size_t i = 0; i < kJsonNodesMax; ++i) many += ",0";
  many += "]";
  CHECK(!ParseJson(many).ok());
  CHECK(!IsJson(many));
}

TEST_CASE("what is no JSON is refused, with a place and no text of it") {
  for (const char* bad :
       {"",    " ",        "nul",         "{",        "{\"a\"}",      "[1,]",   "{\"a\":1,}",
        "'a'", "[1] x",    "\"\x01\"",    "\"\xFF\"", "\"\xC0\xAF\"", "01",     "+1",
        "NaN", "Infinity", "\"\\uD800\"", "\"\\x\"",  "[1 2]",        "/*c*/1", "{a:1}"}) {
    CAPTURE(bad);
    CHECK(!ParseJson(bad).ok());
    CHECK(!IsJson(bad));
  }
  const std::string message = ParseJson("{\"secret\":\"SECRET").error().message;
  CHECK(message.find("SECRET") == std::string::npos);
}

TEST_CASE("what is closed where it ends was not cut short") {
  for (const char* whole : {"{}", "[]", R"({"a":[1,{"b":"]}\""}]})", "[broken, but whole]"}) {
    CAPTURE(whole);
    CHECK(IsClosed(whole));
  }
  for (const char* cut : {"", "\"", "1", "{", "[1]]", "{} ", " {}", "}", "[\"]", "[\"\\\"]",
                          "[[]", "{}{}", "<html>[]</html>"}) {
    CAPTURE(cut);
    CHECK(!IsClosed(cut));
  }
}

TEST_CASE("odd but legal JSON reads as what it is") {
  const Json json =
      ParseJson(R"({"a":1,"a":2,"b":[true,null,"\u00e4\ud83d\ude00"],"c":12345678901234567890123})")
          .value();
  CHECK(json["a"].String() == "2");
  CHECK(json["b"].items[0].IsTrue());
  CHECK(json["b"].items[1].is_null());
  CHECK(json["b"].items[2].String() == "ä😀");
  CHECK(json["c"].String() == "12345678901234567890123");
  CHECK(!json["c"].Integer().has_value());
  CHECK(json["missing"]["deeper"].String().empty());
  CHECK(!json.Has("missing"));
}

TEST_CASE("every parser takes answers of every other shape without harm") {
  for (const char* body : {"null",
                           "true",
                           "1",
                           "\"x\"",
                           "[]",
                           "{}",
                           "[[]]",
                           "[null]",
                           "[{}]",
                           "{\"fields\":{}}",
                           "{\"issues\":[null]}",
                           "{\"issues\":[[]]}",
                           "{\"comments\":[1]}",
                           "{\"transitions\":[{}]}",
                           "{\"values\":[null]}",
                           "{\"projects\":[1,{\"issuetypes\":7}]}",
                           "{\"permissions\":{\"A\":1}}",
                           "{\"id\":{},\"key\":[]}",
                           "{\"id\":-1,\"total\":-5,\"issues\":[]}",
                           "{\"fields\":{\"comment\":{\"comments\":[{}]}}}",
                           "{\"changelog\":{\"histories\":[{}]}}"}) {
    ParseAll(body);
  }
}

TEST_CASE("nothing hides behind a NUL: neither after an answer nor within it") {
  for (const std::string& bad :
       {std::string("[]\0", 3), std::string("[1]\n\0,2]", 8), std::string("{}\0{\"a\":1", 9),
        std::string("\0[]", 3), std::string("[\"a\0b\"]", 7), std::string("[\0]", 3)}) {
    CHECK(!IsJson(bad));
    CHECK(!ParseJson(bad).ok());
  }
  CHECK(ParseJson("[\"a\\u0000b\"]").value().items.at(0).text == std::string("a\0b", 3));
}

}  // namespace
}  // namespace valise::jira
