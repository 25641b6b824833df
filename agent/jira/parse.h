// Pieces that several parsers share; not for use outside agent/jira.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/local.h"
#include "agent/jira/answers.h"
#include "agent/jira/fields.h"
#include "agent/jira/json.h"
#include "packet/result.h"

namespace valise::jira {

// An Error "VAL-JIRA-FORMAT": `what` lacks the member or holds something else there.
Error BadMember(const char* what, const char* member);

FieldInfo ReadFieldInfo(const Json& json);
// A time that must be there, or may be absent (0).
Result<std::int64_t> ReadTime(const Json& object, const char* member, const char* what);
Result<std::int64_t> ReadOptionalTime(const Json& object, const char* member, const char* what);
std::uint64_t ReadCount(const Json& json);  // 0 for anything but a natural number

Result<LocalObject> ReadCommentJson(const Json& json);
std::string ReadVisibility(const Json& json);  // LocalObject::visible_to
Result<LocalObject> ReadWorkLogJson(const Json& json);
Result<LocalObject> ReadAttachmentJson(const Json& json);
Result<LocalLink> ReadLinkJson(const Json& json);
// A short form of what of an issue's `fields` may change without its `updated` (pitfall 8): which
// work logs, attachments and links from here it shows, and when a work log was edited last. Of
// links those whose type is one of `link_types`, so that one which was read while its type had no
// word shows as new once it has one. Made of a search hit and of a whole read alike, of the page of
// work logs as embedded (pitfall 14). Zero: it shows none of them.
Digest DigestOfParts(const Json& fields, const std::set<std::string>& link_types);
// Whether a page that is embedded in an issue is there and whole.
bool IsWhole(const Json& page, const Json& list);
// Where an attachment is downloaded, below the base URL: path and query of its `content` from
// "/secure/attachment/" on, whatever host stands before (pitfall 15). Never holds a blank, control
// or non-ASCII octet, nor a step up.
std::string DownloadPath(std::string_view content, std::string_view id, std::string_view name);
// A list of objects, each read by `read`; none where `list` is no array.
Result<std::vector<LocalObject>> ReadObjects(const Json& list,
                                             Result<LocalObject> (*read)(const Json&));
// The value of a property in [{key, value}], {"key": value} or {"properties": {"key": value}}.
const Json* FindProperty(const Json& properties, std::string_view key);
std::string ReadMarkerProperty(const Json& properties);
// The value of a comment's property "sd.public.comment"; some versions give it as JSON in a string.
bool SaysInternal(const Json& value);
// Names of the allowedValues that a field of createmeta, editmeta or a transition lists.
std::vector<std::string> ReadAllowed(const Json& meta);

// One page of metadata. Its end is told by isLast or by its numbers, depending on the version; an
// empty page is the last, so that reading pages ends.
template <typename T>
Result<MetaPage<T>> ReadPage(const HttpResponse& response, Result<T> (*read)(const Json&)) {
  const Json json = TRY(ParseJson(response.body));
  const Json& values = json["values"];
  if (!values.is_array()) return BadMember("page of metadata", "values");
  MetaPage<T> page;
  page.start_at = ReadCount(json["startAt"]);
  page.total = ReadCount(json["total"]);
  for (const Json& item : values.items) page.values.push_back(TRY(read(item)));
  const bool is_end = values.items.empty() || page.start_at + values.items.size() >= page.total;
  page.is_last = json.Has("isLast") ? json["isLast"].IsTrue() || values.items.empty() : is_end;
  return page;
}

}  // namespace valise::jira
