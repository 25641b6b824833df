#include "agent/core/mentions.h"

#include <algorithm>
#include <vector>

namespace valise {
namespace {

class MentionRewriter {
 public:
  explicit MentionRewriter(const std::function<std::string(std::string_view)>& rewrite)
      : rewrite_(rewrite) {}

  std::string Run(std::string_view text) {
    for (const char c : text) {
      if (c == '\n') open_.clear();
      if (c == '[') open_.push_back(out_.size());
      if (c == ']' && !open_.empty()) Close(); else Put(c);
    }
    return std::move(out_);
  }

 private:
  void Put(char c) {
    if (c == '~' && out_.ends_with('|')) bars_.push_back(out_.size() - 1);
    if (c == ' ' || c == '(' || c == ')') blanks_.push_back(out_.size());
    out_ += c;
  }

  void Put(std::string_view text) {
    for (const char c : text) Put(c);
  }

  // What was put in place of a title's account is no account again: it has a blank and brackets.
  void Close() {
    const std::size_t open = open_.back();
    open_.pop_back();
    const std::size_t bar = bars_.empty() ? 0 : bars_.back();
    const bool is_plain = open + 2 < out_.size() && out_[open + 1] == '~';
    const bool is_titled = !bars_.empty() && bar > open && bar + 2 < out_.size() &&
                           (blanks_.empty() || blanks_.back() < bar);
    const std::size_t account = is_plain ? open + 2 : bar + 2;
    if (!is_plain && !is_titled) return Put(']');
    if (out_.size() - account > kAccountMax) return CloseLong(open);
    const std::string instead = rewrite_(std::string_view(out_).substr(account));
    CutTo(is_plain ? open : bar);
    Put(is_plain ? instead : " (" + instead + ")]");
  }

  void CutTo(std::size_t size) {
    out_.resize(size);
    while (!bars_.empty() && bars_.back() >= size) bars_.pop_back();
    while (!blanks_.empty() && blanks_.back() >= size) blanks_.pop_back();
  }

  // No account, but a later rewrite may shorten it: all that could make one of it goes.
  void CloseLong(std::size_t open) {
    if (out_[open + 1] == '~') out_[open + 1] = '@';
    while (!bars_.empty() && bars_.back() > open) {
      out_[bars_.back() + 1] = '@';
      bars_.pop_back();
    }
    Put(']');
  }

  const std::function<std::string(std::string_view)>& rewrite_;
  std::string out_;
  std::vector<std::size_t> open_;    // brackets, as places in `out_`
  std::vector<std::size_t> bars_;    // each "|~"
  std::vector<std::size_t> blanks_;  // each of " ()": an account of a titled mention has none
};

}  // namespace

std::string RewriteMentions(std::string_view text,
                            const std::function<std::string(std::string_view)>& rewrite) {
  return MentionRewriter(rewrite).Run(text);
}

std::string PlainName(std::string_view name) {
  std::string out = "@";
  constexpr std::string_view kNot("[]\n\r\0", 5);
  for (const char c : name) out += kNot.find(c) == std::string_view::npos ? c : ' ';
  return out;
}

}  // namespace valise
