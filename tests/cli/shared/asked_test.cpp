// Nothing is written that nobody has confirmed: every command that asks, at a terminal and without one.
#include "tests/support/catch.hpp"
#include "tests/support/running.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::answered;
using acctl::test::Around;
using acctl::test::check_ended;
using acctl::test::command_line;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::Result;
using acctl::test::Running;
using acctl::test::TenantFixture;

namespace {

// acme and bert, with bea in both; bert's database cannot be reached.
struct Broken : TenantFixture {
  Broken() {
    acctl.create("bert");
    for (const char* tenant : {"acme", "bert"}) {
      check_ended(acctl({"user", "invite", "bea@acme.example", "--role", "support-agent", "-t", tenant}), 0);
      check_ended(acctl({"team", "create", "night", "--name", "Night", "-t", tenant}), 0);
      check_ended(acctl({"apply", "-f", file(old), "-t", tenant, "--yes"}), 0);
    }
    acctl.control("alter database bert allow_connections false");
  }

  const std::string old = "manager: m\nteams: {old: {name: Old}, kept: {name: Kept}}\n";
};

}  // namespace

TEST_CASE("a failure in one tenant does not answer the question about another") {
  const Broken broken;
  const std::string kept = broken.file("manager: m\nteams: {kept: {name: Kept}}\n", "kept.yaml");
  const std::string plan = broken.acctl.folder.path() + "/plan.json";
  check_ended(broken.acctl({"plan", "-f", kept, "--all", "--prune", "--max-removals", "100%", "--out", plan}), 6);
  const std::vector<std::vector<std::string>> commands = {
      {"user", "delete", "bea@acme.example", "--revoke-roles", "--all"},
      {"user", "deactivate", "bea@acme.example", "--all"},
      {"team", "delete", "night", "--all"},
      {"role", "revoke", "support-agent", "bea@acme.example", "--all"},
      {"apply", "-f", kept, "--all", "--prune", "--max-removals", "100%"},
      {"apply", plan}};
  const std::string before = broken.everything();
  for (const std::vector<std::string>& words : commands) {
    const std::string line = command_line(words);
    INFO(line);
    const Result result = broken.acctl(words);
    check_ended(result, 10, "Confirmation is required, but there is no terminal.");
    CHECK(contains(result.err, "in tenant acme?"));
    CHECK(contains(result.err, line + " --yes\n"));
    CHECK(difference(before, broken.everything()) == "");
  }
}

TEST_CASE("a no leaves everything as it was, a yes writes") {
  const TenantFixture desk;
  check_ended(desk({"team", "create", "night", "--name", "Night"}), 0);
  const std::string before = desk.everything();
  const std::vector<std::string> words = {"team", "delete", "night", "-t", "acme"};
  for (const std::string answer : {"n\n", "\n", "\x04"}) {
    check_ended(answered(desk.acctl.acctl, words, answer), 10, "\nacctl: not confirmed; nothing was changed");
    CHECK(difference(before, desk.everything()) == "");
  }
  check_ended(answered(desk.acctl.acctl, words, "y\n"), 0);
  CHECK(desk.in("select count(*) from app.teams where key = 'night'") == "0");
}

TEST_CASE("with -o json the plan is shown on standard error before the question") {
  const TenantFixture desk;
  for (const std::string format : {"json", "yaml"}) {
    check_ended(desk({"team", "create", "night", "--name", "Night"}), 0);
    const Result result = answered(desk.acctl.acctl, {"team", "delete", "night", "-t", "acme", "-o", format}, "y\n");
    CHECK(result.status == 0);
    CHECK(contains(result.err, "teams/night"));
    CHECK(result.err.find("teams/night") < result.err.find("[y/N]"));
    if (format == "json") CHECK(result.json()["summary"]["remove"] == 1);
  }
}

TEST_CASE("taking objects over is asked about like any change") {
  const TenantFixture desk;
  const std::string file = desk.file("roles:\n  team-lead: {name: Team Lead}\n");
  const std::string before = desk.everything();
  check_ended(desk({"apply", "-f", file}), 10, "in tenant acme?");
  CHECK(difference(before, desk.everything()) == "");
}

TEST_CASE("tenant suspend shows the tenant and asks, what is suspended already needs no question") {
  const TenantFixture desk;
  const std::string before = desk.acctl.world_but_audit();
  check_ended(desk.acctl({"tenant", "suspend", "acme"}), 10, "acctl tenant suspend acme --yes");
  check_ended(answered(desk.acctl.acctl, {"tenant", "suspend", "acme"}, "n\n"), 10,
              "Do you want to suspend tenant acme (");
  CHECK(difference(before, desk.acctl.world_but_audit()) == "");
  check_ended(answered(desk.acctl.acctl, {"tenant", "suspend", "acme"}, "y\n"), 0);
  check_ended(desk.acctl({"tenant", "suspend", "acme"}), 0, "nothing changed");
}

TEST_CASE("a grant of an enterprise is not forgotten unasked, even if no tenant is active") {
  const TenantFixture desk;
  check_ended(desk.acctl({"enterprise", "create", "umbrella", "--name", "U"}), 0);
  check_ended(desk.acctl({"enterprise", "add-tenant", "umbrella", "acme", "--yes"}), 0);
  check_ended(desk.acctl({"enterprise", "grant", "umbrella", "cio@acme.example", "admin", "--yes"}), 0);
  check_ended(desk.acctl({"tenant", "suspend", "acme", "--yes"}), 0);
  const std::string before = desk.acctl.world_but_audit();
  check_ended(desk.acctl({"enterprise", "revoke", "umbrella", "cio@acme.example", "admin"}), 10,
              "end the grant of admin for the enterprise umbrella");
  CHECK(difference(before, desk.acctl.world_but_audit()) == "");
}

TEST_CASE("a prompt fits the terminal") {
  const TenantFixture desk;
  Running running(desk.acctl.acctl.call({"tenant", "delete", "acme"}), {.terminal = true, .columns = 40});
  REQUIRE(running.says("confirm: "));
  running.type("no\n");
  const Result result = running.finish();
  CHECK(result.status == 10);
  std::string asked;
  for (const char c : result.err.substr(0, result.err.find("confirm: "))) asked += c == '\r' ? "" : std::string(1, c);
  INFO(asked);
  CHECK(contains(asked, "acme"));
  for (std::size_t start = 0; start < asked.size();) {
    const std::size_t end = std::min(asked.find('\n', start), asked.size());
    CHECK((end - start <= 40 || asked.substr(start, end - start).find(' ') == std::string::npos));
    start = end + 1;
  }
}

TEST_CASE("promise 13: tenant delete wants the slug, on the command line or typed, and no yes") {
  const TenantFixture desk;
  const std::string before = desk.acctl.world_but_audit();
  const auto typed = [&](const std::string& answer) {
    Running running(desk.acctl.acctl.call({"tenant", "delete", "acme", "--yes"}), {.terminal = true});
    INFO("it did not ask");
    CHECK(running.says("Do you want to delete tenant acme (Name of acme, plan trial, 1 user)?"));
    CHECK(running.says("Type acme to confirm: "));
    running.type(answer);
    return running.finish();
  };
  for (const char* answer : {"y\n", "acm\n", "\n"}) {
    check_ended(typed(answer), 10, "not confirmed");
    CHECK(difference(before, desk.acctl.world_but_audit()) == "");
  }
  check_ended(desk.acctl({"tenant", "delete", "acme", "--yes"}), 10, "--confirm acme");
  check_ended(desk.acctl({"tenant", "delete", "acme", "--hold", "0"}), 10, "are dropped; this cannot be undone.");
  check_ended(desk.acctl({"tenant", "delete", "acme", "--dry-run"}), 0, "would be held for deletion");
  CHECK(difference(before, desk.acctl.world_but_audit()) == "");
  check_ended(typed("acme\n"), 0);
  CHECK(desk.acctl.json({"tenant", "show", "acme"})["status"] == "deprovisioning");
  // Held already: nothing to confirm, nothing to do.
  const std::string held = desk.acctl.world();
  check_ended(desk.acctl({"tenant", "delete", "acme"}), 0, "nothing changed");
  CHECK(difference(held, desk.acctl.world()) == "");
}

TEST_CASE("the command to paste after a refusal is whole") {
  const TenantFixture desk;
  check_ended(desk({"team", "create", "night", "--name", "Night"}), 0);
  const std::string url = desk.acctl.acctl.environment.at("ACCTL_DATABASE_URL");
  const auto refused = [&](const std::vector<std::string>& words, const std::string& line) {
    check_ended(desk.acctl(words), 10, "Run: " + line + "\n");
  };
  refused({"team", "delete", "-t", "acme", "--", "night"}, "acctl team delete -t acme --yes -- night");
  refused({"tenant", "delete", "acme", "--hold", "2d", "--reason", "it's over"},
          "acctl tenant delete acme --hold 2d --reason 'it'\\''s over' --confirm acme");
  // Only paths can be so.
  refused({"tenant", "suspend", "acme", "--key-file", "two\nlines \xE2\x80\xAE"},
          "acctl tenant suspend acme --key-file $'two\\x0alines \\xe2\\x80\\xae' --yes");
  if (!contains(url, "password")) {
    const Result result = desk.acctl({"--database", url, "tenant", "delete", "acme"});
    CHECK(contains(result.err, "--database"));
    CHECK(contains(result.err, "tenant delete acme --confirm acme"));
  }
}

TEST_CASE("tenant clone never overwrites what was not a clone of the source") {
  const TenantFixture desk;
  desk.acctl.create("twin");
  check_ended(desk.acctl({"team", "create", "own", "--name", "Own", "-t", "twin"}), 0);
  const std::vector<std::string> words = {"tenant", "clone",        "acme",          "twin",
                                          "--name", "Name of twin", "--admin-email", "ana@twin.example"};
  const std::string before = desk.everything("twin");
  for (const std::string more : {"--yes", "--dry-run", "-q"}) {
    std::vector<std::string> all = words;
    all.push_back(more);
    check_ended(desk.acctl(all), 7, "tenant twin exists and is not a clone of that tenant");
    CHECK(difference(before, desk.everything("twin")) == "");
  }
}

TEST_CASE("tenant clone shows and asks before it changes a clone again") {
  const TenantFixture desk;
  const std::vector<std::string> words = {"tenant", "clone", "acme",          "twin",
                                          "--name", "Twin",  "--admin-email", "eve@twin.example"};
  check_ended(desk.acctl(words), 0);
  check_ended(desk.acctl(words), 0);
  check_ended(desk.acctl({"team", "create", "own", "--name", "Own", "-t", "twin"}), 0);
  const std::string before = desk.everything("twin");
  const Result refused = desk.acctl(words);
  check_ended(refused, 10, "teams/own");
  CHECK(difference(before, desk.everything("twin")) == "");
  check_ended(answered(desk.acctl.acctl, words, "y\n"), 0);
  CHECK(desk.acctl.in("twin", "select count(*) from app.teams where key = 'own'") == "0");
}
