// tenant set-plan: what a tenant may use, in the registry and in its own database.
#include "tests/support/catch.hpp"
#include "tests/support/running.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::Result;
using acctl::test::Running;
using acctl::test::TestPlatform;

namespace {

std::string given(const TestPlatform& acctl, const std::string& slug) {
  return acctl.in(slug,
                  "select concat_ws(' ', plan, seat_limit, project_limit, storage_limit_bytes, features ->> "
                  "'custom_roles', features ->> 'sso') from app.plan");
}

std::string entry(const TestPlatform& acctl, const std::string& slug) {
  return acctl.control(
      "select concat_ws(' ', plan, subscription, trial_ends_at is not null, seats) from acctl.tenants "
      "where slug = '" +
      slug + "'");
}

int count_of(const std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// How often a session asked this database, by the log of -v.
int last_trip(const std::string& log, const std::string& database) {
  int last = 0;
  const std::string in = ": database " + database + ", ";
  const std::string trip = "round trip ";
  for (std::size_t at = log.find(in); at != std::string::npos; at = log.find(in, at + 1)) {
    last = std::max(last, std::stoi(log.substr(log.find(trip, at) + trip.size())));
  }
  return last;
}

// Adds people to a tenant's database.
void add_users(const TestPlatform& acctl, const std::string& slug, int count) {
  acctl.in(slug, "insert into app.users (email, name) select 'u' || i || '@x.example', 'U' from generate_series(1, " +
                     std::to_string(count) + ") i");
}

}  // namespace

TEST_CASE("a trial becomes a customer, in the registry and in the tenant's own database") {
  const TestPlatform acctl;
  acctl.create("acme");
  const Result done = acctl({"tenant", "set-plan", "acme", "--plan", "pro", "--seats", "50", "--subscription", "active",
                             "--reason", "order 4711", "-o", "json"});
  check_ended(done, 0);
  const auto report = done.json();
  CHECK(report["summary"]["change"] == 1);
  CHECK(report["groups"][0]["tenants"].dump() == R"(["acme"])");
  const auto change = report["groups"][0]["changes"][0];
  CHECK(change["kind"] == "tenants");
  CHECK(change["key"] == "acme");
  CHECK(change["fields"]["plan"].dump() == R"({"before":"trial","after":"pro"})");
  CHECK(change["fields"]["seats"].dump() == R"({"before":null,"after":50})");
  CHECK(change["fields"]["trial_ends_at"]["after"].is_null());
  CHECK(report["groups"][0]["remarks"].dump() ==
        R"(["limit of seats: 10 -> 50","limit of projects: 5 -> 100","limit of storage: 5 GB -> 100 GB",)"
        R"("gains the feature custom_roles"])");
  CHECK(entry(acctl, "acme") == "pro active f 50");
  CHECK(given(acctl, "acme") == "pro 50 100 107374182400 true false");
  CHECK(acctl.control("select concat_ws(' ', outcome, reason, before ->> 'plan', after ->> 'plan') from acctl.audit "
                      "where action = 'tenant.set-plan' and slug = 'acme'") == "done order 4711 trial pro");
  // The same once more changes nothing, and leaves no entry.
  const std::string before = acctl.world();
  check_ended(acctl({"tenant", "set-plan", "acme", "--plan", "pro", "--seats", "50", "--subscription", "active"}), 0,
              "nothing to change");
  CHECK(acctl.world() == before);
  CHECK(acctl({"tenant", "doctor"}).status == 0);
}

TEST_CASE("a dry run of set-plan shows the effects and leaves everything as it is") {
  const TestPlatform acctl;
  acctl.create("acme");
  const std::string before = acctl.world();
  check_ended(acctl({"tenant", "set-plan", "acme", "--plan", "pro", "--dry-run"}), 0, "gains the feature custom_roles");
  CHECK(acctl.world() == before);
  CHECK(given(acctl, "acme") == "trial 10 5 5368709120 false false");
}

TEST_CASE("a smaller plan is confirmed with what it takes away, and is refused for more users than seats",
          "[promise 6]") {
  const TestPlatform acctl;
  acctl.create("acme", {"--plan", "pro"});
  acctl.in("acme", "insert into app.roles (key, name) values ('mine', 'Mine'), ('other', 'Other')");
  check_ended(acctl({"tenant", "set-plan", "acme", "--plan", "trial"}), 10, "--yes");
  CHECK(given(acctl, "acme") == "pro 100 100 107374182400 true false");
  add_users(acctl, "acme", 12);
  const std::string before = acctl.world_but_audit();
  const Result refused = acctl({"tenant", "set-plan", "acme", "--plan", "trial", "--yes"});
  check_ended(refused, 5, "tenant acme has 13 users, and would have 10 seats");
  CHECK(contains(refused.err, "--over-limit"));
  CHECK(acctl.world_but_audit() == before);
  const Result done = acctl({"tenant", "set-plan", "acme", "--plan", "trial", "--over-limit", "--yes"});
  check_ended(done, 0, "3 users over the limit; nobody can be invited");
  CHECK(contains(done.out, "2 custom roles stay but cannot be changed"));
  CHECK(given(acctl, "acme") == "trial 10 5 5368709120 false false");
  check_ended(acctl({"user", "invite", "new@acme.example", "-t", "acme"}), 5);
}

TEST_CASE("a tenant has limits and features of its own beside its plan, and gives them back") {
  const TestPlatform acctl;
  acctl.create("acme");
  check_ended(acctl({"tenant", "set-plan", "acme", "--feature", "sso=on", "--feature", "custom_roles=on", "--limit",
                     "projects=none", "--limit", "storage_bytes=1000"}),
              10);
  check_ended(acctl({"tenant", "set-plan", "acme", "--feature", "sso=on", "--feature", "custom_roles=on", "--limit",
                     "projects=none", "--limit", "storage_bytes=1000", "--yes"}),
              0);
  CHECK(given(acctl, "acme") == "trial 10 1000 true true");
  const auto shown = acctl.json({"tenant", "show", "acme"});
  CHECK(shown["overrides"].dump() ==
        R"({"limits":{"projects":null,"storage_bytes":1000},"features":{"sso":true,"custom_roles":true}})");
  CHECK(shown["limits"].dump() == R"({"projects":null,"storage_bytes":1000})");
  CHECK(shown["features"].dump() == R"(["crm","custom_roles","sso"])");
  CHECK(shown["use"]["projects"] == 1);
  // What the plan gives later does not take them away.
  check_ended(acctl({"tenant", "set-plan", "acme", "--plan", "pro"}), 0);
  CHECK(given(acctl, "acme") == "pro 100 1000 true true");
  check_ended(acctl({"tenant", "set-plan", "acme", "--feature", "sso=plan,custom_roles=plan", "--limit",
                     "projects=plan,storage_bytes=plan", "--yes"}),
              0);
  CHECK(given(acctl, "acme") == "pro 100 100 107374182400 true false");
  CHECK(acctl.json({"tenant", "show", "acme"})["overrides"].dump() == "{}");
}

TEST_CASE("an interrupted set-plan is completed by the same command", "[promise 1]") {
  const TestPlatform acctl;
  acctl.create("acme");
  check_ended(acctl({"tenant", "set-plan", "acme", "--plan", "pro"}), 0);
  // As a kill between the two commits leaves it.
  acctl.in("acme", "update acctl.tenant set plan = 'trial', seat_limit = 10");
  check_ended(acctl({"tenant", "set-plan", "acme", "--plan", "pro", "--dry-run"}), 0, "1 tenant would be updated");
  check_ended(acctl({"tenant", "set-plan", "acme", "--plan", "pro"}), 0, "limits and features of 1 tenant updated");
  CHECK(given(acctl, "acme") == "pro 100 100 107374182400 true false");
  CHECK(acctl.control("select count(*) from acctl.audit where action = 'tenant.set-plan'") == "1");
}

TEST_CASE("set-plan over several tenants: equal changes are one, a failure stops no other") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  acctl.create("carl", {"--plan", "pro"});
  acctl.control("alter database bert rename to bert_away");
  const Result result = acctl({"tenant", "set-plan", "--all", "--plan", "pro", "-o", "json"});
  check_ended(result, 6);
  const auto report = result.json();
  CHECK(report["summary"]["unchanged_tenants"] == 1);
  CHECK(report["failures"][0]["tenant"] == "bert");
  CHECK(given(acctl, "acme") == "pro 100 100 107374182400 true false");
  CHECK(entry(acctl, "bert") == "trial trialing t");
  acctl.control("alter database bert_away rename to bert");
  check_ended(acctl({"tenant", "set-plan", "--all", "--plan", "pro"}), 0, "2 tenants unchanged");
  CHECK(given(acctl, "bert") == "pro 100 100 107374182400 true false");
  const auto same = acctl.json({"tenant", "set-plan", "acme", "bert", "--plan", "enterprise", "--dry-run"});
  REQUIRE(same["groups"].size() == 1);
  CHECK(same["groups"][0]["tenants"].dump() == R"(["acme","bert"])");
  CHECK(same["groups"][0]["changes"][0]["key"] == "*");
}

TEST_CASE("set-plan asks the registry as often for several tenants as for one") {
  const TestPlatform acctl;
  for (const char* slug : {"acme", "bert", "carl"}) acctl.create(slug);
  const Result done = acctl({"tenant", "set-plan", "--all", "--limit", "projects=50", "-v"});
  check_ended(done, 0);
  CHECK(count_of(done.err, "statement record_settings: ") == 1);
  CHECK(count_of(done.err, "statement registered_settings: ") == 5);  // three of them to plan
  CHECK(last_trip(done.err, "acctl") == 14);
  for (const std::string slug : {"acme", "bert", "carl"}) {
    INFO(slug);
    CHECK(given(acctl, slug) == "trial 10 50 5368709120 false false");
    CHECK(last_trip(done.err, slug) == 3);
  }
  CHECK(acctl.control("select count(*) from acctl.audit where action = 'tenant.set-plan'") == "3");
  // What needs no change is only compared.
  const Result same = acctl({"tenant", "set-plan", "--all", "--limit", "projects=50", "-v"});
  check_ended(same, 0, "nothing to change");
  CHECK(last_trip(same.err, "acctl") == 3);
  CHECK(last_trip(same.err, "bert") == 1);
}

TEST_CASE("a tenant that somebody else has is waited for alone when many are changed", "[promise 7]") {
  const TestPlatform acctl;
  for (const char* slug : {"acme", "bert", "carl"}) acctl.create(slug);
  const auto run = [&](const std::string& projects) {
    return acctl::test::Start{.words = {acctl::test::program_path(), "tenant", "set-plan", "--all", "--limit",
                                        "projects=" + projects, "--yes"},
                              .environment = acctl.acctl.environment};
  };
  const auto limits = [&](const std::string& slug) { return acctl.in(slug, "select project_limit from acctl.tenant"); };
  const auto done_but_bert = [&](const std::string& projects) {
    return acctl::test::eventually([&] { return limits("acme") == projects && limits("carl") == projects; });
  };
  {
    // Another run has the tenant.
    acctl::Connection other(acctl.cluster.dsn("postgres", "acctl"), {});
    other.query("select pg_advisory_lock(hashtextextended('acctl tenant bert', 0))");
    Running running(run("60"));
    CHECK(done_but_bert("60"));
    CHECK(limits("bert") == "5");
    other.query("select pg_advisory_unlock_all()");
    check_ended(running.finish(), 0);
    CHECK(limits("bert") == "60");
  }
  {
    // The application has the row of its limits.
    acctl::Connection application(acctl.cluster.dsn("postgres", "bert"), {});
    application.script("begin; select from acctl.tenant for update");
    Running running(run("70"));
    CHECK(done_but_bert("70"));
    application.script("rollback");
    check_ended(running.finish(), 0);
    CHECK(limits("bert") == "70");
  }
  CHECK(acctl.control("select string_agg(slug || ' ' || n, ', ' order by slug) from (select slug, count(*) n from "
                      "acctl.audit where action = 'tenant.set-plan' group by slug) x") == "acme 2, bert 2, carl 2");
  CHECK(acctl({"tenant", "doctor"}).status == 0);
}

TEST_CASE("a plan that changes between the look and the write reaches the tenants as it is then") {
  const TestPlatform acctl;
  for (const char* slug : {"acme", "bert"}) acctl.create(slug);
  // Planning changes both rows and rolls back; a sequence does not.
  acctl.control(
      "create sequence public.writes; create function public.meddle() returns trigger language plpgsql as $$ begin "
      "if nextval('public.writes') > 2 then update acctl.plans set projects = 555 where key = 'pro'; end if; "
      "return null; end $$; grant usage on sequence public.writes to public; "
      "create trigger meddle after update on acctl.tenants for each row execute function public.meddle()");
  check_ended(acctl({"tenant", "set-plan", "--all", "--plan", "pro"}), 0);
  for (const char* slug : {"acme", "bert"}) CHECK(given(acctl, slug) == "pro 100 555 107374182400 true false");
  CHECK(acctl.control("select count(*) from acctl.audit where action = 'tenant.set-plan'") == "2");
}

TEST_CASE("a trial has an end, which can be set, and selects tenants") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  check_ended(acctl({"tenant", "set-plan", "bert", "--subscription", "past_due"}), 0);
  check_ended(acctl({"tenant", "set-plan", "bert", "--trial-ends", "30d"}), 3, "only a trial has an end");
  check_ended(acctl({"tenant", "set-plan", "acme", "--trial-ends", "2091-01-31T18:00:00Z"}), 0);
  CHECK(acctl.json({"tenant", "show", "acme"})["trial_ends_at"] == "2091-01-31T18:00:00Z");
  check_ended(acctl({"tenant", "set-plan", "acme", "--trial-ends", "2091-01-31T19:00:00+01:00"}), 0,
              "nothing to change");
  check_ended(acctl({"tenant", "set-plan", "acme", "--trial-ends", "10d"}), 0);
  CHECK(acctl({"tenant", "list", "--match", "trial_ends<14d", "-o", "name"}).out == "acme\n");
  CHECK(acctl({"tenant", "list", "--match", "trial_ends>14d", "-o", "name"}).out.empty());
  CHECK(acctl({"tenant", "list", "--match", "subscription=past_due", "-o", "name"}).out == "bert\n");
  check_ended(acctl({"tenant", "set-plan", "bert", "--subscription", "trialing"}), 0);
  CHECK(acctl.control("select trial_ends_at::date - now()::date from acctl.tenants where slug = 'bert'") == "90");
}

TEST_CASE("set-plan refuses what cannot be, and says what can") {
  const TestPlatform acctl;
  acctl.create("acme");
  const std::string before = acctl.world_but_audit();
  const auto refused = [&](const std::vector<std::string>& more, const std::string& part, int status = 3) {
    std::vector<std::string> words = {"tenant", "set-plan"};
    words.insert(words.end(), more.begin(), more.end());
    check_ended(acctl(words), status, part);
  };
  refused({"acme"}, "nothing to change; give at least one option");
  refused({"--plan", "pro"}, "no tenant is selected");
  refused({"acme", "--all", "--plan", "pro"}, "SLUG and --all cannot be combined");
  refused({"acme", "--plan", "por"}, "there is no plan 'por'; did you mean 'pro'?");
  refused({"acem", "--plan", "pro"}, "there is no tenant 'acem'; did you mean 'acme'?");
  refused({"acme", "--feature", "ssso=on"}, "there is no feature 'ssso'; did you mean 'sso'?");
  refused({"acme", "--feature", "sso"}, "--feature: 'sso' is not FEATURE=on, off or plan");
  refused({"acme", "--feature", "sso=on,sso=off"}, "--feature: sso is given twice");
  refused({"acme", "--limit", "seats=5"}, "there is no limit 'seats'");
  refused({"acme", "--limit", "projects=010"}, "--limit: '010' is neither a whole number nor 'plan'");
  refused({"acme", "--seats", "0"}, "seats: 0 is not between 1 and 1000000");
  refused({"acme", "--seats", "many"}, "--seats: 'many' is neither a whole number nor 'plan'");
  refused({"acme", "--subscription", "paid"}, "paid");
  refused({"acme", "--trial-ends", "tomorrow"}, "is neither a time nor a duration");
  for (const char* past : {"0d", "2001-01-31T18:00:00Z"}) {
    refused({"acme", "--trial-ends", past}, "is not in the future");
    refused({"acme", "--trial-ends", past, "--dry-run"}, "is not in the future");
  }
  CHECK(acctl.world_but_audit() == before);
  check_ended(acctl({"tenant", "delete", "acme", "--confirm", "acme"}), 0);
  refused({"acme", "--plan", "pro"}, "tenant acme is deprovisioning", 7);
}
