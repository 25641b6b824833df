#include "agent/content_files.h"

#include <set>

namespace valise {
namespace {

std::set<std::string> NamedByRows(const Store& store) {
  std::set<std::string> names;
  for (const Digest& content : store.OutgoingContents()) names.insert(WholeName(content));
  for (const Store::IncomingContent& content : store.IncomingContents()) {
    if (content.state == Store::ContentState::kPartial) names.insert(PartName(content.content));
    if (content.state == Store::ContentState::kWhole) names.insert(WholeName(content.content));
  }
  return names;
}

// What cannot be removed now no row names either: the next sweep finds it.
void Remove(World& world, const std::string& name) {
  const Result<void> removed = world.contents.Remove(name);
  if (removed.ok()) return;
  world.log.Write(LogLevel::kWarning, "content not removed",
                  {{"name", name}, {"code", removed.error().code}});
}

}  // namespace

void RemoveContentFiles(World& world, const std::vector<Digest>& forgotten) {
  for (const Digest& content : forgotten) {
    const Store::ContentState state = world.store.IncomingContentState(content);
    const bool is_whole_named = state == Store::ContentState::kWhole ||
                                world.store.IsContentOutgoing(content);
    if (!world.store.healthy()) return;  // a failed read names nothing
    if (!is_whole_named) Remove(world, WholeName(content));
    if (state != Store::ContentState::kPartial) Remove(world, PartName(content));
  }
}

void SweepContentFiles(World& world) {
  const std::set<std::string> named = NamedByRows(world.store);
  if (!world.store.healthy()) return;  // a failed read names nothing
  for (const std::string& name : world.contents.Names()) {
    if (!named.contains(name)) Remove(world, name);
  }
}

Result<void> PruneContents(World& world, std::int64_t arrived_before_ms) {
  Store& store = world.store;
  store.Begin();
  std::vector<Digest> forgotten = store.UnusedContents();
  for (const Digest& content : forgotten) store.ForgetOutgoingContent(content);
  for (const Digest& content : store.UnwantedContents(arrived_before_ms)) {
    store.ForgetIncomingContent(content);
    forgotten.push_back(content);
  }
  TRY(store.Commit());
  RemoveContentFiles(world, forgotten);
  return Ok();
}

}  // namespace valise
