// Users, types, statuses and the like: how they come into the model, and their JSON.
#include <algorithm>

#include "tests/standin/json_writer.h"
#include "tests/standin/model.h"
#include "tests/standin/zone.h"

namespace valise::standin {
namespace {

template <typename T>
void Put(std::vector<T>& all, T one) {
  const auto same =
      std::find_if(all.begin(), all.end(), [&](const T& t) { return t.id == one.id; });
  if (same == all.end()) {
    all.push_back(std::move(one));
  } else {
    *same = std::move(one);
  }
}

std::string Slug(const std::string& name) {
  std::string slug = Lower(name);
  slug.erase(std::remove_if(slug.begin(), slug.end(),
                            [](char c) { return (c < 'a' || c > 'z') && (c < '0' || c > '9'); }),
             slug.end());
  return slug;
}

struct Category {
  int id;
  const char *key, *color, *name;
};

Category CategoryOf(int id) {
  switch (id) {
    case 3:
      return {3, "done", "green", "Done"};
    case 4:
      return {4, "indeterminate", "yellow", "In Progress"};
    case 2:
      return {2, "new", "blue-gray", "To Do"};
    default:
      return {1, "undefined", "medium-gray", "No Category"};
  }
}

}  // namespace

void Model::AddUser(User user) {
  if (user.key.empty()) user.key = user.name;
  if (user.email.empty()) user.email = user.name + "@example.com";
  if (user.time_zone.empty() || !IsKnownZone(user.time_zone)) user.time_zone = options.time_zone;
  JsonWriter out;
  const std::string avatar = options.base_url + "/secure/useravatar?";
  out.Open('{').Field("self", Rest("/user?username=" + user.name)).Field("name", user.name);
  out.Field("key", user.key).Field("emailAddress", user.email);
  out.Key("avatarUrls").Open('{').Field("48x48", avatar + "avatarId=10122");
  out.Field("24x24", avatar + "size=small&avatarId=10122");
  out.Field("16x16", avatar + "size=xsmall&avatarId=10122");
  out.Field("32x32", avatar + "size=medium&avatarId=10122").Close('}');
  out.Field("displayName", user.display_name).FieldBool("active", user.active);
  out.Field("timeZone", user.time_zone).Close('}');
  user.json = out.Take();
  user_key_by_name[Lower(user.name)] = user.key;
  users[user.key] = std::move(user);
}

void Model::AddType(IssueType type) {
  JsonWriter out;
  out.Open('{').Field("self", Rest("/issuetype/" + type.id)).Field("id", type.id);
  out.Field("description", type.description);
  out.Field("iconUrl", options.base_url + "/images/icons/issuetypes/" + Slug(type.name) + ".svg");
  out.Field("name", type.name).FieldBool("subtask", type.subtask).Close('}');
  type.json = out.Take();
  Put(types, std::move(type));
}

void Model::AddStatus(Status status) {
  const Category category = CategoryOf(status.category);
  JsonWriter out;
  out.Open('{').Field("self", Rest("/status/" + status.id));
  out.Field("description", status.description);
  out.Field("iconUrl", options.base_url + "/images/icons/statuses/" + Slug(status.name) + ".png");
  out.Field("name", status.name).Field("id", status.id);
  out.Key("statusCategory").Open('{');
  out.Field("self", Rest("/statuscategory/" + std::to_string(category.id)));
  out.FieldInt("id", category.id).Field("key", category.key);
  out.Field("colorName", category.color).Field("name", category.name).Close('}').Close('}');
  status.json = out.Take();
  Put(statuses, std::move(status));
}

void Model::AddPriority(Priority priority) {
  JsonWriter out;
  out.Open('{').Field("self", Rest("/priority/" + priority.id));
  const std::string icon = "/images/icons/priorities/" + Slug(priority.name) + ".svg";
  out.Field("iconUrl", options.base_url + icon);
  out.Field("name", priority.name).Field("id", priority.id).Close('}');
  priority.json = out.Take();
  Put(priorities, std::move(priority));
}

void Model::AddResolution(Resolution resolution) {
  JsonWriter out;
  out.Open('{').Field("self", Rest("/resolution/" + resolution.id)).Field("id", resolution.id);
  out.Field("description", resolution.description).Field("name", resolution.name).Close('}');
  resolution.json = out.Take();
  Put(resolutions, std::move(resolution));
}

void Model::AddVersion(Version version) {
  JsonWriter out;
  out.Open('{').Field("self", Rest("/version/" + version.id)).Field("id", version.id);
  out.FieldIf("description", version.description).Field("name", version.name);
  out.FieldBool("archived", version.archived).FieldBool("released", version.released);
  out.FieldIf("startDate", version.start_date).FieldIf("releaseDate", version.release_date);
  version.json = out.Close('}').Take();
  Put(versions, std::move(version));
}

void Model::AddComponent(Component component) {
  JsonWriter out;
  out.Open('{').Field("self", Rest("/component/" + component.id)).Field("id", component.id);
  out.Field("name", component.name).FieldIf("description", component.description);
  component.json = out.Close('}').Take();
  Put(components, std::move(component));
}

}  // namespace valise::standin
