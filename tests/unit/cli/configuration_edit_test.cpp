// The configuration file is edited as a person would: what else stands in it stays.
#include "cli/configuration_edit.hpp"

#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"

using acctl::with_current;
using acctl::with_entries;
using acctl::without_context;
using acctl::without_entries;

namespace {

const std::string path = "config.yaml";

const std::string file = R"(# ours
current: staging  # for now

contexts:
  staging:  # the small one
    database: "host=a dbname=b"  # quoted
    parallel: 4
  # the large one
  production: {database: 'host=p', actor: ops}  # careful
)";

}  // namespace

TEST_CASE("a new file is made of what is set") {
  CHECK(with_entries("", path, "staging", {{"database", "host=a"}, {"parallel", "8"}}) ==
        "contexts:\n  staging:\n    database: \"host=a\"\n    parallel: 8\n");
  CHECK(with_entries("# mine\n", path, "a", {{"output", "json"}}) == "# mine\ncontexts:\n  a:\n    output: json\n");
  CHECK(with_entries("contexts: {}\n", path, "a", {{"output", "json"}}) == "contexts:\n  a:\n    output: json\n");
  CHECK(with_entries("contexts:\n", path, "a", {{"output", "json"}}) == "contexts:\n  a:\n    output: json\n");
  CHECK(with_current("contexts:\n  a:\n", path, "a") == "current: a\ncontexts:\n  a:\n");
}

TEST_CASE("values are replaced and added where they belong, comments stay") {
  const std::string text =
      with_entries(file, path, "staging", {{"database", "host=\"new\""}, {"parallel", "8"}, {"protected", "true"}});
  CHECK(text == R"(# ours
current: staging  # for now

contexts:
  staging:  # the small one
    database: "host=\"new\""  # quoted
    parallel: 8
    protected: true
  # the large one
  production: {database: 'host=p', actor: ops}  # careful
)");
  CHECK(with_current(file, path, "production").find("current: production  # for now\n") != std::string::npos);
}

TEST_CASE("a context on one line is unfolded to be changed") {
  const std::string text = with_entries(file, path, "production", {{"protected", "true"}});
  CHECK(text.ends_with("  production:  # careful\n    database: \"host=p\"\n    actor: ops\n    protected: true\n"));
  CHECK(text.starts_with("# ours\ncurrent: staging  # for now\n"));
  CHECK(with_entries("contexts: {a: {output: json}, b: {output: csv}}\n", path, "b", {{"output", "yaml"}}) ==
        "contexts:\n  a:\n    output: json\n  b:\n    output: yaml\n");
}

TEST_CASE("entries, contexts and the current one are removed") {
  CHECK(without_entries(file, path, "staging", {"parallel"}).find("parallel") == std::string::npos);
  CHECK(without_entries("contexts:\n  a:\n    output: json\n", path, "a", {"output"}) == "contexts:\n  a:\n");
  const std::string left = without_context(file, path, "staging");
  CHECK(left.find("staging:") == std::string::npos);
  CHECK(left.find("  production: {database: 'host=p', actor: ops}  # careful\n") != std::string::npos);
  CHECK(with_current(file, path, "").find("current") == std::string::npos);
}

TEST_CASE("what would lose something is refused") {
  const std::string folded = "contexts:\n  a:\n    reason: >\n      one\n      two\n";
  CHECK_THROWS_AS(with_entries(folded, path, "a", {{"reason", "three"}}), acctl::Error);
  CHECK_THROWS_AS(with_entries("- a\n", path, "a", {{"output", "json"}}), acctl::Error);
  CHECK_THROWS_AS(with_entries("contexts: [a]\n", path, "a", {{"output", "json"}}), acctl::Error);
}
