#include "tests/jira/fixture_readers.h"

#include <algorithm>
#include <optional>
#include <set>

#include "agent/jira/agile.h"
#include "agent/jira/answers.h"
#include "agent/jira/json.h"
#include "agent/jira/people.h"
#include "agent/jira/project.h"
#include "agent/jira/times.h"
#include "agent/jira/verdict.h"
#include "tests/jira/doctest.h"
#include "tests/jira/support.h"

namespace valise::jira {
namespace {

using Texts = std::vector<std::string>;

template <typename T>
T Good(Result<T> result) {
  INFO((result.ok() ? "" : result.error().message));
  REQUIRE(result.ok());
  return std::move(result).value();
}

Json Tree(const std::string& text) { return Good(ParseJson(text)); }

std::string In(const std::string& head, const std::string& text) { return head + text + "}"; }

// What the answer itself says, member by member.
Texts Each(const Json& list, const char* member) {
  Texts texts;
  for (const Json& item : list.items) texts.push_back(item[member].String());
  return texts;
}
template <typename T, typename Take>
Texts Each(const std::vector<T>& things, Take take) {
  Texts texts;
  for (const T& thing : things) texts.push_back(take(thing));
  return texts;
}

void CheckTime(std::int64_t ms, const Json& json) { CHECK(ParseJiraTime(json.String()) == ms); }

void CheckUser(const LocalUser& user, const Json& json) {
  CHECK(user.name == json["name"].String());
  CHECK(user.display_name == json["displayName"].String());
}

void CheckObject(const LocalObject& object, const Json& json) {
  CheckUser(object.author, json["author"]);
  CheckTime(object.created_ms, json["created"]);
  CHECK(object.is_restricted == json.Has("visibility"));
  switch (object.kind) {
    case ObjectKind::kComment:
      CHECK(object.body == json["body"].String());
      break;
    case ObjectKind::kWorkLog:
      CHECK(object.body == json["comment"].String());
      CHECK(std::to_string(object.seconds) == json["timeSpentSeconds"].String());
      CheckTime(object.started_ms, json["started"]);
      break;
    case ObjectKind::kAttachment:
      CHECK(object.name == json["filename"].String());
      CHECK(object.mime == json["mimeType"].String());
      CHECK(std::to_string(object.bytes) == json["size"].String());
      CHECK(json["content"].String().ends_with(object.path));
      break;
  }
}

void CheckObjects(const std::vector<LocalObject>& objects, const Json& list) {
  REQUIRE(objects.size() == list.items.size());
  for (std::size_t i = 0; i < objects.size(); ++i) CheckObject(objects[i], list.items[i]);
}

void CheckLinks(const std::vector<LocalLink>& links, const Json& list) {
  REQUIRE(links.size() == list.items.size());
  for (std::size_t i = 0; i < links.size(); ++i) {
    const Json& json = list.items[i];
    CHECK(links[i].is_source == json.Has("outwardIssue"));
    const Json& other = json[links[i].is_source ? "outwardIssue" : "inwardIssue"];
    CHECK(links[i].type == json["type"]["name"].String());
    CHECK(links[i].other_key == other["key"].String());
    CHECK(links[i].other_id == other["id"].String());
  }
}

void CheckHistories(const std::vector<LocalHistory>& histories, const Json& list) {
  REQUIRE(histories.size() == list.items.size());
  for (const Json& json : list.items) {
    const auto entry = std::find_if(histories.begin(), histories.end(), [&](const auto& one) {
      return std::to_string(one.id) == json["id"].String();
    });
    REQUIRE(entry != histories.end());
    CheckTime(entry->created_ms, json["created"]);
    const auto take = [](std::string LocalHistoryItem::*member) {
      return [member](const LocalHistoryItem& item) { return item.*member; };
    };
    CHECK(Each(entry->items, take(&LocalHistoryItem::field)) == Each(json["items"], "field"));
    CHECK(Each(entry->items, take(&LocalHistoryItem::from)) == Each(json["items"], "from"));
    CHECK(Each(entry->items, take(&LocalHistoryItem::to_string)) ==
          Each(json["items"], "toString"));
  }
}

// How a field shows, by what its value looks like; nullopt: nothing that a binding could carry.
std::optional<JsonForm> FormOf(const Json& value) {
  if (value.is_string()) return JsonForm::kString;
  if (value.kind == JsonKind::kNumber) return JsonForm::kNumber;
  if (value.is_array() && !value.items.empty()) {
    const Json& first = value.items.front();
    if (first.is_string()) return JsonForm::kStringArray;
    if (first.Has("displayName")) return JsonForm::kUserArray;
    if (first.Has("value")) return JsonForm::kValueArray;
    return first.Has("name") ? std::optional(JsonForm::kNameArray) : std::nullopt;
  }
  if (value.Has("child")) return JsonForm::kCascade;
  if (value.Has("displayName")) return JsonForm::kUser;
  if (value.Has("value")) return JsonForm::kValue;
  return value.Has("name") ? std::optional(JsonForm::kName) : std::nullopt;
}

// Those with objects of their own, or that are read apart.
bool IsField(const std::string& id) {
  static const std::set<std::string> kApart = {
      "attachment", "comment", "issuelinks", "subtasks",     "worklog",          "parent",
      "progress",   "votes",   "watches",    "timetracking", "aggregateprogress"};
  return !kApart.contains(id);
}

Texts Shown(const Json& value) {
  if (value.is_array()) {
    Texts all;
    for (const Json& item : value.items) {
      for (std::string& text : Shown(item)) all.push_back(std::move(text));
    }
    std::sort(all.begin(), all.end());
    return all;
  }
  if (value.kind == JsonKind::kNumber) return {NormalNumber(value.text).value_or("")};
  if (!value.is_object()) return {value.String()};
  return {value.Has("value") ? value["value"].String() : value["name"].String()};
}

void CheckFields(const std::string& text, const Json& tree) {
  const Json& fields = tree["fields"];
  std::vector<FieldShape> shapes;
  for (std::size_t i = 0; i < fields.names.size(); ++i) {
    const auto form = FormOf(fields.items[i]);
    if (form && IsField(fields.names[i])) {
      shapes.push_back(Shape(fields.names[i], ValueKind::kText, *form));
    }
  }
  const LocalIssue issue = Good(ParseIssue(Answered(text), shapes));
  for (const FieldShape& shape : shapes) {
    CAPTURE(shape.id);
    CHECK(Each(issue.fields.at(shape.id).values, [](const Value& v) { return v.text; }) ==
          Shown(fields[shape.id]));
  }
}

}  // namespace

void ReadIssueFile(const std::string& text) {
  const Json tree = Tree(text);
  const LocalIssue issue = Good(ParseIssue(Answered(text), {}));
  const Json& fields = tree["fields"];
  CHECK(issue.key == tree["key"].String());
  CHECK(issue.type == fields["issuetype"]["name"].String());
  CHECK(issue.status == fields["status"]["name"].String());
  CheckTime(issue.updated_ms, fields["updated"]);
  CheckUser(issue.reporter, fields["reporter"]);
  CheckObjects(issue.comments, fields["comment"]["comments"]);
  CheckObjects(issue.work_logs, fields["worklog"]["worklogs"]);
  CheckObjects(issue.attachments, fields["attachment"]);
  CheckLinks(issue.links, fields["issuelinks"]);
  CheckHistories(issue.histories, tree["changelog"]["histories"]);
  CheckFields(text, tree);
}

void ReadSearchFile(const std::string& text) {
  const SearchPage page = Good(ParseSearch(Answered(text)));
  const Json tree = Tree(text);
  CHECK(Each(page.hits, [](const SearchHit& hit) { return hit.key; }) ==
        Each(tree["issues"], "key"));
  CHECK(std::to_string(page.total) == tree["total"].String());
}

namespace {

// A single thing is met in a list, or within an issue.
std::string List(const std::string& text) {
  return Tree(text).is_array() ? text : "[" + text + "]";
}

}  // namespace

void ReadNamesFile(const std::string& text) {
  const auto names = Good(ParseNames(Answered(List(text))));
  const Json tree = Tree(List(text));
  CHECK(Each(names, [](const NamedThing& one) { return one.name; }) == Each(tree, "name"));
  CHECK(Each(names, [](const NamedThing& one) { return one.id; }) == Each(tree, "id"));
}

void ReadTypeFile(const std::string& text) {
  const auto types = Good(ParseIssueTypes(Answered(List(text))));
  const Json tree = Tree(List(text));
  CHECK(Each(types, [](const IssueTypeInfo& one) { return one.name; }) == Each(tree, "name"));
  CHECK(types.at(0).is_subtask == tree.items[0]["subtask"].IsTrue());
}

void ReadVersionFile(const std::string& text) {
  const VersionInfo version = Good(ParseVersion(Answered(text)));
  const Json tree = Tree(text);
  CHECK(version.id == tree["id"].String());
  CHECK(version.name == tree["name"].String());
  CHECK(version.description == tree["description"].String());
  CHECK(version.is_archived == tree["archived"].IsTrue());
  CHECK(version.is_released == tree["released"].IsTrue());
  CHECK(version.release_date == tree["releaseDate"].String().substr(0, 10));
}

void ReadComponentFile(const std::string& text) {
  const ComponentInfo component = Good(ParseComponent(Answered(text)));
  const Json tree = Tree(text);
  CHECK(component.id == tree["id"].String());
  CHECK(component.name == tree["name"].String());
  CHECK(component.description == tree["description"].String());
  CheckUser(component.lead, tree["lead"]);
}

void ReadProjectFile(const std::string& text) {
  const Json list = Tree(List(text));
  REQUIRE(!list.items.empty());
  if (Tree(text).is_array()) return;  // valise asks for its own project; a list is never asked for
  const ProjectInfo project = Good(ParseProject(Answered(text)));
  CHECK(project.key == list.items[0]["key"].String());
  CHECK(Each(project.types, [](const IssueTypeInfo& one) { return one.name; }) ==
        Each(list.items[0]["issueTypes"], "name"));
}

void ReadUserFile(const std::string& text) {
  CheckUser(Good(ParseUser(Answered(text))), Tree(text));
  const UserInfo found = Good(ParseUsers(Answered(List(text)))).at(0);
  CHECK(found.email == Tree(text)["emailAddress"].String());
}

void ReadUsersFile(const std::string& text) {
  CHECK(Each(Good(ParseUsers(Answered(text))), [](const UserInfo& one) { return one.name; }) ==
        Each(Tree(text), "name"));
}

void ReadAttachmentFile(const std::string& text) {
  CheckObject(Good(ParseAttachment(Answered(text))), Tree(text));
}

void ReadVisibilityFile(const std::string& text) {
  const std::string comment =
      In(R"({"id":"1","created":"2019-04-01T00:00:00.000+0000","visibility":)", text);
  CHECK(Good(ParseComment(Answered(comment))).is_restricted);
}

void ReadFieldsFile(const std::string& text) {
  const auto fields = Good(ParseFields(Answered(List(text))));
  const Json tree = Tree(List(text));
  CHECK(Each(fields, [](const FieldInfo& one) { return one.id; }) == Each(tree, "id"));
  CHECK(Each(fields, [](const FieldInfo& one) { return one.name; }) == Each(tree, "name"));
}

namespace {

void CheckMeta(const std::vector<MetaField>& fields, const Json& tree) {
  REQUIRE(fields.size() == tree.names.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Json& json = tree.items[i];
    CHECK(fields[i].field.id == tree.names[i]);
    CHECK(fields[i].is_required == json["required"].IsTrue());
    CHECK(fields[i].field.type == json["schema"]["type"].String());
    CHECK(fields[i].field.custom == json["schema"]["custom"].String());
    for (const std::string& name : fields[i].allowed) CHECK(!name.empty());
    const bool is_nested =
        !json["allowedValues"].items.empty() && json["allowedValues"].items[0].is_array();
    const Json& allowed = is_nested ? json["allowedValues"].items[0] : json["allowedValues"];
    CHECK(fields[i].allowed.size() == allowed.items.size());
  }
}

}  // namespace

void ReadFieldMapFile(const std::string& text) {
  CheckMeta(Good(ParseEditMeta(Answered(In("{\"fields\":", text)))), Tree(text));
}

void ReadCreateMetaFile(const std::string& text) {
  const auto types = Good(ParseCreateMetaOld(Answered(text)));
  const Json tree = Tree(text);
  std::size_t at = 0;
  for (const Json& project : tree["projects"].items) {
    for (const Json& type : project["issuetypes"].items) {
      CHECK(types.at(at).type.name == type["name"].String());
      CheckMeta(types.at(at++).fields, type["fields"]);
    }
  }
  CHECK(at == types.size());
}

void ReadTypePageFile(const std::string& text) {
  CHECK(Each(Good(ParseCreateTypes(Answered(text))).values, [](const IssueTypeInfo& one) {
          return one.name;
        }) == Each(Tree(text)["values"], "name"));
}

void ReadOptionFile(const std::string& text) {
  const std::string meta = R"({"fields":{"x":{"allowedValues":[)" + text + "]}}}";
  CHECK(Good(ParseEditMeta(Answered(meta))).at(0).allowed == Texts{Tree(text)["value"].String()});
}

void ReadLinkTypesFile(const std::string& text) {
  const bool is_bare = Tree(text).is_array();
  const std::string whole = is_bare ? In("{\"issueLinkTypes\":", text) : text;
  const auto types = Good(ParseLinkTypes(Answered(whole)));
  const Json tree = Tree(whole);
  CHECK(Each(types, [](const LinkType& one) { return one.inward; }) ==
        Each(tree["issueLinkTypes"], "inward"));
  CHECK(Each(types, [](const LinkType& one) { return one.outward; }) ==
        Each(tree["issueLinkTypes"], "outward"));
}

void ReadBoardsFile(const std::string& text) {
  const auto page = Good(ParseBoards(Answered(text)));
  CHECK(Each(page.values, [](const Board& one) { return one.id; }) ==
        Each(Tree(text)["values"], "id"));
  CHECK(page.is_last);
}

void ReadSprintsFile(const std::string& text) {
  const auto page = Good(ParseSprints(Answered(text)));
  const Json tree = Tree(text);
  CHECK(Each(page.values, [](const Sprint& one) { return one.id; }) == Each(tree["values"], "id"));
  CHECK(Each(page.values, [](const Sprint& one) { return one.state; }) ==
        Each(tree["values"], "state"));
  CHECK(page.is_last == tree["isLast"].IsTrue());
}

void ReadTransitionsFile(const std::string& text) {
  const auto transitions = Good(ParseTransitions(Answered(text)));
  const Json tree = Tree(text);
  CHECK(Each(transitions, [](const LocalTransition& one) { return one.name; }) ==
        Each(tree["transitions"], "name"));
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    CHECK(transitions[i].fields.size() == tree["transitions"].items[i]["fields"].names.size());
  }
}

void ReadPermissionsFile(const std::string& text) {
  const std::set<std::string> granted = Good(ParsePermissions(Answered(text)));
  const Json tree = Tree(text);
  std::size_t count = 0;
  for (const Json& one : tree["permissions"].items) count += one["havePermission"].IsTrue();
  CHECK(granted.size() == count);
}

void ReadServerFile(const std::string& text) {
  const ServerInfo info = Good(ParseServerInfo(Answered(text)));
  CHECK(info.version_text == Tree(text)["version"].String());
  CHECK(info.base_url == Tree(text)["baseUrl"].String());
}

void ReadErrorFile(const std::string& text) {
  const HttpRequest edit{"PUT", "/rest/api/2/issue/1", "{}", {}};
  const Judged judged = Judge(edit, Arrived(400, text));
  const Json tree = Tree(text);
  CHECK(judged.verdict == Verdict::kRefused);
  CHECK(judged.message_count == tree["errorMessages"].items.size());
  CHECK(judged.field_errors.size() == tree["errors"].names.size());
}

void ReadCreatedFile(const std::string& text) {
  CHECK(Good(ParseCreated(Answered(text))).key == Tree(text)["key"].String());
}

void ReadLevelFile(const std::string& text) {
  const auto levels = Good(ParseSecurityLevels(Answered("{\"levels\":[" + text + "]}")));
  CHECK(levels.at(0).name == Tree(text)["name"].String());
}

}  // namespace valise::jira
