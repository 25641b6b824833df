// Which files of contents may go (agent/DESIGN.md, "Contents"). A file stays while a row names it:
// an outgoing content that a change without an outcome uses, or an incoming one.
#pragma once

#include <vector>

#include "agent/site.h"

namespace valise {

// After the commit that forgot these rows: their files, unless another row names them too.
void RemoveContentFiles(World& world, const std::vector<Digest>& forgotten);

// Every file that no row names. Only while no operation is under way: one that is may have fetched
// a file that its next commit names.
void SweepContentFiles(World& world);

// Forgets what nobody uses or wants any more, as of `arrived_before_ms`, in a transaction of its
// own, and removes its files.
Result<void> PruneContents(World& world, std::int64_t arrived_before_ms);

}  // namespace valise
