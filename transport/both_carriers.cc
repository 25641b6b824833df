#include "transport/both_carriers.h"

#include <algorithm>

namespace valise {

Result<void> BothCarriers::Send(std::string_view sealed) {
  std::optional<Error> failed;
  bool is_sent = false;
  for (std::size_t i = 0; i < sides_.size(); ++i) {
    if (!sides_[i].is_sent_over) continue;
    const Result<void> sent = sides_[i].carrier.Send(sealed);
    send_errors_[i] = sent.ok() ? std::nullopt : std::optional(sent.error());
    is_sent = is_sent || sent.ok();
    if (!failed) failed = send_errors_[i];
  }
  if (is_sent) return Ok();
  CHECK(failed.has_value());  // one of them is sent over
  return *failed;
}

Result<std::vector<Arrival>> BothCarriers::Receive(std::size_t count_max) {
  std::vector<Arrival> arrivals;
  for (std::size_t i = 0; i < sides_.size(); ++i) {
    // The first leaves room for the second, so that a flood over one hides nothing on the other.
    const std::size_t room = count_max - arrivals.size();
    auto got = sides_[i].carrier.Receive(i == 0 ? (room + 1) / 2 : room);
    receive_errors_[i] = got.ok() ? std::nullopt : std::optional(got.error());
    if (!got.ok()) continue;
    for (Arrival& arrival : got.value()) {
      arrival.handle = std::to_string(i) + arrival.handle;
      arrivals.push_back(std::move(arrival));
    }
  }
  if (receive_errors_[0] && receive_errors_[1]) return *receive_errors_[0];
  return arrivals;
}

Result<void> BothCarriers::Remove(const std::string& handle) {
  if (handle.empty() || (handle[0] != '0' && handle[0] != '1')) {
    return Error{Recovery::kAskOperator, "VAL-CARRIER-HANDLE", "not a handle that Receive gave"};
  }
  return sides_[handle[0] == '1' ? 1 : 0].carrier.Remove(handle.substr(1));
}

CarrierNews BothCarriers::News() {
  CarrierNews news;
  for (std::size_t i = 0; i < sides_.size(); ++i) {
    CarrierNews one = sides_[i].carrier.News();
    news.has_arrivals = news.has_arrivals || one.has_arrivals;
    news.set_aside += one.set_aside;
    if (one.hint) news.hint = std::move(one.hint);
  }
  for (const auto& errors : {send_errors_, receive_errors_}) {
    for (const std::optional<Error>& error : errors) {
      if (!error || news.impaired) continue;
      news.impaired = Error{error->recovery, error->code,
                            "one of the two carriers fails, the other goes on: " + error->message};
    }
  }
  return news;
}

}  // namespace valise
