// What the operator wished of an issue's registers (`valise map apply`), kept until an operation on
// that issue obeys it. As wishes name the values that the operator saw, they may be obeyed twice.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/reapply.h"
#include "agent/store/store.h"

namespace valise {

// One line of text for a request row and for keeping; nullopt: not made by WishWords.
std::string WishWords(const Id& issue_id, const std::vector<Wish>& wishes);
struct Wishes {
  Id issue_id;
  std::vector<Wish> all;
};
std::optional<Wishes> WishesOf(std::string_view words);

// Inside a transaction. `words` of a request row; the issue to look at, or nullopt: it is not known
// here, or not in this Jira.
std::optional<Store::Work> KeepWishes(Store& store, const std::string& words);
std::string KeptWishes(const Store& store, const Id& issue_id);  // empty: none
std::vector<Wish> ParseKept(std::string_view kept);  // of one register the latest wish
// Inside a transaction: those that were read, and none that came since.
void ForgetWishes(Store& store, const Id& issue_id, const std::string& kept);

}  // namespace valise
