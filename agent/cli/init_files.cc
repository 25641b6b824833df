#include "agent/cli/init_files.h"

#include "agent/cli/suggest.h"

namespace valise::cli {

namespace {

class TomlLines {
 public:
  void Raw(const std::string& line) { text_.append(line).append("\n"); }
  void Set(const char* key, const std::string& value) {
    text_.append(key).append(" = ").append(TomlQuoted(value)).append("\n");
  }
  // An unset value is shown as a comment, so that its name need not be looked up.
  void SetOr(const char* key, const std::string& value, const std::string& comment) {
    if (value.empty()) {
      Raw(comment);
    } else {
      Set(key, value);
    }
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void PutJira(TomlLines& lines, const InitAnswers& answers) {
  lines.Raw("\n[jira]");
  lines.Set("url", answers.jira_url);
  lines.Set("project", answers.project);
  lines.SetOr("scope", answers.scope, "# scope = \"labels = shared\"  # JQL; default: all of it");
  if (answers.user.empty()) {
    lines.Set("token_file", answers.token_file);
  } else {
    lines.Set("user", answers.user);
    lines.Set("password_file", answers.password_file);
  }
  lines.SetOr("ca_file", answers.ca_file, "# ca_file = \"ca.pem\"");
}

void PutFolder(TomlLines& lines, const InitAnswers& answers) {
  if (answers.outbox.empty()) {
    lines.Raw("\n# By hand only: valise export, valise import. For a folder:");
    lines.Raw("# [carrier.folder]\n# outbox = \"/srv/valise/out\"\n# inbox = \"/srv/valise/in\"");
    return;
  }
  lines.Raw("\n[carrier.folder]");
  lines.Set("outbox", answers.outbox);
  lines.Set("inbox", answers.inbox);
}

void PutCarrier(TomlLines& lines, const InitAnswers& answers) {
  PutFolder(lines, answers);
  lines.Raw("\n# By mail, alone or beside the folder; then type: valise check-config --live");
  lines.Raw("# [carrier.mail]");
  lines.Raw("# smtp = \"smtps://mail.example.org\"  # or smtp://host:587 with STARTTLS");
  lines.Raw("# imap = \"imaps://mail.example.org\"");
  lines.Raw("# user = \"valise\"");
  lines.Raw("# password_file = \"mail-password\"   # mode 0600; or token_file, token_command");
  lines.Raw("# from = \"valise@here.example.org\"  # the address of that mailbox");
  lines.Raw("# to = \"valise@peer.example.org\"");
}

}  // namespace

std::string ChannelText(const InitAnswers& answers, const std::string& binding) {
  TomlLines lines;
  lines.Raw("# One site's part of a channel; nothing here ever leaves the site. All settings with");
  lines.Raw("# their defaults: channel.example.toml. Check with: valise check-config\n");
  lines.Raw("[site]");
  lines.Set("name", answers.site);
  lines.SetOr("channel", answers.channel, "# channel = \"…\"  # default: the contract's name");
  lines.Set("contract", answers.contract_file);
  lines.Set("state_dir", answers.state_dir);
  PutJira(lines, answers);
  PutCarrier(lines, answers);
  lines.Raw("");
  return lines.text() + binding;
}

}  // namespace valise::cli
