// What people do with work logs, files and links.
#include <cstring>

#include "tests/simulation/users.h"

namespace valise::simulation {
namespace {

constexpr int kSilentPermille = 400;

class TextSource final : public BodySource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  std::uint64_t bytes() const override { return text_.size(); }
  Result<std::size_t> Read(std::uint64_t offset, std::span<char> into) override {
    const std::size_t count = std::min(into.size(), text_.size() - offset);
    std::memcpy(into.data(), text_.data() + offset, count);
    return count;
  }

 private:
  std::string text_;
};

const LocalObject& OneOf(Random& random, const std::vector<LocalObject>& objects) {
  return objects[static_cast<std::size_t>(
      random.Below(static_cast<std::int64_t>(objects.size())))];
}

// While it lives, what hangs on issues changes without their `updated`, as a Jira may do (pitfall
// 8): only the sweep finds it.
class Silence {
 public:
  Silence(SimSite& site, bool is_silent) : site_(site), is_silent_(is_silent) { Say("false"); }
  ~Silence() { Say("true"); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  void Say(const std::string& touches) {
    if (!is_silent_) return;
    const std::string wrong =
        site_.jira.Control(R"({"do":"touches","workLog":)" + touches + R"(,"link":)" + touches +
                           R"(,"attachmentDelete":)" + touches + "}");
    CHECK(wrong.empty());
  }
  SimSite& site_;
  const bool is_silent_;
};

// Whoever made it may edit it; what valise made, an administrator edits.
const char* TokenFor(const LocalObject& object) {
  return object.author.name == "valise" ? "admin-token" : "alice-token";
}

}  // namespace

void Users::WorkLog(SimSite& site, const LocalIssue& issue) {
  Random& random = world_.random;
  const Silence silence(site, random.Chance(kSilentPermille));
  const std::string text = SomeText(site, "");
  const jira::WorkLogWrite write{text, world_.now_ms - random.Below(1'000'000'000),
                                 60 * (1 + random.Below(600))};
  const std::int64_t dice = random.Below(10);
  const bool adjusts = random.Chance(500);
  const auto ask = [&](HttpRequest request, const char* token) {
    // As Jira's own dialogue: what remains falls by what was worked.
    if (adjusts) request.path.erase(request.path.find('?'));
    if (AskAs(site, request, token).status >= 300 || !adjusts) return;
    ++edit_counts_[CountKey(site.index, IssueOf(site, issue), "remaining")];
  };
  if (issue.work_logs.empty() || dice < 6) {
    return ask(jira::AddWorkLog(issue.id, write).value(), "alice-token");
  }
  const LocalObject& known = OneOf(random, issue.work_logs);
  if (dice == 9) return ask(jira::DeleteWorkLog(issue.id, known.id), TokenFor(known));
  jira::WorkLogWrite edit = write;
  edit.visible_to = known.visible_to;
  ask(jira::EditWorkLog(issue.id, known.id, edit).value(), TokenFor(known));
}

// Every name is given once in a run, so that a double shows. A peer's Jira must cope with any.
void Users::File(SimSite& site, const LocalIssue& issue) {
  Random& random = world_.random;
  const Silence silence(site, random.Chance(kSilentPermille));
  if (!issue.attachments.empty() && random.Chance(250)) {
    const LocalObject& known = OneOf(random, issue.attachments);
    AskAs(site, jira::DeleteAttachment(known.id), TokenFor(known));
    return;
  }
  const char* const ends[] = {".txt", " \xC3\xA4.png", ".exe", ""};
  const std::string name = Unique("file ") + ends[random.Below(4)];
  std::string text = random.Chance(100) ? "" : Unique("content ");
  if (random.Chance(100)) text += std::string(1'500'000, static_cast<char>('a' + random.Below(26)));
  const HttpRequest request =
      jira::UploadAttachment(issue.id, name, std::make_shared<TextSource>(text), "text/plain");
  AskAs(site, request);
}

void Users::Link(SimSite& site, const LocalIssue& issue) {
  Random& random = world_.random;
  const Silence silence(site, random.Chance(kSilentPermille));
  if (!issue.links.empty() && random.Chance(250)) {
    const auto& link = issue.links[static_cast<std::size_t>(
        random.Below(static_cast<std::int64_t>(issue.links.size())))];
    const auto source = link.is_source ? issue : Read(site, link.other_key);
    if (AskAs(site, jira::DeleteLink(link.id)).status != 204 || !source) return;
    ++edit_counts_[CountKey(site.index, IssueOf(site, *source), Removals("links"))];
    return;
  }
  const std::vector<std::string> keys = Keys(site);
  const std::string& other =
      keys[static_cast<std::size_t>(random.Below(static_cast<std::int64_t>(keys.size())))];
  AddLink(site, issue, other, site.link_names.at(random.Chance(500) ? "blocks" : "relates"));
}

void Users::AddLink(SimSite& site, const LocalIssue& issue, const std::string& other,
                    const std::string& type) {
  for (const LocalLink& link : issue.links) {  // Jira would take it twice
    if (link.other_key == other && link.type == type) return;
  }
  if (other == issue.key) return;
  const Result<HttpRequest> request = jira::AddLink(type, issue.key, other);
  CHECK(request.ok());
  AskAs(site, request.value());
}

// Somebody likes the new name of a link type or an option, which nobody has bound yet.
void Users::UseName(SimSite& site, const std::string& word) {
  Random& random = world_.random;
  const std::vector<std::string> keys = Keys(site);
  if (keys.empty()) return;
  const auto some_key = [&] {
    return keys[static_cast<std::size_t>(random.Below(static_cast<std::int64_t>(keys.size())))];
  };
  const auto issue = Read(site, some_key());
  if (!issue || IsLeftAlone(site, issue->id)) return;
  const auto type = site.link_names.find(word);
  if (type == site.link_names.end()) {
    return Toggle(site, *issue, "platforms", kPlatforms, site.option_names.at(word));
  }
  const Silence silence(site, random.Chance(kSilentPermille));
  AddLink(site, *issue, some_key(), type->second);
}

}  // namespace valise::simulation
