#include "agent/core/decide.h"

#include "agent/core/objects.h"

namespace valise {
namespace {

// Deletion wins over everything, whoever made it and whenever (design, section 8).
Decision DecidePresence(const RegisterBase& base, const Register& incoming) {
  const bool is_gone_here = base.version != Version{} && !base.agreed;
  if (is_gone_here == !incoming.value) {
    return incoming.version > base.version ? Decision::kStands : Decision::kKnown;
  }
  return is_gone_here ? Decision::kKnown : Decision::kStands;
}

Decision DecideBySite(const Terms& terms, std::uint32_t winner, const RegisterBase& base,
                      const Register& incoming) {
  if (winner == terms.peer_site) return Decision::kStands;
  // A change of the other side stands only if it was made on the winner's own newest version.
  return incoming.seen == base.own_newest ? Decision::kStands : Decision::kLoses;
}

}  // namespace

bool IsField(const RegisterKey& key) {
  return key.kind == RegisterKind::kField || key.kind == RegisterKind::kElement;
}

ConflictRule RuleOf(const Terms& terms, const RegisterKey& key) {
  return IsField(key) ? terms.contract.RuleFor(key.field) : terms.contract.conflict;
}

Direction DirectionOf(const Terms& terms, const RegisterKey& key) {
  if (IsField(key)) return terms.contract.DirectionOf(key.field);
  const auto kind = ObjectKindOf(key.kind);
  return kind ? DirectionOf(terms.contract, *kind) : terms.contract.links_from;
}

bool IsElementOf(const RegisterKey& key, const std::string& field) {
  return key.kind == RegisterKind::kElement && key.field == field;
}

bool MayEdit(const Terms& terms, const RegisterKey& key, std::uint32_t site) {
  if (!terms.switches.one_way) return true;
  const Direction direction = DirectionOf(terms, key);
  return !direction.owner || *direction.owner == site;
}

Decision Decide(const Terms& terms, const RegisterBase& base, const Register& incoming) {
  if (!MayEdit(terms, incoming.key, terms.peer_site)) return Decision::kRefused;
  if (!terms.switches.versions) return Decision::kStands;
  if (incoming.key.kind == RegisterKind::kElement && !terms.switches.set_elements) {
    return Decision::kStands;
  }
  if (incoming.version <= base.peer_newest) return Decision::kKnown;
  if (IsPresence(incoming.key.kind)) return DecidePresence(base, incoming);
  const bool is_one_way = DirectionOf(terms, incoming.key).owner.has_value();
  if (is_one_way && terms.switches.one_way) return Decision::kStands;
  const ConflictRule rule = RuleOf(terms, incoming.key);
  if (rule.site) return DecideBySite(terms, *rule.site, base, incoming);
  return incoming.version > base.version ? Decision::kStands : Decision::kLoses;
}

}  // namespace valise
