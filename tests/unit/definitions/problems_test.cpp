// Problems of an input are reported together, sorted, and the first hundred of them.
#include "provisioning/definitions/problems.hpp"

#include "tests/support/catch.hpp"

using acctl::Problems;

namespace {

std::vector<acctl::Diagnostic> reported(Problems& problems, std::string* message = nullptr) {
  try {
    problems.finish({"a.yaml"});
  } catch (const acctl::Error& error) {
    if (message != nullptr) *message = error.what();
    return error.diagnostics();
  }
  return {};
}

}  // namespace

TEST_CASE("problems are sorted by file and place, and none is no error") {
  Problems none;
  CHECK_NOTHROW(none.finish({"a.yaml"}));
  Problems problems;
  problems.add({"b.yaml", 1, 1}, "third");
  problems.add({"a.yaml", 9, 1}, "second");
  problems.add({"a.yaml", 2, 5}, "first");
  std::string message;
  const auto all = reported(problems, &message);
  REQUIRE(all.size() == 3);
  CHECK(all[0].message == "first");
  CHECK(all[2].message == "third");
  CHECK(message == "a.yaml has 3 problems");
}

TEST_CASE("after a last problem its place is silent") {
  Problems problems;
  problems.add_last({"a.yaml", 2, 5}, "cause");
  problems.add({"a.yaml", 2, 5}, "consequence");
  problems.add({"a.yaml", 2, 6}, "other");
  CHECK(reported(problems).size() == 2);
}

TEST_CASE("more than a hundred problems are counted") {
  Problems problems;
  for (int line = 1; line <= 130; ++line) problems.add({"a.yaml", line, 1}, "wrong");
  const auto all = reported(problems);
  REQUIRE(all.size() == 101);
  CHECK(all.back().message == "30 more problems, not shown");
}
