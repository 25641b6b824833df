#include <algorithm>
#include <sstream>

#include "agent/core/key_text.h"
#include "agent/core/remote_key.h"
#include "tests/simulation/checker.h"

namespace valise::simulation {
namespace {

constexpr char kToken[] = "|valise-key:";

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

bool Has(const std::vector<std::string>& lines, const std::string& line) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

// What this Jira shows of a register; empty: nothing.
std::string ShownOf(const SimSite& site, const IssueBase& base, const LocalIssue& local,
                    const RegisterKey& key) {
  if (const auto kind = ObjectKindOf(key.kind)) {
    const auto object = base.objects.find(key.object);
    if (object == base.objects.end()) return "";
    const LocalObject* shown = ShownAs(local, *kind, object->second.jira_id);
    return shown ? shown->body : "";
  }
  const auto binding = site.terms.binding.fields.find(key.field);
  if (binding == site.terms.binding.fields.end()) return "";
  const auto field = local.fields.find(binding->second.field);
  const bool is_empty = field == local.fields.end() || field->second.values.empty();
  return is_empty ? "" : field->second.values.front().text;
}

// Of an issue key of either site that stands there; 0: none.
std::size_t KeyLength(const std::string& text, std::size_t at) {
  for (const std::string_view project : {"HQ-", "FLD-"}) {
    if (text.compare(at, project.size(), project) != 0) continue;
    const std::size_t digits = at + project.size();
    const std::size_t end = std::min(text.find_first_not_of("0123456789", digits), text.size());
    if (end > digits) return end - at;
  }
  return 0;
}

}  // namespace

std::string WithoutKeys(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t token = text[at] == '[' ? KeyLength(text, at + 1) : 0;
    const std::size_t end = at + 1 + token + sizeof kToken - 1;  // of "[HQ-1|valise-key:"
    const bool is_token = token > 0 && text.compare(at + 1 + token, sizeof kToken - 1, kToken) == 0;
    const std::size_t length = is_token ? end + 2 - at : KeyLength(text, at);
    out += length > 0 ? '#' : text[at];
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

void Checker::CheckKeys(const SimSite& site, const IssueBase& base, const LocalIssue& local) {
  const PeerKeys keys = KeysHere(site.terms, *site.store, base);
  for (const auto& [key, reg] : base.registers) {
    if (!HoldsKeys(site.terms, key) || !reg.agreed || !reg.held.empty()) continue;
    if (IsTakenOver(site, base, local, key)) continue;
    const std::string text = ShownOf(site, base, local, key);
    const std::string where = site.name + " " + local.key + " " + Describe(key);
    if (text.find(kToken) != std::string::npos) Report("L1 a token is shown: " + where);
    const std::vector<std::string> shown = Lines(text);
    for (const std::string& line : Lines(reg.agreed->text)) {
      const std::string word = KeysToLocal(line, site.terms, {});
      const bool is_late = word != KeysToLocal(line, site.terms, keys) && Has(shown, word);
      if (is_late) Report("L1 a key that is here was not rewritten: " + where + ": " + word);
    }
  }
}

}  // namespace valise::simulation
