// An IMAP server by script, in memory: folders of mails by UID, and hooks for what servers and
// other clients do at the wrong moment.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "transport/mail/byte_stream.h"

namespace valise {

struct FakeFolder {
  std::uint32_t validity = 7;
  std::uint32_t next_uid = 1;
  std::map<std::uint32_t, std::string> mails;
  std::map<std::uint32_t, bool> deleted;

  std::uint32_t Add(std::string mail) {
    mails[next_uid] = std::move(mail);
    return next_uid++;
  }
};

// Outlives its connections, like a server.
struct FakeImap {
  std::map<std::string, FakeFolder> folders{{"INBOX", {}}};
  std::string capabilities = "IMAP4rev1 MOVE UIDPLUS IDLE";
  std::vector<std::string> commands;  // without their tags
  std::size_t connections = 0;
  // Before a command is done; may change anything. What it gives stands before the answer.
  std::function<std::string(const std::string& command)> before;
  // Instead of an answer; nullopt: as usual. "" keeps silent.
  std::function<std::optional<std::string>(const std::string& tag, const std::string& command)>
      instead;
  bool is_full = false;  // nothing can be copied

  std::string Answer(const std::string& tag, const std::string& command);
  std::unique_ptr<ByteStream> Connect();

 private:
  std::string Fetch(const std::string& tag, const std::string& command);
  std::string Move(const std::string& tag, const std::string& command, bool is_copy);
  FakeFolder& open() { return folders[selected_]; }

  std::string selected_;
};

}  // namespace valise
