#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "tests/support/catch.hpp"
#include "tests/support/local_server.hpp"

using acctl::test::eventually;
using acctl::test::Local;
using acctl::test::Result;
namespace fs = std::filesystem;

namespace {

// Starts `acctl local up`, kills it with SIGKILL as soon as `moment` has come, and returns whether it came.
bool killed_up(const Local& local, const std::function<bool()>& moment) {
  std::vector<std::string> words = {ACCTL_PROGRAM, "local", "up", "--quiet"};
  std::vector<std::string> variables;
  for (const auto& [name, value] : local.acctl.environment) variables.push_back(name + "=" + value);
  std::vector<char*> argv;
  std::vector<char*> environment;
  for (std::string& word : words) argv.push_back(word.data());
  for (std::string& variable : variables) environment.push_back(variable.data());
  argv.push_back(nullptr);
  environment.push_back(nullptr);
  pid_t pid = 0;
  REQUIRE(posix_spawn(&pid, ACCTL_PROGRAM, nullptr, nullptr, argv.data(), environment.data()) == 0);
  const bool came = eventually(moment);
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  return came;
}

bool holds_entry(const std::string& folder, const std::string& beginning) {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    if (entry.path().filename().string().starts_with(beginning)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("the embedded server comes up, is reached by its URL, goes down and comes back with its data") {
  const Local local;
  CHECK(local.status().at("running") == false);
  CHECK(local.status().at("version").is_null());

  const Result up = local.acctl({"local", "up"});
  INFO(up.err);
  REQUIRE(up.status == 0);
  CHECK(up.out.empty());
  CHECK(local.connects());
  const auto status = local.status();
  CHECK(status.at("running") == true);
  CHECK(status.at("data") == local.data());
  CHECK(status.at("url").get<std::string>() + "\n" == local.acctl({"local", "url"}).out);
  CHECK(kill(status.at("pid").get<int>(), 0) == 0);
  acctl::Connection(local.dsn(), {}).query("create table public.kept as select 7 as n");

  CHECK(local.acctl({"local", "up"}).status == 0);
  CHECK(local.status().at("pid") == status.at("pid"));

  CHECK(local.acctl({"local", "down"}).status == 0);
  CHECK(local.status().at("running") == false);
  CHECK(local.status().at("pid").is_null());
  CHECK(local.acctl({"local", "down"}).status == 0);

  CHECK(local.acctl({"local", "up"}).status == 0);
  acctl::Connection again(local.dsn(), {});
  CHECK(again.query("select n from public.kept").integer(0, 0) == 7);
  CHECK_FALSE(again.query("select rolsuper from pg_roles where rolname = current_user").boolean(0, 0));
}

TEST_CASE("status has a record in every format and always succeeds") {
  const Local local;
  for (const char* format : {"table", "json", "yaml", "csv", "name"}) {
    const Result result = local.acctl({"local", "status", "-o", format});
    CHECK(result.status == 0);
    CHECK(result.err.empty());
    CHECK_FALSE(result.out.empty());
  }
}

TEST_CASE("nobody but the owner reaches the embedded server, and not by network") {
  const Local local;
  REQUIRE(local.acctl({"local", "up"}).status == 0);
  for (const char* part : {"/data", "/run", "/log"}) {
    CHECK((fs::status(local.folder + part).permissions() & fs::perms::all) == fs::perms::owner_all);
  }
  acctl::Connection superuser(local.dsn().with("user", "postgres"), {});
  CHECK(superuser.query("show listen_addresses").text(0, 0).empty());
  CHECK(superuser.query("show fsync").text(0, 0) == "on");
}

TEST_CASE("the embedded server comes up again after a crash") {
  const Local local;
  REQUIRE(local.acctl({"local", "up"}).status == 0);
  const int pid = local.status().at("pid").get<int>();
  REQUIRE(kill(pid, SIGKILL) == 0);
  // A signal takes its time; a dead process that nobody has collected has no working directory any more.
  REQUIRE(acctl::test::eventually([&] { return !fs::exists("/proc/" + std::to_string(pid) + "/cwd"); }));
  const Result up = local.acctl({"local", "up"});
  INFO(up.err);
  CHECK(up.status == 0);
  CHECK(local.connects());
}

TEST_CASE("notes of a crashed server whose process number is another's now do not hinder") {
  const Local local;
  REQUIRE(local.acctl({"local", "up"}).status == 0);
  REQUIRE(local.acctl({"local", "down"}).status == 0);
  // Of a process of the account that runs the server, as after a reboot it may be; for root our own stands for it.
  const std::string mine = std::to_string(getpid());
  std::ofstream(local.data() + "/postmaster.pid") << mine << "\n"
                                                  << local.data() << "\n1\n5432\n"
                                                  << local.folder << "/run\n\n  0  0\nready   \n";
  std::ofstream(local.folder + "/run/.s.PGSQL.5432.lock") << mine << "\n";
  CHECK(local.status().at("running") == false);
  const Result up = local.acctl({"local", "up"});
  INFO(up.err);
  CHECK(up.status == 0);
  CHECK(local.connects());
}

TEST_CASE("an up that is killed is finished by the next one") {
  const Local local;
  SECTION("while the cluster is made") {
    REQUIRE(killed_up(local, [&] { return holds_entry(local.folder, "data.new-"); }));
  }
  SECTION("when the cluster is in place") {
    REQUIRE(killed_up(local, [&] { return fs::exists(local.data()); }));
  }
  SECTION("while the server starts") {
    REQUIRE(killed_up(local, [&] { return fs::exists(local.data() + "/postmaster.pid"); }));
  }
  const Result up = local.acctl({"local", "up"});
  INFO(up.err);
  CHECK(up.status == 0);
  CHECK(local.connects());
  CHECK_FALSE(holds_entry(local.folder, "data.new-"));
}

TEST_CASE("several ups at once make one server", "[promise 15]") {
  const Local local;
  std::vector<Result> results(4);
  {
    std::vector<std::jthread> threads;
    for (Result& result : results) threads.emplace_back([&] { result = local.acctl({"local", "up"}); });
  }
  for (const Result& result : results) {
    INFO(result.err);
    CHECK(result.status == 0);
  }
  CHECK(local.connects());
}

TEST_CASE("destroy asks first, removes all, and up begins anew") {
  const Local local;
  REQUIRE(local.acctl({"local", "up"}).status == 0);
  const Result asked = local.acctl({"local", "destroy"});
  CHECK(asked.status == 10);
  CHECK_THAT(asked.err, Catch::Contains("acctl local destroy --yes"));
  CHECK(local.status().at("running") == true);
  CHECK(local.acctl({"local", "destroy", "--dry-run"}).status == 0);
  CHECK(local.status().at("running") == true);

  CHECK(local.acctl({"local", "destroy", "--yes"}).status == 0);
  CHECK_FALSE(fs::exists(local.folder));
  CHECK(local.acctl({"local", "destroy"}).status == 0);
  CHECK(local.acctl({"local", "up"}).status == 0);
  CHECK(local.connects());
}

TEST_CASE("places that cannot hold the embedded server are refused", "[promise 15]") {
  Local local;
  SECTION("a path that is too long for a socket") {
    local.acctl.environment["XDG_DATA_HOME"] = local.home() + "/" + std::string(90, 'x');
    const Result result = local.acctl({"local", "up"});
    CHECK(result.status == 3);
    CHECK_THAT(result.err, Catch::Contains("107") && Catch::Contains("XDG_DATA_HOME"));
    CHECK_FALSE(fs::exists(local.acctl.environment["XDG_DATA_HOME"]));
  }
  SECTION("a path with a comma") {
    local.acctl.environment["XDG_DATA_HOME"] = local.home() + "/a,b";
    CHECK(local.acctl({"local", "url"}).status == 3);
  }
  SECTION("no home at all") {
    local.acctl.environment.erase("XDG_DATA_HOME");
    local.acctl.environment.erase("HOME");
    // Root has a place that does not depend on it.
    CHECK(local.acctl({"local", "url"}).status == (geteuid() == 0 ? 0 : 3));
  }
  SECTION("a folder that holds something else") {
    fs::create_directories(local.folder);
    std::ofstream(local.folder + "/thesis.txt") << "years of work";
    CHECK(local.acctl({"local", "up"}).status == 7);
    CHECK(local.acctl({"local", "destroy", "--yes"}).status == 0);
    CHECK(fs::exists(local.folder + "/thesis.txt"));
  }
  SECTION("a folder of another account") {
    if (geteuid() != 0) return;  // who is not root cannot make one
    fs::create_directories(local.folder);
    REQUIRE(chown(local.folder.c_str(), 65534, 65534) == 0);
    const Result result = local.acctl({"local", "up"});
    CHECK(result.status == 7);
    CHECK_THAT(result.err, Catch::Contains("belongs to another account"));
    CHECK(fs::is_empty(local.folder));
  }
  SECTION("a data folder that is not PostgreSQL's") {
    fs::create_directories(local.data());
    std::ofstream(local.folder + "/lock");
    std::ofstream(local.data() + "/thesis.txt") << "years of work";
    const Result result = local.acctl({"local", "up"});
    CHECK(result.status == 7);
    CHECK_THAT(result.err, Catch::Contains(local.data()));
    fs::remove_all(local.folder);
  }
  SECTION("a file in the way") {
    fs::create_directories(fs::path(local.folder).parent_path());
    std::ofstream(local.folder) << "x";
    CHECK(local.acctl({"local", "up"}).status == 7);
  }
  SECTION("a cluster of a PostgreSQL that is not installed") {
    REQUIRE(local.acctl({"local", "up"}).status == 0);
    REQUIRE(local.acctl({"local", "down"}).status == 0);
    std::ofstream(local.data() + "/PG_VERSION") << "9\n";
    const Result result = local.acctl({"local", "up"});
    CHECK(result.status == 1);
    CHECK_THAT(result.err, Catch::Contains("postgresql-9"));
  }
}

TEST_CASE("a folder that the server's account cannot enter is named") {
  if (geteuid() != 0) return;  // others run the server themselves
  const Local local;
  chmod(local.home().c_str(), 0700);
  const Result result = local.acctl({"local", "up"});
  CHECK(result.status == 1);
  CHECK_THAT(result.err, Catch::Contains("chmod a+x " + local.home()));
  CHECK_FALSE(holds_entry(local.folder, "data"));
}

TEST_CASE("a server that cannot start says why") {
  const Local local;
  REQUIRE(local.acctl({"local", "up"}).status == 0);
  REQUIRE(local.acctl({"local", "down"}).status == 0);
  std::ofstream(local.data() + "/postgresql.conf", std::ios::app) << "no_such_setting = 1\n";
  const Result result = local.acctl({"local", "up"});
  CHECK(result.status == 1);
  CHECK_THAT(result.err, Catch::Contains("FATAL") && Catch::Contains(local.folder + "/log"));
}

TEST_CASE("a plain user has the embedded server as root has it") {
  if (geteuid() != 0) return;  // then all the other tests are this one
  const Local local;
  const std::string data_home = local.home() + "/plain";
  fs::create_directory(data_home);
  REQUIRE(chown(data_home.c_str(), 65534, 65534) == 0);
  std::map<std::string, std::string> environment = local.acctl.environment;
  environment["XDG_DATA_HOME"] = data_home;
  const auto run = [&](const std::string& verb) {
    return acctl::test::run_program({.words = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                                               ACCTL_PROGRAM, "local", verb, "--yes"},
                                     .environment = environment,
                                     .input = ""});
  };
  const Result up = run("up");
  if (up.status == 127 || up.status == 126) return;  // the build folder is closed to other accounts
  INFO(up.err);
  CHECK(up.status == 0);
  const Result destroyed = run("destroy");
  CHECK(destroyed.status == 0);
  CHECK_FALSE(fs::exists(data_home + "/acctl/local"));
}
