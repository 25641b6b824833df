#include "agent/core/people.h"

#include <algorithm>

namespace valise {

namespace {

constexpr std::size_t kAddressBytesMax = 254;

bool IsBlank(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; }

char Small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::optional<std::string> NormalEmail(std::string_view address) {
  while (!address.empty() && IsBlank(address.front())) address.remove_prefix(1);
  while (!address.empty() && IsBlank(address.back())) address.remove_suffix(1);
  const std::size_t at = address.find('@');
  const bool has_parts = at != std::string_view::npos && at > 0 && at + 1 < address.size();
  if (!has_parts || address.size() > kAddressBytesMax) return std::nullopt;
  if (address.find('@', at + 1) != std::string_view::npos) return std::nullopt;
  if (std::any_of(address.begin(), address.end(), IsBlank)) return std::nullopt;
  std::string normal(address);
  std::transform(normal.begin(), normal.end(), normal.begin(), Small);
  return normal;
}

std::optional<std::string> EmailDigest(std::string_view email_key, std::string_view address) {
  const auto normal = NormalEmail(address);
  if (!normal) return std::nullopt;
  return Text(KeyedId(email_key, "VLS1 email " + *normal));
}

std::optional<std::string> AliasOfEmail(const Contract& contract, std::string_view address) {
  if (contract.email_key.empty()) return std::nullopt;
  const auto digest = EmailDigest(contract.email_key, address);
  for (const auto& [alias, known] : contract.people_emails) {
    if (digest == known) return alias;
  }
  return std::nullopt;
}

std::optional<std::string> AccountOf(const Terms& terms, const Value& person) {
  if (!person.detail.empty()) {
    const auto bound = terms.binding.users.find(person.detail);
    if (bound != terms.binding.users.end()) return bound->second;
    const auto found = terms.people.by_alias.find(person.detail);
    if (found != terms.people.by_alias.end()) return found->second;
  }
  const auto named = terms.people.by_name.find(person.text);
  const bool is_named = named != terms.people.by_name.end() && !named->second.empty();
  return is_named ? std::optional(named->second) : std::nullopt;
}

std::optional<std::string> AliasOf(const Terms& terms, std::string_view account) {
  for (const auto* list : {&terms.binding.users, &terms.people.by_alias}) {
    for (const auto& [alias, user] : *list) {
      if (user == account && terms.contract.people.contains(alias)) return alias;
    }
  }
  return std::nullopt;
}

bool MatchesBy(const Binding& binding, PersonMatch match) {
  const auto& all = binding.people.match;
  return std::find(all.begin(), all.end(), match) != all.end();
}

std::string ElementOfPerson(const Value& person) {
  if (!person.detail.empty()) return "~" + person.detail;
  const std::size_t begin = person.text.find_first_not_of('~');  // display names are free
  return begin == std::string::npos ? "someone" : person.text.substr(begin);
}

Value PersonOfElement(const Contract& contract, const std::string& element) {
  if (!element.starts_with('~')) return {element, ""};
  const std::string alias = element.substr(1);
  const auto known = contract.people.find(alias);
  return {known == contract.people.end() ? alias : known->second, alias};
}

std::vector<Value> PeopleToFind(const Terms& terms, const IssueBase& base) {
  std::vector<Value> people;
  for (const auto& [key, reg] : base.registers) {
    const auto binding = terms.binding.fields.find(key.field);
    if (!reg.is_pending || !reg.agreed || binding == terms.binding.fields.end()) continue;
    if (binding->second.kind == ValueKind::kPerson) people.push_back(*reg.agreed);
    if (binding->second.kind == ValueKind::kPeople) {
      people.push_back(PersonOfElement(terms.contract, key.element));
    }
  }
  std::erase_if(people, [&](const Value& person) { return AccountOf(terms, person).has_value(); });
  return people;
}

std::string PeopleText(const Terms& terms, const IssueBase& base) {
  std::string text;
  for (const auto& [name, binding] : terms.binding.fields) {
    const auto reg = base.registers.find(FieldKey(name));
    const bool is_person = binding.kind == ValueKind::kPerson && reg != base.registers.end();
    if (!is_person || !reg->second.agreed || AccountOf(terms, *reg->second.agreed)) continue;
    const bool stands_there = reg->second.version.site == terms.own_site;  // given by people here
    if (stands_there) continue;
    text += (text.empty() ? "" : "; ") + name + ": " + reg->second.agreed->text;
  }
  return text;
}

}  // namespace valise
