#include "agent/cli/exit_codes.h"

#include <array>

namespace valise::cli {

namespace {

struct Rule {
  const char* prefix;
  Exit exit;
};

// The first prefix that fits decides.
constexpr std::array<Rule, 40> kRules{{
    {"VAL-USAGE", Exit::kUsage},
    {"VAL-INTERNAL-", Exit::kInternal},
    {"VAL-CONFIG-", Exit::kConfig},
    {"VAL-BINDING-", Exit::kConfig},
    {"VAL-CHECK-PERMISSION", Exit::kPermission},
    {"VAL-CHECK-", Exit::kConfig},
    {"VAL-CONTRACT-", Exit::kConfig},
    {"VAL-FILE-MISSING", Exit::kNoInput},
    {"VAL-FILE-EXISTS", Exit::kCannotCreate},
    {"VAL-FILE-LIMIT", Exit::kBadInput},
    {"VAL-FILE-ACCESS", Exit::kPermission},
    {"VAL-FILE-", Exit::kInputOutput},
    {"VAL-PAIR-FORMAT", Exit::kBadInput},
    {"VAL-PAIR-VERSION", Exit::kBadInput},
    {"VAL-PAIR-KIND", Exit::kBadInput},
    {"VAL-PAIR-ALTERED", Exit::kBadInput},
    {"VAL-PAIR-CHANNEL", Exit::kBadInput},
    {"VAL-PAIR-CODE", Exit::kBadInput},
    {"VAL-PAIR-UNVERIFIED", Exit::kPermission},
    {"VAL-PAIR-", Exit::kConfig},
    {"VAL-CARD-", Exit::kBadInput},
    {"VAL-KEYS-", Exit::kConfig},
    {"VAL-PACKET-", Exit::kBadInput},
    {"VAL-BUNDLE-EXISTS", Exit::kCannotCreate},
    {"VAL-BUNDLE-", Exit::kBadInput},
    {"VAL-STATE-NONE", Exit::kNoInput},
    {"VAL-ISSUE-UNKNOWN", Exit::kNoInput},
    {"VAL-STATE-LOCKED", Exit::kTemporary},
    {"VAL-STATE-FULL", Exit::kInputOutput},
    {"VAL-STATE-", Exit::kInputOutput},
    {"VAL-JIRA-AUTH", Exit::kPermission},
    {"VAL-JIRA-FORBIDDEN", Exit::kPermission},
    {"VAL-JIRA-CAPTCHA", Exit::kPermission},
    {"VAL-JIRA-", Exit::kUnavailable},
    {"VAL-FOLDER-", Exit::kUnavailable},
    {"VAL-MAIL-LOGIN", Exit::kPermission},
    {"VAL-MAIL-SECRET", Exit::kPermission},
    {"VAL-MAIL-TLS", Exit::kConfig},
    {"VAL-MAIL-AUTH", Exit::kConfig},
    {"VAL-MAIL-", Exit::kUnavailable},
}};

}  // namespace

Exit ExitOf(const Error& error) {
  for (const Rule& rule : kRules) {
    if (error.code.starts_with(rule.prefix)) return rule.exit;
  }
  return error.recovery == Recovery::kRetryLater ? Exit::kTemporary : Exit::kFailed;
}

}  // namespace valise::cli
