// The published contract of exit codes (sysexits and a few more), and which error gives which.
#pragma once

#include "packet/result.h"

namespace valise::cli {

enum class Exit : int {
  kOk = 0,
  kFailed = 1,     // anything else
  kAttention = 2,  // done, but somebody should look (held items, open ends)
  kPartial = 3,
  kUsage = 64,
  kBadInput = 65,     // a packet, invitation or bundle that is damaged or not ours
  kNoInput = 66,      // a named file is not there
  kUnavailable = 69,  // Jira or a carrier cannot be reached
  kInternal = 70,
  kCannotCreate = 73,  // an output file or folder
  kInputOutput = 74,
  kTemporary = 75,   // try again
  kProtocol = 76,    // what the peer did makes no sense
  kPermission = 77,  // permissions or credentials
  kConfig = 78,
  kInterrupted = 130
};

Exit ExitOf(const Error& error);

}  // namespace valise::cli
