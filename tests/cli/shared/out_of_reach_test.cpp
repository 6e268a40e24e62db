// Promise 12: taking access away reaches tenants that are suspended or held for deletion, and grants of an enterprise
// reach a tenant that is just being made.
#include "tests/support/catch.hpp"
#include "tests/support/running.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::eventually;
using acctl::test::Result;
using acctl::test::Running;
using acctl::test::TestPlatform;

namespace {

const std::string olga = "olga@umbrella.example";

// acme and globex of pack msp in one enterprise; olga, active, is its enterprise admin beside ana.
struct Group {
  Group() {
    check_ended(acctl({"enterprise", "create", "umbrella", "--name", "Umbrella"}), 0);
    for (const char* slug : {"acme", "globex"}) acctl.create(slug, {"--enterprise", "umbrella", "--pack", "msp"});
    check_ended(acctl({"enterprise", "grant", "umbrella", olga, "enterprise-admin", "--yes"}), 0);
    for (const char* slug : {"acme", "globex"}) {
      acctl.in(slug, "update app.users set status = 'active'");
      check_ended(acctl({"api-key", "create", olga, "--name", "ci", "-t", slug}), 0);
    }
  }

  void hold(const std::string& slug) const {
    check_ended(acctl({"tenant", "delete", slug, "--confirm", slug, "--hold", "30d"}), 0);
  }

  // "active enterprise-admin 1": status, roles and live keys of olga.
  std::string rest(const std::string& tenant) const {
    return acctl.in(tenant,
                    "select u.status || ' ' || coalesce((select string_agg(r.key, ',') from app.user_roles h join "
                    "app.roles r on r.id = h.role_id where h.user_id = u.id), '-') || ' ' || (select count(*) from "
                    "app.api_keys k where k.user_id = u.id and k.revoked_at is null) from app.users u where u.email = "
                    "'" +
                        olga + "'");
  }

  std::string status(const std::string& slug) const {
    return acctl.control("select status from acctl.tenants where slug = '" + slug + "'");
  }

  TestPlatform acctl;
};

const std::string whole = "active enterprise-admin 1";

}  // namespace

TEST_CASE("promise 12: what an enterprise took back while a tenant was held is gone before it is let in again") {
  const Group group;
  group.hold("globex");
  check_ended(group.acctl({"enterprise", "revoke", "umbrella", olga, "enterprise-admin", "--yes"}), 0,
              "the change is made when the tenant is resumed");
  CHECK(group.rest("acme") == "active - 1");
  const Result resumed = group.acctl({"tenant", "resume", "globex"});
  check_ended(resumed, 0, olga + " no longer has role enterprise-admin, which enterprise umbrella revoked");
  CHECK(group.rest("globex") == "active - 1");
  CHECK(group.acctl.in("globex", "select command from acctl.runs order by id desc limit 1") == "tenant resume");
  CHECK(group.acctl({"tenant", "doctor", "globex"}).status == 0);
  // What is still granted stays.
  CHECK(contains(group.acctl.in("globex", "select string_agg(h.role, ' ') from acctl.enterprise_holdings h"),
                 "enterprise-admin"));
}

TEST_CASE("promise 12: who left while a tenant was held has no access when it is let in again") {
  struct Way {
    std::vector<std::string> words;
    std::string here, there;  // afterwards, in acme and in globex
  };
  const std::vector<Way> ways = {
      {{"user", "offboard", olga}, "suspended - 0", "suspended - 0"},
      {{"user", "deactivate", olga, "--all"}, "suspended - 0", "suspended - 0"},
      {{"user", "delete", olga, "--all", "--revoke-roles", "--max-removals", "100%"}, "", "suspended - 0"},
  };
  for (const Way& way : ways) {
    INFO(way.words[1]);
    const Group group;
    group.hold("globex");
    std::vector<std::string> words = way.words;
    // Nothing is remembered of a rehearsal, nor unasked.
    words.emplace_back("--dry-run");
    check_ended(group.acctl(words), 0);
    words.pop_back();
    check_ended(group.acctl(words), 10);
    CHECK(group.acctl.control("select count(*) from acctl.departures") == "0");
    words.emplace_back("--yes");
    check_ended(group.acctl(words), 0, "is held for deletion");
    CHECK(group.rest("acme") == way.here);
    check_ended(group.acctl({"tenant", "resume", "globex"}), 0, olga);
    CHECK(group.rest("globex") == way.there);
    CHECK(group.status("globex") == "active");
    CHECK(group.acctl.control("select count(*) from acctl.departures") == "0");
    // The same again finds nothing to end.
    check_ended(group.acctl({"tenant", "suspend", "globex", "--yes"}), 0);
    group.acctl.in("globex", "update app.users set status = 'active' where email = '" + olga + "'");
    check_ended(group.acctl({"tenant", "resume", "globex"}), 0);
    CHECK(group.rest("globex").starts_with("active"));
  }
}

TEST_CASE("promise 12: the last admin of a held tenant leaves it, too") {
  const TestPlatform acctl;
  for (const char* slug : {"acme", "globex"}) {
    check_ended(acctl({"tenant", "create", slug, "--name", slug, "--admin-email", "boss@umbrella.example"}), 0);
    acctl.in(slug, "update app.users set status = 'active'");
  }
  check_ended(acctl({"user", "invite", "ben@acme.example", "--role", "admin", "-t", "acme"}), 0);
  acctl.in("acme", "update app.users set status = 'active'");
  check_ended(acctl({"tenant", "delete", "globex", "--confirm", "globex"}), 0);
  check_ended(acctl({"user", "offboard", "boss@umbrella.example", "--yes"}), 0);
  check_ended(acctl({"tenant", "resume", "globex"}), 0, "boss@umbrella.example left in the meantime");
  CHECK(acctl.in("globex", "select status from app.users") == "suspended");
  check_ended(acctl({"tenant", "doctor", "globex"}), 7, "has no admin");
}

TEST_CASE("promise 12: a tenant in which access cannot be taken away is not let in") {
  const Group group;
  group.hold("globex");
  check_ended(group.acctl({"user", "offboard", olga, "--yes"}), 0);
  group.acctl.control("update acctl.tenants set ledger_run = 'lost' where slug = 'globex'");
  check_ended(group.acctl({"tenant", "resume", "globex"}), 7, "tenant globex stays suspended");
  CHECK(group.status("globex") == "suspended");
  check_ended(group.acctl({"tenant", "doctor", "globex", "--accept-restored", "globex", "--yes"}), 3);
  check_ended(group.acctl({"tenant", "doctor", "--accept-restored", "globex", "--yes"}), 0);
  check_ended(group.acctl({"tenant", "resume", "globex"}), 0);
  CHECK(group.rest("globex") == "suspended - 0");
}

TEST_CASE("promise 12: access is taken away in a suspended tenant by every verb that takes it from one person") {
  const Group group;
  check_ended(group.acctl({"user", "invite", "ben@globex.example", "--role", "viewer", "-t", "globex"}), 0);
  group.acctl.in("globex", "update app.users set status = 'active'");
  check_ended(group.acctl({"tenant", "suspend", "globex", "--yes"}), 0);
  check_ended(group.acctl({"role", "revoke", "viewer", "ben@globex.example", "-t", "globex", "--yes"}), 0);
  check_ended(group.acctl({"user", "deactivate", "ben@globex.example", "-t", "globex", "--yes"}), 0);
  check_ended(group.acctl({"api-key", "revoke", olga, "ci", "-t", "globex", "--yes"}), 0);
  CHECK(group.rest("globex") == "active enterprise-admin 0");
  CHECK(group.acctl.in("globex",
                       "select u.status || count(h.role_id) from app.users u left join app.user_roles h on h.user_id = "
                       "u.id where u.email like 'ben@%' group by u.status") == "suspended0");
  // And is not given.
  check_ended(group.acctl({"role", "grant", "viewer", olga, "-t", "globex"}), 7, "is suspended, not active");
  check_ended(group.acctl({"user", "reactivate", "ben@globex.example", "-t", "globex"}), 7, "is suspended, not active");
}

TEST_CASE("promise 12: users, their templates and memberships are taken away in suspended tenants, too") {
  const TestPlatform acctl;
  for (const char* slug : {"acme", "globex"}) {
    acctl.create(slug);
    check_ended(acctl({"role-template", "create", "night", "--name", "Night", "-t", slug}), 0);
    for (const char* team : {"tier-1", "tier-2"}) {
      check_ended(acctl({"team", "create", team, "--name", team, "-t", slug}), 0);
    }
    check_ended(acctl({"user", "invite", "lv@x.example", "--team", "tier-1", "--role-template", "night", "-t", slug}),
                0);
  }
  check_ended(acctl({"tenant", "suspend", "globex", "--yes"}), 0);
  const auto rest = [&] {
    return acctl.in("globex",
                    "select count(u.role_template_id) || ' ' || (select count(*) from app.team_members) || ' ' || "
                    "count(*) || ' ' || (select count(*) from app.invitations i where i.user_id = max(u.id)) from "
                    "app.users u where u.email = 'lv@x.example'");
  };
  CHECK(rest() == "1 1 1 1");
  check_ended(acctl({"team", "add", "tier-2", "lv@x.example", "-t", "globex"}), 7, "is suspended, not active");
  check_ended(acctl({"role-template", "assign", "night", "lv@x.example", "-t", "globex"}), 7, "is suspended");
  check_ended(acctl({"user", "edit", "lv@x.example", "--crm", "yes", "-t", "globex"}), 7, "is suspended");
  check_ended(acctl({"role-template", "unassign", "lv@x.example", "-t", "globex", "--yes"}), 0);
  CHECK(rest() == "0 1 1 1");
  check_ended(acctl({"team", "remove", "tier-1", "lv@x.example", "-t", "globex", "--yes"}), 0);
  CHECK(rest() == "0 0 1 1");
  check_ended(acctl({"user", "delete", "lv@x.example", "--all", "--yes"}), 0);
  for (const char* slug : {"acme", "globex"}) {
    CHECK(acctl.in(slug, "select count(*) from app.users where email = 'lv@x.example'") == "0");
  }
}

TEST_CASE("a grant of an enterprise that is made or taken back while a tenant is activated counts there",
          "[rule enterprise]") {
  for (const bool given : {true, false}) {
    INFO((given ? "granted" : "revoked"));
    const Group group;
    // Holds the activation until the gate is open.
    group.acctl.control(
        "create table public.gate (); create table public.waiting (); grant select on public.gate to public;"
        "create function public.wait_at_gate() returns trigger language plpgsql security definer as $$ begin "
        "for i in 1..1000 loop exit when exists (select from pg_class where relname = 'open_gate'); "
        "perform pg_sleep(0.02); end loop; return new; end $$;"
        "create trigger gate before update on acctl.tenants for each row when (new.status = 'active' and old.status = "
        "'provisioning') execute function public.wait_at_gate()");
    const auto words = acctl::test::create_words("initech", {"--enterprise", "umbrella", "--pack", "msp"});
    std::vector<std::string> all = {acctl::test::program_path()};
    all.insert(all.end(), words.begin(), words.end());
    Running creation({.words = all, .environment = group.acctl.acctl.environment, .input = ""});
    CHECK(eventually([&] {
      return group.acctl.control("select count(*) from pg_stat_activity where wait_event = 'PgSleep'") == "1";
    }));
    check_ended(group.acctl({"enterprise", given ? "grant" : "revoke", "umbrella", olga,
                             given ? "viewer" : "enterprise-admin", "--yes"}),
                0);
    group.acctl.control("create table public.open_gate ()");
    check_ended(creation.finish(), 0);
    CHECK(group.acctl.in("initech",
                         "select string_agg(r.key, ' ' order by r.key) from app.users u join app.user_roles h on "
                         "h.user_id = u.id join app.roles r on r.id = h.role_id where u.email = '" +
                             olga + "'") == (given ? "enterprise-admin viewer" : ""));
  }
}

TEST_CASE("a role that people hold neither begins nor ceases to reach the entire enterprise in one tenant",
          "[rule enterprise]") {
  const Group group;
  const TestPlatform& acctl = group.acctl;
  const std::string folder = acctl.folder.path();
  check_ended(acctl({"user", "invite", "ben@globex.example", "--role", "viewer", "-t", "globex"}), 0);
  const auto scope = [&](const std::string& role) {
    return acctl.in("globex", "select scope from app.roles where key = '" + role + "'");
  };
  const auto file = [&](const std::string& role, const std::string& wanted) {
    const std::string path = folder + "/" + role + ".yaml";
    acctl::test::put_file(path, "acctl: 1\nroles:\n  " + role + ": {scope: " + wanted + "}\n");
    return path;
  };
  for (const auto& [role, wanted] :
       {std::pair<std::string, std::string>{"viewer", "enterprise"}, {"enterprise-admin", "organization"}}) {
    const std::string before = scope(role);
    check_ended(acctl({"apply", "-f", file(role, wanted), "-t", "globex", "--yes"}), 5,
                "to reach the entire enterprise in one tenant");
    CHECK(scope(role) == before);
  }
  // Nobody holds it: it is only a definition.
  const std::string run =
      acctl.json({"apply", "-f", file("manager", "enterprise"), "-t", "globex", "--yes"})["run"].get<std::string>();
  CHECK(scope("manager") == "enterprise");
  check_ended(acctl({"enterprise", "grant", "umbrella", olga, "manager", "--yes"}), 0);
  check_ended(acctl({"undo", run, "-t", "globex", "--yes"}), 5, "cease to reach the entire enterprise in one tenant");
  check_ended(acctl({"enterprise", "revoke", "umbrella", olga, "manager", "--yes"}), 0);
  check_ended(acctl({"undo", run, "-t", "globex", "--yes"}), 0);
  CHECK(scope("manager") == "organization");
}

TEST_CASE(
    "promise 16: neither an application nor its admins turn somebody's enterprise roles over to another address") {
  const Group group;
  check_ended(group.acctl({"enterprise", "grant", "umbrella", "max@umbrella.example", "viewer", "--yes"}), 0);
  group.acctl.in("globex", "update app.users set status = 'active'");
  acctl::Connection app(group.acctl.cluster.dsn(group.acctl.app_role("globex"), "globex"), {});
  for (const std::string name : {"olga", "max"}) {
    const std::string email = name + "@umbrella.example";
    const std::string before = group.acctl.in("globex", "select * from app.users order by id");
    CHECK_THROWS_WITH(app.script("update app.users set email = 'evil@x.example' where email = '" + email + "'"),
                      Catch::Contains("which would follow to another address"));
    app.script("update app.users set email = initcap(email), external_id = 'x-" + name + "' where email = '" + email +
               "'");
    app.script("update app.users set email = lower(email), external_id = null where lower(email) = '" + email + "'");
    check_ended(group.acctl({"user", "edit", email, "--email", "evil@x.example", "-t", "globex", "--as",
                             "ana@globex.example", "--yes"}),
                5, name == "max" ? "roles of an enterprise would move to evil@x.example" : "may not");
    CHECK(group.acctl.control("select count(*) from acctl.enterprise_grants where email like 'evil@%'") == "0");
  }
  // Others may move, and staff moves everybody.
  check_ended(group.acctl({"user", "invite", "ben@globex.example", "-t", "globex"}), 0);
  app.script("update app.users set email = 'benno@globex.example' where email = 'ben@globex.example'");
  check_ended(group.acctl({"user", "edit", "benno@globex.example", "--email", "ben@globex.example", "-t", "globex",
                           "--as", "ana@globex.example", "--yes"}),
              0);
  check_ended(group.acctl({"user", "edit", "max@umbrella.example", "--email", "maxim@umbrella.example", "-t", "globex",
                           "--yes"}),
              0, "the grants in enterprise umbrella were moved to maxim@umbrella.example");
}

TEST_CASE("promise 2: tenant suspend leaves a database role alone that is not the tenant's") {
  const TestPlatform acctl;
  acctl.create("acme");
  const std::string role = acctl.app_role("acme");
  acctl.control("comment on role " + role + " is 'somebody else''s'");
  const std::string before = acctl.world_but_audit();
  check_ended(acctl({"tenant", "suspend", "acme", "--yes"}), 7, "that is not this tenant's");
  CHECK(difference(before, acctl.world_but_audit()) == "");
  CHECK(acctl.control("select rolcanlogin from pg_roles where rolname = '" + role + "'") == "t");
  // Without a role there is nobody to lock out.
  acctl.control("comment on role " + role + " is null; alter role " + role + " rename to other");
  check_ended(acctl({"tenant", "suspend", "acme", "--yes"}), 0);
  CHECK(acctl.control("select status from acctl.tenants") == "suspended");
}
