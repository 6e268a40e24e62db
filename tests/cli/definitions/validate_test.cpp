// validate: definitions checked without a database.
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::test::Acctl;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TemporaryFolder;

namespace {

class Folder : public TemporaryFolder {
 public:
  std::string put(const std::string& name, const std::string& text) const {
    const std::string file = path() + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    put_file(file, text);
    return file;
  }
};

struct Bench {
  TemporaryFolder home;
  Acctl acctl{home.path()};
  Folder folder;
  std::string path = folder.path();
};

}  // namespace

TEST_CASE("validate says what was read, and that it is valid") {
  const Bench bench;
  bench.folder.put("a.yaml", "acctl: 1\nroles: {x: {permissions: [a.b]}}\ntests: [{role: x, can: [a.b]}]\n");
  bench.folder.put("sub/b.yml", "acctl: 1\nteams: {t: {members: [ana@acme.example]}, u: {}}\n");
  const Result table = bench.acctl({"validate", "-f", bench.path});
  CHECK(table.status == 0);
  CHECK(table.out.empty());
  CHECK(table.err == "2 files, 3 objects, 1 test: valid\n");
  const Result json = bench.acctl({"validate", "-f", bench.path, "-o", "json"});
  CHECK(json.json().dump() ==
        R"({"files":2,"objects":3,"tests":1,"references_open":["permissions/a.b","users/ana@acme.example"]})");
  CHECK(json.err.empty());
  CHECK(bench.acctl({"validate", "-f", "-"}, "acctl: 1\n").err == "1 file, 0 objects, 0 tests: valid\n");
  CHECK(bench.acctl({"validate", "-f", bench.path, "-q"}).err.empty());
}

TEST_CASE("validate tells all problems of all files with their places") {
  const Bench bench;
  const std::string a = bench.folder.put("a.yaml", "acctl: 1\nrolse: {}\nteams: {t: {name: no}}\n");
  const std::string b = bench.folder.put("b.yaml", "acctl: 1\nteams: {t: {}}\n");
  const Result result = bench.acctl({"validate", "-f", b, "-f", a});
  CHECK(result.status == 3);
  CHECK(result.out.empty());
  CHECK(result.err == "acctl: the definitions have 3 problems\n" + a +
                          ":2:1: unknown key 'rolse'; did you mean 'roles'?\n" + a +
                          ":3:19: 'name' takes text; write \"no\" in quotes\n" + b +
                          ":2:9: teams/t is also declared in " + a + ":3:9\n");
  const Result json = bench.acctl({"validate", "-f", b, "-f", a, "-o", "json"});
  const auto error = nlohmann::json::parse(json.err)["error"];
  CHECK(error["exit_code"] == 3);
  CHECK(error["diagnostics"].size() == 3);
  CHECK(error["diagnostics"][0]["line"] == 2);
  CHECK(bench.acctl({"validate", "-f", "-"}, "x\n").err.find("standard input:1:1: a definitions document is") !=
        std::string::npos);
  CHECK(bench.acctl({"validate"}).status == 3);
  CHECK(bench.acctl({"validate", "-f", bench.path + "/none"}).err ==
        "acctl: cannot read " + bench.path + "/none: No such file or directory\n");
}

TEST_CASE("validate, plan and their like report to CI also what keeps them from a plan") {
  const Bench bench;
  const std::string bad = bench.folder.put("bad.yaml", "acctl: 1\nrolse: {}\nteams: {t: {name: no}}\n");
  const std::string good = bench.folder.put("good.yaml", "acctl: 1\nteams: {t: {name: T}}\n");
  for (const std::string command : {"validate", "plan", "apply", "import", "test"}) {
    CAPTURE(command);
    const Result github = bench.acctl({command, "-f", bad, "-o", "github"});
    CHECK(github.status == 3);
    const std::string begin = "::error file=" + bad + ",line=2,col=1::unknown key 'rolse'; did you mean 'roles'?\n";
    CHECK(github.out.starts_with(begin));
    CHECK(bench.acctl({command, "-f", bad, "-o", "junit"})
              .out.find("<testcase classname=\"acctl." + command + "\" name=\"acctl " + command +
                        "\">\n      <failure type=\"failed\" message=\"" + bad + " has 2 problems\">") !=
          std::string::npos);
  }
  CHECK(bench.acctl({"plan", "-f", bad, "-o", "markdown"}).out.starts_with("### acctl plan: failed\n\n#### Failed\n"));
  CHECK(bench.acctl({"plan", "-f", bad, "-o", "json"}).out.empty());
  CHECK(bench.acctl({"validate", "-f", good, "-o", "github"}).out ==
        "::notice title=acctl validate::1 file, 1 object, 0 tests: valid\n");
  CHECK(bench.acctl({"validate", "-f", good, "-o", "junit"})
            .out.find("<testcase classname=\"acctl.validate\" name=\"" + good + "\"/>") != std::string::npos);
}

TEST_CASE("validate knows what a pack brings") {
  const Bench bench;
  const std::string file = bench.folder.put(
      "a.yaml",
      "acctl: 1\nroles: {x: {permissions: [tickets.veiw, tickets.edit: group, tickets.delete: group]}}\n"
      "teams: {t: {members: [ana@acme.example]}}\ntests: [{role: suport-agent, can: [nosuch.*]}]\n");
  CHECK(bench.acctl({"validate", "-f", file}).status == 0);
  const Result result = bench.acctl({"validate", "-f", file, "--pack", "helpdesk"});
  CHECK(result.status == 3);
  CHECK(result.err == "acctl: " + file + " has 4 problems\n" + file +
                          ":2:27: there is no 'tickets.veiw' among permissions; did you mean 'tickets.view'?\n" + file +
                          ":2:62: 'tickets.delete' cannot be held at level 'group'; it has no levels\n" + file +
                          ":4:9: there is no 'suport-agent' among roles; did you mean 'support-agent'?\n" + file +
                          ":4:36: no permission matches 'nosuch.*'\n");
  CHECK(bench.acctl({"validate", "-f", file, "--pack", "nosuch"}).err ==
        "acctl: there is no pack 'nosuch'\nPacks: conversational, helpdesk, messaging, msp.\n");
}

TEST_CASE("validate reads the environment only where it may") {
  Bench bench;
  bench.acctl.environment["BRAND"] = "Acme";
  const std::string file = bench.folder.put("a.yaml", "acctl: 1\nteams: {t: {name: \"${env:BRAND}\"}}\n");
  CHECK(bench.acctl({"validate", "-f", file, "--allow-env"}).status == 0);
  CHECK_THAT(bench.acctl({"validate", "-f", file}).err,
             Catch::Contains(":2:19: ${env:BRAND} reads the environment, which only --allow-env allows"));
}

TEST_CASE("validate refuses an export of a newer acctl") {
  const Bench bench;
  CHECK_THAT(bench.acctl({"validate", "-f", "-"}, "acctl: 1\nschema: 999\n").err,
             Catch::Contains("standard input:2:9: tenant schema 999 requires a newer acctl"));
}

TEST_CASE("hostile definitions are refused soon, and in less than 200 MB") {
  const Bench bench;
  const auto refused = [&](const std::string& text) {
    const std::string file = bench.folder.put("x.yaml", text);
    const auto start = std::chrono::steady_clock::now();
    const Result result = bench.acctl({"validate", "-f", file});
    const auto taken = std::chrono::steady_clock::now() - start;
    CHECK(result.status == 3);
    CHECK(result.err.size() < 100'000);
    CHECK(taken < std::chrono::seconds(10));  // the release alone takes less than one
#ifndef __SANITIZE_ADDRESS__
    struct rusage used = {};
    getrusage(RUSAGE_CHILDREN, &used);
    CHECK(used.ru_maxrss < 200 * 1024);
#endif
  };
  refused("acctl: 1\nroles: " + std::string(15'000'000, '['));
  refused(std::string(8u << 20, '-') + "\n");
  refused("acctl: 1\nx: \"" + std::string(15u << 20, 'x'));
  std::string keys = "acctl: 1\nroles:\n";
  for (int i = 0; i < 50'000; ++i) keys += " A" + std::to_string(i) + ": {}\n";
  refused(keys);
  std::string same = "acctl: 1\nroles: {x: {permissions: [";
  for (int i = 0; i < 50'000; ++i) same += "a.b,";
  refused(same + "]}}\n");
  std::string clones = "acctl: 1\nroles:\n";
  for (int i = 0; i < 20'000; ++i) {
    clones += "  a" + std::to_string(i) + ": {clone: a" + std::to_string((i + 1) % 20'000) + "}\n";
  }
  refused(clones);
}

TEST_CASE("what names no file that ends is refused") {
  const Bench bench;
  REQUIRE(mkfifo((bench.path + "/fifo.yaml").c_str(), 0600) == 0);
  for (const std::string& file : {bench.path + "/fifo.yaml", std::string("/dev/zero"), std::string("/proc/self/mem")}) {
    const Result result = bench.acctl({"validate", "-f", file});
    CHECK(result.status == 3);
  }
}
