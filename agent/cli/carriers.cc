#include "agent/cli/carriers.h"

namespace valise::cli {
namespace {

constexpr std::int64_t kDayMs = 24LL * 3600'000;

MailServer ServerOf(const MailHost& host, const std::string& ca_file) {
  return {host.host, host.port, host.is_implicit_tls, ca_file};
}

}  // namespace

MailSettings MailSettingsOf(const Config& config) {
  const MailAccess& access = config.mail;
  MailSettings settings;
  settings.smtp = ServerOf(access.smtp, access.ca_file);
  settings.imap = ServerOf(access.imap, access.ca_file);
  settings.login = {access.user, access.password_file, access.token_file, access.token_command};
  settings.from = access.from;
  settings.to = access.to;
  settings.folders = {access.inbox, access.junk, access.done, access.rejected, access.foreign};
  settings.form = access.is_body_form ? MailForm::kBody : MailForm::kAttachment;
  settings.sealed_bytes_max = config.settings.sealed_bytes_max;
  settings.keep_done_days = static_cast<std::uint32_t>(access.keep_done_ms / kDayMs);
  return settings;
}

Carriers OpenCarriers(const Config& config, MailReader& reader, Clock& clock) {
  Carriers carriers;
  if (config.has_folder) {
    carriers.folder = std::make_unique<DropFolder>(
        DropFolderSettings{config.folder.outbox, config.folder.inbox, config.folder.marker});
    carriers.used = carriers.folder.get();
  }
  if (config.has_mail) {
    carriers.mail = std::make_unique<MailCarrier>(MailSettingsOf(config), reader,
                                                  [&clock] { return clock.NowMs(); });
    carriers.used = carriers.mail.get();
  }
  if (config.has_folder && config.has_mail) {
    carriers.both = std::make_unique<BothCarriers>(
        BothCarriers::Side{*carriers.folder, config.sends_over_folder},
        BothCarriers::Side{*carriers.mail, config.sends_over_mail});
    carriers.used = carriers.both.get();
  }
  return carriers;
}

}  // namespace valise::cli
