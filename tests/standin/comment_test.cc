#include <doctest/doctest.h>

#include "tests/standin/driver.h"

namespace valise::standin {
namespace {

std::string Comment(Driver& d, const std::string& key, const std::string& body,
                    const std::string& token = "valise-token") {
  return d.Post("/issue/" + key + "/comment", R"({"body":")" + body + "\"}", token).body.Text("id");
}

TEST_CASE("a comment keeps its id when edited; adding and editing move `updated` (8, 11)") {
  Driver d;
  const std::string key = d.Create("x");
  d.Advance(1000);
  const std::string id = Comment(d, key, "one");
  CHECK(d.Field(key, "updated") == R"("2023-11-14T22:13:21.000+0000")");
  d.Advance(1500);
  const Answer edited = d.Put("/issue/" + key + "/comment/" + id, R"({"body":"two"})");
  CHECK(edited.status == 200);
  CHECK(edited.body.Text("id") == id);
  CHECK(edited.body.Text("created") == "2023-11-14T22:13:21.000+0000");
  CHECK(edited.body.Text("updated") == "2023-11-14T22:13:22.500+0000");
  CHECK(d.Field(key, "updated") == R"("2023-11-14T22:13:22.500+0000")");
  const Answer read = d.Get("/issue/" + key + "?expand=changelog");
  CHECK(read.body.At("changelog").At("histories").items.empty());  // pitfall 9
}

TEST_CASE("a deleted comment leaves nothing, not even a newer `updated` (pitfalls 8 and 11)") {
  Driver d;
  const std::string key = d.Create("x");
  const std::string id = Comment(d, key, "one");
  d.Advance(5000);
  CHECK(d.Delete("/issue/" + key + "/comment/" + id).status == 204);
  CHECK(d.Field(key, "updated") == R"("2023-11-14T22:13:20.000+0000")");
  const Answer gone = d.Get("/issue/" + key + "/comment/" + id);
  CHECK(gone.status == 404);
  CHECK(gone.body.At("errorMessages").items.at(0).text ==
        "Can not find a comment for the id: " + id + ".");
  Options options;
  options.comment_delete_touches = true;
  Driver other(options);
  const std::string key2 = other.Create("x");
  const std::string id2 = Comment(other, key2, "one");
  CHECK(other.Delete("/issue/" + key2 + "/comment/" + id2).status == 204);
  const Answer read = other.Get("/issue/" + key2 + "?expand=changelog");
  CHECK(read.body.At("changelog").At("histories").items.size() == 1);
}

TEST_CASE("the sync user edits its own comments and deletes all") {
  Driver d;
  const std::string key = d.Create("x");
  const std::string theirs = Comment(d, key, "hers", "alice-token");
  CHECK(d.Put("/issue/" + key + "/comment/" + theirs, R"({"body":"mine"})").status == 403);
  CHECK(d.Delete("/issue/" + key + "/comment/" + theirs).status == 204);
  const std::string mine = Comment(d, key, "mine");
  CHECK(d.Delete("/issue/" + key + "/comment/" + mine, "alice-token").status == 403);
}

TEST_CASE("empty and too long comments are refused") {
  Driver d;
  const std::string key = d.Create("x");
  const Answer empty = d.Post("/issue/" + key + "/comment", R"({"body":" "})");
  CHECK(empty.body.At("errors").Text("comment") == "Comment body can not be empty!");
  const std::string body = R"({"body":")" + std::string(32768, 'x') + "\"}";
  CHECK(d.Post("/issue/" + key + "/comment", body).status == 400);
}

TEST_CASE("comment properties survive edits and are served on demand (pitfall 13)") {
  Driver d;
  const std::string key = d.Create("x");
  const Answer made = d.Post("/issue/" + key + "/comment?expand=properties",
                             R"({"body":"a","properties":[{"key":"valise","value":"id-1"}]})");
  CHECK(ToText(made.body.At("properties")) == R"([{"key":"valise","value":"id-1"}])");
  const std::string id = made.body.Text("id");
  d.Put("/issue/" + key + "/comment/" + id, R"({"body":"b"})");
  CHECK(d.Get("/comment/" + id + "/properties/valise").body.Text("value") == "id-1");
  CHECK(d.Put("/comment/" + id + "/properties/other", R"("x")").status == 201);
  CHECK(d.Put("/comment/" + id + "/properties/other", R"("y")").status == 200);
  const Answer all = d.Get("/issue/" + key + "/comment?expand=properties");
  CHECK(all.body.At("comments").items.at(0).At("properties").items.size() == 2);
  CHECK(d.Delete("/comment/" + id + "/properties/other").status == 204);
  CHECK(d.Get("/comment/" + id + "/properties/other").status == 404);
  CHECK(d.Get("/issue/" + key + "/comment").body.At("comments").items.at(0).Find("properties") ==
        nullptr);
}

TEST_CASE("issue properties move no `updated` and have limits (pitfalls 8 and 13)") {
  Driver d;
  const std::string key = d.Create("x");
  d.Advance(1000);
  CHECK(d.Put("/issue/" + key + "/properties/a", R"({"x":1})").status == 201);
  CHECK(d.Field(key, "updated") == R"("2023-11-14T22:13:20.000+0000")");
  CHECK(ToText(d.Get("/issue/" + key + "/properties/a").body) == R"({"key":"a","value":{"x":1}})");
  CHECK(d.Put("/issue/" + key + "/properties/" + std::string(256, 'k'), "1").status == 400);
  CHECK(d.Put("/issue/" + key + "/properties/b", '"' + std::string(32768, 'v') + '"').status ==
        400);
  CHECK(d.Get("/issue/" + key + "/properties").body.At("keys").items.size() == 1);
  Options options;
  options.flat_properties = true;
  Driver flat(options);
  flat.Create("x");
  flat.Put("/issue/PROJ-1/properties/a", "1");
  CHECK(ToText(flat.Get("/issue/PROJ-1?properties=*all").body.At("properties")) == R"({"a":1})");
}

TEST_CASE("roles and groups can be looked up; groups only by who may browse users (12)") {
  Driver d;
  CHECK(d.Get("/project/PROJ/role").body.Find("Developers") != nullptr);
  CHECK(d.Get("/project/NONE/role").status == 404);
  const auto found = [&](const char* query) {
    return d.Get(std::string("/groups/picker?query=") + query).body.At("groups").items.size();
  };
  CHECK(found("Software") == 1);
  CHECK(found("elves") == 0);
  d.jira().Revoke("valise", "USER_PICKER");
  CHECK(found("Software") == 0);
  CHECK(d.Get("/groups/picker?query=x", "").status == 401);
}

TEST_CASE("restricted comments are invisible to others and cannot name unknown roles (12)") {
  Driver d;
  const std::string key = d.Create("x");
  const std::string body =
      R"({"body":"secret","visibility":{"type":"role","value":"Administrators"}})";
  CHECK(d.Post("/issue/" + key + "/comment", body, "admin-token").status == 201);
  CHECK(d.Get("/issue/" + key + "/comment").body.At("comments").items.empty());
  CHECK(d.Get("/issue/" + key + "/comment", "admin-token").body.At("comments").items.size() == 1);
  CHECK(d.Field(key, "comment").find("secret") == std::string::npos);
  const Answer refused = d.Post("/issue/" + key + "/comment", body);
  CHECK(refused.body.At("errors").Text("commentLevel") ==
        "You are currently not a member of the project role: Administrators.");
  const Answer unknown = d.Post("/issue/" + key + "/comment",
                                R"({"body":"s","visibility":{"type":"group","value":"elves"}})");
  CHECK(unknown.body.At("errors").Text("commentLevel") == "Group: elves does not exist.");
}

TEST_CASE("an edit that gives no visibility may make a restricted comment public (pitfall 12)") {
  Options options;
  options.comment_edit_opens = true;
  Driver d(options);
  const std::string key = d.Create("x");
  const std::string to = R"(,"visibility":{"type":"role","value":"Administrators"}})";
  const std::string comments = "/issue/" + key + "/comment";
  const std::string id =
      d.Post(comments, R"({"body":"one")" + to, "admin-token").body.Text("id");
  d.Put(comments + "/" + id, R"({"body":"two")" + to, "admin-token");
  CHECK(d.Get(comments).body.At("comments").items.empty());
  d.Put(comments + "/" + id, R"({"body":"three"})", "admin-token");
  CHECK(d.Get(comments).body.At("comments").items.size() == 1);
}

TEST_CASE("comments come in pages, 50 at a time since 10 (pitfall 13)") {
  for (const std::string version : {"9.12", "10.3"}) {
    Options options;
    options.version = version;
    Driver d(options);
    const std::string key = d.Create("x");
    for (int i = 0; i < 60; ++i) Comment(d, key, std::to_string(i));
    const Answer all = d.Get("/issue/" + key + "/comment");
    CHECK(all.body.At("comments").items.size() == (version == "10.3" ? 50 : 60));
    CHECK(all.body.Text("total") == "60");
    const Answer page =
        d.Get("/issue/" + key + "/comment?startAt=58&maxResults=10&orderBy=created");
    REQUIRE(page.body.At("comments").items.size() == 2);
    CHECK(page.body.At("comments").items[0].Text("body") == "58");
    const Answer back = d.Get("/issue/" + key + "/comment?maxResults=1&orderBy=-created");
    CHECK(back.body.At("comments").items.at(0).Text("body") == "59");
  }
}

}  // namespace
}  // namespace valise::standin
