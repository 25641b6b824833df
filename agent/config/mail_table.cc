// [carrier.mail]: servers, login, addresses, folders.
#include <algorithm>
#include <charconv>

#include "agent/config/channel_file.h"
#include "packet/bytes.h"

namespace valise {

namespace {

constexpr std::int64_t kDayMs = 24LL * 3600'000;
constexpr std::size_t kAddressBytesMax = 254;  // RFC 5321, 4.5.3.1.3

bool IsIn(char c, std::string_view more) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         more.find(c) != more.npos;
}

// Words with single dots between them.
bool IsDotted(std::string_view text, std::string_view more) {
  const auto fits = [&](char c) { return c == '.' || IsIn(c, more); };
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         text.find("..") == text.npos && std::all_of(text.begin(), text.end(), fits);
}

// What every mail server takes: no quoted local parts, no literals, no comments.
bool IsAddress(const std::string& text) {
  const std::size_t at = text.find('@');
  if (at == text.npos || at > 64 || text.size() > kAddressBytesMax) return false;
  const std::string_view whole(text);
  return IsDotted(whole.substr(0, at), "!#$%&'*+/=?^_`{|}~-") &&
         IsDotted(whole.substr(at + 1), "-");
}

struct Scheme {
  const char* prefix;
  std::uint16_t port;
  bool is_implicit_tls;
};

// Host and port of "smtps://mail.example.org:465"; false: not of that form.
bool ReadHost(const std::string& url, const Scheme& scheme, MailHost& into) {
  if (!url.starts_with(scheme.prefix)) return false;
  std::string_view rest = std::string_view(url).substr(std::string_view(scheme.prefix).size());
  into.port = scheme.port;
  into.is_implicit_tls = scheme.is_implicit_tls;
  const std::size_t bracket = rest.starts_with('[') ? rest.find(']') : 0;  // [::1]
  if (bracket == rest.npos) return false;
  const std::size_t colon = rest.find(':', bracket);
  if (colon != rest.npos) {
    const std::string_view digits = rest.substr(colon + 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), into.port);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return false;
    rest = rest.substr(0, colon);
  }
  into.host = bracket > 0 ? rest.substr(1, bracket - 1) : rest;
  const bool is_name = bracket > 0 || IsDotted(into.host, "-_");
  return is_name && !into.host.empty() && into.port != 0 &&
         (bracket == 0 || into.host.find_first_not_of("0123456789abcdefABCDEF:.") == rest.npos);
}

void ReadServer(TableReader& mail, const std::string& key, const Scheme& start_tls,
                const Scheme& implicit, MailHost& into) {
  std::string url;
  if (!mail.RequiredText(key, url)) return;
  if (ReadHost(url, implicit, into) || ReadHost(url, start_tls, into)) return;
  mail.problems().Add(*mail.Find(key), "VAL-CONFIG-VALUE",
                      mail.Place(key) + " must be like " + implicit.prefix +
                          "mail.example.org (TLS from the start) or " + start_tls.prefix +
                          "mail.example.org:" + std::to_string(start_tls.port) +
                          " (STARTTLS), without user, password or path");
}

void ReadAddress(TableReader& mail, const std::string& key, std::string& into) {
  if (!mail.RequiredText(key, into) || IsAddress(into)) return;
  mail.problems().Add(*mail.Find(key), "VAL-CONFIG-VALUE",
                      mail.Place(key) + " must be a bare address, like valise@hq.example.org");
}

// A program and its arguments; no shell reads it.
void ReadCommand(TableReader& mail, std::vector<std::string>& into) {
  const TomlNode* node = mail.Find("token_command");
  if (node == nullptr) return;
  std::vector<TomlNode> words = node->items;
  if (node->kind == TomlNode::Kind::kText) words.assign(1, *node);
  for (const TomlNode& word : words) into.push_back(word.text);
  const bool is_sound = std::all_of(words.begin(), words.end(), [](const TomlNode& word) {
    return word.kind == TomlNode::Kind::kText && word.text.find('\0') == std::string::npos;
  });
  if (is_sound && !into.empty() && into.front().starts_with('/')) return;
  mail.problems().Add(*node, "VAL-CONFIG-VALUE",
                      mail.Place("token_command") +
                          " must be a program with its whole path and its arguments, like "
                          "[\"/usr/local/bin/mail-token\", \"valise\"]");
}

void ReadMailLogin(TableReader& mail, const PathBase& base, MailAccess& access) {
  mail.RequiredText("user", access.user);
  ReadSecretPath(mail, "password_file", base, access.password_file);
  ReadSecretPath(mail, "token_file", base, access.token_file);
  ReadCommand(mail, access.token_command);
  RefuseInlineSecrets(mail);
  const char* found = nullptr;
  for (const char* key : {"password_file", "token_file", "token_command"}) {
    if (mail.table().Find(key) == nullptr) continue;
    if (found != nullptr) {
      mail.problems().Add(*mail.Find(key), "VAL-CONFIG-VALUE",
                          mail.Place(key) + " stands beside " + found + "; keep one");
    }
    found = key;
  }
  if (found == nullptr) {
    mail.Missing("password_file",
                 "name a file with the mailbox's password, mode 0600, or a "
                 "token_file or token_command for OAuth");
  }
}

void ReadMailFolders(TableReader& mail, MailAccess& access) {
  std::vector<std::string> names;
  const auto read = [&](const char* key, std::string& into) {
    if (mail.Text(key, into)) {
      const std::string fault = IsUtf8(into) ? FaultOfName(into) : "is not UTF-8";
      if (!fault.empty()) {
        mail.problems().Add(*mail.Find(key), "VAL-CONFIG-VALUE", mail.Place(key) + " " + fault);
      }
    }
    if (std::find(names.begin(), names.end(), into) != names.end()) {
      const TomlNode* written = mail.Find(key);
      mail.problems().Add(written != nullptr ? *written : mail.table(), "VAL-CONFIG-VALUE",
                          mail.Place(key) + " is the folder of another key; use one of its own");
    }
    names.push_back(into);
  };
  read("inbox", access.inbox);
  if (mail.table().Find("junk") != nullptr) read("junk", access.junk);
  read("done", access.done);
  // These two may be one: what is no packet.
  const std::vector<std::string> others = names;
  read("rejected", access.rejected);
  names = others;
  read("foreign", access.foreign);
}

}  // namespace

void ReadMailTable(TableReader& carrier, const PathBase& base, Config& config) {
  const TomlNode* table = carrier.Table("mail");
  if (table == nullptr) return;
  config.has_mail = true;
  MailAccess& access = config.mail;
  TableReader mail(*table, "carrier.mail", carrier.problems());
  ReadServer(mail, "smtp", {"smtp://", 587, false}, {"smtps://", 465, true}, access.smtp);
  ReadServer(mail, "imap", {"imap://", 143, false}, {"imaps://", 993, true}, access.imap);
  ReadMailLogin(mail, base, access);
  ReadFilePath(mail, "ca_file", base, access.ca_file);
  ReadAddress(mail, "from", access.from);
  ReadAddress(mail, "to", access.to);
  ReadMailFolders(mail, access);
  std::string form = "attachment";
  if (mail.Text("form", form) && form != "attachment" && form != "body") {
    mail.problems().Add(*mail.Find("form"), "VAL-CONFIG-VALUE",
                        "[carrier.mail] form must be \"attachment\" or \"body\"");
  }
  access.is_body_form = form == "body";
  if (mail.Duration("keep_done", 0, access.keep_done_ms) && access.keep_done_ms % kDayMs != 0) {
    mail.problems().Add(
        *mail.Find("keep_done"), "VAL-CONFIG-VALUE",
        "[carrier.mail] keep_done must be whole days, like \"7d\"; \"0d\": for ever");
  }
  mail.ReportUnknown();
}

}  // namespace valise
