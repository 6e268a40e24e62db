// Lists over many tenants: which are read, how many at a time, and what is said of progress.
#include <fstream>

#include "provisioning/database/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/running.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::create_words;
using acctl::test::Fleet;
using acctl::test::helper;
using acctl::test::Result;
using acctl::test::run_program;
using acctl::test::TenantFixture;
using acctl::test::under_strace;
using Json = nlohmann::ordered_json;

TEST_CASE("whoever reads many tenants reads suspended ones too, and names them and those that are left out") {
  const Fleet fleet;
  REQUIRE(fleet.apply_to({"--all"}).status == 0);
  REQUIRE(fleet.acctl({"tenant", "suspend", "bert", "--yes"}).status == 0);
  REQUIRE(fleet.acctl({"tenant", "delete", "carl", "--confirm", "carl", "--hold", "1d"}).status == 0);
  const std::string file = fleet.file("tests: [{role: helper, can: [tickets.view]}]\n");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"log"},
                                                                                     {"test", "-f", file},
                                                                                     {"drift"},
                                                                                     {"role", "list"},
                                                                                     {"user", "list"},
                                                                                     {"role", "lint"},
                                                                                     {"api-key", "list"},
                                                                                     {"outbox", "list"},
                                                                                     {"review"}}) {
    CAPTURE(words);
    std::vector<std::string> all = words;
    all.insert(all.end(), {"--all", "-o", "csv"});
    const Result result = fleet.acctl(all);
    check_ended(result, 0, "1 suspended tenant included: bert");
    CHECK(contains(result.err, words.front() == "drift" ? "skipped, not active: carl"
                                                        : "1 tenant left out: carl (deprovisioning)"));
    if (words.front() != "drift" && words.front() != "api-key" && words.front() != "outbox")
      CHECK(contains(result.out, "bert"));
    std::vector<std::string> one = words;
    one.insert(one.end(), {"-t", "bert"});
    check_ended(fleet.acctl(one), 0, "tenant bert is suspended");
    one.back() = "carl";
    check_ended(fleet.acctl(one), 7, "tenant carl is deprovisioning, not active");
  }
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"export"},
                                             {"can", "ana@bert.example", "tickets.view"},
                                             {"why", "ana@bert.example", "tickets.view"},
                                             {"user", "show", "ana@bert.example"},
                                             {"role", "show", "helper"}}) {
    CAPTURE(words);
    std::vector<std::string> one = words;
    one.insert(one.end(), {"-t", "bert"});
    check_ended(fleet.acctl(one), 0, "tenant bert is suspended");
  }
  check_ended(fleet.acctl({"user", "invite", "new@x.example", "--all"}), 0,
              "2 tenants left out: bert (suspended), carl (deprovisioning)");
}

TEST_CASE("lists over many tenants are the same whatever the number of tenants at a time") {
  const Fleet fleet;
  REQUIRE(fleet.apply_to({"--all"}).status == 0);
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"log"}, {"user", "list"}, {"role", "list"}, {"role", "lint"}, {"review"}}) {
    CAPTURE(words);
    std::vector<std::string> all = words;
    all.insert(all.end(), {"--all", "-o", "csv", "--parallel", "1"});
    const Result alone = fleet.acctl(all);
    check_ended(alone, 0);
    CHECK(contains(alone.out, "dora"));
    for (const std::string workers : {"2", "8"}) {
      all.back() = workers;
      CHECK(fleet.acctl(all).out == alone.out);
    }
  }
}

TEST_CASE("lists over many tenants are read by several sessions at a time") {
  const Fleet fleet;
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"user", "list"}, {"review"}, {"log"}, {"outbox", "list"}}) {
    CAPTURE(words);
    // The first tenant is held up; who reads one at a time would not come to the second.
    acctl::Connection holder(fleet.acctl.cluster.dsn("postgres", "acme"), {});
    acctl::Transaction transaction(holder);
    transaction.query("lock table app.users, app.outbox, acctl.runs in access exclusive mode");
    std::vector<std::string> all = {acctl::test::program_path()};
    all.insert(all.end(), words.begin(), words.end());
    all.insert(all.end(), {"-t", "acme", "-t", "bert", "--parallel", "2", "-v"});
    acctl::test::Running running({.words = all, .environment = fleet.acctl.acctl.environment});
    CHECK(running.says("database bert"));
    transaction.commit();
    CHECK(running.finish().status == 0);
  }
}

TEST_CASE("progress stands on no line of the output, and a pipe is told nothing of what is over in a moment") {
  const Fleet fleet;
  auto environment = fleet.acctl.acctl.environment;
  environment["TERM"] = "xterm";
  const std::string command = "exec " + acctl::test::program_path() + " plan -f " + fleet.file(helper) + " --all";
  acctl::test::Running running({.words = {"/bin/bash", "-c", command + " >&2"}, .environment = environment},
                               {.terminal = true});
  const Result shown = running.finish();
  CHECK(shown.status == 0);
  CHECK(contains(shown.err, "4 tenants: the same"));
  const std::string last = "4 of 4 tenants";
  for (std::size_t at = shown.err.find(last); at != std::string::npos; at = shown.err.find(last, at + 1)) {
    CHECK(shown.err.substr(at + last.size(), 4) == "\r\x1b[K");
  }
  const auto start = std::chrono::steady_clock::now();
  const Result piped = fleet.acctl({"plan", "-f", fleet.file(helper), "--all"});
  if (std::chrono::steady_clock::now() - start < std::chrono::seconds(2))
    CHECK_FALSE(contains(piped.err, "of 4 tenants"));
}

TEST_CASE("what to do after a tenant has failed fits whether others were read or changed") {
  const Fleet fleet;
  const std::string reading = "Fix the errors and run the command again; what is shown is of the other tenants.";
  const std::string writing = "Fix the errors and run the command again; finished tenants are skipped.";
  fleet.acctl.control("alter database bert allow_connections false");
  const std::string file = fleet.file(helper);
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"review", "--all"},
                                             {"who-can", "tickets.view", "--all"},
                                             {"user", "list", "--all"},
                                             {"log", "--all"},
                                             {"plan", "-f", file, "--all"},
                                             {"apply", "-f", file, "--all", "--yes", "--dry-run"}}) {
    CAPTURE(words);
    const Result result = fleet.acctl(words);
    check_ended(result, 6, reading);
    CHECK_FALSE(contains(result.err, "skipped."));
  }
  check_ended(fleet.apply_to({"--all"}), 6, writing);
  check_ended(fleet.acctl({"user", "list", "-t", "bert"}), 4);
}
