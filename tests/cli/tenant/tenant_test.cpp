// The life of a tenant, as the person at the command line sees it.
#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::Connection;
using acctl::Error;
using acctl::test::create_words;
using acctl::test::eventually;
using acctl::test::keys_of;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

bool can_connect(const TestPlatform& acctl, const std::string& role, const std::string& database) {
  try {
    const Connection connection(acctl.cluster.dsn(role, database), {});
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::string word_of(const Result& result) { return std::to_string(result.status) + " " + result.err; }

}  // namespace

TEST_CASE("tenant create leads to an active tenant with all that belongs to it") {
  const TestPlatform acctl;
  const auto tenant = acctl.create("acme", {"--plan", "pro", "--label", "tier=gold", "--label", "area=eu"});
  CHECK(keys_of(tenant) ==
        "slug name status plan server database pack schema_version labels enterprise seats resources steps created_at "
        "activated_at subscription trial_ends_at limits overrides notes hold_until unfinished");
  CHECK(keys_of(tenant["limits"]) == "projects storage_bytes");
  CHECK(tenant["subscription"] == "trialing");
  CHECK(keys_of(tenant["seats"]) == "used limit as_of");
  CHECK(keys_of(tenant["resources"]) == "storage hostnames support_address");
  CHECK(keys_of(tenant["labels"]) == "area tier");
  CHECK(tenant["status"] == "active");
  CHECK(tenant["plan"] == "pro");
  CHECK(tenant["pack"] == "helpdesk");
  CHECK(tenant["enterprise"].is_null());
  CHECK(tenant["seats"]["used"] == 1);
  CHECK(tenant["seats"]["limit"] == 100);
  CHECK(tenant["resources"]["hostnames"].dump() == R"(["acme.acctl.localhost"])");
  CHECK(tenant["resources"]["support_address"] == "support@acme.acctl.localhost");
  std::string steps;
  for (const auto& step : tenant["steps"]) {
    CHECK(keys_of(step) == "name status attempts error");
    CHECK(step["status"] == "done");
    CHECK(step["attempts"] == 1);
    CHECK(step["error"].is_null());
    steps += step["name"].get<std::string>() + " ";
  }
  CHECK(steps == "registry database migrate storage routing email seed activate ");
  CHECK_THAT(tenant["created_at"].get<std::string>(), Catch::Matches("20..-..-..T..:..:..Z"));
  CHECK(acctl.control("select hostname || ' ' || slug from acctl.published_routes") == "acme.acctl.localhost acme");
  CHECK(acctl.control("select subscription || ' ' || (trial_ends_at::date - created_at::date) from acctl.tenants") ==
        "trialing 90");
  auto shown = acctl.json({"tenant", "show", "acme"});
  CHECK(shown["use"].dump() == R"({"seats":1,"projects":1,"storage_bytes":0})");
  CHECK(shown["features"].dump() == R"(["crm","custom_roles"])");
  CHECK(shown["admin"].dump() == R"({"email":"ana@acme.example","name":"Administrator"})");
  for (const char* more : {"use", "features", "domains", "unverified_domains", "admin", "manager"}) shown.erase(more);
  shown["seats"]["as_of"] = tenant["seats"]["as_of"];
  CHECK(shown == tenant);
  CHECK(acctl.json({"tenant", "status", "acme"}) == tenant);
  CHECK(acctl.json({"tenant", "list"}) == nlohmann::ordered_json::array({tenant}));
  CHECK(acctl({"tenant", "doctor"}).status == 0);
}

TEST_CASE("tenant show says where there is no limit, and tenant watch what its lines are") {
  const TestPlatform acctl;
  acctl.create("acme", {"--plan", "enterprise"});
  REQUIRE(acctl({"tenant", "set-plan", "acme", "--limit", "storage_bytes=none", "--yes"}).status == 0);
  std::string shown = acctl({"tenant", "show", "acme"}).out;
  std::erase(shown, ' ');
  for (const char* line : {"storagelimit(bytes):none", "ownlimits:storage_bytes=none"})
    CHECK_THAT(shown, Catch::Contains(line));
  CHECK(acctl.json({"tenant", "show", "acme"})["limits"]["storage_bytes"].is_null());
  CHECK_THAT(acctl({"tenant", "watch", "acme", "--until", "active"}).out,
             Catch::Matches("20..-..-..T..:..:..Z  acme: status active, steps 8 of 8, schema [0-9]+, seats used 1\n"));
  const auto told = acctl.json({"tenant", "watch", "acme", "--until", "active"});
  CHECK(told["slug"] == "acme");
  CHECK_THAT(told["at"].get<std::string>(), Catch::Matches("20..-..-..T..:..:..Z"));
}

TEST_CASE("a new tenant is seeded, and its administrator is invited") {
  const TestPlatform acctl;
  acctl.create("acme", {"--admin-name", "Ana Álvarez"});
  const auto in_acme = [&](const std::string& sql) { return acctl.in("acme", sql); };
  CHECK(in_acme("select u.email || '|' || u.name || '|' || u.status || '|' || r.key from app.users u join "
                "app.user_roles x on x.user_id = u.id join app.roles r on r.id = x.role_id") ==
        "ana@acme.example|Ana Álvarez|invited|admin");
  CHECK(
      in_acme("select key || '=' || (value #>> '{}') from app.settings where key in ('branding.name', "
              "'support.address', 'portal.hostname') order by key") ==
      "branding.name=Name of acme\nportal.hostname=acme.acctl.localhost\nsupport.address=support@acme.acctl.localhost");
  for (const char* kind : {"statuses", "priorities", "permissions", "roles", "email_templates", "business_hours",
                           "kb_categories", "projects", "views", "automations", "forms", "settings"}) {
    INFO(kind);
    CHECK(in_acme(std::string("select count(*) > 0 from app.") + kind) == "t");
  }
}

TEST_CASE("the same call again changes nothing, other arguments are a conflict that names the difference") {
  const TestPlatform acctl;
  acctl.create("acme", {"--plan", "pro", "--seats", "5"});
  const std::string before = acctl.world_but_audit();
  const auto again = [&](const std::vector<std::string>& more) { return acctl(create_words("acme", more)); };
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--plan", "pro", "--seats", "5"}, {}, {"--pack", "helpdesk", "--region", "default"}}) {
    const Result result = again(more);
    CHECK(result.status == 0);
    CHECK(result.err == "tenant acme exists and is active; nothing changed\n");
  }
  const auto conflicts = [&](const std::vector<std::string>& more, const std::string& difference) {
    const Result result = again(more);
    CHECK(result.status == 7);
    CHECK(result.out.empty());
    CHECK_THAT(result.err, Catch::Contains(difference));
  };
  conflicts({"--plan", "trial"}, "plan is pro, not trial");
  conflicts({"--seats", "6"}, "seats is 5, not 6");
  conflicts({"--label", "tier=gold"}, "labels is not set, not tier=gold");
  conflicts({"--domain", "help.acme.example"}, "domain help.acme.example is not the tenant's");
  conflicts({"--server", "elsewhere"}, "server is main, not elsewhere");
  conflicts({"--enterprise", "umbrella"}, "enterprise is not set, not umbrella");
  conflicts({"--plan", "trial", "--seats", "6"}, "plan is pro, not trial; seats is 5, not 6");
  const Result renamed =
      acctl({"tenant", "create", "acme", "--name", "Other", "--admin-email", "bob@acme.example", "-q"});
  CHECK(renamed.status == 7);
  CHECK_THAT(renamed.err, Catch::Contains("name is Name of acme, not Other") &&
                              Catch::Contains("admin email is ana@acme.example, not bob@acme.example"));
  CHECK(acctl({"tenant", "create", "acme", "--name", "Name of acme", "--admin-email", "ANA@ACME.example"}).status == 0);
  CHECK(acctl.world_but_audit() == before);
  CHECK(acctl.control("select count(*) || ' ' || (max(after ->> 'error') like '%exists with other arguments%') from "
                      "acctl.audit where action = 'tenant.create' and outcome = 'refused'") == "8 true");
}

TEST_CASE("plan, seats, domain, enterprise and server are those that were asked for") {
  const TestPlatform acctl;
  REQUIRE(acctl({"enterprise", "create", "umbrella", "--name", "Umbrella"}).status == 0);
  acctl.control("insert into acctl.servers (name, region, capacity) values ('small', 'eu', 1)");
  const auto tenant = acctl.create(
      "acme", {"--plan", "enterprise", "--domain", "help.acme.example", "--enterprise", "umbrella", "--region", "eu"});
  CHECK(tenant["seats"]["limit"].is_null());
  CHECK(tenant["server"] == "small");
  CHECK(tenant["enterprise"] == "umbrella");
  CHECK(tenant["resources"]["hostnames"].dump() == R"(["acme.acctl.localhost","help.acme.example"])");
  CHECK(acctl.create("free")["server"] == "main");
  CHECK(acctl.create("few", {"--seats", "3"})["seats"]["limit"] == 3);
  CHECK(acctl.in("few", "select seat_limit from acctl.tenant") == "3");

  const std::string before = acctl.world_but_audit();
  const auto fails = [&](int status, const std::vector<std::string>& more, const std::string& message) {
    const Result result = acctl(create_words("next", more));
    CHECK(result.status == status);
    CHECK_THAT(result.err, Catch::Contains(message));
  };
  fails(5, {"--region", "eu"}, "no active server in region eu has room for a tenant");
  fails(3, {"--region", "ue"}, "there is no region 'ue'; did you mean 'eu'?");
  fails(3, {"--server", "nowhere"}, "there is no server 'nowhere'");
  fails(3, {"--plan", "por"}, "there is no plan 'por'; did you mean 'pro'?");
  fails(3, {"--pack", "helpdsk"},
        "there is no pack 'helpdsk'; did you mean 'helpdesk'?\nPacks: conversational, helpdesk, messaging, msp.");
  fails(3, {"--enterprise", "nobody"}, "there is no enterprise 'nobody'");
  fails(7, {"--domain", "help.acme.example"}, "belongs to another tenant");
  fails(3, {"--domain", "later.acctl.localhost"}, "is the platform's own");
  fails(3, {"--label", "plan=x"}, "is reserved");
  fails(3, {"--label", "a=1", "--label", "a=2"}, "a is given twice");
  CHECK(acctl.world_but_audit() == before);
  acctl.control("update acctl.servers set state = 'draining' where name = 'main'");
  fails(5, {}, "no active server has room for a tenant");
}

TEST_CASE("a dry run changes nothing and says what would be") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  acctl({"tenant", "suspend", "bert", "--yes"});
  const std::string before = acctl.world_but_audit();
  const auto rehearse = [&](std::vector<std::string> words, const std::string& says) {
    words.emplace_back("--dry-run");
    const Result result = acctl(words);
    INFO(result.err);
    CHECK(result.status == 0);
    CHECK_THAT(result.err, Catch::Contains("dry run: ") && Catch::Contains(says));
    CHECK(acctl.world_but_audit() == before);
  };
  rehearse(create_words("next"), "tenant next would be created; nothing was done");
  rehearse(create_words("acme"), "tenant acme would be unchanged");
  rehearse({"tenant", "suspend", "acme"}, "is active and would be suspended; nothing was done");
  rehearse({"tenant", "resume", "bert"}, "is suspended and would be resumed; nothing was done");
  rehearse({"tenant", "resume", "acme"}, "would stay as it is");
  rehearse({"tenant", "retry", "acme"}, "would stay as it is");
  rehearse({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0"}, "would be deleted");
  rehearse({"enterprise", "create", "umbrella", "--name", "U"}, "would be created");
  CHECK(acctl(create_words("acme", {"--plan", "pro", "--dry-run"})).status == 7);
  CHECK(acctl({"platform", "init", "--base-domain", "other.example", "--dry-run"}).status == 3);
  CHECK(acctl.world_but_audit() == before);
}

TEST_CASE("the application of a tenant reaches its own database and nothing else", "[promise 16]") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  const std::string role = acctl.app_role("acme");
  CHECK(can_connect(acctl, role, "acme"));
  CHECK_FALSE(can_connect(acctl, role, "bert"));
  CHECK_FALSE(can_connect(acctl, role, "acctl"));
  acctl.control("create role passer_by login");
  CHECK_FALSE(can_connect(acctl, "passer_by", "acme"));
  CHECK_FALSE(can_connect(acctl, "passer_by", "acctl"));

  Connection app(acctl.cluster.dsn(role, "acme"), {});
  CHECK(app.query("select count(*) from app.users").integer(0, 0) == 1);
  for (const char* forbidden :
       {"select * from acctl.tenant", "update acctl.revision set counter = 0", "create table public.t (a int)",
        "create table app.t (a int)", "create temporary table t (a int)", "create schema mine",
        "insert into app.permissions (key, category) values ('x.y', 'X')", "update app.roles set system = false",
        "delete from app.authors", "update app.activity set action = 'x'", "drop table app.tickets"}) {
    INFO(forbidden);
    CHECK_THROWS_AS(app.query(forbidden), Error);
  }
  CHECK(acctl.in("acme",
                 "select count(*) from pg_shdepend where deptype = 'o' and refclassid = 'pg_authid'::regclass "
                 "and refobjid = (select oid from pg_roles where rolname = '" +
                     role + "')") == "0");
  CHECK(acctl.in("acme",
                 "select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls "
                 "from pg_roles where rolname = '" +
                     role + "'") == "f");
}

TEST_CASE("suspend ends the sessions and refuses new ones, resume lets back") {
  const TestPlatform acctl;
  acctl.create("acme");
  const std::string role = acctl.app_role("acme");
  Connection app(acctl.cluster.dsn(role, "acme"), {});
  const auto suspended = acctl.json({"tenant", "suspend", "acme", "--yes", "--reason", "invoice 4711"});
  CHECK(suspended["status"] == "suspended");
  CHECK_THROWS_AS(app.query("select 1"), Error);
  CHECK_FALSE(can_connect(acctl, role, "acme"));
  CHECK(acctl.control("select count(*) from acctl.published_routes") == "0");
  CHECK(acctl({"tenant", "suspend", "acme", "--yes"}).err == "tenant acme is suspended; nothing changed\n");
  const Result create = acctl(create_words("acme"));
  CHECK(create.status == 0);
  CHECK(create.err == "tenant acme exists and is suspended; nothing changed\n");
  for (const std::vector<std::string>& selector :
       {std::vector<std::string>{"--all"}, {"--match", "plan=pro"}, {"-t", "other"}}) {
    std::vector<std::string> words = {"tenant", "resume", "acme"};
    words.insert(words.end(), selector.begin(), selector.end());
    CHECK(acctl(words).status == 3);
  }
  CHECK(acctl({"tenant", "doctor", "acme"}).status == 0);

  CHECK(acctl.json({"tenant", "resume", "acme"})["status"] == "active");
  CHECK(can_connect(acctl, role, "acme"));
  CHECK(acctl.control("select slug from acctl.published_routes") == "acme");
  CHECK(acctl({"tenant", "resume", "acme"}).err == "tenant acme is active; nothing changed\n");
}

TEST_CASE("suspend and resume do not believe the registry about the door") {
  const TestPlatform acctl;
  acctl.create("acme");
  const std::string role = acctl.app_role("acme");
  // As an interrupted suspend leaves it, and an interrupted resume.
  acctl.control("alter role " + role + " nologin");
  CHECK(acctl({"tenant", "resume", "acme"}).err == "tenant acme is active\n");
  CHECK(can_connect(acctl, role, "acme"));
  acctl({"tenant", "suspend", "acme", "--yes"});
  acctl.control("alter role " + role + " login");
  CHECK(acctl({"tenant", "suspend", "acme", "--yes"}).err == "tenant acme is suspended\n");
  CHECK_FALSE(can_connect(acctl, role, "acme"));
}

TEST_CASE("promise 11: a tenant whose database is another's does not come back, and is not told to delete itself") {
  const TestPlatform acctl;
  for (const char* slug : {"acme", "bert"}) acctl.create(slug);
  const auto swap = [&] {
    acctl.control("alter database acme rename to spare");
    acctl.control("alter database bert rename to acme");
    acctl.control("alter database spare rename to bert");
  };
  acctl({"tenant", "suspend", "acme", "--yes"});
  swap();
  const Result foreign = acctl({"tenant", "resume", "acme"});
  CHECK(foreign.status == 7);
  CHECK_THAT(foreign.err, Catch::Contains("database 'acme' is not that of tenant acme") &&
                              Catch::Contains("Restore its database") && !Catch::Contains("delete"));
  CHECK_FALSE(can_connect(acctl, acctl.app_role("acme"), "acme"));
  swap();
  acctl.control("alter database acme rename to spare");
  const Result gone = acctl({"tenant", "resume", "acme"});
  CHECK(gone.status == 7);
  CHECK_THAT(gone.err, Catch::Contains("the database of tenant acme does not exist") && !Catch::Contains("delete"));
  acctl.control("alter database spare rename to acme");
  CHECK(acctl.json({"tenant", "resume", "acme"})["status"] == "active");
}

TEST_CASE("a failed provisioning is seen, retried and finished") {
  const TestPlatform acctl;
  acctl.control("create database acme");
  const Result failed = acctl(create_words("acme"));
  CHECK(failed.status == 7);
  CHECK_THAT(failed.err, Catch::Contains("has a database 'acme' that is not this tenant's") &&
                             Catch::Contains("tenant acme: step database failed: ") &&
                             Catch::Contains("To resume: acctl tenant retry acme"));
  CHECK(acctl.control("select count(*) from pg_database where datname = 'acme'") == "1");
  CHECK(acctl.control("select count(*) from acctl.published_routes") == "0");
  const auto tenant = acctl.json({"tenant", "status", "acme"});
  CHECK(tenant["status"] == "failed");
  CHECK(tenant["steps"][1]["status"] == "failed");
  CHECK_THAT(tenant["steps"][1]["error"].get<std::string>(), Catch::Contains("not this tenant's"));
  CHECK(tenant["steps"][2]["status"] == "pending");
  const Result doctor = acctl({"tenant", "doctor", "acme"});
  CHECK(doctor.status == 7);
  CHECK_THAT(doctor.out, Catch::Contains("step database is failed") && Catch::Contains("acctl tenant retry acme"));
  CHECK(acctl({"tenant", "suspend", "acme", "--yes"}).status == 7);

  acctl.control("drop database acme");
  const auto done = acctl.json({"tenant", "retry", "acme"});
  CHECK(done["status"] == "active");
  CHECK(done["steps"][1]["attempts"] == 2);
  CHECK(acctl({"tenant", "retry", "acme"}).err == "tenant acme is active; nothing changed\n");
  CHECK(acctl({"tenant", "doctor"}).status == 0);
}

TEST_CASE("tenants are found by text, slug, status, plan, region, server, enterprise and label") {
  TestPlatform acctl;
  acctl({"enterprise", "create", "umbrella", "--name", "Umbrella"});
  acctl.create("acme", {"--plan", "pro", "--label", "tier=gold"});
  acctl.create("bert", {"--label", "tier=lead", "--enterprise", "umbrella"});
  acctl({"tenant", "suspend", "bert", "--yes"});
  const auto names = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"tenant", "list", "-o", "name"});
    const Result result = acctl(words);
    return result.status == 0 ? result.out : word_of(result);
  };
  CHECK(names({}) == "acme\nbert\n");
  CHECK(names({"NAME OF B"}) == "bert\n");
  CHECK(names({"-t", "acme"}) == "acme\n");
  CHECK(names({"--match", "status=suspended"}) == "bert\n");
  CHECK(names({"--match", "plan=pro", "--match", "plan=trial"}) == "acme\nbert\n");
  CHECK(names({"--match", "tier=gold"}) == "acme\n");
  CHECK(names({"--match", "tier=gold", "--match", "status=suspended"}).empty());
  CHECK(names({"--match", "region=default", "--match", "server=main", "--match", "enterprise=umbrella"}) == "bert\n");
  CHECK(names({"%"}).empty());
  CHECK(acctl.json({"tenant", "list", "nothing"}) == nlohmann::ordered_json::array());
  CHECK(acctl({"tenant", "list", "--match", "nonsense"}).status == 3);
  CHECK(acctl({"tenant", "list", "nothing"}).err == "no tenants match\n");
  CHECK(names({"--match", "plan=por"}).starts_with("3 acctl: there is no plan 'por'; did you mean 'pro'?"));
  CHECK(names({"--match", "server=mian"}).starts_with("3 acctl: there is no server 'mian'; did you mean 'main'?"));
  CHECK(names({"--match", "region=nowhere"}).starts_with("3 acctl: there is no region 'nowhere'"));
  CHECK(
      names({"--match", "enterprise=umbrela"}).starts_with("3 acctl: there is no enterprise 'umbrela'; did you mean"));
  CHECK(names({"--match", "teir=gold"}).starts_with("3 acctl: there is no label 'teir'; did you mean 'tier'?"));
  CHECK(names({"-t", "acne"}).starts_with("3 acctl: there is no tenant 'acne'; did you mean 'acme'?"));
  CHECK(names({"--match", "tier=none"}).empty());
  const Result missing = acctl({"tenant", "show", "acne"});
  CHECK(missing.status == 3);
  CHECK_THAT(missing.err, Catch::Contains("there is no tenant 'acne'; did you mean 'acme'?"));
  acctl.acctl.environment["ACCTL_TENANT"] = "acme";
  CHECK(acctl({"tenant", "show", "-o", "name"}).out == "acme\n");
}

TEST_CASE("a tenant in every format, data on standard output only") {
  const TestPlatform acctl;
  const Result created = acctl(create_words("acme", {"--label", "note=-1+1", "-v"}));
  CHECK_THAT(created.err, Catch::Contains("acme: registry\n") && Catch::Contains("\nacme: database\n"));
  CHECK_THAT(created.err, Catch::Contains("tenant acme is active (created)\n"));
  CHECK(created.out.starts_with("slug:            acme\nname:            Name of acme\nstatus:          active\n"));
  CHECK(acctl({"tenant", "list"}).out.starts_with("SLUG  NAME          STATUS  PLAN   SERVER  SEATS USED  LABELS"));
  CHECK(acctl({"tenant", "list", "-o", "csv"})
            .out.starts_with("SLUG,NAME,STATUS,PLAN,SERVER,SEATS USED,LABELS,CREATED,SEATS SEEN\r\n"
                             "acme,Name of acme,active,trial,main,1,note=-1+1,"));
  CHECK(acctl({"tenant", "show", "acme", "-o", "yaml"}).out.starts_with("slug: acme\nname: Name of acme\n"));
  CHECK(acctl({"tenant", "show", "acme", "-o", "name"}).out == "acme\n");
  CHECK_THAT(acctl({"tenant", "status", "acme"}).out, Catch::Contains("activate  done    1"));
  CHECK(acctl({"tenant", "suspend", "acme", "-q", "--yes"}).err.empty());
  CHECK(acctl({"tenant", "list", "-o", "json"}).err.empty());
}
