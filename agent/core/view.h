// Local values seen through the binding: what this Jira shows, per register, in contract words; and
// back again. The digest `seen` is always taken on the local side, so a changed binding changes
// nothing by itself.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "agent/core/base.h"
#include "agent/core/local.h"
#include "agent/core/terms.h"
#include "agent/core/words.h"

namespace valise {

struct ViewEntry {
  Id seen;                       // digest of the local value
  std::optional<Value> shared;   // its translation
  bool is_mapped = true;         // false: a local value without a shared name
  std::string local_text;        // for lists of people: the unmapped value
  std::int64_t at_ms = 0;        // when this Jira got the value (changelog, comment, else
                                 // `updated`)
  bool is_automatic = false;     // a rule of this Jira gave it, as far as the changelog tells
  bool is_renamed = false;       // of an element: its local value was seen under another word
};
using LocalView = std::map<RegisterKey, ViewEntry>;

// Every register that this site binds and the issue's type has: fields, parent, key, links, and the
// texts of known comments and work logs. `base` gives the agreed texts whose lines are kept and the
// elements that are gone.
LocalView ViewOf(const Terms& terms, const IssueBase& base, const LocalIssue& local,
                 const Directory& directory, const PeerKeys& keys = {});

// The local value that would show `agreed`, in the binding's template if `site` is the peer, who
// made it; nullopt: the binding has no local value for it.
std::optional<LocalField> ToLocalField(const Terms& terms, const FieldBinding& binding,
                                       const std::optional<Value>& agreed, std::uint32_t site,
                                       const PeerKeys& keys = {});
// `seen` of an element that this local value stands for.
Id SeenElement(const FieldBinding& binding, const Value& local);
// `seen` of an element that was written as it is in `target`.
Id SeenWritten(const Terms& terms, const FieldBinding& binding, const Register& target);
// What Jira shows, without the template that a peer's value stands in here.
std::string WithoutTemplate(const Terms& terms, const FieldBinding& binding,
                            const std::string& shown);
// The contract has the field for issues of that shared type; an unknown type has all.
bool IsFieldOf(const Terms& terms, const std::string& field,
               const std::optional<std::string>& type);
// The agreed type and parent: those of the birth until somebody changed them.
std::string TypeOf(const IssueBase& issue);
Id ParentOf(const IssueBase& issue);  // zero: none
// One scalar local value in contract words; nullopt inside a mapped entry means empty. `agreed` is
// asked for texts, whose lines it keeps, and sprints.
ViewEntry ToSharedField(const Terms& terms, const FieldBinding& binding, const LocalField& field,
                        const std::optional<Value>& agreed, const Directory& directory,
                        const PeerKeys& keys = {});

Id SeenDigest(const LocalField& field);
Id SeenDigest(const std::string& text);  // one text, line ends normalised

}  // namespace valise
