// Drives a stand-in Jira in tests: a client with a token, a clock to move, and a record of all
// exchanges in the form a traffic checker reads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/standin/jira.h"
#include "tests/standin/json_value.h"

namespace valise::standin {

struct Answer {
  int status = 0;
  JsonValue body;
  std::string text;
  std::map<std::string, std::string> headers;
};

class Driver {
 public:
  explicit Driver(Options options = {});

  // `path` is below /rest/api/2, unless it begins with /rest/ or /secure/.
  Answer Send(const std::string& method, const std::string& path, const std::string& body = "",
              const std::string& token = "valise-token");
  Answer Get(const std::string& path, const std::string& token = "valise-token");
  Answer Post(const std::string& path, const std::string& body,
              const std::string& token = "valise-token");
  Answer Put(const std::string& path, const std::string& body,
             const std::string& token = "valise-token");
  Answer Delete(const std::string& path, const std::string& token = "valise-token");

  // Adds files, as (name, bytes), to the issue.
  Answer Upload(const std::string& key,
                const std::vector<std::pair<std::string, std::string>>& files,
                const std::string& token = "valise-token");

  // Throws std::invalid_argument with what is wrong.
  void Do(const std::string& control);

  // Creates a bug with that summary and answers its key.
  std::string Create(const std::string& summary, const std::string& token = "alice-token");
  // The keys a query finds, in order.
  std::vector<std::string> Find(const std::string& jql, const std::string& token = "valise-token");
  // fields.NAME of the issue, as JSON text.
  std::string Field(const std::string& key, const std::string& name);

  Jira& jira() { return jira_; }
  void Advance(std::int64_t ms) { *now_ms_ += ms; }
  void set_now(std::int64_t ms) { *now_ms_ = ms; }
  std::int64_t now() const { return *now_ms_; }
  const std::vector<std::string>& traffic() const { return traffic_; }

 private:
  Answer Handle(const Request& request);

  std::shared_ptr<std::int64_t> now_ms_;
  Jira jira_;
  std::vector<std::string> traffic_;
};

}  // namespace valise::standin
