#include <doctest/doctest.h>

#include "tests/standin/driver.h"
#include "tests/standin/faults.h"

namespace valise::standin {
namespace {

Request Create() {
  return {"POST",
          "/jira/rest/api/2/issue",
          {{"authorization", "Bearer valise-token"}, {"content-type", "application/json"}},
          R"({"fields":{"project":{"key":"PROJ"},"issuetype":{"name":"Bug"},"summary":"x"}})"};
}

FaultInjector Injector(const std::string& plan_text) {
  FaultPlan plan;
  REQUIRE(ReadFaultPlan(plan_text, &plan) == "");
  FaultInjector injector;
  injector.SetPlan(plan);
  return injector;
}

TEST_CASE("each fault does what its name says, before or after applying") {
  struct Row {
    const char* name;
    int status;
    bool cut, applied;
  };
  const Row rows[] = {
      {"none", 201, false, true},          {"429", 429, false, false},
      {"error_before", 503, false, false}, {"error_after", 503, false, true},
      {"cut_before", 200, true, false},    {"cut_after", 201, true, true},
      {"html_200", 200, false, false},     {"captcha_403", 403, false, false},
      {"truncated", 201, false, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Driver d;
    FaultInjector injector =
        Injector(R"({"rules":[{"fault":")" + std::string(row.name) + R"(","every":1}]})");
    const FaultedResponse answer = HandleWithFault(d.jira(), Create(), injector.Decide(Create()));
    CHECK(answer.response.status == row.status);
    CHECK(answer.cut == row.cut);
    CHECK(answer.applied == row.applied);
    CHECK(d.jira().issue_count() == (row.applied ? 1 : 0));
  }
}

TEST_CASE("an expired token is a fault too: 401 for a write, nothing found for a search") {
  Driver d;
  d.Create("x");
  FaultRule rule;
  rule.kind = FaultKind::kExpiredToken;
  CHECK(HandleWithFault(d.jira(), Create(), rule).response.status == 401);
  Request search = Create();
  search.method = "GET";
  search.target = "/jira/rest/api/2/search?jql=";
  const FaultedResponse found = HandleWithFault(d.jira(), search, rule);
  CHECK(found.response.status == 200);
  CHECK(found.response.body.find(R"("total":0)") != std::string::npos);
}

TEST_CASE("429 carries the headers of pitfall 29") {
  Driver d;
  FaultRule rule;
  rule.kind = FaultKind::kTooManyRequests;
  rule.retry_after_s = 7;
  const Response response = HandleWithFault(d.jira(), Create(), rule).response;
  CHECK(response.headers.at("retry-after") == "7");
  CHECK(response.headers.contains("X-RateLimit-Remaining"));
}

TEST_CASE("a rule strikes every nth fitting request, at most so often") {
  FaultInjector injector = Injector(
      R"({"rules":[{"fault":"429","every":3,"method":"POST","path":"/issue","limit":2}]})");
  Request read = Create();
  read.method = "GET";
  std::string struck;
  for (int i = 0; i < 12; ++i) {
    CHECK(injector.Decide(read).kind == FaultKind::kNone);
    struck += injector.Decide(Create()).kind == FaultKind::kNone ? '.' : 'X';
  }
  CHECK(struck == "..X..X......");
  CHECK(injector.counts().at("429") == 2);
}

TEST_CASE("the same seed strikes the same requests, with about the asked probability") {
  const std::string text = R"({"seed":5,"rules":[{"fault":"cut_after","probability":0.25}]})";
  FaultInjector one = Injector(text), two = Injector(text);
  int struck = 0;
  for (int i = 0; i < 1000; ++i) {
    const FaultKind kind = one.Decide(Create()).kind;
    CHECK(kind == two.Decide(Create()).kind);
    struck += kind == FaultKind::kNone ? 0 : 1;
  }
  CHECK(struck > 200);
  CHECK(struck < 300);
}

TEST_CASE("a misspelt plan is refused and the former one stays") {
  FaultPlan plan;
  plan.latency_ms = 7;
  CHECK(ReadFaultPlan("", &plan) != "");
  CHECK(ReadFaultPlan("[]", &plan) != "");
  CHECK(ReadFaultPlan(R"({"latency":5})", &plan) == "unknown member 'latency'");
  CHECK(ReadFaultPlan(R"({"rules":[{"fault":"fire"}]})", &plan) == "unknown fault 'fire'");
  CHECK(ReadFaultPlan(R"({"rules":[{"fault":"429","chance":1}]})", &plan) ==
        "unknown member 'chance' in a rule");
  CHECK(plan.latency_ms == 7);
}

}  // namespace
}  // namespace valise::standin
