// Two sites, one register, up to four edits, every order of editing, delivering and writing: both
// end with the same version and value, and every edit that lost is listed at both.
#include <algorithm>
#include <deque>
#include <set>
#include <sstream>

#include <rapidcheck.h>

#include "tests/agent/support.h"

namespace valise {
namespace {

struct ModelSite {
  IssueBase base;
  std::optional<Value> shown;       // by its Jira
  std::set<std::string> listed;     // lost values
  std::deque<Register> in_flight;   // towards the peer, in order as a stream keeps them
};

struct Model {
  ModelSite sites[2];
  std::set<std::string> replaced;   // values that a person saw and overwrote
  int edits = 0;
  int at_ms[4] = {};
  std::string story;                // not part of the state
};

const Terms& TermsAt(std::uint32_t site) {
  static const Terms terms[2] = {TermsOf(kHq), TermsOf(kField)};
  return terms[site];
}

void NoteLost(ModelSite& site, const std::vector<Finding>& findings) {
  for (const Finding& finding : Of(findings, "conflict-lost")) {
    site.listed.insert(finding.value ? finding.value->text : "(none)");
  }
}

void EditAt(Model& model, const RegisterKey& key, std::uint32_t index, std::int64_t at_ms) {
  ModelSite& site = model.sites[index];
  RegisterBase& base = site.base.registers[key];
  const Value value = Text("edit" + std::to_string(++model.edits));
  model.story += " " + std::to_string(index) + ":" + value.text + "@" + std::to_string(at_ms);
  if (site.shown) model.replaced.insert(site.shown->text);
  site.shown = value;
  LocalChange change;
  std::vector<Finding> findings;
  if (base.is_pending) {  // as Capture does
    Register edit{key, At(at_ms, index), Version{}, value};
    base.is_pending = !RecordConcurrentEdit(TermsAt(index), base, edit, kNow, change, findings);
  } else {
    RecordLocalEdit(TermsAt(index), base, key, value, {at_ms, false}, kNow, change);
  }
  NoteLost(site, findings);
  for (Register& edit : change.registers) site.in_flight.push_back(std::move(edit));
}

void DeliverFrom(Model& model, std::uint32_t index) {
  ModelSite& from = model.sites[index];
  ModelSite& to = model.sites[1 - index];
  const Register arriving = from.in_flight.front();
  from.in_flight.pop_front();
  model.story += " ->" + std::to_string(1 - index) + ":" + arriving.value->text;
  const Merged merged = Merge(TermsAt(1 - index), to.base, ChangeOf({arriving}));
  to.base = merged.base;
  NoteLost(to, merged.findings);
  // A second copy never changes anything.
  const Merged again = Merge(TermsAt(1 - index), to.base, ChangeOf({arriving}));
  REQUIRE_MESSAGE(again.base == to.base, model.story);
}

void WriteAt(Model& model, const RegisterKey& key, std::uint32_t index) {
  RegisterBase& base = model.sites[index].base.registers[key];
  base.is_pending = false;
  model.sites[index].shown = base.agreed;
  model.story += " w" + std::to_string(index);
}

// Everything that decides what can still happen.
std::string StateOf(const Model& model, const RegisterKey& key) {
  std::ostringstream out;
  out << model.edits;
  for (const std::string& value : model.replaced) out << " " << value;
  for (const ModelSite& site : model.sites) {
    const auto found = site.base.registers.find(key);
    const RegisterBase base = found == site.base.registers.end() ? RegisterBase{} : found->second;
    out << "|" << base.agreed << base.version << "," << base.own_newest << "," << base.peer_newest
        << base.is_pending << site.shown;
    for (const std::string& value : site.listed) out << " " << value;
    for (const Register& edit : site.in_flight) {
      out << ">" << edit.version << edit.seen << edit.value;
    }
  }
  return out.str();
}

void RequireAgreement(const Model& model, const RegisterKey& key) {
  const RegisterBase& hq = model.sites[0].base.registers.at(key);
  const RegisterBase& field = model.sites[1].base.registers.at(key);
  REQUIRE_MESSAGE(hq.version == field.version, model.story);
  REQUIRE_MESSAGE(hq.agreed == field.agreed, model.story);
  for (const ModelSite& site : model.sites) {
    REQUIRE_MESSAGE(site.shown == hq.agreed, model.story);
    for (int edit = 1; edit <= model.edits; ++edit) {
      const std::string value = "edit" + std::to_string(edit);
      if (value == hq.agreed->text || model.replaced.contains(value)) continue;
      REQUIRE_MESSAGE(site.listed.contains(value), (value + " is not listed:" + model.story));
    }
    REQUIRE_MESSAGE(!site.listed.contains(hq.agreed->text), model.story);
  }
}

class Explorer {
 public:
  Explorer(RegisterKey key, int edits_max) : key_(std::move(key)), edits_max_(edits_max) {}

  void From(const Model& model) {
    if (!known_.insert(StateOf(model, key_)).second) return;
    bool can_move = false;
    for (const std::uint32_t site : {kHq, kField}) {
      if (!model.sites[site].in_flight.empty()) {
        can_move = true;
        Model next = model;
        DeliverFrom(next, site);
        From(next);
      }
      const auto reg = model.sites[site].base.registers.find(key_);
      if (reg != model.sites[site].base.registers.end() && reg->second.is_pending) {
        can_move = true;
        Model next = model;
        WriteAt(next, key_, site);
        From(next);
      }
    }
    if (!can_move && model.edits > 0) {
      RequireAgreement(model, key_);
      ++endings_;
    }
    if (model.edits == edits_max_) return;
    for (const std::uint32_t site : {kHq, kField}) {
      for (const std::int64_t at_ms : {10, 20}) {
        Model next = model;
        EditAt(next, key_, site, at_ms);
        From(next);
      }
    }
  }

  std::size_t endings() const { return endings_; }
  std::size_t states() const { return known_.size(); }

 private:
  const RegisterKey key_;
  const int edits_max_;
  std::set<std::string> known_;
  std::size_t endings_ = 0;
};

}  // namespace

TEST_CASE("up to four edits in every order: both sides agree, and losers are listed at both") {
  for (const std::string field : {"summary", "reference", "points"}) {
    CAPTURE(field);
    Explorer explorer(FieldKey(field), 4);
    explorer.From(Model{});
    MESSAGE(field << ": " << explorer.states() << " states, " << explorer.endings() << " endings");
    CHECK(explorer.endings() > 500);
  }
}

TEST_CASE("any number of edits in flight, with clocks that jump") {
  const char* fields[] = {"summary", "reference", "points"};
  REQUIRE(rc::check("both sides agree", [&] {
    const RegisterKey key = FieldKey(fields[*rc::gen::inRange(0, 3)]);
    Model model;
    const auto moves = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 8));
    for (const int move : moves) {
      const std::uint32_t site = move % 2 == 0 ? kHq : kField;
      if (move < 4) EditAt(model, key, site, *rc::gen::inRange<std::int64_t>(1, 1000));
      else if (move < 6 && !model.sites[site].in_flight.empty()) DeliverFrom(model, site);
      else if (move >= 6 && model.sites[site].base.registers[key].is_pending)
        WriteAt(model, key, site);
    }
    for (const std::uint32_t site : {kHq, kField}) {
      while (!model.sites[site].in_flight.empty()) DeliverFrom(model, site);
    }
    for (const std::uint32_t site : {kHq, kField}) {
      if (model.sites[site].base.registers[key].is_pending) WriteAt(model, key, site);
    }
    if (model.edits > 0) RequireAgreement(model, key);
  }));
}

}  // namespace valise
