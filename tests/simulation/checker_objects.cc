#include <algorithm>
#include <functional>

#include "agent/core/objects.h"
#include "tests/simulation/checker.h"

namespace valise::simulation {
namespace {

// One line a thing, the same at both sites if they agree.
using Lines = std::vector<std::string>;

Lines WorkLogsOf(const SimSite& site, const IssueBase& base, const LocalIssue& local) {
  const Directory directory{{"bob", "Bob Brown"}, {"alice", "Alice Adams"}};
  Lines lines;
  for (const LocalObject& shown : local.work_logs) {
    std::string line = "unknown " + shown.id;
    for (const auto& [id, object] : base.objects) {
      if (object.origin.kind != shown.kind || object.jira_id != shown.id) continue;
      const auto reg = base.registers.find(TextKey(shown.kind, id));
      const std::optional<Value> agreed =
          reg == base.registers.end() ? std::nullopt : reg->second.agreed;
      const auto value = ObjectToShared(site.terms, object, shown, agreed, directory, {});
      line = value->detail + " " + WithoutKeys(value->text);
    }
    lines.push_back(line);
  }
  return lines;
}

Lines FilesOf(SimSite& site, const LocalIssue& local) {
  Lines lines;
  for (const LocalObject& shown : local.attachments) {
    const bool stays = !WhyFiltered(site.terms.contract.attachments, shown.name, shown.mime,
                                    shown.bytes).empty();
    if (stays) continue;
    HttpRequest request;
    request.method = "GET";
    request.path = shown.path;
    const HttpResponse told = Ask(site.jira, request, "alice-token");
    lines.push_back(shown.name + " " + std::to_string(told.status) + " " +
                    Text(Hash("VLS1 content", told.body)).substr(0, 16));
  }
  return lines;
}

// `rests`: the other end is held or ended at one of the sites, so that the link may be at one only.
Lines LinksOf(const SimSite& site, const LocalIssue& local,
              const std::function<bool(const Id&)>& rests) {
  Lines lines;
  for (const LocalLink& link : local.links) {
    if (!link.is_source) continue;
    const auto other = site.store->IssueByJiraId(link.other_id);
    // Nobody's: one that people moved away before it was ever read, or that ended.
    if (!other || rests(*other)) continue;
    lines.push_back(site.terms.binding.LinkToShared(link.type).value_or(link.type) + " " +
                    Text(*other));
  }
  return lines;
}

std::string FirstDifference(const Lines& a, const Lines& b) {
  for (const std::string& line : a) {
    if (std::find(b.begin(), b.end(), line) == b.end()) return "only at hq: " + line;
  }
  for (const std::string& line : b) {
    if (std::find(a.begin(), a.end(), line) == a.end()) return "only at field: " + line;
  }
  return "another number of them";
}

bool HasHeld(const IssueBase& base, ObjectKind kind) {
  return std::any_of(base.registers.begin(), base.registers.end(), [&](const auto& pair) {
    return ObjectKindOf(pair.first.kind) == kind && !pair.second.held.empty();
  });
}

bool HasHeldLink(const IssueBase& base) {
  return std::any_of(base.registers.begin(), base.registers.end(), [](const auto& pair) {
    return pair.first.kind == RegisterKind::kLinkPresence && !pair.second.held.empty();
  });
}

}  // namespace

void Checker::CheckObjects() {
  SimSite* const sites[] = {&hq_, &field_};
  for (const Id& id : hq_.store->AllIssues()) {
    if (Rests(id)) continue;
    Lines lines[2][3];
    bool has_held[3] = {};
    bool is_at_both = true;
    for (int i = 0; i < 2; ++i) {
      const auto base = sites[i]->store->LoadIssue(id);
      const auto local = base && !base->jira_id.empty()
                             ? users_.Read(*sites[i], base->jira_id) : std::nullopt;
      is_at_both &= local.has_value();
      if (!local) continue;
      lines[i][0] = WorkLogsOf(*sites[i], *base, *local);
      lines[i][1] = FilesOf(*sites[i], *local);
      lines[i][2] = LinksOf(*sites[i], *local, [this](const Id& other) { return Rests(other); });
      has_held[0] |= HasHeld(*base, ObjectKind::kWorkLog);
      has_held[1] |= HasHeld(*base, ObjectKind::kAttachment);
      has_held[2] |= HasHeldLink(*base);
    }
    if (users_.LinkOf(Text(id))) {  // files that were at FIELD before the link stay at home
      std::erase_if(lines[1][1], [&](const std::string& file) {
        return std::find(lines[0][1].begin(), lines[0][1].end(), file) == lines[0][1].end();
      });
    }
    const char* const names[] = {"work logs", "files", "links"};
    for (int kind = 0; kind < 3 && is_at_both; ++kind) {
      for (auto* side : {&lines[0][kind], &lines[1][kind]}) std::sort(side->begin(), side->end());
      if (has_held[kind] || lines[0][kind] == lines[1][kind]) continue;
      Report("L1 " + std::string(names[kind]) + " of " + Text(id) + " differ, " +
             FirstDifference(lines[0][kind], lines[1][kind]));
    }
  }
}

}  // namespace valise::simulation
