// Drafts of what an issue holds beside fields: work logs, attachments, links.
#include <algorithm>

#include "agent/cli/suggest.h"
#include "agent/cli/terminal.h"
#include "agent/config/units.h"
#include "agent/core/binding.h"

namespace valise::cli {

namespace {

std::string Switch(const char* key, bool is_on) {
  return std::string(key) + (is_on ? " = true" : " = false");
}

// 0: another link; higher is nearer. The direction is kept: what a type is called from its target
// ("is blocked by") names the opposite and matches nothing.
int Nearness(const std::string& shared, const jira::LinkType& type) {
  const std::string name = Normal(shared);
  if (name == Normal(type.name)) return 3;
  if (name == Normal(type.outward)) return 2;
  return AreSynonyms(name, Normal(type.name)) ? 1 : 0;
}

const jira::LinkType* NearestLink(const std::string& shared, const JiraFacts& facts,
                                  const std::set<std::string>& taken) {
  const jira::LinkType* nearest = nullptr;
  int nearness = 0;
  for (const jira::LinkType& type : facts.link_types) {
    if (Nearness(shared, type) <= nearness || taken.contains(type.name)) continue;
    nearness = Nearness(shared, type);
    nearest = &type;
  }
  return nearest;
}

std::string LinkLine(const std::string& shared, const jira::LinkType* type) {
  if (type == nullptr) {
    return TomlComment(TomlKey(shared) + " = \"\"  (no link type here is called so)");
  }
  const char* guess = Nearness(shared, *type) < 3 ? "  # guessed: please check\n" : "\n";
  return TomlKey(shared) + " = " + TomlQuoted(type->name) + guess;
}

// What this Jira cannot take of what the contract allows.
std::string UploadAdvice(const Contract& contract, const JiraFacts& facts) {
  const std::uint64_t here = facts.attachments.bytes_max;
  if (!facts.attachments.is_enabled || here == 0 || here >= contract.attachments.bytes_max) {
    return "";
  }
  return TomlComment("this Jira takes attachments of up to " + SizeText(here) +
                     "; larger ones of the peer will be held");
}

}  // namespace

std::string DraftContentSwitches(const Contract& contract, const JiraFacts& facts) {
  std::string text = Switch("comments", contract.has_comments) + "\n";
  if (contract.has_work_logs) text += Switch("worklogs", true) + "\n";
  if (!contract.has_attachments) return text;
  text += Switch("attachments", facts.attachments.is_enabled);
  text += facts.attachments.is_enabled ? "\n" : "  # switched off in this Jira\n";
  return text + UploadAdvice(contract, facts);
}

std::string DraftLinks(const Contract& contract, const JiraFacts& facts) {
  if (contract.link_types.empty()) return "";
  std::string text = "\n[bind.links]\n";
  std::map<std::string, const jira::LinkType*> bound;
  std::set<std::string> taken;
  for (const int least : {3, 0}) {  // equal names first, guesses with what is left
    for (const std::string& shared : contract.link_types) {
      if (bound[shared] != nullptr) continue;
      const jira::LinkType* type = NearestLink(shared, facts, taken);
      if (type == nullptr || Nearness(shared, *type) < least) continue;
      taken.insert(type->name);
      bound[shared] = type;
    }
  }
  for (const auto& [shared, type] : bound) text += LinkLine(shared, type);
  std::string unused;
  for (const jira::LinkType& type : facts.link_types) {
    if (!taken.contains(type.name)) unused += (unused.empty() ? "" : ", ") + TomlQuoted(type.name);
  }
  if (!unused.empty()) text += TomlComment("not bound, stays at home: " + unused);
  return text;
}

std::string DraftLifecycle(const Contract& contract) {
  const bool has_label = contract.lifecycle.Has(EndAction::kLabel);
  const bool has_close = contract.lifecycle.Has(EndAction::kClose);
  if (!has_label && !has_close) return "";
  std::string text = "\n[bind.lifecycle]\n";
  if (has_label) text += "label = " + TomlQuoted(LifecycleBinding{}.label) + "\n";
  if (!has_close) return text;
  for (const std::string& status : contract.statuses) {
    const bool is_end = Normal(status) == "done" || AreSynonyms(Normal(status), "done");
    if (is_end) return text + "close = " + TomlQuoted(status) + "  # guessed: please check\n";
  }
  return text + TomlComment("close = \"\"  (the shared status that ends an issue)");
}

std::string DraftContentTerms(const JiraFacts& facts) {
  std::string text = "\n[worklogs]\nfrom = \"both\"\nvisibility = \"public-only\"\n";
  if (facts.attachments.is_enabled) {
    const std::uint64_t usual = AttachmentTerms{}.bytes_max;
    const std::uint64_t here = facts.attachments.bytes_max;
    const std::uint64_t bytes_max = here == 0 ? usual : std::min(usual, here);
    text +=
        "\n# Larger ones stay at home. Types and names may be refused too: types = [\"image/*\"],\n"
        "# types_refused, names_refused = [\"*.exe\"]\n"
        "[attachments]\nfrom = \"both\"\nbytes_max = " +
        TomlQuoted(SizeText(bytes_max)) + "\n";
  }
  if (facts.link_types.empty()) return text;
  std::string names;
  std::set<std::string> taken;
  for (const jira::LinkType& type : facts.link_types) {
    names += (names.empty() ? "" : ", ") + TomlQuoted(Fresh(SharedName(type.name, "link"), taken));
  }
  return text + "\n[links]\nfrom = \"both\"\ntypes = [" + names + "]\n";
}

}  // namespace valise::cli
