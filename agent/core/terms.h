// What every rule looks at: the contract, this site's binding, who we are, and what the changelog
// calls each field. Values only.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "agent/core/binding.h"
#include "agent/core/contract.h"
#include "agent/core/settings.h"
#include "agent/core/switches.h"

namespace valise {

// Accounts of this Jira that were found for people of the peer, beside those of [bind.users].
struct KnownPeople {
  std::map<std::string, std::string> by_alias;  // of the contract's people
  std::map<std::string, std::string> by_name;   // display name; empty account: nobody, or several
};

struct Terms {
  Contract contract;
  Binding binding;
  Settings settings;
  Switches switches;
  std::uint32_t own_site = 0;
  std::uint32_t peer_site = 1;
  std::string channel_tag;                            // 8 characters of its id; in every marker
  Id project_id;                                      // ProjectIdOf the channel (project.h)
  std::string own_user;                               // the sync user's account name
  KnownPeople people;                                 // learnt (JiraSide)
  std::map<std::string, std::string> history_names;   // Jira field id -> name in the changelog
};

// Account name -> display name, learnt from Jira's answers. People never travel as accounts.
using Directory = std::map<std::string, std::string>;

// The peer's key of an issue -> its key here: of those that the texts at hand name and that are in
// this Jira (key_text.h).
using PeerKeys = std::map<std::string, std::string>;

}  // namespace valise
