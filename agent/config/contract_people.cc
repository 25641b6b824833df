// email_key and [people] of contract.toml.
#include <algorithm>

#include "agent/config/contract_parts.h"

namespace valise {

namespace {

constexpr std::size_t kEmailKeyBytesMin = 26;  // 128 bits of base32
constexpr std::size_t kEmailKeyBytesMax = 64;  // BLAKE2b's longest key

bool IsPlain(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

void ReadEmailKey(TableReader& top, Contract& contract) {
  std::string key;
  if (!top.Text("email_key", key)) return;
  if (key.size() >= kEmailKeyBytesMin && key.size() <= kEmailKeyBytesMax && IsPlain(key)) {
    contract.email_key = key;
    return;
  }
  top.problems().Add(*top.Find("email_key"), "VAL-CONFIG-VALUE",
                     "email_key must be 26 to 64 random characters without blanks; make one: "
                     "valise map digest --new-key");
}

class PeopleReader {
 public:
  PeopleReader(const TomlNode& people, ProblemList& problems, Contract& contract)
      : reader_(people, "people", problems), contract_(contract) {}

  void Read() {
    for (const TomlNode::Member& member : reader_.table().members) {
      reader_.Known(member.key);
      const std::string fault = FaultOfMention(member.key);
      if (!fault.empty()) {
        reader_.problems().Add(member, "VAL-CONFIG-VALUE", "[people]: an alias " + fault);
      } else if (member.value.kind == TomlNode::Kind::kTable) {
        ReadTable(member);
      } else {
        std::string name;
        if (reader_.Text(member.key, name)) AddName(member, name, "[people] " + member.key);
      }
    }
  }

 private:
  void AddName(const TomlNode::Member& member, const std::string& name, const std::string& place) {
    const std::string fault = FaultOfName(name);
    if (fault.empty()) {
      contract_.people.emplace(member.key, name);
    } else {
      reader_.problems().Add(member.value, "VAL-CONFIG-VALUE",
                             place + ": the display name " + fault);
    }
  }

  void ReadTable(const TomlNode::Member& member) {
    TableReader person(member.value, "people." + member.key, reader_.problems());
    std::string name, digest;
    if (person.RequiredText("name", name)) AddName(member, name, person.Place("name"));
    if (person.Text("email_digest", digest)) AddDigest(person, member.key, digest);
    person.ReportUnknown();
  }

  void AddDigest(TableReader& person, const std::string& alias, const std::string& digest) {
    const std::string place = person.Place("email_digest");
    const auto refuse = [&](const std::string& why) {
      person.problems().Add(*person.Find("email_digest"), "VAL-CONFIG-VALUE", place + why);
    };
    if (!IdFromText(digest)) {
      refuse(" is no digest; an address never stands here, make its digest: valise map digest");
    } else if (contract_.email_key.empty()) {
      refuse(" needs email_key at the top of the file; make one: valise map digest --new-key");
    } else if (const auto owner = owners_.emplace(digest, alias); !owner.second) {
      refuse(" is that of \"" + owner.first->second + "\" already; name a person once");
    } else {
      contract_.people_emails.emplace(alias, digest);
    }
  }

  TableReader reader_;
  Contract& contract_;
  std::map<std::string, std::string> owners_;  // digest -> alias
};

}  // namespace

void ReadPeopleTerms(TableReader& top, Contract& contract) {
  ReadEmailKey(top, contract);
  const TomlNode* people = top.Table("people");
  if (people != nullptr) PeopleReader(*people, top.problems(), contract).Read();
}

}  // namespace valise
