// fmt: definitions in their canonical layout.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::test::Acctl;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

struct Bench {
  TemporaryFolder home;
  TemporaryFolder folder;
  Acctl acctl{home.path()};
  std::string path = folder.path();

  std::string put(const std::string& name, const std::string& text) const {
    put_file(path + "/" + name, text);
    return path + "/" + name;
  }
  std::string text(const std::string& name) const {
    std::ostringstream all;
    all << std::ifstream(path + "/" + name).rdbuf();
    return all.str();
  }
  mode_t mode(const std::string& name) const {
    struct stat status = {};
    REQUIRE(lstat((path + "/" + name).c_str(), &status) == 0);
    return status.st_mode;
  }
};

const std::string loose = "# mine\nroles: {b: {name: B}, a: {name: A}} # all\nacctl: 1\n";
const std::string strict = "acctl: 1\n# mine\nroles: # all\n  a:\n    name: A\n  b:\n    name: B\n";

}  // namespace

TEST_CASE("fmt rewrites what is laid out otherwise, and nothing else") {
  const Bench bench;
  bench.put("a.yaml", loose);
  bench.put("b.yaml", strict);
  const auto before = fs::last_write_time(bench.path + "/b.yaml");
  const Result result = bench.acctl({"fmt", "-f", bench.path});
  CHECK(result.status == 0);
  CHECK(result.out.empty());
  CHECK(result.err == "1 of 2 files changed\n");
  CHECK(bench.text("a.yaml") == strict);
  CHECK(fs::last_write_time(bench.path + "/b.yaml") == before);
  CHECK(bench.acctl({"fmt", "-f", bench.path}).err == "0 of 2 files changed\n");
}

TEST_CASE("fmt keeps a file's mode, and a link a link") {
  const Bench bench;
  for (const mode_t mode : {0600, 0644, 0640}) {
    const std::string file = bench.put("a.yaml", loose);
    REQUIRE(chmod(file.c_str(), mode) == 0);
    REQUIRE(bench.acctl({"fmt", "-f", file}).status == 0);
    CHECK((bench.mode("a.yaml") & 07777) == mode);
  }
  bench.put("target", loose);
  fs::create_symlink("target", bench.path + "/link.yaml");
  REQUIRE(bench.acctl({"fmt", "-f", bench.path + "/link.yaml"}).status == 0);
  CHECK(S_ISLNK(bench.mode("link.yaml")));
  CHECK(bench.text("target") == strict);
  CHECK(std::distance(fs::directory_iterator(bench.path), fs::directory_iterator()) == 3);  // nothing temporary stays
}

TEST_CASE("fmt --check names what would change and changes nothing") {
  const Bench bench;
  const std::string file = bench.put("a.yaml", loose);
  bench.put("b.yaml", strict);
  const Result result = bench.acctl({"fmt", "-f", bench.path, "--check"});
  CHECK(result.status == 1);
  CHECK(result.out == file + "\n");
  CHECK(bench.text("a.yaml") == loose);
  CHECK(bench.acctl({"fmt", "-f", bench.path, "--check", "-o", "json"}).json().dump() ==
        nlohmann::json::array({{{"file", file}}}).dump());
  CHECK(bench.acctl({"fmt", "-f", bench.path + "/b.yaml", "--check"}).status == 0);
  CHECK(bench.acctl({"fmt", "-f", "-", "--check"}, loose).out == "standard input\n");
}

TEST_CASE("fmt lays out standard input to standard output") {
  const Bench bench;
  const Result result = bench.acctl({"fmt", "-f", "-"}, loose);
  CHECK(result.status == 0);
  CHECK(result.out == strict);
  CHECK(result.err.empty());
}

TEST_CASE("where one file is not valid, fmt touches none") {
  const Bench bench;
  const std::string good = bench.put("a.yaml", loose);
  const std::string bad = bench.put("b.yaml", "acctl: 1\nroles: &r {}\n");
  const Result result = bench.acctl({"fmt", "-f", good, "-f", bad});
  CHECK(result.status == 3);
  CHECK_THAT(result.err, Catch::Contains(bad + ":2:8: anchors (&name) are not allowed"));
  CHECK(bench.text("a.yaml") == loose);
}
