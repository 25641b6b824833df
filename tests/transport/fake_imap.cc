#include "tests/transport/fake_imap.h"

#include <iterator>
#include <sstream>

namespace valise {
namespace {

class FakeStream final : public ByteStream {
 public:
  explicit FakeStream(FakeImap& server) : server_(server) {}

  Result<void> Write(std::string_view bytes, std::chrono::milliseconds) override {
    line_ += bytes;
    while (line_.find("\r\n") != std::string::npos) {
      const std::string line = line_.substr(0, line_.find("\r\n"));
      line_.erase(0, line.size() + 2);
      Take(line);
    }
    return Ok();
  }

  // In small pieces, as a network may; never waits.
  Result<std::string_view> Read(std::chrono::milliseconds) override {
    piece_ = waiting_.substr(0, 1 + waiting_.size() / 3);
    waiting_.erase(0, piece_.size());
    return std::string_view(piece_);
  }

 private:
  void Take(const std::string& line) {
    if (line == "DONE") {
      waiting_ += idle_tag_ + " OK done\r\n";
      return;
    }
    const std::size_t blank = line.find(' ');
    const std::string tag = line.substr(0, blank), command = line.substr(blank + 1);
    if (command == "IDLE") idle_tag_ = tag;
    waiting_ += server_.Answer(tag, command);
  }

  FakeImap& server_;
  std::string line_, waiting_, piece_, idle_tag_;
};

std::vector<std::string> Words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::string Unquoted(const std::string& text) {
  const std::size_t first = text.find('"');
  return text.substr(first + 1, text.rfind('"') - first - 1);
}

}  // namespace

std::unique_ptr<ByteStream> FakeImap::Connect() {
  ++connections;
  selected_.clear();
  return std::make_unique<FakeStream>(*this);
}

std::string FakeImap::Fetch(const std::string& tag, const std::string& command) {
  const auto uid = static_cast<std::uint32_t>(std::stoul(Words(command)[2]));
  const auto found = open().mails.find(uid);
  if (found == open().mails.end()) return tag + " OK nothing\r\n";
  const std::size_t most = std::stoul(command.substr(command.find("<0.") + 3));
  const std::string part = found->second.substr(0, most);
  return "* 1 FETCH (UID " + std::to_string(uid) + " BODY[]<0> {" + std::to_string(part.size()) +
         "}\r\n" + part + ")\r\n" + tag + " OK fetched\r\n";
}

std::string FakeImap::Move(const std::string& tag, const std::string& command, bool is_copy) {
  const auto uid = static_cast<std::uint32_t>(std::stoul(Words(command)[2]));
  const auto target = folders.find(Unquoted(command));
  if (target == folders.end()) return tag + " NO [TRYCREATE] no such folder\r\n";
  if (is_full) return tag + " NO [OVERQUOTA] mailbox is full\r\n";
  const auto found = open().mails.find(uid);
  if (found == open().mails.end()) return tag + " OK nothing there\r\n";
  target->second.Add(found->second);
  if (!is_copy) open().mails.erase(found);
  return tag + " OK done\r\n";
}

std::string FakeImap::Answer(const std::string& tag, const std::string& command) {
  commands.push_back(command);
  const std::string first = before ? before(command) : "";
  if (instead) {
    if (const auto other = instead(tag, command)) return first + *other;
  }
  if (command == "CAPABILITY")
    return first + "* CAPABILITY " + capabilities + "\r\n" + tag + " OK\r\n";
  if (command == "NOOP") return first + tag + " OK\r\n";
  if (command == "IDLE") return first + "+ idling\r\n";
  if (command.starts_with("CREATE ")) {
    folders[Unquoted(command)];
    return first + tag + " OK made\r\n";
  }
  if (command.starts_with("SELECT ")) {
    if (folders.count(Unquoted(command)) == 0) return first + tag + " NO no such folder\r\n";
    selected_ = Unquoted(command);
    return first + "* OK [UIDVALIDITY " + std::to_string(open().validity) + "] x\r\n" + tag +
           " OK\r\n";
  }
  if (command.starts_with("UID SEARCH ")) {
    std::string list;
    for (const auto& [uid, mail] : open().mails) {
      if (!open().deleted[uid]) list += " " + std::to_string(uid);
    }
    return first + "* SEARCH" + list + "\r\n" + tag + " OK found\r\n";
  }
  if (command.starts_with("UID FETCH ")) return first + Fetch(tag, command);
  if (command.starts_with("UID MOVE ")) return first + Move(tag, command, false);
  if (command.starts_with("UID COPY ")) return first + Move(tag, command, true);
  if (command.starts_with("UID STORE ")) {
    open().deleted[static_cast<std::uint32_t>(std::stoul(Words(command)[2]))] = true;
    return first + tag + " OK stored\r\n";
  }
  if (command.starts_with("UID EXPUNGE ")) {
    open().mails.erase(static_cast<std::uint32_t>(std::stoul(Words(command)[2])));
    return first + tag + " OK expunged\r\n";
  }
  return first + tag + " BAD unknown\r\n";
}

}  // namespace valise
