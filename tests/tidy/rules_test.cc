// Each rule is shown something bad, so that it is known to be able to fail.
#include <doctest/doctest.h>

#include "tests/tidy/rules.h"

namespace valise::tidy {
namespace {

struct Row {
  const char* path;
  const char* text;
  std::size_t faults;
};

template <typename Rule>
void Hold(Rule rule, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.path);
    CAPTURE(row.text);
    CHECK(rule(SourceOf(row.path, row.text)).size() == row.faults);
  }
}

std::string Repeat(const std::string& line, std::size_t count) {
  std::string text;
  for (std::size_t index = 0; index < count; ++index) text += line;
  return text;
}

}  // namespace

TEST_CASE("comments and literals are no code") {
  const Source source = SourceOf("x.cc",
                                 "a // b\n\"c\\\"d\" e /* f\ng */ h\n"
                                 "R\"x(i\n)\" j)x\" k\n1'000'000 l 'm' n\n");
  CHECK(source.code == std::vector<std::string>{"a     ", "\"    \" e     ", "     h", "     ",
                                                "        k", "1'000'000 l ' ' n"});
  CHECK(source.lines[0] == "a // b");
}

TEST_CASE("a word is matched from its start") {
  CHECK(HasWord("  assert(x)", "assert("));
  CHECK_FALSE(HasWord("static_assert(x)", "assert("));
  CHECK(HasWord("sqlite3_open(a)", "sqlite3_"));
}

TEST_CASE("layers: an include against the order is found") {
  Hold(CheckLayers,
       {{"packet/a.cc", "#include \"packet/b.h\"\n#include \"proto/packet.pb.h\"\n", 0},
        {"packet/a.h", "#include \"proto/packet.pb.h\"\n", 1},
        {"packet/a.cc", "#include \"transport/transport.h\"\n", 1},
        {"packet/a.cc", "#include <zstd.h>\n", 0},
        {"transport/a.cc", "#include \"agent/core/base.h\"\n", 1},
        {"transport/a.cc", "#include \"packet/seal.h\"\n", 0},
        {"agent/core/a.cc", "#include \"packet/model.h\"\n", 0},
        {"agent/core/a.cc", "#include \"packet/seal.h\"\n", 1},
        {"agent/core/a.cc", "#include \"agent/clock.h\"\n", 1},
        {"agent/core/a.cc", "#include \"agent/store/store.h\"\n", 1},
        {"agent/store/a.cc", "#include \"agent/jira/http.h\"\n", 1},
        {"agent/jira/a.cc", "#include \"transport/transport.h\"\n", 1},
        {"agent/parser/a.cc", "#include \"transport/bundle.h\"\n", 0},
        {"agent/parser/a.cc", "#include \"agent/config/toml_tree.h\"\n", 0},
        {"agent/parser/a.cc", "#include \"agent/config/units.h\"\n", 1},
        {"agent/config/a.cc", "#include \"agent/config.h\"\n#include \"agent/agent.h\"\n", 1},
        {"agent/pairing/a.cc", "#include \"agent/config.h\"\n", 1},
        {"agent/agent.cc", "#include \"agent/jira/http.h\"\n", 0},
        {"agent/agent.cc", "#include \"agent/cli/verbs.h\"\n", 1},
        {"agent/agent.cc", "#include \"proto/packet.pb.h\"\n", 1},
        {"agent/agent.cc", "#include \"tests/standin/jira.h\"\n", 1},
        {"agent/cli/run.cc", "#include \"agent/cli/verbs.h\"\n#include \"tests/a.h\"\n", 1}});
}

TEST_CASE("banned calls are found outside their place, and not in comments") {
  Hold(CheckBanned,
       {{"agent/agent.cc", "auto t = std::chrono::system_clock::now();\n", 1},
        {"agent/clock.cc", "auto t = std::chrono::system_clock::now();\n", 0},
        {"agent/cli/a.cc", "std::random_device d;\n", 1},
        {"agent/agent.cc", "sqlite3_open(a, b);\n", 1},
        {"agent/store/sqlite.cc", "sqlite3_open(a, b);\n", 0},
        {"agent/jira/parse.cc", "curl_easy_init();\nnlohmann::json j;\n", 2},
        {"agent/jira/curl_http.cc", "curl_easy_init();\n", 0},
        {"agent/jira/json.cc", "nlohmann::json j;\n", 0},
        {"packet/a.cc", "assert(x);\nstatic_assert(y);\n", 1},
        {"packet/a.cc", "std::unordered_map<int, int> m;\n", 1},
        {"agent/agent.cc", "exit(1);\nstd::cout << 1;\nCLI::App a;\n", 3},
        {"agent/cli/run.cc", "exit(1);\nstd::cout << 1;\nCLI::App a;\n", 1},
        {"transport/a.cc", "std::regex r;\n", 1},
        {"transport/a.cc", "// std::regex, assert(x)\nauto s = \"random_device\";\n", 0}});
  CHECK(CheckBanned(SourceOf("packet/a.cc", "\nassert(x);\n"))[0] ==
        "packet/a.cc:2: assert(: use CHECK");
}

TEST_CASE("a header without #pragma once first is found") {
  Hold(CheckPragmaOnce, {{"a.h", "// What.\n\n#pragma once\nint a;\n", 0},
                         {"a.h", "#include <a>\n#pragma once\n", 1},
                         {"a.h", "", 1},
                         {"a.cc", "int a;\n", 0}});
}

TEST_CASE("a note for later is found, in comments too") {
  Hold(CheckNoTodo, {{"a.cc", "int a;  // TO" "DO: b\n", 1},
                     {"a.cc", "// FIX" "ME\n", 1},
                     {"a.cc", "// to do\n", 0}});
}

TEST_CASE("long lines and files are found") {
  const auto long_lines = [](const Source& source) { return CheckLongLines(source, kColumnsMax); };
  CHECK(long_lines(SourceOf("a.cc", std::string(100, 'a') + "\n")).empty());
  CHECK(long_lines(SourceOf("a.cc", std::string(101, 'a') + "\n")).size() == 1);
  CHECK(long_lines(SourceOf("a.cc", Repeat("\xC3\xA4", 100))).empty());
  CHECK(CheckFileLength(SourceOf("a.cc", Repeat("a\n", 400))).empty());
  CHECK(CheckFileLength(SourceOf("a.cc", Repeat("a\n", 401))).size() == 1);
}

TEST_CASE("long functions are found wherever they stand; tables and namespaces are none") {
  const std::string body = Repeat("  if (a) { b(); }\n", 59);
  const auto faults = [](const std::string& text) {
    return CheckFunctionLengths(SourceOf("a.cc", text)).size();
  };
  CHECK(faults("void F() {\n" + Repeat("  a();\n", 58) + "}\n") == 0);
  CHECK(faults("void F() {\n" + body + "}\n") == 1);
  CHECK(faults("namespace a {\nclass B final : public C {\n public:\n  int F() const {\n" + body +
               "  }\n};\n}\n") == 1);
  CHECK(faults("bool operator==(const A& a, const A& b) {\n" + body + "}\n") == 1);
  CHECK(faults("void F(int a = 1) {\n" + body + "}\nvoid G() {\n" + body + "}\n") == 2);
  CHECK(faults("A::A(int b)\n    : b_(b), c_{1} {\n" + body + "}\n") == 1);
  CHECK(faults("const Row kRows[] = {\n" + body + "};\n") == 0);
  CHECK(faults("enum class E {\n" + Repeat("  kA,\n", 80) + "};\n") == 0);
  CHECK(faults("namespace {\n" + Repeat("void F() { a(); }\n", 80) + "}\n") == 0);
  CHECK(faults("struct A {\n" + Repeat("  int a = 1;\n", 80) + "};\n") == 0);
  CHECK(faults("#define X(a) { \\\n  {\nvoid F() {\n}\n") == 0);
}

TEST_CASE("an unsafe default and a switch that is set are found") {
  const Source header = SourceOf("agent/core/switches.h",
                                 "struct Switches {\n  bool seen = true;\n"
                                 "  bool marker = false;\n  bool bug_a = true;\n"
                                 "  bool bug_b = false;\n};\n");
  const std::vector<std::string> names = SwitchNames(header);
  CHECK(names == std::vector<std::string>{"seen", "marker", "bug_a", "bug_b"});
  CHECK(CheckSafeDefaults(header).size() == 2);
  Hold([&](const Source& source) { return CheckSwitchesUnset(source, names); },
       {{"agent/a.cc", "terms.switches.seen = false;\n", 1},
        {"agent/a.cc", "terms_.switches.bug_a=true;\n", 1},
        {"agent/a.cc", "terms.switches = other;\n", 1},
        {"agent/a.cc", "f(Switches{});\n", 1},
        {"agent/a.cc", "if (terms.switches.seen == x) a = b;\n", 0},
        {"agent/a.cc", "if (terms.switches.marker) create.marker = a;\n", 0}});
}

}  // namespace valise::tidy
