// Grants of an enterprise as promises about people: what keeps them, what ends them, and who may change them.
#include <future>

#include "provisioning/database/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"
#include "tests/support/umbrella.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::eventually;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::Staff;
using acctl::test::TestPlatform;

namespace {

const std::string ana = "ana@acme.example";  // enterprise admin, as the administrator of the first tenant
const std::string olga = "olga@umbrella.example";

const std::string founding = ana + " enterprise-admin";

}  // namespace

TEST_CASE("what reaches an enterprise is neither given nor taken from inside one tenant, on any way",
          "[rule enterprise]") {
  const Staff umbrella;
  check_ended(umbrella.acctl({"user", "invite", olga, "-t", "globex"}), 0);
  umbrella.sign_up();  // somebody whom the grant invites could not be taken back for having signed up
  umbrella.grant(olga, "enterprise-admin");
  umbrella.grant("max@umbrella.example", "viewer");  // a role of one organization, granted in all of them
  umbrella.grant(olga, "viewer");
  check_ended(umbrella.acctl({"tenant", "set-plan", "globex", "--plan", "pro"}), 0);  // with custom roles
  const std::string folder = umbrella.acctl.folder.path();
  const auto definitions = [&](const std::string& name, const std::string& text) {
    put_file(folder + "/" + name, "acctl: 1\n" + text);
    return folder + "/" + name;
  };
  put_file(folder + "/people.csv", "email\nnew@globex.example\n");
  const std::string run = umbrella.acctl.in(
      "globex", "select run from acctl.runs where command = 'enterprise grant' order by id desc limit 1");
  const std::string revoke = "acctl enterprise revoke umbrella ";
  const std::string grant = "acctl enterprise grant umbrella ";
  struct Way {
    std::vector<std::string> words;
    std::string says;
  };
  const std::vector<Way> ways = {
      {{"role", "revoke", "enterprise-admin", olga}, revoke + olga + " enterprise-admin"},
      {{"role", "revoke", "viewer", "max@umbrella.example"}, revoke + "max@umbrella.example viewer"},
      {{"role", "grant", "enterprise-admin", "ana@globex.example"}, "acctl enterprise grant"},
      {{"user", "invite", "new@globex.example", "--role", "enterprise-admin"}, "acctl enterprise grant"},
      {{"user", "sync", "-f", folder + "/people.csv", "--role", "enterprise-admin"},
       grant + "new@globex.example enterprise-admin"},
      {{"apply", "-f",
        definitions("give.yaml", "users:\n  ana@globex.example:\n    roles: [organization-admin, enterprise-admin]\n")},
       grant + "ana@globex.example enterprise-admin"},
      {{"apply", "-f", definitions("take.yaml", "users:\n  " + olga + ":\n    roles: [viewer]\n")},
       revoke + olga + " enterprise-admin"},
      {{"undo", run}, "acctl enterprise revoke umbrella"},
      {{"role", "revoke", "enterprise-admin", olga, "--as", "ana@globex.example"}, "may not"},
      {{"user", "deactivate", olga, "--as", "ana@globex.example"}, "a role of the entire enterprise"},
      {{"user", "delete", olga, "--revoke-roles", "--as", "ana@globex.example"}, "a role of the entire enterprise"},
      {{"user", "edit", olga, "--email", "mine@globex.example", "--as", "ana@globex.example"},
       "a role of the entire enterprise"},
      {{"user", "delete", "max@umbrella.example", "--revoke-roles", "--as", "ana@globex.example"},
       "may not delete max@umbrella.example, who has roles of an enterprise"},
      {{"user", "deactivate", "max@umbrella.example", "--as", "ana@globex.example"},
       "may not change the status of max@umbrella.example, who has roles of an enterprise"},
      {{"role", "edit", "viewer", "--add-permission", "endpoints.edit", "--as", "ana@globex.example"},
       "may not change what role viewer gives"},
  };
  for (const Way& way : ways) {
    std::vector<std::string> words = way.words;
    words.insert(words.end(), {"-t", "globex", "--yes"});
    INFO(acctl::test::command_line(words));
    check_ended(umbrella.acctl(words), 5, way.says);
    CHECK(umbrella.roles_of(olga, "globex") == "enterprise-admin viewer");
    CHECK(umbrella.roles_of("max@umbrella.example", "globex") == "viewer");
    CHECK(umbrella.roles_of("ana@globex.example", "globex") == "organization-admin");
  }
}

TEST_CASE("a role that an enterprise has granted keeps its key in each tenant, and its revocation is not undone there",
          "[promise 12][promise 14]") {
  const Staff umbrella;
  const std::string mine = umbrella.acctl.folder.path() + "/mine.yaml";
  put_file(mine, "acctl: 1\nroles: {mine: {name: Mine, permissions: [users.view]}}\n");
  check_ended(umbrella.acctl({"apply", "-f", mine, "-t", "acme", "-t", "globex", "--yes"}), 0);
  umbrella.grant(olga, "mine");
  put_file(mine, "acctl: 1\nroles: {yours: {name: Mine, previously: [mine]}}\n");
  check_ended(umbrella.acctl({"apply", "-f", mine, "-t", "globex", "--yes"}), 7, "keeps its key");
  acctl::Connection application(umbrella.acctl.cluster.dsn(umbrella.acctl.app_role("globex"), "globex"), {});
  CHECK_THROWS_WITH(application.query("update app.roles set key = 'yours' where key = 'mine'"),
                    Catch::Contains("keeps its key"));
  check_ended(umbrella("revoke", {olga, "mine"}), 0);
  CHECK(umbrella.roles_of(olga, "globex").empty());
  const std::string run = umbrella.acctl.in(
      "globex", "select run from acctl.runs where command = 'enterprise revoke' order by id desc limit 1");
  check_ended(umbrella.acctl({"undo", run, "-t", "globex", "--yes"}), 7, "it ended what an enterprise had granted");
  CHECK(umbrella.roles_of(olga, "globex").empty());
  check_ended(umbrella.acctl({"apply", "-f", mine, "-t", "globex", "--yes"}), 0);
}

TEST_CASE("what an enterprise had granted does not come back by undo as a tenant's own, whatever run ended it",
          "[promise 12][promise 14]") {
  const Staff umbrella;
  umbrella.grant(olga, "viewer");
  const auto undo = [&](const std::string& command, const std::string& hint,
                        const std::string& first = olga + " viewer") {
    INFO(command);
    const std::string run = umbrella.acctl.in(
        "globex", "select run from acctl.runs where command = '" + command + "' order by id desc limit 1");
    REQUIRE_FALSE(run.empty());
    const std::string roles = umbrella.roles_of(olga, "globex");
    const Result result = umbrella.acctl({"undo", run, "-t", "globex", "--yes"});
    check_ended(result, 7, "it ended what an enterprise had granted (" + first);
    CHECK(contains(result.err, hint + ": acctl enterprise grant umbrella " + first));
    CHECK(umbrella.roles_of(olga, "globex") == roles);
    CHECK(umbrella.acctl.in("globex", "select count(*) from acctl.enterprise_holdings where role = 'viewer'") == "0");
  };
  const std::string again = "'acctl user reactivate " + olga + "', then grant it again";
  SECTION("offboarding") {
    check_ended(umbrella.acctl({"user", "offboard", olga, "--yes"}), 0);
    undo("user offboard", again);
    // The way back.
    check_ended(umbrella.acctl({"user", "reactivate", olga, "-t", "globex", "-t", "acme", "--yes"}), 0);
    umbrella.grant(olga, "viewer");
    CHECK(umbrella.acctl.in("globex", "select count(*) from acctl.enterprise_holdings where role = 'viewer'") == "1");
  }
  SECTION("deactivation in all tenants") {
    check_ended(umbrella.acctl({"user", "deactivate", olga, "-t", "acme", "-t", "globex", "--yes"}), 0);
    undo("user deactivate", again);
  }
  SECTION("deactivation in one tenant, where the grant stays") {
    check_ended(umbrella.acctl({"user", "deactivate", olga, "-t", "globex", "--yes"}), 0);
    const std::string run = umbrella.acctl.in("globex", "select run from acctl.runs order by id desc limit 1");
    check_ended(umbrella.acctl({"undo", run, "-t", "globex", "--yes"}), 0);
    CHECK(umbrella.acctl.in("globex", "select count(*) from acctl.enterprise_holdings where role = 'viewer'") == "1");
  }
  SECTION("deletion") {
    check_ended(umbrella.acctl({"user", "delete", olga, "--revoke-roles", "-t", "globex", "--yes"}), 0);
    undo("user delete", "Grant it again");
  }
  SECTION("the tenant leaves the enterprise") {
    check_ended(umbrella("remove-tenant", {"globex"}), 0);
    undo("enterprise remove-tenant", "Grant it again", ana + " enterprise-admin");
  }
  SECTION("a role that the tenant had granted itself comes back") {
    check_ended(umbrella.acctl({"user", "invite", "max@globex.example", "--role", "viewer", "-t", "globex"}), 0);
    umbrella.sign_up();
    check_ended(umbrella.acctl({"user", "offboard", "max@globex.example", "--yes"}), 0);
    const std::string run = umbrella.acctl.in("globex", "select run from acctl.runs order by id desc limit 1");
    check_ended(umbrella.acctl({"undo", run, "-t", "globex", "--yes"}), 0);
    CHECK(umbrella.roles_of("max@globex.example", "globex") == "viewer");
  }
}

TEST_CASE("promise 12: whoever is suspended or deleted everywhere comes back in no tenant") {
  const Staff umbrella;
  umbrella.grant(olga, "enterprise-admin");
  umbrella.grant("max@umbrella.example", "manager");
  // In one of two tenants: the grant stays, and is not carried into a new one.
  check_ended(umbrella.acctl({"user", "deactivate", "max@umbrella.example", "-t", "acme", "--yes"}), 0);
  CHECK(contains(umbrella.recorded(), "max@umbrella.example manager"));
  umbrella.acctl.create("initech", {"--enterprise", "umbrella", "--pack", "msp"});
  CHECK(umbrella.has_user(olga, "initech"));
  CHECK_FALSE(umbrella.has_user("max@umbrella.example", "initech"));
  // In all of them, one after the other.
  check_ended(umbrella.acctl({"user", "deactivate", "max@umbrella.example", "-t", "globex", "--yes"}), 0,
              "max@umbrella.example no longer has role manager in enterprise umbrella");
  CHECK_FALSE(contains(umbrella.recorded(), "max@"));
  check_ended(umbrella.acctl({"user", "reactivate", "max@umbrella.example", "-t", "acme"}), 0);
  CHECK(umbrella.roles_of("max@umbrella.example", "acme") == "");
  // Deleted, with --all.
  check_ended(umbrella.acctl({"user", "delete", olga, "--revoke-roles", "--all", "--yes"}), 0);
  CHECK(umbrella.recorded() == founding);
  umbrella.acctl.create("hooli", {"--pack", "msp"});
  check_ended(umbrella("add-tenant", {"hooli"}), 0);
  CHECK_FALSE(umbrella.has_user(olga, "hooli"));
  CHECK(umbrella.roles_of(ana, "hooli") == "enterprise-admin");
}

TEST_CASE("promise 12: a grant follows a change of address, and is taken back under the new one everywhere") {
  const Staff umbrella;
  umbrella.grant(olga, "manager");
  const std::string renamed = "olga.o@umbrella.example";
  check_ended(umbrella.acctl({"user", "edit", olga, "--email", renamed, "-t", "acme", "--yes"}), 0,
              "moved to " + renamed);
  CHECK(umbrella.recorded() == founding + "\n" + renamed + " manager");
  umbrella.acctl.create("initech", {"--enterprise", "umbrella", "--pack", "msp"});
  CHECK(umbrella.has_user(renamed, "initech"));
  CHECK_FALSE(umbrella.has_user(olga, "initech"));
  // Granting again reaches the same person where the old address still stands.
  check_ended(umbrella("grant", {renamed, "viewer"}), 0);
  CHECK(umbrella.roles_of(olga, "globex") == "manager viewer");
  CHECK_FALSE(umbrella.has_user(renamed, "globex"));
  check_ended(umbrella("revoke", {renamed, "manager"}), 0);
  CHECK(umbrella.roles_of(olga, "globex") == "viewer");
  CHECK(umbrella.roles_of(renamed, "acme") == "viewer");
  // By files, and by hand; the application itself may not (out_of_reach_test.cpp).
  put_file(umbrella.acctl.folder.path() + "/move.yaml",
           "acctl: 1\nusers:\n  o@umbrella.example:\n    previously: [" + renamed + "]\n");
  check_ended(umbrella.acctl({"apply", "-f", umbrella.acctl.folder.path() + "/move.yaml", "-t", "acme", "--yes"}), 0);
  CHECK(contains(umbrella.recorded(), "o@umbrella.example viewer"));
  umbrella.acctl.in("acme", "update app.users set email = 'oo@umbrella.example' where email = 'o@umbrella.example'");
  CHECK(contains(umbrella.doctor("acme"), "the registry does not know"));
  check_ended(umbrella("grant", {"max@umbrella.example", "viewer"}), 0);
  CHECK(contains(umbrella.recorded(), "oo@umbrella.example viewer"));
}

TEST_CASE("promise 12: a grant is taken back in suspended tenants, too, what was held before it stays") {
  const Staff umbrella;
  for (const char* role : {"viewer", "manager"}) {
    check_ended(umbrella.acctl({"user", "invite", "max@umbrella.example", "--role", role, "-t", "acme"}), 0);
    check_ended(umbrella.acctl({"role", "grant", role, "max@umbrella.example", "-t", "acme"}), 0);
  }
  umbrella.acctl.in(
      "acme",
      "update app.user_roles set expires_at = '2099-01-01' where role_id = (select id from app.roles where "
      "key = 'manager') and user_id = (select id from app.users where email like 'max@%')");
  umbrella.grant("max@umbrella.example", "viewer");
  umbrella.grant("max@umbrella.example", "manager");
  check_ended(umbrella.acctl({"tenant", "suspend", "globex", "--yes"}), 0);
  check_ended(umbrella("revoke", {"max@umbrella.example", "viewer"}), 0, "keeps role viewer in tenant acme");
  check_ended(umbrella("revoke", {"max@umbrella.example", "manager"}), 0);
  CHECK(umbrella.recorded() == founding);
  CHECK(umbrella.roles_of("max@umbrella.example", "globex") == "");
  CHECK(umbrella.roles_of("max@umbrella.example", "acme") == "manager viewer");
  CHECK(umbrella.acctl.in("acme", "select expires_at::date from app.user_roles where expires_at is not null") ==
        "2099-01-01");
  // Nothing is given there.
  check_ended(umbrella("grant", {"max@umbrella.example", "viewer"}), 0, "globex is suspended and was skipped");
  CHECK(umbrella.roles_of("max@umbrella.example", "globex") == "");
}

TEST_CASE("the ledger has the run of every grant of an enterprise, the seed's too, and doctor names contradictions") {
  const Staff umbrella;
  umbrella.grant(olga, "viewer");
  umbrella.acctl.create("initech", {"--enterprise", "umbrella", "--pack", "msp"});
  for (const char* slug : {"acme", "globex", "initech"}) {
    for (const std::string& email : {ana, olga}) {
      INFO(slug << " " << email);
      const Result why = umbrella.acctl({"why", email, "reports.view", "-t", slug});
      CHECK_FALSE(contains(why.out, "outside acctl"));
      CHECK(contains(why.out, "role granted: run "));
    }
    CHECK_FALSE(contains(umbrella.doctor(slug), "enterprise"));
  }
  CHECK(umbrella.acctl.in("initech", "select command from acctl.runs") == "tenant create");
  // Behind acctl's back.
  umbrella.acctl.in(
      "acme", "delete from app.user_roles where user_id = (select id from app.users where email = '" + olga + "')");
  CHECK(contains(umbrella.doctor("acme"), olga + " does not hold it here"));
  umbrella.acctl.control("delete from acctl.enterprise_grants where email = '" + olga + "'");
  CHECK(contains(umbrella.doctor("globex"),
                 "no longer makes; run 'acctl enterprise revoke umbrella " + olga + " viewer'"));
  check_ended(umbrella("revoke", {olga, "viewer"}), 0);
  for (const char* slug : {"acme", "globex", "initech"}) CHECK_FALSE(contains(umbrella.doctor(slug), "enterprise"));
  umbrella.acctl.in(
      "globex",
      "insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, app.roles r where "
      "u.email = 'ana@globex.example' and r.key = 'enterprise-admin'");
  CHECK(contains(umbrella.doctor("globex"), "no enterprise grants it"));
}

TEST_CASE("the verbs of an enterprise are bounded by --as") {
  const Staff umbrella;
  umbrella.grant(olga, "viewer");
  const std::string organization = "ana@globex.example";
  // Its admin does what staff does.
  check_ended(umbrella("grant", {"max@umbrella.example", "viewer", "--as", ana}), 0);
  CHECK(contains(umbrella.acctl.in("acme", "select actor from acctl.runs order by id desc limit 1"), " as " + ana));
  check_ended(umbrella("revoke", {"max@umbrella.example", "viewer", "--as", ana}), 0);
  umbrella.acctl.create("hooli", {"--pack", "msp"});
  umbrella.acctl({"enterprise", "create", "vandelay", "--name", "Vandelay"});
  umbrella.acctl.create("initech", {"--pack", "msp", "--enterprise", "vandelay"});
  umbrella.acctl.create("kramer", {"--pack", "msp"});
  check_ended(umbrella.acctl({"tenant", "suspend", "kramer", "--yes"}), 0);
  // Nor do they learn of other customers: whether there is such a tenant, whose it is, or how it is.
  for (const std::string slug : {"hooli", "initech", "kramer", "nobody"}) {
    for (const char* verb : {"add-tenant", "remove-tenant"}) {
      const Result refused = umbrella(verb, {slug, "--as", ana});
      check_ended(refused, 5, "refused: " + ana + " is not an active admin of tenant " + slug);
      for (const char* word : {"vandelay", "suspended", "there is no"}) CHECK_FALSE(contains(refused.err, word));
    }
  }
  for (const std::string key : {"vandelay", "nobody"}) {
    for (const char* verb : {"show", "users"}) {
      check_ended(umbrella.acctl({"enterprise", verb, key, "--as", ana}), 5,
                  "refused: " + ana + " is not an active admin of enterprise " + key + " or of one of its tenants");
    }
    check_ended(umbrella.acctl({"enterprise", "revoke", key, olga, "viewer", "--as", ana}), 5,
                "is not an active admin");
  }
  check_ended(umbrella.acctl({"enterprise", "show", "nobody"}), 3, "there is no enterprise");
  const auto all = umbrella.acctl.json({"enterprise", "users", "umbrella", "--as", ana});
  CHECK(all.dump() == umbrella.acctl.json({"enterprise", "users", "umbrella"}).dump());
  // The admin of one organization sees names and roles, and changes nothing.
  const auto some = umbrella.acctl.json({"enterprise", "users", "umbrella", "--as", organization});
  CHECK(some[0]["api_keys"].is_null());
  CHECK(some[0]["tenants"][0].dump() == R"({"tenant":"acme","roles":["enterprise-admin","organization-admin"]})");
  for (const char* verb : {"grant", "revoke"}) {
    check_ended(umbrella(verb, {"max@umbrella.example", "viewer", "--as", organization}), 5, "enterprise admin");
  }
  check_ended(umbrella("remove-tenant", {"globex", "--as", organization}), 5, "enterprise admin");
  // Others see nothing.
  for (const char* verb : {"show", "users"}) check_ended(umbrella(verb, {"--as", olga}), 5, "is not an active admin");
  CHECK(umbrella.acctl.json({"enterprise", "list", "--as", olga}).empty());
  check_ended(umbrella.acctl({"enterprise", "create", "other", "--name", "Other", "--as", ana}), 3, "--as");
}

TEST_CASE("an administrator of long ago who left founds no enterprise") {
  const TestPlatform acctl;
  acctl.create("hooli", {"--pack", "msp"});
  acctl({"user", "invite", "ben@hooli.example", "--role", "organization-admin", "-t", "hooli"});
  acctl.in("hooli", "update app.users set status = 'active'");
  check_ended(acctl({"user", "delete", "ana@hooli.example", "--revoke-roles", "-t", "hooli", "--yes"}), 0);
  check_ended(acctl({"enterprise", "create", "umbrella", "--name", "Umbrella"}), 0);
  check_ended(acctl({"enterprise", "add-tenant", "umbrella", "hooli", "--yes"}), 0,
              "ben@hooli.example will be enterprise admin");
  CHECK(acctl.in("hooli", "select count(*) from app.users") == "1");
  // Where there is a choice, a person makes it.
  acctl.create("initech", {"--pack", "msp"});
  acctl({"enterprise", "create", "vandelay", "--name", "Vandelay"});
  check_ended(acctl({"enterprise", "add-tenant", "vandelay", "initech", "--yes"}), 0,
              "no enterprise admin is appointed: ana@initech.example");
  CHECK(
      acctl.control("select count(*) from acctl.enterprise_grants g join acctl.enterprises e on e.id = g.enterprise_id "
                    "where e.key = 'vandelay'") == "0");
}

TEST_CASE(
    "a grant that is made between the seed and the activation of a tenant reaches it, and one taken back does not") {
  const Staff umbrella;
  umbrella.grant("max@umbrella.example", "viewer");
  umbrella.acctl.create("initech", {"--enterprise", "umbrella", "--pack", "msp"});
  // As a run leaves it that was killed before the seed.
  umbrella.acctl.control(
      "update acctl.tenants set status = 'failed' where slug = 'initech'; update acctl.tenant_steps set status = "
      "'pending', attempts = 0, started_at = null where name in ('seed', 'activate') and tenant_id = (select id from "
      "acctl.tenants where slug = 'initech')");
  // It has read the grants when it waits to write the first of them.
  acctl::Connection holder(umbrella.acctl.cluster.dsn("postgres", "initech"), {});
  holder.query("begin");
  holder.query("select from acctl.revision for update");
  auto retried = std::async(std::launch::async, [&] { return umbrella.acctl({"tenant", "retry", "initech"}); });
  REQUIRE(eventually([&] {
    return umbrella.acctl.control(
               "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = "
               "'initech'") != "0";
  }));
  check_ended(umbrella("grant", {olga, "manager"}), 0);
  check_ended(umbrella("revoke", {"max@umbrella.example", "viewer"}), 0);
  CHECK_FALSE(umbrella.has_user(olga, "initech"));
  holder.query("rollback");
  check_ended(retried.get(), 0);
  CHECK(umbrella.acctl.json({"tenant", "show", "initech"})["status"] == "active");
  CHECK(umbrella.roles_of(olga, "initech") == "manager");
  CHECK(umbrella.roles_of("max@umbrella.example", "initech") == "");
}
