#include "agent/link.h"

#include <sstream>

#include "agent/jira/requests.h"

namespace valise {
namespace {

constexpr char kTo[] = "link.to.";
constexpr char kTaken[] = "taken";  // stays in place of a link by a field, which may come twice

std::string ToName(const std::string& target) { return kTo + target; }
std::string OfName(const std::string& jira_id) { return "link.of." + jira_id; }

Error Refused(const char* code, std::string message) {
  return {Recovery::kAskOperator, code, std::move(message)};
}

std::optional<PendingLink> Parse(const std::optional<std::string>& text) {
  std::istringstream in(text.value_or(""));
  std::string jira_id, word;
  if (!(in >> jira_id >> word)) return std::nullopt;
  return PendingLink{jira_id, PreferNamed(word).value_or(Prefer::kNewest)};
}

// What the registers of the peer's issue say by which it may be found, each with its field.
std::vector<std::pair<std::string, std::string>> FieldTargets(const Contract& contract,
                                                              const IssueBase& incoming) {
  std::vector<std::pair<std::string, std::string>> targets;
  for (const auto& [key, reg] : incoming.registers) {
    const FieldTerms* field =
        key.kind == RegisterKind::kField ? contract.Field(key.field) : nullptr;
    if (!field || !MayLinkBy(*field) || !reg.agreed) continue;
    targets.emplace_back(key.field, FieldTarget(key.field, reg.agreed->text));
  }
  return targets;
}

std::optional<Id> KnownTarget(const Store& store, const std::string& target) {
  const auto id = IdFromText(target);
  if (id && store.LoadIssue(*id)) return id;
  return store.IssueByRemoteKey(target);
}

}  // namespace

Result<void> CheckLink(const Store& store, const std::string& target, const std::string& jira_id) {
  if (store.IssueByJiraId(jira_id)) {
    return Refused("VAL-LINK-SHARED", "the issue is shared already; see: valise explain");
  }
  if (const auto known = KnownTarget(store, target)) {
    const auto base = store.LoadIssue(*known);
    if (base && (!base->jira_id.empty() || !store.IntentsOf(*known).empty())) {
      return Refused("VAL-LINK-SHARED",
                     target + " has its copy here already" +
                         (base->jira_key.empty() ? "" : ", " + base->jira_key));
    }
  }
  const auto waits_for = store.Meta(OfName(jira_id)).value_or("");
  if (!waits_for.empty() && waits_for != target) {
    return Refused("VAL-LINK-TAKEN", "the issue waits for " + waits_for +
                                         " already; undo that with: valise link LOCAL --forget");
  }
  const auto other = Parse(store.Meta(ToName(target)));
  if (other && other->jira_id != jira_id) {
    return Refused("VAL-LINK-TAKEN", target + " is to be linked with another issue, number " +
                                         other->jira_id);
  }
  return Ok();
}

Result<void> EnterLink(Store& store, const std::string& target, const PendingLink& link) {
  TRY(CheckLink(store, target, link.jira_id));
  store.PutMeta(ToName(target), link.jira_id + " " + NameOf(link.prefer));
  store.PutMeta(OfName(link.jira_id), target);
  // It may be here and left out by [bind.incoming], which a link overrides.
  if (const auto known = KnownTarget(store, target)) store.PutWork({"", *known, 0, "link", 0});
  return Ok();
}

void ForgetLink(Store& store, const std::string& jira_id) {
  const auto target = store.Meta(OfName(jira_id));
  if (!target || target->empty()) return;
  store.PutMeta(ToName(*target), "");
  store.PutMeta(OfName(jira_id), "");
}

void TakeLink(Store& store, const std::string& jira_id) {
  const std::string target = store.Meta(OfName(jira_id)).value_or("");
  ForgetLink(store, jira_id);
  if (target.starts_with("field:")) store.PutMeta(ToName(target), kTaken);
}

std::optional<PendingLink> LinkFor(const Store& store, const Contract& contract,
                                   const IssueBase& incoming) {
  if (const auto by_id = Parse(store.Meta(ToName(Text(incoming.issue_id))))) return by_id;
  // Not of the register "key:SITE": of a birth in several records it may come after `created`, and
  // by then the issue would be made anew.
  const std::string& key = incoming.origin.remote_key;
  const auto by_key = key.empty() ? std::nullopt : Parse(store.Meta(ToName(key)));
  if (by_key) return by_key;
  for (const auto& [field, target] : FieldTargets(contract, incoming)) {
    if (const auto by_field = Parse(store.Meta(ToName(target)))) return by_field;
  }
  return std::nullopt;
}

std::optional<std::string> LinkTwice(const Store& store, const Contract& contract,
                                     const IssueBase& incoming) {
  for (const auto& [field, target] : FieldTargets(contract, incoming)) {
    if (store.Meta(ToName(target)) == kTaken) return field;
  }
  return std::nullopt;
}

std::string FieldTarget(const std::string& field, const std::string& value) {
  return "field:" + field + "=" + jira::PercentEncode(value);
}

bool MayLinkBy(const FieldTerms& field) {
  return field.kind == ValueKind::kLine || field.kind == ValueKind::kNumber ||
         field.kind == ValueKind::kUrl;
}

std::vector<WaitingLink> WaitingLinks(const Store& store) {
  std::vector<WaitingLink> waiting;
  for (const auto& [name, text] : store.MetaWithPrefix(kTo)) {
    const auto link = Parse(text);
    if (link) waiting.push_back({name.substr(sizeof kTo - 1), *link});
  }
  return waiting;
}

bool IsReserved(const Store& store, const std::string& jira_id) {
  return !store.Meta(OfName(jira_id)).value_or("").empty();
}

std::string LinkWords(const std::string& target, const PendingLink& link) {
  if (target.empty()) return link.jira_id;
  return link.jira_id + " " + target + " " + NameOf(link.prefer);
}

Result<void> ObeyLink(Store& store, const std::string& words) {
  std::istringstream in(words);
  std::string jira_id, target, word;
  in >> jira_id >> target >> word;
  if (jira_id.empty()) return Ok();
  if (!target.empty()) {
    return EnterLink(store, target, {jira_id, PreferNamed(word).value_or(Prefer::kNewest)});
  }
  ForgetLink(store, jira_id);
  store.PutWork({jira_id, Id{}, 0, "link", 0});
  return Ok();
}

}  // namespace valise
