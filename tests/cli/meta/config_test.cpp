// Contexts: made, used, shown and asked for by name.
#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/running.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::Acctl;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::file_text;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::Running;
using acctl::test::TemporaryFolder;
using acctl::test::TenantFixture;

namespace {

struct Home {
  TemporaryFolder folder;
  Acctl acctl{folder.path()};
  std::string file = folder.path() + "/config/acctl/config.yaml";
};

}  // namespace

TEST_CASE("contexts are set, used, listed, shown and unset") {
  const Home home;
  const Acctl& acctl = home.acctl;
  check_ended(acctl({"config", "list"}), 0, "no contexts");
  check_ended(acctl({"config", "set", "staging", "database=host=db.staging dbname=acctl", "output=json"}), 0);
  CHECK(std::filesystem::status(home.file).permissions() == std::filesystem::perms(0600));
  check_ended(acctl({"config", "set", "production", "database=postgresql://db.example/acctl", "protected=true"}), 0);
  check_ended(acctl({"config", "use", "production"}), 0);
  check_ended(acctl({"config", "use", "production"}), 0, "nothing to change");
  CHECK(acctl({"config", "list", "-o", "csv"}).out ==
        "CONTEXT,CURRENT,DATABASE,PROTECTED,TENANT\r\n"
        "staging,no,postgresql://db.staging/acctl,no,\r\n"
        "production,yes,postgresql://db.example/acctl,yes,\r\n");
  const auto shown = acctl({"config", "show", "-o", "json"}).json();
  CHECK(shown[0]["setting"] == "context");
  CHECK(shown[0]["value"] == "production");
  CHECK(shown[0]["from"] == home.file + ":1:10");
  CHECK(shown[1]["from"].get<std::string>().starts_with(home.file));
  check_ended(acctl({"config", "unset", "staging", "output"}), 0,
              "output is removed from context staging in " + home.file);
  CHECK_FALSE(contains(file_text(home.file), "output"));
  check_ended(acctl({"config", "unset", "production"}), 0);
  CHECK(acctl({"config", "list", "-o", "name"}).out == "staging\n");
  CHECK_FALSE(contains(file_text(home.file), "current"));
}

TEST_CASE("a mistake is refused with what was meant, and nothing is written") {
  const Home home;
  const Acctl& acctl = home.acctl;
  check_ended(acctl({"config", "set", "a", "databse=x"}), 3, "did you mean 'database'?");
  check_ended(acctl({"config", "set", "a", "output=jsno"}), 3, "did you mean 'json'?");
  check_ended(acctl({"config", "set", "a", "parallel=99"}), 3, "not between 1 and 64");
  check_ended(acctl({"config", "set", "a", "protected=yes"}), 3, "neither true nor false");
  check_ended(acctl({"config", "set", "a", "tenant"}), 3, "KEY=VALUE");
  check_ended(acctl({"config", "set", "a", "tenant="}), 3, "empty");
  const Result secret = acctl({"config", "set", "a", "database=postgresql://u:hunter2@h/x"});
  check_ended(secret, 3, "contains a password");
  CHECK_FALSE(contains(secret.err, "hunter2"));
  CHECK_FALSE(std::filesystem::exists(home.file));
  check_ended(acctl({"config", "set", "a", "tenant=acme", "--dry-run"}), 0, "dry run");
  CHECK_FALSE(std::filesystem::exists(home.file));
  check_ended(acctl({"config", "set", "staging", "tenant=acme"}), 0);
  check_ended(acctl({"config", "use", "stagin"}), 3, "did you mean 'staging'?");
  check_ended(acctl({"config", "unset", "staging", "tenat"}), 3, "did you mean 'tenant'?");
}

TEST_CASE("a file with a mistake can be mended by the commands that change it") {
  const Home home;
  std::filesystem::create_directories(home.folder.path() + "/config/acctl");
  put_file(home.file, "current: gone\ncontexts:\n  a:\n    ouput: json\n    tenant: acme\n");
  const std::string mistake = "config.yaml:4:5: unknown entry 'ouput'; did you mean 'output'?";
  const std::string stale = "config.yaml:1:10: there is no context 'gone'";
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"version"}, {"version", "--context", "a"}, {"config", "list"}}) {
    const Result refused = home.acctl(words);
    check_ended(refused, 3, mistake);
    CHECK(contains(refused.err, stale));
  }
  // What is set is not what was wrong.
  const Result set = home.acctl({"config", "set", "a", "timeout=5s"});
  check_ended(set, 0, "context a is set in ");
  CHECK(contains(set.err, "warning: " + home.folder.path() + "/config/acctl/" + mistake));
  CHECK(contains(set.err, stale));
  check_ended(home.acctl({"config", "use", "a"}), 0, mistake);
  const Result unset = home.acctl({"config", "unset", "a", "ouput", "timeout"});
  check_ended(unset, 0, "ouput, timeout are removed from context a in ");
  CHECK_FALSE(contains(unset.err, "warning"));
  check_ended(home.acctl({"version"}), 0);
}

TEST_CASE("each prompt names context and database, and a protected context is typed by name") {
  const TenantFixture desk;
  const std::string url = desk.acctl.acctl.environment.at("ACCTL_DATABASE_URL");
  auto environment = desk.acctl.acctl.environment;
  environment.erase("ACCTL_DATABASE_URL");
  environment["TERM"] = "xterm";
  const std::string configuration = environment.at("XDG_CONFIG_HOME") + "/acctl";
  std::filesystem::create_directories(configuration);
  put_file(configuration + "/config.yaml", "contexts:\n  live: {database: \"" + url +
                                               "\", protected: true}\n  try: {database: \"" + url +
                                               "\", color: blue}\n");
  std::vector<std::string> words = {acctl::test::program_path(),
                                    "apply",
                                    "-t",
                                    "acme",
                                    "-f",
                                    desk.file("manager: m\nteams: {night: {name: Night}}\n"),
                                    "--context"};
  const auto start = [&](const std::string& context) {
    acctl::test::Start one{.words = words, .environment = environment, .input = ""};
    one.words.push_back(context);
    return one;
  };
  {
    Running running(start("live"), {.terminal = true});
    REQUIRE(running.says("Type live to confirm: "));
    running.type("y\n");
    const Result result = running.finish();
    CHECK(result.status == 10);
    CHECK(contains(result.err, "\x1b[1;31m[live, local/"));
  }
  CHECK(desk.in("select count(*) from app.teams where key = 'night'") == "0");
  {
    Running running(start("try"), {.terminal = true});
    REQUIRE(running.says("[y/N] "));
    running.type("y\n");
    const Result result = running.finish();
    CHECK(result.status == 0);
    CHECK(contains(result.err, "\x1b[1;34m[try, local/"));
  }
  CHECK(desk.in("select count(*) from app.teams where key = 'night'") == "1");
  // What is confirmed by a name of its own needs both.
  words = {acctl::test::program_path(), "tenant", "delete", "acme", "--context"};
  const auto deleted = [&](const std::string& context) {
    Running running(start("live"), {.terminal = true});
    CHECK(running.says("Type acme to confirm: "));
    running.type("acme\n");
    CHECK(running.says("Type live to confirm: "));
    running.type(context + "\n");
    return running.finish().status;
  };
  CHECK(deleted("acme") == 10);
  CHECK(desk.acctl.control("select status from acctl.tenants") == "active");
  CHECK(deleted("live") == 0);
  CHECK(desk.acctl.control("select status from acctl.tenants") == "deprovisioning");
}

TEST_CASE("platform status says where the settings come from") {
  const TenantFixture desk;
  const auto status = desk.acctl.json({"platform", "status", "--timeout", "20s"});
  CHECK(status["context"].is_null());
  CHECK(status["settings_from"]["database"] == "$ACCTL_DATABASE_URL");
  CHECK(status["settings_from"]["timeout"] == "--timeout");
}
