#include "agent/core/contract.h"

#include "agent/core/remote_key.h"
#include "agent/core/words.h"

namespace valise {

bool IsSet(ValueKind kind) {
  return kind == ValueKind::kOptions || kind == ValueKind::kSet || kind == ValueKind::kPeople;
}

bool LifecycleTerms::Has(EndAction action) const {
  return deleted == action || moved == action || archived == action || left_scope == action;
}

const FieldTerms* Contract::Field(const std::string& field_name) const {
  const auto found = fields.find(field_name);
  return found == fields.end() ? nullptr : &found->second;
}

const FieldTerms* Contract::FieldOfRegister(const std::string& register_field) const {
  const FieldTerms* terms = Field(register_field);
  return terms != nullptr ? terms : Field(register_field.substr(0, register_field.rfind('.')));
}

bool Contract::HasRegistersOf(const std::string& register_field) const {
  return IsReservedField(register_field) || SiteOfKeyField(*this, register_field) ||
         FieldOfRegister(register_field) != nullptr;
}

ConflictRule Contract::RuleFor(const std::string& field_name) const {
  const FieldTerms* terms = FieldOfRegister(field_name);
  return terms != nullptr && terms->conflict.has_value() ? *terms->conflict : conflict;
}

Direction Contract::DirectionOf(const std::string& field_name) const {
  if (const auto site = SiteOfKeyField(*this, field_name)) return Direction{*site};
  const FieldTerms* terms = FieldOfRegister(field_name);
  return terms != nullptr ? terms->from : Direction{};
}

}  // namespace valise
