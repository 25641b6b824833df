#include "tests/agent/support.h"

namespace valise {
namespace {

const Directory kNobody;

LocalObject Shown(std::string body) {
  LocalObject shown;
  shown.body = std::move(body);
  return shown;
}

ObjectBase Theirs() {
  ObjectBase comment;
  comment.is_ours = false;
  comment.origin = {IdOf(9), {"Zoe", ""}, 50};
  comment.jira_id = std::string("1");
  return comment;
}

}  // namespace

TEST_CASE("the digest of what Jira shows hangs on the value, not on its line ends") {
  CHECK(SeenDigest(Local({"a\r\nb"})) == SeenDigest(Local({"a\nb"})));
  CHECK(SeenDigest(Local({})) != SeenDigest(Local({""})));
  CHECK(SeenDigest(Local({"a", "b"})) != SeenDigest(Local({"ab"})));
  CHECK(SeenDigest(Local({"1:a"})) != SeenDigest(Local({"a"})));
  CHECK(SeenDigest(std::string()) == SeenDigest(LocalField{}));
}

TEST_CASE("a scalar is translated both ways by its kind") {
  const Terms terms = TermsOf(kHq);
  const auto shared = [&](const char* name, const LocalField& field) {
    return ToSharedField(terms, terms.binding.fields.at(name), field, std::nullopt, kNobody);
  };
  CHECK(shared("summary", Local({" a\nb "})).shared == Text("a b"));
  CHECK(shared("severity", Local({"Blocker"})).shared == Text("high"));
  CHECK_FALSE(shared("severity", Local({"Trivial"})).is_mapped);
  CHECK(shared("severity", {}).is_mapped);
  CHECK_FALSE(shared("severity", {}).shared);
  LocalField user;
  user.values.push_back({"carl", "Carl Cole"});
  CHECK(shared("assignee", user).shared == Value{"Carl Cole", ""});
  CHECK(shared("assignee", Local({"bbrown"})).shared == Value{"Bob Brown", "bob"});
  CHECK(shared("assignee", Local({"ghost"})).shared == Value{"someone", ""});
  const FieldBinding& severity = terms.binding.fields.at("severity");
  CHECK(ToLocalField(terms, severity, Text("high"), 1) == Local({"Major"}));
  CHECK(ToLocalField(terms, severity, std::nullopt, 1) == LocalField{});
  CHECK_FALSE(ToLocalField(terms, severity, Text("top"), 1));
}

TEST_CASE("a flag is the binding's option, and no other option's name leaves (pitfall 18)") {
  Terms terms = TermsOf(kHq);
  FieldBinding flag{"blocked", "customfield_9", ValueKind::kFlag,
                    ValueMap{{{kTicked, {"Impediment", "Stopped"}}}}, "", MissingValue::kHold, ""};
  const auto shared = [&](const LocalField& field) {
    return ToSharedField(terms, flag, field, std::nullopt, kNobody);
  };
  CHECK(shared(Local({"Impediment"})).shared == Text("true"));
  CHECK(shared(Local({"Impediment", "Stopped"})).shared == Text("true"));
  CHECK(shared({}).is_mapped);
  CHECK_FALSE(shared({}).shared);
  for (const LocalField& other : {Local({"Waiting"}), Local({"true"}),
                                  Local({"Impediment", "Waiting"}), Local({"A", "Impediment"})}) {
    CHECK_FALSE(shared(other).is_mapped);
    CHECK_FALSE(shared(other).shared);
  }
  CHECK(shared(Local({"Impediment", "Waiting"})).local_text == "Waiting");
  CHECK(ToLocalField(terms, flag, Text("true"), 1) == Local({"Impediment"}));
  CHECK(ToLocalField(terms, flag, std::nullopt, 1) == LocalField{});
  CHECK_FALSE(ToLocalField(terms, flag, Text("Markiert"), 1));
  flag.values.reset();
  CHECK_FALSE(shared(Local({"Impediment"})).is_mapped);
  CHECK_FALSE(ToLocalField(terms, flag, Text("true"), 1));
}

TEST_CASE("elements of the base that are gone are shown as gone") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  const IssueBase base = Born(terms, local);
  Edit(local, "labels", {"b"});
  const LocalView view = ViewOf(terms, base, local, kNobody);
  CHECK_FALSE(view.at(ElementKey("labels", "a")).shared);
  CHECK(view.at(ElementKey("labels", "b")).shared == Value{});
}

TEST_CASE("a value was given at its newest changelog entry, else at `updated`") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  Log(local, 1, "bbrown", 2'000, {"Severity", "", "", "", "Major"});
  Log(local, 2, "bbrown", 3'000, {"Severity", "", "Major", "", "Minor"});
  const LocalView view = ViewOf(terms, IssueBase{}, local, kNobody);
  CHECK(view.at(FieldKey("severity")).at_ms == 3'000);
  CHECK(view.at(FieldKey("summary")).at_ms == 5'000);
}

TEST_CASE("a peer's comment reads back without its author line") {
  const Terms terms = TermsOf(kHq);
  const ObjectBase comment = Theirs();
  for (const char* text : {"hello", "two\nlines", ""}) {
    CAPTURE(text);
    const std::string body = ObjectBody(terms, comment, Text(text));
    CHECK(ObjectToShared(terms, comment, Shown(body), std::nullopt, kNobody) == Text(text));
  }
  // An empty text, trimmed by Jira; and a person who removed the line.
  CHECK(ObjectToShared(terms, comment, Shown("_Zoe (field), 1970-01-01 00:00:_"), std::nullopt,
                        kNobody) == Text(""));
  CHECK(ObjectToShared(terms, comment, Shown("just text"), std::nullopt, kNobody) ==
        Text("just text"));
}

}  // namespace valise
