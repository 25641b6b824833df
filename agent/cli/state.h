// The state folder as commands see it: read beside a running agent, written only by request or
// under the lock.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/config.h"
#include "agent/store/store.h"
#include "packet/result.h"

namespace valise::cli {

std::string DatabaseFile(const Config& config);
// Errors: VAL-STATE-NONE (nothing has run here yet), those of Store::Open.
Result<std::unique_ptr<Store>> OpenForReading(const Config& config);
// "PROJ-12", "12345" (Jira's id is not asked for), or the 26 letters of an issue id.
std::optional<Id> FindIssue(const Store& store, const std::string& name);
// "PROJ-12", or the issue id where there is no key.
std::string IssueName(const Store& store, const Id& issue_id);
// As Describe, with the key of the issue that a link leads to.
std::string DescribeHere(const Store& store, const RegisterKey& key);
// After reading: what went wrong meanwhile, if anything.
Result<void> CheckRead(const Store& store);

}  // namespace valise::cli
