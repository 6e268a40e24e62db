// Enterprises: roles that reach every tenant, those added later too, and what becomes of them when somebody leaves.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"
#include "tests/support/umbrella.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::Result;
using acctl::test::Staff;
using acctl::test::TestPlatform;
using acctl::test::Umbrella;

namespace {

const std::string olga = "olga@umbrella.example";

}  // namespace

TEST_CASE("an enterprise's grant reaches every tenant, and those added later in either way") {
  const Umbrella umbrella;
  const Result granted = umbrella("grant", {"Olga@umbrella.example", "team-lead"});
  check_ended(granted, 0, "2 tenants");
  CHECK(umbrella.recorded() == olga + " team-lead");
  for (const char* slug : {"acme", "globex"}) CHECK(umbrella.roles_in(slug) == "ana: admin, olga: team-lead");
  CHECK(umbrella.acctl.in("acme", "select status from app.users where email like 'olga%'") == "invited");
  CHECK(umbrella.acctl.in("acme", "select recipient || ' ' || purpose from app.outbox where recipient like 'olga%'") ==
        olga + " invitation");
  CHECK(umbrella.acctl.in("acme", "select command || ' ' || outcome from acctl.runs") == "enterprise grant done");
  CHECK(umbrella.acctl.control("select action from acctl.audit order by id desc limit 1") == "enterprise.grant");
  // Again: nothing.
  const std::string world = umbrella.acctl.world();
  check_ended(umbrella("grant", {olga, "team-lead"}), 0);
  CHECK(difference(world, umbrella.acctl.world()) == "");

  umbrella.acctl.create("initech", {"--enterprise", "umbrella"});
  CHECK(umbrella.roles_in("initech") == "ana: admin, olga: team-lead");
  CHECK(umbrella.acctl.json({"tenant", "show", "initech"})["seats"]["used"] == 2);
  umbrella.acctl.create("hooli");
  // Whoever is invited by it is shown first, and a person is asked.
  check_ended(umbrella("add-tenant", {"hooli"}), 10, olga);
  CHECK(umbrella.acctl.json({"tenant", "show", "hooli"})["enterprise"].is_null());
  check_ended(umbrella("add-tenant", {"hooli", "--yes"}), 0, "1 tenant added to enterprise umbrella: hooli");
  CHECK(umbrella.roles_in("hooli") == "ana: admin, olga: team-lead");
  check_ended(umbrella("add-tenant", {"hooli"}), 0, "nothing to change");
  CHECK(umbrella.violations() == std::vector<std::string>());
}

TEST_CASE("a tenant that cannot take a grant is named and stops nothing, the same call again does what is missing") {
  const Umbrella umbrella;
  umbrella.acctl({"role", "create", "auditor", "--name", "Auditor", "-t", "acme"});
  const Result partial = umbrella("grant", {olga, "auditor"});
  check_ended(partial, 6, "1 of 2 tenants failed");
  CHECK(contains(partial.out, "globex"));
  CHECK(contains(partial.out, "there is no role 'auditor'"));
  CHECK(umbrella.roles_in("acme") == "ana: admin, olga: auditor");
  CHECK(umbrella.roles_in("globex") == "ana: admin");
  CHECK(umbrella.recorded() == olga + " auditor");
  umbrella.acctl({"role", "create", "auditor", "--name", "Auditor", "-t", "globex"});
  check_ended(umbrella("grant", {olga, "auditor"}), 0);
  CHECK(umbrella.roles_in("globex") == "ana: admin, olga: auditor");
  // Where it fails in all of them, nothing is remembered.
  const std::string world = umbrella.acctl.world();
  check_ended(umbrella("grant", {olga, "auditer"}), 3, "2 of 2 tenants failed");
  CHECK(difference(world, umbrella.acctl.world()) == "");
  // A new tenant gets what it can take.
  umbrella.acctl.create("initech", {"--enterprise", "umbrella"});
  CHECK(umbrella.roles_in("initech") == "ana: admin");
}

TEST_CASE("an enterprise's grant is taken back everywhere but from the last admin, and asked about") {
  const Umbrella umbrella;
  check_ended(umbrella("grant", {olga, "admin"}), 0);
  for (const char* slug : {"acme", "globex"}) umbrella.acctl.in(slug, "update app.users set status = 'active'");
  umbrella.acctl({"role", "revoke", "admin", "ana@globex.example", "-t", "globex", "--yes"});
  check_ended(umbrella("revoke", {olga, "admin"}), 10, olga + " in 2 tenants loses * through role:admin");
  const Result partial = umbrella("revoke", {olga, "admin", "--yes"});
  check_ended(partial, 6, "1 of 2 tenants failed");
  CHECK(umbrella.roles_in("acme") == "ana: admin");
  CHECK(umbrella.roles_in("globex") == "olga: admin");
  CHECK(umbrella.recorded() == "");
  umbrella.acctl({"role", "grant", "admin", "ana@globex.example", "-t", "globex"});
  check_ended(umbrella("revoke", {olga, "admin", "--yes"}), 0);
  CHECK(umbrella.roles_in("globex") == "ana: admin");
  check_ended(umbrella("revoke", {olga, "admin", "--yes"}), 0);
}

TEST_CASE("a tenant that leaves an enterprise loses its grants, unless that left it without an admin") {
  const Umbrella umbrella;
  check_ended(umbrella("grant", {olga, "team-lead"}), 0);
  check_ended(umbrella("remove-tenant", {"globex"}), 10, "loses");
  check_ended(umbrella("remove-tenant", {"globex", "--yes"}), 0, "1 tenant removed from enterprise umbrella: globex");
  CHECK(umbrella.roles_in("globex") == "ana: admin");
  CHECK(umbrella.roles_in("acme") == "ana: admin, olga: team-lead");
  CHECK(umbrella.acctl.json({"tenant", "show", "globex"})["enterprise"].is_null());
  check_ended(umbrella("remove-tenant", {"globex", "--yes"}), 0, "nothing to change");

  check_ended(umbrella("grant", {olga, "admin"}), 0);
  umbrella.acctl.in("acme", "update app.users set status = 'active'");
  umbrella.acctl({"role", "revoke", "admin", "ana@acme.example", "-t", "acme", "--yes"});
  check_ended(umbrella("remove-tenant", {"acme", "--yes"}), 5, "is required; this would leave 0");
  CHECK(umbrella.acctl.json({"tenant", "show", "acme"})["enterprise"] == "umbrella");
  CHECK(umbrella.violations() == std::vector<std::string>());
}

TEST_CASE("a tenant in which the enterprise's grants cannot be made does not join it", "[rule enterprise]") {
  const Umbrella umbrella;
  for (const char* slug : {"hooli", "initech"}) umbrella.acctl.create(slug);
  for (const char* slug : {"acme", "globex", "initech"}) {
    check_ended(umbrella.acctl({"role", "create", "auditor", "--name", "Auditor", "-t", slug}), 0);
  }
  check_ended(umbrella("grant", {olga, "auditor"}), 0);
  const std::string world = umbrella.acctl.world_but_audit();
  const Result none = umbrella("add-tenant", {"hooli"});
  check_ended(none, 3, "there is no role 'auditor'");
  CHECK_FALSE(contains(none.err, "added to enterprise"));
  CHECK(difference(world, umbrella.acctl.world_but_audit()) == "");
  check_ended(umbrella("add-tenant", {"hooli", "initech", "--dry-run"}), 6,
              "1 tenant to be added to enterprise umbrella");
  check_ended(umbrella("add-tenant", {"hooli", "initech", "--yes"}), 6,
              "1 tenant added to enterprise umbrella: initech");
  CHECK(umbrella.acctl.json({"tenant", "show", "hooli"})["enterprise"].is_null());
  CHECK(umbrella.roles_in("initech") == "ana: admin, olga: auditor");
  check_ended(umbrella.acctl({"role", "create", "auditor", "--name", "Auditor", "-t", "hooli"}), 0);
  check_ended(umbrella("add-tenant", {"hooli", "--yes"}), 0, "1 tenant added to enterprise umbrella: hooli");
}

TEST_CASE("that a tenant joins or leaves an enterprise is said also where nothing else changes") {
  const TestPlatform acctl;
  acctl({"enterprise", "create", "umb", "--name", "Umb"});
  for (const char* slug : {"zen", "newt"}) acctl.create(slug);
  const auto rehearsed = acctl.json({"enterprise", "add-tenant", "umb", "zen", "newt", "--dry-run"});
  CHECK(rehearsed["membership"]["added"].dump() == R"(["newt","zen"])");
  const Result joined = acctl({"enterprise", "add-tenant", "umb", "zen", "newt"});
  check_ended(joined, 0, "2 tenants added to enterprise umb; nothing else to change.");
  CHECK_THAT(joined.err, Catch::Contains("2 tenants added to enterprise umb: newt, zen"));
  const Result again = acctl({"enterprise", "add-tenant", "umb", "zen", "newt"});
  check_ended(again, 0, "nothing to change");
  CHECK_THAT(again.err, Catch::Contains("2 tenants already in enterprise umb: newt, zen"));
  CHECK(acctl.json({"enterprise", "add-tenant", "umb", "zen"})["membership"].dump() ==
        R"({"enterprise":"umb","added":[],"removed":[],"unchanged":["zen"]})");
  const Result asked = acctl({"enterprise", "remove-tenant", "umb", "zen"});
  check_ended(asked, 10, "remove zen from enterprise umb");
  CHECK(contains(asked.out + asked.err, "Plan: 1 tenant to be removed from enterprise umb; nothing else to change."));
  CHECK(acctl.json({"enterprise", "remove-tenant", "umb", "zen", "--yes"})["membership"].dump() ==
        R"({"enterprise":"umb","added":[],"removed":["zen"],"unchanged":[]})");
  const Result gone = acctl({"enterprise", "remove-tenant", "umb", "zen", "--yes"});
  check_ended(gone, 0, "nothing to change");
  CHECK_THAT(gone.err, Catch::Contains("1 tenant not in enterprise umb: zen"));
}

TEST_CASE("the administrator of an enterprise's first tenant becomes enterprise admin, where the pack has one") {
  const TestPlatform acctl;
  acctl({"enterprise", "create", "umbrella", "--name", "Umbrella"});
  acctl.create("acme", {"--enterprise", "umbrella", "--pack", "msp"});
  const std::string roles =
      "select string_agg(split_part(u.email, '.', 1) || ' ' || r.key, ', ' order by u.email, r.key) from "
      "app.user_roles h "
      "join app.users u on u.id = h.user_id join app.roles r on r.id = h.role_id";
  CHECK(acctl.in("acme", roles) == "ana@acme enterprise-admin, ana@acme organization-admin");
  CHECK(acctl.json({"enterprise", "show", "umbrella"})["founder"] == "ana@acme.example");
  // The second one's administrator does not; the first one's reaches it.
  acctl.create("globex", {"--enterprise", "umbrella", "--pack", "msp"});
  CHECK(acctl.in("globex", roles) == "ana@acme enterprise-admin, ana@globex organization-admin");
  // By joining it is the same.
  acctl({"enterprise", "create", "vandelay", "--name", "Vandelay"});
  acctl.create("hooli", {"--pack", "msp"});
  acctl.in("hooli", "update app.users set status = 'active'");
  check_ended(acctl({"enterprise", "add-tenant", "vandelay", "hooli"}), 10,
              "ana@hooli.example will be enterprise admin of vandelay");
  CHECK(acctl.in("hooli", roles) == "ana@hooli organization-admin");
  check_ended(acctl({"enterprise", "add-tenant", "vandelay", "hooli", "--yes"}), 0);
  CHECK(acctl.in("hooli", roles) == "ana@hooli enterprise-admin, ana@hooli organization-admin");
  check_ended(acctl({"role", "grant", "enterprise-admin", "ana@hooli.example", "-t", "hooli"}), 5,
              "acctl enterprise grant");
}

TEST_CASE("tenants that are made in one go invite their enterprise's founder, and the count of invitations says so") {
  // In the order of the file, which is not that of the slugs; of the same pack, and one of a pack without such a role.
  const std::string rows =
      "slug,name,admin_email,pack,enterprise\n"
      "zeta,Z,zoe@zeta.example,msp,umbrella\nacme,A,ana@acme.example,msp,umbrella\n"
      "bert,B,bea@bert.example,msp,umbrella\nhelp,H,hal@help.example,helpdesk,umbrella\n"
      "carl,C,cal@carl.example,msp,other\nalone,O,ona@alone.example,msp,\n";
  for (const std::string verb : {"apply", "create"}) {
    INFO(verb);
    const TestPlatform acctl;
    for (const char* key : {"umbrella", "other"}) {
      check_ended(acctl({"enterprise", "create", key, "--name", key}), 0);
    }
    const std::string file = acctl.folder.path() + "/tenants.csv";
    acctl::test::put_file(file, rows);
    const std::vector<std::string> words = {"tenant", verb, "-f", file, "--yes"};
    if (verb == "apply") check_ended(acctl({"tenant", "plan", "-f", file}), 0, "8 invitations will be sent");
    std::vector<std::string> dry = words;
    dry.emplace_back("--dry-run");
    check_ended(acctl(dry), 0, "8 invitations will be sent");
    check_ended(acctl(words), 0, "8 invitations will be sent");
    // Who founds it is not who was quicker.
    CHECK(acctl.control("select key || ' ' || coalesce(founder, '') from acctl.enterprises order by key") ==
          "other cal@carl.example\numbrella zoe@zeta.example");
    std::string invited;
    for (const char* slug : {"acme", "alone", "bert", "carl", "help", "zeta"}) {
      invited += acctl.in(slug, "select count(*) from app.outbox") + " ";
    }
    CHECK(invited == "2 1 2 1 1 1 ");
  }
}

TEST_CASE("a tenant whose seeding is repeated has each of its enterprise's grants once") {
  const Umbrella umbrella;
  check_ended(umbrella("grant", {olga, "team-lead"}), 0);
  umbrella.acctl.control(
      "update acctl.tenants set status = 'failed' where slug = 'acme'; update acctl.tenant_steps set status = "
      "'pending', "
      "attempts = 0, started_at = null where name in ('seed', 'activate')");
  umbrella("grant", {"ben@umbrella.example", "support-agent"});
  CHECK(umbrella.roles_in("acme") == "ana: admin, olga: team-lead");
  check_ended(umbrella.acctl({"tenant", "retry", "acme"}), 0);
  CHECK(umbrella.roles_in("acme") == "ana: admin, ben: support-agent, olga: team-lead");
}

TEST_CASE("the users of an enterprise are listed with their roles in each tenant and their API keys") {
  const Umbrella umbrella;
  umbrella("grant", {olga, "team-lead"});
  umbrella.acctl({"api-key", "create", olga, "--name", "a", "-t", "acme"});
  umbrella.acctl({"api-key", "create", olga, "--name", "b", "-t", "globex"});
  umbrella.acctl({"role", "grant", "support-agent", olga, "-t", "globex"});
  const auto users = umbrella.acctl.json({"enterprise", "users", "umbrella"});
  REQUIRE(users.size() == 3);
  CHECK(users[2]["email"] == olga);
  CHECK(users[2]["enterprise_roles"].dump() == R"(["team-lead"])");
  CHECK(users[2]["api_keys"] == 2);
  CHECK(users[2]["tenants"][1].dump() ==
        R"({"tenant":"globex","status":"invited","roles":["support-agent","team-lead"],"role_template":null,)"
        R"("api_keys":1,"last_sign_in_at":null})");
  check_ended(umbrella("users", {}), 0, "globex: support-agent + team-lead (invited)");
  const auto shown = umbrella.acctl.json({"enterprise", "show", "umbrella"});
  CHECK(shown["tenants"][1]["slug"] == "globex");
  CHECK(shown["grants"][0]["email"] == olga);
}

TEST_CASE("enterprises: what cannot be, and a rehearsal that leaves nothing") {
  const Umbrella umbrella;
  umbrella.acctl.create("hooli");
  umbrella.acctl({"enterprise", "create", "vandelay", "--name", "Vandelay"});
  umbrella("grant", {"ben@umbrella.example", "team-lead"});  // makes the platform's key
  const std::string world = umbrella.acctl.world_but_audit();
  check_ended(umbrella.acctl({"enterprise", "grant", "umbrela", olga, "admin"}), 3,
              "there is no enterprise 'umbrela'; did you mean 'umbrella'?");
  check_ended(umbrella("add-tenant", {"nobody"}), 3, "nobody");
  check_ended(umbrella.acctl({"enterprise", "add-tenant", "vandelay", "acme"}), 7,
              "tenant acme is in enterprise umbrella");
  check_ended(umbrella("grant", {olga, "team-lead", "--dry-run"}), 0, "Rehearsed");
  check_ended(umbrella("add-tenant", {"hooli", "--dry-run"}), 0);
  check_ended(umbrella("grant", {olga, "team-lead", "--as", "ana@acme.example"}), 5, "is not an active admin");
  CHECK(difference(world, umbrella.acctl.world_but_audit()) == "");
  umbrella.acctl.in("globex", "update app.users set status = 'suspended'");
  check_ended(umbrella("grant", {"ana@globex.example", "team-lead"}), 6, "1 of 2 tenants failed");
}

TEST_CASE("the same holds of a run whose ledger does not know what an enterprise had granted",
          "[promise 12][promise 14]") {
  const Staff umbrella;
  umbrella.grant(olga, "viewer");
  umbrella.grant(olga, "enterprise-admin");
  check_ended(umbrella.acctl({"role", "grant", "manager", olga, "-t", "globex"}), 0);
  const auto undone = [&](const std::string& part) {
    const std::string run = umbrella.acctl.in("globex", "select run from acctl.runs order by id desc limit 1");
    // As former versions have left it.
    umbrella.acctl.in("globex", "delete from acctl.changes where kind = 'enterprise_grants'");
    const std::string roles = umbrella.roles_of(olga, "globex");
    check_ended(umbrella.acctl({"undo", run, "-t", "globex", "--yes"}), part.empty() ? 0 : 7, part);
    if (!part.empty()) CHECK(umbrella.roles_of(olga, "globex") == roles);
  };
  SECTION("a role of the organization, and one of the enterprise") {
    check_ended(umbrella.acctl({"user", "delete", olga, "--revoke-roles", "-t", "globex", "--yes"}), 0);
    undone("it ended what an enterprise had granted (" + olga + " enterprise-admin, " + olga + " viewer)");
  }
  SECTION("the way back names the enterprise") {
    check_ended(umbrella("revoke", {olga, "enterprise-admin"}), 0);
    check_ended(umbrella.acctl({"user", "offboard", olga, "--yes"}), 0);
    undone("'acctl user reactivate " + olga + "', then grant it again: acctl enterprise grant umbrella " + olga +
           " viewer");
  }
  SECTION("a role of the enterprise that came before there was a ledger") {
    umbrella.acctl.in("globex", "delete from acctl.changes where key = '" + olga + "/enterprise-admin'");
    check_ended(umbrella.acctl({"user", "delete", olga, "--revoke-roles", "-t", "globex", "--yes"}), 0);
    undone("it ended what an enterprise had granted (" + olga + " enterprise-admin, " + olga + " viewer)");
  }
  SECTION("what the tenant has granted itself comes back") {
    check_ended(umbrella.acctl({"role", "revoke", "manager", olga, "-t", "globex", "--yes"}), 0);
    undone("");
    CHECK(umbrella.roles_of(olga, "globex") == "enterprise-admin manager viewer");
  }
}
