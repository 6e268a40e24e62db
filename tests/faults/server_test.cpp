// Faults 7 to 14 of the table in the design: what may happen to the server, or be met there, while acctl works.
#include <signal.h>
#include <sys/wait.h>

#include <filesystem>

#include "provisioning/base/process.hpp"
#include "provisioning/database/connection.hpp"
#include "tests/faults/experiments.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/oracle.hpp"

using namespace acctl::test;

namespace {

using Clock = std::chrono::steady_clock;

const std::string our_sessions =
    " from pg_stat_activity where application_name like 'acctl/%' and backend_type = 'client backend'";

std::string template_database(const TestPlatform& platform) {
  return platform.control("select datname from pg_database where datname like 'acctl\\_template\\_%'");
}

void check_status(const Result& result, std::vector<int> allowed) {
  INFO(result.err);
  CHECK_THAT(allowed, Catch::Matchers::VectorContains(result.status));
}

}  // namespace

TEST_CASE("fault 7: acctl's backends are terminated at any step") {
  for (const auto& [subject, stride] : {std::pair{warm_create, 5}, {drop, 8}}) {
    Experiments experiments(subject);
    sweep(2, stride, [&](int place) {
      const auto act = [](const TestPlatform& platform) { end_sessions(platform.cluster); };
      // 0: the last messages say good-bye.
      return experiments.attempt("terminated at " + std::to_string(place), {meanwhile(place, act)}, {0, 4});
    });
    experiments.check_felt();
  }
}

// A server of its own has a session of its own, which outlives that of the control database, and the lock with it.
TEST_CASE("promise 4: a run that has lost its lock cannot write any more") {
  const TestPlatform platform;
  platform.control("insert into acctl.servers (name, dsn) values ('other', '" +
                   platform.cluster.url("acctl", "postgres") + "')");
  int count = 0;
  sweep(8, 3, [&](int place) {
    const std::string slug = "faulty-" + std::to_string(++count);
    const Words words = create_words(slug, {"--server", "other"});
    StoppedRun late(place, platform.acctl, words);
    INFO("stopped after message " << place);
    if (late.stopped()) end_sessions(platform.cluster, "acctl");
    Words patient = words;
    patient.insert(patient.end(), {"--timeout", "2s"});
    const Result overtaking = platform(patient);
    INFO("the other run: " << overtaking.status << " " << overtaking.err);
    // 9: the late run has a transaction open in the tenant's database, and keeps it until it goes on.
    CHECK_THAT((std::vector<int>{0, 9}), Catch::Matchers::VectorContains(overtaking.status));
    const bool was_done = overtaking.err.find("nothing changed") != std::string::npos;
    const auto result = canonical_state({platform.cluster}, slug);
    const std::string world = platform.world();
    const FaultyRun run = late.go_on();
    INFO("the late run ended with " << run.result.status << ": " << run.result.err);
    CHECK_THAT((run.hit && !was_done ? std::vector<int>{4, 9} : std::vector<int>{0, 4}),
               Catch::Matchers::VectorContains(run.result.status));
    if (overtaking.status == 0) {
      CHECK(difference(result, canonical_state({platform.cluster}, slug)) == "");
      CHECK(world == platform.world());
    }
    must_succeed(platform, words);
    CHECK(complaints(platform) == "");
    must_succeed(platform, {"tenant", "delete", slug, "--confirm", slug, "--hold", "0"});
    return run.hit && !was_done;
  });
}

TEST_CASE("fault 8: a database that is half created or half dropped is repaired") {
  const std::string half_dropped_databases = "select count(*) from pg_database where datconnlimit = -2";
  const std::string half_dropped = "update pg_database set datconnlimit = -2 where datname = '";
  SECTION("create, with and without the template") {
    for (const bool cold : {false, true}) {
      Subject subject = warm_create;
      subject.prepare = [&](const TestPlatform& platform, const std::string& slug) {
        create_half(platform, slug);
        platform.control(half_dropped + slug + "'");
        CHECK(platform.control(half_dropped_databases) == "1");
        if (cold) drop_templates(platform.cluster);
      };
      Experiments experiments(subject);
      experiments.recover("half dropped");
    }
  }
  SECTION("delete") {
    Subject subject = drop;
    subject.prepare = [&](const TestPlatform& platform, const std::string& slug) {
      hold.prepare(platform, slug);
      must_succeed(platform, hold.words(slug));
      platform.control("update pg_database set datconnlimit = -2 where datname like 'acctl\\_deleted\\_%'");
      CHECK(platform.control(half_dropped_databases) == "1");
      check_status(platform({"tenant", "resume", slug}), {7});
    };
    Experiments experiments(subject);
    experiments.recover("half dropped");
  }
}

TEST_CASE("fault 9: the server crashes while the template is made") {
  Experiments experiments(cold_create);
  sweep(16, 20, [&](int place) {
    const auto act = [](const TestPlatform& platform) {
      const_cast<Cluster&>(platform.cluster).restart(Stop::immediate);
    };
    return experiments.attempt("restarted at " + std::to_string(place), {meanwhile(place, act)}, {0, 4});
  });
  experiments.check_felt();
}

TEST_CASE("fault 12: a server that cannot be worked with is named, in time, and nothing is written") {
  TestPlatform platform({.hba = "local all postgres trust\nlocal all all scram-sha-256\n"});
  platform.control("alter role acctl password 'right'");
  platform.acctl.environment["PGPASSWORD"] = "right";
  const std::string before = platform.world();
  const auto refused = [&](const std::string& why) {
    const auto start = Clock::now();
    const Result result = platform(create_words("acme", {"--timeout", "3s"}));
    INFO(result.err);
    CHECK(result.status == 4);
    CHECK(result.err.find(why) != std::string::npos);
    CHECK(Clock::now() - start < std::chrono::seconds(4));
  };
  SECTION("down") {
    platform.cluster.stop(Stop::fast);
    refused("cannot connect");
    platform.cluster.start();
  }
  SECTION("wrong password, or none") {
    platform.acctl.environment["PGPASSWORD"] = "wrong";
    refused("password authentication failed");
    platform.acctl.environment.erase("PGPASSWORD");
    refused("no password supplied");
    platform.acctl.environment["PGPASSWORD"] = "right";
  }
  SECTION("read-only") {
    const std::string standby = platform.cluster.data() + "/standby.signal";
    platform.cluster.stop(Stop::fast);
    put_file(standby, "");
    platform.cluster.start();
    refused("read-only");
    platform.cluster.stop(Stop::fast);
    std::filesystem::remove(standby);
    platform.cluster.start();
  }
  SECTION("no connection left") {
    platform.control("alter role acctl connection limit 0");
    refused("too many connections");
    platform.control("alter role acctl connection limit -1");
  }
  CHECK(platform.world() == before);
  CHECK(platform(create_words("acme")).status == 0);
  CHECK(complaints(platform) == "");
}

TEST_CASE("fault 12: the second connection finds no room") {
  Experiments experiments(warm_create);
  const auto cramped = [](const TestPlatform& platform, const Words& words) {
    platform.control("alter role acctl connection limit 1");
    FaultyRun run{.result = platform(words), .hit = true};
    platform.control("alter role acctl connection limit -1");
    return run;
  };
  CHECK(experiments.attempt("one connection", {cramped}, {4}));
}

TEST_CASE("fault 13: a backend falls silent") {
  Experiments experiments(warm_create);
  for (const int place : {4, 8, 11}) {
    Clock::time_point start;
    std::string pid;
    const auto act = [&](const TestPlatform& platform) {
      // The one that works: the youngest.
      pid = platform.control("select pid" + our_sessions + " order by backend_start desc limit 1");
      kill(std::stoi(pid), SIGSTOP);
      start = Clock::now();
    };
    const Mishap silent = [&](const TestPlatform& platform, const Words& words) {
      const FaultyRun run = meanwhile(place, act)(platform, words);
      // A second for the statement and one for each step of the way out, and what a busy machine adds: 4.1 s were seen.
      CHECK(Clock::now() - start < std::chrono::seconds(6));
      kill(std::stoi(pid), SIGCONT);
      return run;
    };
    // 0: the silent one was not needed any more.
    CHECK(experiments.attempt("silent at " + std::to_string(place), {silent}, {0, 4, 9}, {"--timeout", "1s"}));
  }
  experiments.check_felt();
}

TEST_CASE("fault 13: the server accepts and says nothing") {
  const TestPlatform platform;
  const std::string before = platform.world();
  kill(platform.cluster.pid(), SIGSTOP);
  for (const Words& words : {create_words("acme"), {"platform", "init"}, {"tenant", "list"}}) {
    Words limited = words;
    limited.insert(limited.end(), {"--timeout", "1s"});
    const auto start = Clock::now();
    check_status(platform(limited), {4});
    CHECK(Clock::now() - start < std::chrono::milliseconds(2000));
  }
  kill(platform.cluster.pid(), SIGCONT);
  CHECK(platform.world() == before);
  CHECK(platform(create_words("acme")).status == 0);
}

TEST_CASE("fault 14: two runs at once") {
  const TestPlatform platform;
  const auto both = [&](const Words& one, const Words& other) {
    auto first = std::async(std::launch::async, [&] { return platform(one); });
    const Result second = platform(other);
    return std::pair{first.get(), second};
  };
  for (int round = 0; round < 4; ++round) {
    const std::string slug = "faulty-" + std::to_string(round);
    if (round == 3) drop_templates(platform.cluster);
    const auto [one, other] = both(create_words(slug), create_words(slug));
    check_status(one, {0, 7, 9});
    check_status(other, {0, 7, 9});
    CHECK((one.status == 0 || other.status == 0));
    CHECK(platform.control("select count(*) from acctl.tenants where slug = '" + slug + "'") == "1");
    CHECK(complaints(platform) == "");
    const auto [gone, made] = both({"tenant", "delete", slug, "--confirm", slug, "--hold", "0"}, create_words(slug));
    check_status(gone, {0});
    check_status(made, {0, 7});
    CHECK(complaints(platform) == "");
  }
  drop_templates(platform.cluster);
  const auto [one, other] = both(create_words("cold-one"), create_words("cold-two"));
  check_status(one, {0});
  check_status(other, {0});
  CHECK(complaints(platform) == "");
}

TEST_CASE("fault 14: two inits at once") {
  for (int round = 0; round < 4; ++round) {
    const Cluster cluster;
    const TemporaryFolder folder;
    Acctl acctl(folder.path());
    acctl.environment["ACCTL_DATABASE_URL"] = cluster.url();
    const Words init = {"platform", "init", "--storage-root", folder.path() + "/storage"};
    auto first = std::async(std::launch::async, [&] { return acctl(init); });
    const Result second = acctl(init);
    check_status(first.get(), {0});
    check_status(second, {0});
    CHECK(violations({.cluster = cluster}).empty());
  }
}

// In transaction mode: a lock taken in one transaction would be another session's in the next.
TEST_CASE("fault 23: a pooler in front is refused, and nothing is written") {
  TestPlatform platform;
  const std::string folder = platform.cluster.data() + "/../run";
  const std::string before = platform.world();
  for (const std::string tolerant : {"", "ignore_startup_parameters = options\n"}) {
    const std::string file = platform.cluster.data() + "/pgbouncer.ini";
    put_file(file, "[databases]\n* = host=" + folder + " port=5432 user=acctl\n[pgbouncer]\nlisten_port = 6543\n" +
                       "listen_addr =\nunix_socket_dir = " + folder + "\nauth_type = any\npool_mode = transaction\n" +
                       tolerant);
    const acctl::Program pooler{.words = {"/usr/sbin/pgbouncer", "-q", file},
                                .account = acctl::server_account(),
                                .folder = platform.cluster.data()};
    const pid_t pid = acctl::start_child(pooler, platform.cluster.data() + "/pgbouncer.log", SIGKILL);
    REQUIRE(eventually([&] { return std::filesystem::exists(folder + "/.s.PGSQL.6543"); }));
    for (const std::string dbname : {"acctl", "new"}) {
      platform.acctl.environment["ACCTL_DATABASE_URL"] =
          platform.cluster.dsn("acctl", dbname).with("port", "6543").display();
      for (const Words& words : {create_words("acme"), {"platform", "init"}}) {
        if (dbname == "new" && words.front() == "tenant") continue;
        const Result result = platform(words);
        check_status(result, {7});
        CHECK(result.err.find("pooler") != std::string::npos);
      }
    }
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    std::filesystem::remove(folder + "/.s.PGSQL.6543");
  }
  CHECK(platform.world() == before);
}

TEST_CASE("the template is in use by someone") {
  const TestPlatform platform;
  const std::string name = template_database(platform);
  platform.control("alter database " + name + " allow_connections true");
  {
    acctl::Connection someone(platform.cluster.dsn("postgres", name), {.application = "someone"});
    const Result result = platform(create_words("acme"));
    check_status(result, {9});
    CHECK(result.err.find("(someone)") != std::string::npos);
    CHECK(complaints(platform, "acme") == "");
  }
  CHECK(platform(create_words("acme")).status == 0);
  CHECK(complaints(platform) == "");
}

TEST_CASE("a foreign database or role of the tenant's name is not touched") {
  const TestPlatform platform;
  platform.control("create database acme");
  platform.in("acme", "create table public.theirs as select 1 as x");
  const std::string facts = "select d::text from pg_database d where datname = 'acme'";
  const std::string before = platform.control(facts);
  check_status(platform(create_words("acme")), {7});
  check_status(platform({"tenant", "retry", "acme"}), {7});
  CHECK(platform.control(facts) == before);
  CHECK(platform.in("acme", "select x from public.theirs") == "1");
  CHECK(complaints(platform, "acme") == "");
  SECTION("gone, the same command goes on") {
    platform.control("drop database acme");
    const std::string role = platform.app_role("acme");
    platform.control("create role " + role + " login");
    check_status(platform(create_words("acme")), {7});
    CHECK(platform.control("select rolcanlogin from pg_roles where rolname = '" + role + "'") == "t");
    platform.control("drop role " + role);
    check_status(platform(create_words("acme")), {0});
  }
  SECTION("the tenant is deleted, the database stays") {
    must_succeed(platform, {"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0"});
    CHECK(platform.control(facts) == before);
  }
  CHECK(complaints(platform) == "");
}

TEST_CASE("a foreign database has taken the name of one that is held") {
  const TestPlatform platform;
  platform.create("acme");
  must_succeed(platform, {"tenant", "delete", "acme", "--confirm", "acme"});
  platform.control("create database acme");
  check_status(platform({"tenant", "resume", "acme"}), {7});
  CHECK(complaints(platform) == "");
  must_succeed(platform, {"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0"});
  CHECK(platform.control("select count(*) from pg_database where datname = 'acme'") == "1");
}
