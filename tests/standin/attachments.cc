// Attachments (pitfall 15): immutable, added and deleted, never changed.
#include <algorithm>

#include "tests/standin/auth.h"
#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/render_parts.h"
#include "tests/standin/workflow.h"

namespace valise::standin {
namespace {

Response Page(int status, const std::string& text) {
  Response response;
  response.status = status;
  response.headers["Content-Type"] = "text/html;charset=UTF-8";
  response.body = text;
  return response;
}

// What a browser gets that is not logged in: the form, with 200 (pitfall 15).
Response LoginPage(const Model& model) {
  Response response =
      Page(200,
           "<!DOCTYPE html><html><head><title>Log in - Stand-in Jira</title></head>"
           "<body><form action=\"" +
               model.options.base_url + "/login.jsp\" method=\"post\"></form></body></html>");
  response.headers["X-Seraph-LoginReason"] = "OUT";
  return response;
}

// The attachment with that id and its issue, if the caller may see it.
const Attachment* SeenAttachment(const Call& call, const std::string& id, IssuePtr* issue) {
  const auto owner = call.model.issue_by_attachment.find(NumberOf(id));
  if (owner == call.model.issue_by_attachment.end()) return nullptr;
  *issue = call.model.issues.at(owner->second);
  if (!MaySee(call.model, **issue, call.user)) return nullptr;
  const auto found = std::find_if((*issue)->attachments.begin(), (*issue)->attachments.end(),
                                  [&](const Attachment& one) { return one.id == owner->first; });
  return found == (*issue)->attachments.end() ? nullptr : &*found;
}

Response NoAttachment(const std::string& id) {
  return Fail(404, "The attachment with id '" + id + "' does not exist");
}

std::string TypeFor(const Part& part) {
  if (!part.type.empty()) return part.type;
  const std::string lower = Lower(part.filename);
  if (lower.ends_with(".txt") || lower.ends_with(".log")) return "text/plain";
  if (lower.ends_with(".png")) return "image/png";
  if (lower.ends_with(".jpg") || lower.ends_with(".jpeg")) return "image/jpeg";
  if (lower.ends_with(".pdf")) return "application/pdf";
  return "application/octet-stream";
}

// Nothing is stored unless every part can be. Null status: all is well.
Response CheckParts(const Call& call, const std::vector<Part>& parts) {
  std::uint64_t total = 0;
  for (const Part& part : parts) {
    total += part.size;
    if (part.is_extended) return Fail(500, "Internal server error");  // pitfall 15
    if (part.content == nullptr) return Fail(500, "The file cannot be stored.");
    if (part.filename.empty()) return Fail(400, "The file name is missing.");
  }
  if (total > call.model.options.attachment_limit) {
    return Fail(413, "The request was rejected because its size (" + std::to_string(total) +
                         ") exceeds the configured maximum (" +
                         std::to_string(call.model.options.attachment_limit) + ")");
  }
  return Empty(0);
}

Attachment Store(Call& call, const Issue& issue, const Part& part) {
  Attachment made{call.model.next_attachment++,
                  part.filename,
                  call.user->key,
                  TypeFor(part),
                  call.now_ms,
                  static_cast<std::int64_t>(part.size),
                  part.content};
  Issue draft = *call.model.issues.at(issue.id);
  draft.attachments.push_back(made);
  call.model.issue_by_attachment[made.id] = issue.id;
  const ChangeItem item{"Attachment", "jira", {}, {}, std::to_string(made.id), made.filename};
  CommitItems(call, std::move(draft), {item}, JsonValue());
  return made;
}

bool MayDelete(const Call& call, const Attachment& attachment) {
  const bool own = attachment.author == call.user->key;
  return call.May("DELETE_ALL_ATTACHMENTS") || (own && call.May("DELETE_OWN_ATTACHMENTS"));
}

// RFC 6266 with the name in RFC 5987 form, as Jira sends it.
std::string Disposition(const std::string& filename) {
  return "attachment; filename*=UTF-8''" + PercentEncoded(filename) + ";";
}

}  // namespace

Response GetAttachmentMeta(Call& call) {
  JsonWriter out;
  out.Open('{').FieldBool("enabled", call.model.options.attachments_enabled);
  out.FieldInt("uploadLimit", static_cast<std::int64_t>(call.model.options.attachment_limit));
  return Json(200, out.Close('}').Take());
}

Response AddAttachments(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  if (!call.model.options.attachments_enabled) return Fail(404, "Attachments are disabled.");
  if (!IsMultipart(Header(call.request, "content-type"))) {
    return Json(415, R"({"status-code":415,"message":"Unsupported Media Type"})");
  }
  if (!call.May("CREATE_ATTACHMENTS") || !IsEditableStep(call.model, *issue)) {
    return Forbidden(call, "You do not have permission to create attachments for this issue.");
  }
  std::vector<Part> files;
  for (const Part& part : call.request.parts) {
    if (part.name == "file") files.push_back(part);
  }
  const Response refusal = CheckParts(call, files);
  if (refusal.status != 0) return refusal;
  JsonWriter out;
  out.Open('[');
  for (const Part& part : files) {
    WriteAttachment(out, call.model, Store(call, *issue, part), true);
  }
  return Json(200, out.Close(']').Take());
}

Response GetAttachment(Call& call) {
  IssuePtr issue;
  const Attachment* attachment = SeenAttachment(call, call.args[0], &issue);
  if (attachment == nullptr) return NoAttachment(call.args[0]);
  JsonWriter out;
  WriteAttachment(out, call.model, *attachment, false);
  return Json(200, out.Take());
}

Response DeleteAttachment(Call& call) {
  IssuePtr issue;
  const Attachment* attachment = SeenAttachment(call, call.args[0], &issue);
  if (attachment == nullptr) return NoAttachment(call.args[0]);
  if (!MayDelete(call, *attachment) || !IsEditableStep(call.model, *issue)) {
    return Forbidden(call,
                     "You do not have permission to delete attachment with id: " + call.args[0]);
  }
  const ChangeItem item{"Attachment", "jira", call.args[0], attachment->filename, {}, {}};
  Issue draft = *issue;
  std::erase_if(draft.attachments,
                [&](const Attachment& one) { return std::to_string(one.id) == call.args[0]; });
  call.model.issue_by_attachment.erase(NumberOf(call.args[0]));
  CommitItems(call, std::move(draft), {item}, JsonValue(),
              call.model.options.attachment_delete_touches);
  return Empty(204);
}

Response Download(Call& call) {
  if (call.user == nullptr) return LoginPage(call.model);
  IssuePtr issue;
  const Attachment* attachment = SeenAttachment(call, call.args[0], &issue);
  if (attachment == nullptr) {
    const bool exists = call.model.issue_by_attachment.contains(NumberOf(call.args[0]));
    return Page(exists ? 403 : 404, "<html><head><title>Error</title></head></html>");
  }
  Response response;
  response.headers["Content-Type"] = attachment->mime_type;
  response.headers["Content-Disposition"] = Disposition(attachment->filename);
  response.headers["X-Content-Type-Options"] = "nosniff";
  response.content = attachment->content != nullptr
                         ? attachment->content
                         : MadeUp(attachment->id, static_cast<std::uint64_t>(attachment->size));
  return response;
}

}  // namespace valise::standin
