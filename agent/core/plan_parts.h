// What the planners of fields and of objects share.
#pragma once

#include <vector>

#include "agent/core/plan.h"
#include "agent/core/view.h"

namespace valise {

inline constexpr char kLinkEnded[] = "link-ended";
inline constexpr std::size_t kElementsMax = 500;  // of one set in one write; then the next round
// Of the values of one write: what it writes is kept as one record, whose bound is limits.h's.
inline constexpr std::size_t kWriteBytesMax = 256U << 10;

// Room in one write. The first value always has it; what has none waits for the next round.
class Room {
 public:
  bool Take(const RegisterKey& key, const RegisterBase& base) {
    const std::size_t value =
        base.agreed ? base.agreed->text.size() + base.agreed->detail.size() : 0;
    const std::size_t bytes = key.field.size() + key.element.size() + value + 64;
    if (taken_ > 0 && taken_ + bytes > kWriteBytesMax) return false;
    taken_ += bytes;
    return true;
  }

 private:
  std::size_t taken_ = 0;
};

// Null unless it is pending.
// What is to be written of a field that this type of issues lacks waits for another type.
void SetAside(const std::string& field, IssueBase& base);
RegisterBase* PendingRegister(IssueBase& base, const RegisterKey& key);
// Jira shows what is agreed already.
void SettleRegister(RegisterBase& base, const Id& seen);

// Whether an element that is to be shown can be; otherwise it is held, taken as it is, or its name
// is wanted, as the binding says (plan_names.cc).
bool MayShow(const FieldBinding& binding, const std::string& name, const RegisterKey& key,
             const Neighbours& neighbours, Plan& plan);
// What was held for a name that is here by now is pending again.
void FreeNames(const Terms& terms, const Neighbours& neighbours, IssueBase& base);

// Jira takes the first original estimate for what remains, too, unless it is told what does: where
// that is a field of its own here, it stays empty. `local`: as shown, without fields on a create.
void KeepRemaining(const Terms& terms, const std::optional<std::string>& type,
                   const LocalIssue& local, PlannedWrite& write);

// What Jira is to be told for the local value of an issue or a sprint: a key, a number; other kinds
// are told as they are. nullopt: it is held now, or waits for its target.
std::optional<LocalField> InJirasForm(const FieldBinding& binding, const RegisterKey& key,
                                      LocalField wanted, const Neighbours& neighbours, Plan& plan);
// What was held for a target or a sprint that is here by now is pending again.
void FreeTargets(const Terms& terms, const Neighbours& neighbours, IssueBase& base);
// Whether a link or field that is held for its target is to be looked at again.
bool IsTargetHoldOver(const Neighbours& neighbours, const std::string& held, const Id& target,
                      bool has_ended);

// The rest of a create: everything that cannot go into the POST itself.
Plan PlanAfterCreate(const Terms& terms, IssueBase base, const std::string& initial_status,
                     const Neighbours& neighbours);

std::vector<PlannedWrite> PlanObjects(const Terms& terms, const LocalIssue& local,
                                      const Directory& directory, const Neighbours& neighbours,
                                      Plan& plan);

}  // namespace valise
