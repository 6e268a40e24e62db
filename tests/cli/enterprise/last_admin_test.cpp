// Who administers an enterprise: the last one stays, and no tenant makes or unmakes one.
#include <future>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"
#include "tests/support/umbrella.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::eventually;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::Staff;

namespace {

const std::string ana = "ana@acme.example";  // as the administrator of the first tenant
const std::string olga = "olga@umbrella.example";

}  // namespace

TEST_CASE("the last enterprise admin stays, whatever takes them away", "[rule enterprise]") {
  const Staff umbrella;
  const std::string before = umbrella.recorded();
  check_ended(umbrella("revoke", {ana, "enterprise-admin"}), 5, ana + " is the last");
  check_ended(umbrella.acctl({"user", "deactivate", ana, "--all", "--yes"}), 5, "without an active enterprise admin");
  check_ended(umbrella.acctl({"user", "deactivate", ana, "--all", "--dry-run"}), 5, "without an active enterprise");
  check_ended(umbrella.acctl({"user", "delete", ana, "--revoke-roles", "--all", "--yes"}), 5, "enterprise admin");
  check_ended(umbrella.acctl({"user", "offboard", ana, "--yes"}), 5, "admin");
  CHECK(umbrella.recorded() == before);
  CHECK(umbrella.roles_of(ana, "globex") == "enterprise-admin");
  // In one tenant alone she stays the enterprise's through the other.
  check_ended(umbrella.acctl({"user", "deactivate", ana, "-t", "globex", "--yes"}), 0);
  // Somebody who was only invited is no replacement, and somebody active is.
  check_ended(umbrella("grant", {olga, "enterprise-admin"}), 0);
  check_ended(umbrella("revoke", {ana, "enterprise-admin"}), 5, ana + " is the last");
  umbrella.sign_up();
  check_ended(umbrella("revoke", {ana, "enterprise-admin"}), 0);
  CHECK(umbrella.recorded() == olga + " enterprise-admin");
}

TEST_CASE("one tenant makes nobody an admin of the enterprise by what its copy of a role gives", "[rule enterprise]") {
  const Staff umbrella;
  const std::string reader = umbrella.acctl.folder.path() + "/reader.yaml";
  put_file(reader, "acctl: 1\nroles: {reader: {name: Reader, scope: enterprise, permissions: [reports.view]}}\n");
  check_ended(umbrella.acctl({"apply", "-f", reader, "-t", "acme", "-t", "globex", "--yes"}), 0);
  umbrella.grant(olga, "reader");
  check_ended(umbrella.acctl({"tenant", "set-plan", "globex", "--plan", "pro"}), 0);  // with custom roles
  const std::string widen =
      "insert into app.role_permissions (role_id, permission_id) select r.id, p.id from app.roles r, app.permissions p "
      "where r.key = 'reader' and p.key = '*'";
  acctl::Connection application(umbrella.acctl.cluster.dsn(umbrella.acctl.app_role("globex"), "globex"), {});
  CHECK_THROWS_WITH(application.script(widen), Catch::Contains("is not changed in one tenant"));
  check_ended(umbrella.acctl({"role", "edit", "reader", "--add-permission", "*", "-t", "globex", "--yes", "--as",
                              "ana@globex.example"}),
              5, "may not change what role reader gives");
  // Whoever did it before that was refused, or staff in one tenant, changes that tenant alone.
  umbrella.acctl.in("globex", widen);
  const std::vector<std::string> as_olga = {"max@umbrella.example", "viewer", "--as", olga};
  check_ended(umbrella("grant", as_olga), 5, "is not an active enterprise admin of umbrella");
  CHECK(umbrella.acctl.json({"enterprise", "users", "umbrella", "--as", olga})[0]["api_keys"].is_null());
  check_ended(umbrella("revoke", {ana, "enterprise-admin"}), 5, ana + " is the last");
  check_ended(umbrella.acctl({"user", "deactivate", ana, "--all", "--yes"}), 5, "without an active enterprise admin");
  umbrella.acctl.in("acme", widen);
  check_ended(umbrella("grant", as_olga), 0);
}

TEST_CASE("the role of the last enterprise admin keeps giving everything, in each tenant", "[rule enterprise]") {
  const Staff umbrella;
  const std::string boss = umbrella.acctl.folder.path() + "/boss.yaml";
  put_file(boss, "acctl: 1\nroles: {boss: {name: Boss, scope: enterprise, permissions: ['*', reports.view]}}\n");
  check_ended(umbrella.acctl({"apply", "-f", boss, "-t", "acme", "-t", "globex", "--yes"}), 0);
  umbrella.grant(olga, "boss");
  const std::vector<std::string> narrow = {"role", "edit", "boss", "--remove-permission", "*", "-t", "globex", "--yes"};
  check_ended(umbrella.acctl({"role", "edit", "boss", "--remove-permission", "reports.view", "-t", "acme", "--yes"}),
              0);
  check_ended(umbrella("revoke", {ana, "enterprise-admin"}), 0);
  check_ended(umbrella.acctl(narrow), 5, olga + " is the last");
  check_ended(umbrella("grant", {ana, "enterprise-admin"}), 0);
  check_ended(umbrella.acctl(narrow), 0);
  check_ended(umbrella("grant", {"max@umbrella.example", "viewer", "--as", olga}), 5, "enterprise admin");
}

TEST_CASE("an enterprise admin whom an application has suspended is missed by doctor", "[rule enterprise]") {
  const Staff umbrella;
  umbrella.acctl.in("globex", "update app.users set status = 'invited' where email = '" + ana + "'");
  CHECK_FALSE(contains(umbrella.doctor("acme"), "enterprise"));
  acctl::Connection application(umbrella.acctl.cluster.dsn(umbrella.acctl.app_role("acme"), "acme"), {});
  const std::string suspend = "update app.users set status = 'suspended' where email = '" + ana + "'";
  CHECK_THROWS_WITH(application.script(suspend), Catch::Contains("is not suspended in one tenant"));
  check_ended(umbrella("grant", {olga, "enterprise-admin"}), 0);  // invited
  umbrella.acctl.in("acme", suspend);
  CHECK(contains(umbrella.doctor("acme"), "enterprise umbrella has no active enterprise admin: " + ana));
  // Whoever is invited in another tenant and suspended in this one is nobody to be left with.
  check_ended(umbrella("revoke", {olga, "enterprise-admin"}), 5, olga + " is the last");
  umbrella.sign_up();
  CHECK_FALSE(contains(umbrella.doctor("acme"), "no active enterprise admin"));
}

TEST_CASE("the last enterprise admin stays when tenants leave, and nobody takes the enterprise from themselves",
          "[rule enterprise]") {
  const Staff umbrella;
  umbrella.acctl.in("globex", "update app.users set status = 'invited' where email = '" + ana + "'");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"acme"}, {"acme", "--dry-run"}}) {
    check_ended(umbrella("remove-tenant", words), 5, ana + " is the last");
  }
  CHECK(umbrella.acctl.json({"tenant", "show", "acme"})["enterprise"] == "umbrella");
  check_ended(umbrella("remove-tenant", {"globex", "--dry-run"}), 0);
  umbrella.grant(olga, "enterprise-admin");
  const std::string before = umbrella.recorded();
  check_ended(umbrella("revoke", {ana, "enterprise-admin", "--as", ana}), 5, "from themselves");
  check_ended(umbrella("remove-tenant", {"acme", "globex", "--as", ana}), 5, "from themselves");
  CHECK(umbrella.recorded() == before);
  check_ended(umbrella("remove-tenant", {"globex", "--as", ana}), 0);
  // Nobody is needed where there is nothing to administer.
  check_ended(umbrella("remove-tenant", {"acme"}), 0, "1 tenant removed");
}

TEST_CASE("the last enterprise admin stays when tenants are deleted, one or several together", "[rule enterprise]") {
  const Staff umbrella;
  umbrella.acctl.in("globex", "update app.users set status = 'invited' where email = '" + ana + "'");
  check_ended(umbrella.acctl({"tenant", "create", "initech", "--name", "I", "--admin-email", "ian@initech.example",
                              "--pack", "msp", "--enterprise", "umbrella"}),
              0);
  const auto remove = [&](std::vector<std::string> words, const std::string& confirmed) {
    words.insert(words.begin(), {"tenant", "delete"});
    words.insert(words.end(), {"--confirm", confirmed});
    return umbrella.acctl(words);
  };
  const auto status = [&](const std::string& slug) {
    return umbrella.acctl.control("select status from acctl.tenants where slug = '" + slug + "' order by created_at");
  };
  const std::string why =
      "enterprise umbrella would be left without an active enterprise admin (" + ana + " is the last)";
  check_ended(remove({"acme"}, "acme"), 5, why);
  check_ended(remove({"acme"}, "acme"), 5, "acctl enterprise grant umbrella EMAIL enterprise-admin");
  check_ended(remove({"acme", "--dry-run"}, "acme"), 5, why);
  check_ended(remove({"acme", "globex"}, "acme,globex"), 5, why);
  check_ended(umbrella.acctl({"tenant", "label", "acme", "doomed=yes"}), 0);
  check_ended(remove({"--match", "doomed=yes"}, "acme"), 5, why);
  CHECK(status("acme") == "active");
  CHECK(status("globex") == "active");
  check_ended(umbrella.acctl({"tenant", "delete", "globex", "--confirm", "globex"}), 0);
  // Together they are the last two that she is active in.
  umbrella.acctl.in("initech", "update app.users set status = 'active' where email = '" + ana + "'");
  check_ended(umbrella.acctl({"tenant", "resume", "globex", "--yes"}), 0);
  check_ended(remove({"acme", "initech"}, "acme,initech"), 5, why);
  check_ended(remove({"acme"}, "acme"), 0);
  check_ended(remove({"initech"}, "initech"), 5, why);
  // Nobody is needed where there is nothing to administer.
  check_ended(remove({"globex", "initech"}, "globex,initech"), 0);
}

TEST_CASE("of two runs that take one enterprise admin each, the second one finds the last", "[rule enterprise]") {
  const Staff umbrella;
  umbrella.grant(olga, "enterprise-admin");
  acctl::Connection other(umbrella.acctl.cluster.dsn("postgres", "acctl"), {});
  const auto let_in = [&](const std::string& who, bool in) {
    for (const char* tenant : {"acme", "globex"}) {
      umbrella.acctl.in(tenant, std::string("update app.users set status = '") + (in ? "active" : "invited") +
                                    "' where email = '" + who + "'");
    }
  };
  // Runs `words` while another run holds the enterprise, which takes olga before it ends.
  const auto meets = [&](const std::vector<std::string>& words) {
    INFO(words[0] << " " << words[1]);
    other.script("select pg_advisory_lock(hashtextextended('acctl enterprise umbrella', 0))");
    std::future<Result> run = std::async(std::launch::async, [&] { return umbrella.acctl(words); });
    REQUIRE(eventually([&] {
      return umbrella.acctl.control("select count(*) from pg_locks where locktype = 'advisory' and not granted") == "1";
    }));
    let_in(olga, false);
    other.script("select pg_advisory_unlock(hashtextextended('acctl enterprise umbrella', 0))");
    check_ended(run.get(), 5, ana + " is the last");
    let_in(olga, true);
  };
  const std::string before = umbrella.recorded();
  meets({"enterprise", "revoke", "umbrella", ana, "enterprise-admin", "--yes"});
  meets({"user", "deactivate", ana, "--all", "--yes"});
  meets({"user", "offboard", ana, "--yes"});
  umbrella.acctl.in("globex", "update app.users set status = 'invited' where email = '" + ana + "'");
  meets({"tenant", "delete", "acme", "--confirm", "acme"});
  meets({"enterprise", "remove-tenant", "umbrella", "acme", "--yes"});
  CHECK(umbrella.recorded() == before);
  CHECK(umbrella.acctl.in("acme", "select status from app.users where email = '" + ana + "'") == "active");
  umbrella.grant("max@umbrella.example", "viewer");
  other.script("select pg_advisory_lock(hashtextextended('acctl enterprise umbrella', 0))");
  check_ended(umbrella.acctl({"tenant", "delete", "acme", "--confirm", "acme", "--timeout", "1s"}), 9,
              "another run of acctl is changing who administers enterprise umbrella");
  // What takes no admin does not wait.
  check_ended(umbrella("revoke", {"max@umbrella.example", "viewer"}), 0);
}

TEST_CASE("suspending the tenant in which an enterprise's last admin can sign in is told", "[rule enterprise]") {
  const Staff umbrella;
  umbrella.acctl.in("globex", "update app.users set status = 'invited' where email = '" + ana + "'");
  const std::string warning = "enterprise umbrella has no active enterprise admin who can sign in until then: " + ana;
  check_ended(umbrella.acctl({"tenant", "suspend", "acme", "--dry-run"}), 0, warning);
  CHECK_FALSE(contains(umbrella.acctl({"tenant", "suspend", "globex", "--dry-run"}).err, "enterprise umbrella"));
  CHECK_FALSE(
      contains(umbrella.acctl({"tenant", "suspend", "acme", "globex", "--dry-run"}).err, "enterprise umbrella"));
  check_ended(umbrella.acctl({"tenant", "suspend", "acme", "--yes"}), 0, warning);
}
