#include "agent/core/translate.h"

#include <algorithm>

#include "agent/core/people.h"
#include "agent/core/text.h"

namespace valise {
namespace {

std::optional<Value> PersonToShared(const Terms& terms, const Value& user) {
  if (const auto alias = AliasOf(terms, user.text)) {
    return Value{terms.contract.people.at(*alias), *alias};
  }
  return Value{user.detail.empty() ? "someone" : user.detail, ""};
}

// An empty value: nobody stands there. Nullopt: that register is held.
std::optional<Value> PersonToLocal(const Terms& terms, const Value& person, bool is_single) {
  if (const auto account = AccountOf(terms, person)) return Value{*account, ""};
  switch (terms.binding.people.unknown) {
    case UnknownPerson::kDefault:
      return Value{is_single ? terms.binding.people.default_user : "", ""};
    case UnknownPerson::kNone:
    case UnknownPerson::kText:
      return Value{};
    case UnknownPerson::kHold:
      break;
  }
  return std::nullopt;
}

std::optional<Value> OptionToShared(const FieldBinding& binding, const Value& local) {
  if (!binding.values) return local;
  const auto shared = binding.values->ToShared(local.text);
  if (!shared) return std::nullopt;
  return Value{*shared, local.detail};
}

// Without the binding's word an option is none of the flag's: its name would leave as it is.
std::optional<Value> FlagToShared(const FieldBinding& binding, const Value& local) {
  return binding.values ? OptionToShared(binding, local) : std::nullopt;
}

std::optional<Value> OptionToLocal(const FieldBinding& binding, const Value& shared) {
  if (!binding.values) return shared;
  const auto local = binding.values->ToLocal(shared.text);
  if (!local) return std::nullopt;
  return Value{*local, shared.detail};
}

std::optional<Value> FlagToLocal(const FieldBinding& binding, const Value& shared) {
  return binding.values ? OptionToLocal(binding, shared) : std::nullopt;
}

}  // namespace

const Value& ScalarOf(const FieldBinding& binding, const LocalField& shown) {
  if (binding.kind != ValueKind::kFlag) return shown.values.front();
  const auto other = std::find_if(shown.values.begin(), shown.values.end(), [&](const Value& one) {
    return !FlagToShared(binding, one);
  });
  return other == shown.values.end() ? shown.values.front() : *other;
}

std::optional<Value> ScalarToShared(const Terms& terms, const FieldBinding& binding,
                                    const Value& local, const std::optional<Value>& agreed,
                                    const Directory& directory, const PeerKeys& keys) {
  switch (binding.kind) {
    case ValueKind::kLine:
      return Value{LineToShared(OneLine(local.text), agreed, terms, keys), ""};
    case ValueKind::kUrl:
      return Value{OneLine(local.text), ""};
    case ValueKind::kText:
      return Value{agreed ? TextToSharedKeeping(local.text, agreed->text, terms, directory, keys)
                          : TextToShared(local.text, terms, directory),
                   ""};
    case ValueKind::kPerson:
      return PersonToShared(terms, local);
    case ValueKind::kPeople:
      return Value{ElementOfPerson(*PersonToShared(terms, local)), ""};
    case ValueKind::kOption:
    case ValueKind::kOptions:
      return OptionToShared(binding, local);
    case ValueKind::kFlag:
      return FlagToShared(binding, local);
    case ValueKind::kIssue:
      return IdFromText(local.text) ? std::optional(local) : std::nullopt;
    case ValueKind::kSprint:
      return local.detail.empty() ? std::optional(local) : std::nullopt;
    default:
      return local;
  }
}

std::optional<Value> ScalarToLocal(const Terms& terms, const FieldBinding& binding,
                                   const Value& shared, const PeerKeys& keys) {
  switch (binding.kind) {
    case ValueKind::kLine:
      return Value{LineToLocal(shared.text, terms, keys), ""};
    case ValueKind::kText:
      return Value{TextToLocal(shared.text, terms, keys), ""};
    case ValueKind::kPerson:
      return PersonToLocal(terms, shared, true);
    case ValueKind::kPeople:
      return PersonToLocal(terms, PersonOfElement(terms.contract, shared.text), false);
    case ValueKind::kOption:
    case ValueKind::kOptions:
      return OptionToLocal(binding, shared);
    case ValueKind::kFlag:
      return FlagToLocal(binding, shared);
    default:
      return shared;
  }
}

}  // namespace valise
