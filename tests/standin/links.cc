// Links between issues of this Jira.
#include <algorithm>

#include "tests/standin/edit.h"
#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"

namespace valise::standin {
namespace {

IssuePtr NamedIssue(const Call& call, const JsonValue& value) {
  const std::string key = value.Text("key");
  return call.model.FindIssue(key.empty() ? value.Text("id") : key);
}

ChangeItem LinkItem(const std::string& phrase, const std::string& other, bool added) {
  const std::string text = "This issue " + phrase + " " + other;
  if (added) return {"Link", "jira", {}, {}, other, text};
  return {"Link", "jira", other, text, {}, {}};
}

void ChangeEnd(Call& call, std::uint64_t issue_id, const Link& link, const ChangeItem& item,
               bool added) {
  const auto found = call.model.issues.find(issue_id);
  if (found == call.model.issues.end()) return;
  Issue draft = *found->second;
  if (added)
    draft.links.push_back(link.id);
  else
    std::erase(draft.links, link.id);
  CommitItems(call, std::move(draft), {item}, JsonValue(), call.model.options.link_touches);
}

void ChangeEnds(Call& call, const Link& link, const LinkType& type, bool added) {
  const auto source = call.model.issues.find(link.source);
  const auto destination = call.model.issues.find(link.destination);
  const std::string source_key = source->second->key, destination_key = destination->second->key;
  ChangeEnd(call, link.source, link, LinkItem(type.outward, destination_key, added), added);
  ChangeEnd(call, link.destination, link, LinkItem(type.inward, source_key, added), added);
}

const Link* FindLink(const Call& call) {
  for (const auto& [id, link] : call.model.links) {
    if (std::to_string(id) == call.args[0]) return &link;
  }
  return nullptr;
}

void WriteEnd(JsonWriter& out, const Model& model, const char* name, std::uint64_t id) {
  const Issue& issue = *model.issues.at(id);
  out.Key(name).Open('{').Field("id", std::to_string(id)).Field("key", issue.key);
  out.Field("self", model.Rest("/issue/" + std::to_string(id))).Close('}');
}

void WriteLinkType(JsonWriter& out, const Model& model, const LinkType& type) {
  out.Open('{').Field("id", type.id).Field("name", type.name);
  out.Field("inward", type.inward).Field("outward", type.outward);
  out.Field("self", model.Rest("/issueLinkType/" + type.id)).Close('}');
}

Response NoLink(const Call& call) {
  return Fail(404, "No issue link with id '" + call.args[0] + "' exists.");
}

}  // namespace

Response GetLinkTypes(Call& call) {
  JsonWriter out;
  out.Open('{').Key("issueLinkTypes").Open('[');
  for (const LinkType& type : call.model.link_types) WriteLinkType(out, call.model, type);
  return Json(200, out.Close(']').Close('}').Take());
}

// inwardIssue is the SOURCE: it "blocks" the outward one (pitfall 23). 201, empty, no id.
Response CreateLink(Call& call) {
  const IssuePtr source = NamedIssue(call, call.body.At("inwardIssue"));
  const IssuePtr destination = NamedIssue(call, call.body.At("outwardIssue"));
  const bool are_seen = source != nullptr && destination != nullptr &&
                        MaySee(call.model, *source, call.user) &&
                        MaySee(call.model, *destination, call.user);
  if (!are_seen) return Fail(404, "Issue Does Not Exist");
  if (!call.May("LINK_ISSUES"))
    return Forbidden(call, "No Link Issue Permission for issue '" + source->key + "'");
  const JsonValue& named = call.body.At("type");
  const LinkType* type = ByName(call.model.link_types, named.Text("name"));
  if (type == nullptr) type = ById(call.model.link_types, named.Text("id"));
  if (type == nullptr) {
    return Fail(404, "No issue link type with name '" + named.Text("name") + "' found.");
  }
  if (source->archived_ms != 0 || destination->archived_ms != 0) {
    return Fail(403, "An archived issue cannot be changed.");
  }
  const std::uint64_t id = call.model.next_other++;
  const Link link{id, source->id, destination->id, type->id};
  call.model.links[id] = link;
  ChangeEnds(call, link, *type, true);
  return Empty(201);
}

Response GetLink(Call& call) {
  const Link* link = FindLink(call);
  const auto seen = [&](std::uint64_t id) {
    return MaySee(call.model, *call.model.issues.at(id), call.user);
  };
  if (link == nullptr || !seen(link->source) || !seen(link->destination)) return NoLink(call);
  JsonWriter out;
  out.Open('{')
      .Field("id", call.args[0])
      .Field("self", call.model.Rest("/issueLink/" + call.args[0]));
  out.Key("type");
  WriteLinkType(out, call.model, *ById(call.model.link_types, link->type));
  WriteEnd(out, call.model, "inwardIssue", link->source);
  WriteEnd(out, call.model, "outwardIssue", link->destination);
  return Json(200, out.Close('}').Take());
}

Response DeleteLink(Call& call) {
  const Link* found = FindLink(call);
  if (found == nullptr) return NoLink(call);
  if (!call.May("LINK_ISSUES")) return Forbidden(call, "No Link Issue Permission");
  const Link link = *found;
  ChangeEnds(call, link, *ById(call.model.link_types, link.type), false);
  call.model.links.erase(link.id);
  return Empty(204);
}

}  // namespace valise::standin
