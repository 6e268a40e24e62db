// That no promise is without a test that names it, and that the list of mutants fits the sources it changes.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <regex>

#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::test::file_text;
using acctl::test::Result;

namespace {

constexpr int promises = 16;

// From "TEST_CASE(" to the body: names and tags of all tests.
std::vector<std::string> test_heads() {
  std::vector<std::string> heads;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(ACCTL_SOURCE "/tests")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = file_text(entry.path());
    const std::string begin = "\nTEST_CASE(";
    for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
      heads.push_back(text.substr(at, text.find(") {", at) - at));
    }
  }
  return heads;
}

}  // namespace

TEST_CASE("every promise is named by a test") {
  const std::vector<std::string> heads = test_heads();
  REQUIRE(heads.size() > 500);
  for (int number = 1; number <= promises; ++number) {
    const std::regex named("promises? ([0-9]+(, | and ))*" + std::to_string(number) + "\\b");
    INFO("promise " << number);
    CHECK(std::ranges::any_of(heads, [&](const std::string& head) { return std::regex_search(head, named); }));
  }
}

// CTest takes a semicolon for the end of a name: it would not find the test, and say nothing.
TEST_CASE("no name of a test has a semicolon") {
  const std::regex literal(R"re("(?:[^"\\]|\\.)*")re");
  for (const std::string& head : test_heads()) {
    std::string names;
    for (std::sregex_iterator at(head.begin(), head.end(), literal), end; at != end; ++at) names += at->str();
    INFO(names);
    CHECK(names.find(';') == std::string::npos);
  }
}

// Else they would be found out only by the next whole run of scripts/mutants.sh.
TEST_CASE("every mutant fits its file, and the test that must fail is there and names its promise") {
  const char* path = std::getenv("PATH");
  const Result list = acctl::test::run_program({.words = {ACCTL_SOURCE "/scripts/mutants.sh", "--list"},
                                                .environment = {{"PATH", path == nullptr ? "/usr/bin:/bin" : path}},
                                                .input = ""});
  INFO(list.out << list.err);
  CHECK(list.status == 0);
}
