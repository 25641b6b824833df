// The carriers of a channel, from its configuration: none, one, or both as one.
#pragma once

#include <memory>

#include "agent/clock.h"
#include "agent/config.h"
#include "transport/both_carriers.h"
#include "transport/drop_folder.h"
#include "transport/mail/mail_carrier.h"

namespace valise::cli {

struct Carriers {
  std::unique_ptr<DropFolder> folder;
  std::unique_ptr<MailCarrier> mail;
  std::unique_ptr<BothCarriers> both;
  Transport* used = nullptr;  // null: by hand only
};

inline bool HasCarrier(const Config& config) { return config.has_folder || config.has_mail; }
MailSettings MailSettingsOf(const Config& config);
// `reader` and `clock` must outlive them.
Carriers OpenCarriers(const Config& config, MailReader& reader, Clock& clock);

}  // namespace valise::cli
