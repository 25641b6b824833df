// Parts of an issue that are things of their own: people, the project, other issues, comments.
#pragma once

#include <cstdint>
#include <string>

#include "tests/standin/json_writer.h"
#include "tests/standin/model.h"

namespace valise::standin {

void WriteUser(JsonWriter& out, const Model& model, const std::string& key);
void WriteProject(JsonWriter& out, const Model& model, const ProjectNames& names);

// An issue as it appears inside another one.
void WriteStub(JsonWriter& out, const Model& model, std::uint64_t id);
// Without those that the viewer may not see.
void WriteLinks(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer);
void WriteSubtasks(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer);
void WriteComments(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer);
// In an issue and after an upload with its id; its own resource lacks it.
void WriteAttachment(JsonWriter& out, const Model& model, const Attachment& attachment,
                     bool with_id);
void WriteAttachments(JsonWriter& out, const Model& model, const Issue& issue);

void WriteWorklog(JsonWriter& out, const Model& model, const Issue& issue, const Worklog& worklog);
// Those that the viewer may see, at most so many; `total` counts all of them.
void WriteWorklogPage(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer,
                      std::size_t count_max);

// The thing with that id as JSON, or null.
template <typename T>
void WriteNamed(JsonWriter& out, const std::vector<T>& all, const std::string& id) {
  const T* one = ById(all, id);
  if (one == nullptr) {
    out.Null();
  } else {
    out.Raw(one->json);
  }
}

}  // namespace valise::standin
