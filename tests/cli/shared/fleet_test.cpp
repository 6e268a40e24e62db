// Many tenants with one command: which, in what groups, and what happens when some of them cannot.
#include "tests/support/fleet.hpp"

#include <fstream>

#include "provisioning/database/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/running.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::create_words;
using acctl::test::Fleet;
using acctl::test::helper;
using acctl::test::Result;
using acctl::test::run_program;
using acctl::test::TenantFixture;
using acctl::test::under_strace;
using Json = nlohmann::ordered_json;

namespace {

std::string tenants_of(const Json& report) {
  std::string all;
  for (const auto& group : report["groups"]) {
    for (const std::string tenant : group["tenants"]) all += (all.empty() ? "" : " ") + tenant;
    all += ";";
  }
  return all;
}

}  // namespace

TEST_CASE("tenants are chosen by name, all, by property, less those excluded, and by the files") {
  const Fleet fleet;
  const auto chosen = [&](const std::vector<std::string>& selection, const std::string& text = helper) {
    return tenants_of(fleet.plan_for(selection, text));
  };
  CHECK(chosen({"-t", "acme", "-t", "dora"}) == "acme dora;");
  CHECK(chosen({"--all"}) == "acme bert carl dora;");
  CHECK(chosen({"--match", "plan=pro"}) == "bert carl;");
  CHECK(chosen({"--match", "tier=gold"}) == "dora;");
  CHECK(chosen({"--all", "--exclude", "acme", "--exclude", "carl"}) == "bert dora;");
  CHECK(chosen({}, "tenants: [carl, acme]\n" + helper) == "acme carl;");
  CHECK(chosen({}, "tenants:\n  match: {plan: [pro]}\n" + helper) == "bert carl;");
  CHECK(chosen({"--exclude", "bert"}, "tenants:\n  match: {plan: [pro]}\n" + helper) == "carl;");
  CHECK(chosen({"-t", "bert"}, "tenants:\n  match: {plan: [pro]}\n" + helper) == "bert;");
  const std::string path = fleet.file("tenants: [carl]\n" + helper);
  check_ended(fleet.acctl({"plan", "-f", path, "-t", "acme"}), 3, "the files are not for tenant acme");
  check_ended(fleet.acctl({"plan", "-f", fleet.file(helper)}), 3, "no tenant is selected");
  check_ended(fleet.acctl({"plan", "-f", fleet.file(helper), "-t", "nobody"}), 3, "there is no tenant 'nobody'");
  check_ended(fleet.acctl({"plan", "-f", fleet.file("tenants: [nobody]\n" + helper)}), 3, "'nobody'");
}

TEST_CASE("a tenant to leave out has to be one") {
  const Fleet fleet;
  check_ended(fleet.apply_to({"--all", "--exclude", "brt"}), 3, "there is no tenant 'brt'");
  check_ended(fleet.apply_to({"-t", "acme", "--exclude", "bert"}), 0);
}

TEST_CASE("equal changes form one group, others their own, and effects name the tenant") {
  const Fleet fleet;
  fleet.acctl.in("carl", "insert into app.roles (key, name) values ('helper', 'Old')");
  REQUIRE(fleet.apply_to({"-t", "dora"}).status == 0);
  const Json report = fleet.plan_for({"--all"});
  CHECK(report["summary"]["unchanged_tenants"] == 1);
  CHECK(report["summary"]["add"] == 5);
  CHECK(report["summary"]["change"] == 1);
  REQUIRE(report["groups"].size() == 2);
  CHECK(report["groups"][0]["tenants"].dump() == R"(["acme","bert"])");
  CHECK(report["groups"][1]["tenants"].dump() == R"(["carl"])");
  CHECK(report["groups"][0]["id"] != report["groups"][1]["id"]);
  // The same id in a run of its own: a group can be approved by name.
  CHECK(fleet.plan_for({"-t", "bert"})["groups"][0]["id"] == report["groups"][0]["id"]);
  const Result table = fleet.acctl({"plan", "-f", fleet.file(helper), "--all"});
  check_ended(table, 0, "2 tenants: the same 2 changes (#" + report["groups"][0]["id"].get<std::string>() + ")");
  REQUIRE(fleet.apply_to({"--all"}).status == 0);
  CHECK(fleet.holders() == "1111");
  CHECK(fleet.plan_for({"--all"})["summary"]["unchanged_tenants"] == 4);
}

TEST_CASE("effects over several tenants say in which") {
  const Fleet fleet;
  fleet.acctl.in("bert",
                 "insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, app.roles r where "
                 "r.key = 'team-lead'; delete from app.user_roles x using app.roles r where r.id = x.role_id and "
                 "r.key = 'admin'");
  const Json report = fleet.plan_for({"--all"}, "roles:\n  team-lead:\n    permissions: [+settings.edit]\n");
  REQUIRE(report["groups"].size() == 1);
  CHECK(report["groups"][0]["effects"].dump() ==
        R"([{"tenant":"bert","user":"ana@bert.example","gains":["settings.edit"],"loses":[],"via":"role:team-lead"}])");
}

TEST_CASE("tenants that are suspended or half made are skipped and counted, and named alone they are a conflict") {
  const Fleet fleet;
  REQUIRE(fleet.acctl({"tenant", "suspend", "bert", "--yes"}).status == 0);
  fleet.acctl.control("create database half");
  REQUIRE(fleet.acctl(create_words("half")).status == 7);
  const Result result = fleet.apply_to({"--all"});
  check_ended(result, 0);
  CHECK(result.json()["summary"]["skipped_tenants"] == 2);
  CHECK(tenants_of(result.json()) == "acme carl dora;");
  CHECK(fleet.holders() == "1011");
  check_ended(fleet.acctl({"plan", "-f", fleet.file(helper), "--all"}), 0, "bert");
  check_ended(fleet.apply_to({"-t", "bert"}), 7, "tenant bert is suspended, not active");
}

TEST_CASE("a plan that nobody carries out reads suspended tenants, and says that apply will not take it") {
  const Fleet fleet;
  REQUIRE(fleet.acctl({"tenant", "suspend", "bert", "--yes"}).status == 0);
  const std::string file = fleet.file(helper);
  const Result one = fleet.acctl({"plan", "-f", file, "-t", "bert"});
  check_ended(one, 0, "apply will refuse it; resume it first: acctl tenant resume bert");
  CHECK(contains(one.err, "tenant bert is suspended"));
  CHECK(contains(one.out, "roles/helper"));
  const Result told = fleet.acctl({"plan", "-f", file, "--all"});
  check_ended(told, 0, "apply skips suspended tenants");
  CHECK(contains(told.err, "1 suspended tenant included: bert"));
  const Result all = fleet.acctl({"plan", "-f", file, "--all", "-o", "json"});
  CHECK(tenants_of(all.json()) == "acme bert carl dora;");
  CHECK(all.json()["summary"]["skipped_tenants"] == 0);
  // What executes it, or leads to an apply, does not.
  check_ended(fleet.acctl({"plan", "-f", file, "-t", "bert", "--verify"}), 7, "tenant bert is suspended, not active");
  const std::string saved = fleet.acctl.folder.path() + "/plan.json";
  check_ended(fleet.acctl({"plan", "-f", file, "-t", "bert", "--out", saved}), 7, "suspended, not active");
  const Result verified = fleet.acctl({"plan", "-f", file, "--all", "--verify", "-o", "json"});
  CHECK(verified.json()["summary"]["skipped_tenants"] == 1);
  CHECK(tenants_of(verified.json()) == "acme carl dora;");
}

TEST_CASE("equal changes are one group, also where something is no longer declared in some of the tenants") {
  const Fleet fleet;
  const std::string two = "roles: {old: {name: Old}, older: {name: Older}}\n";
  REQUIRE(fleet.apply_to({"-t", "bert"}, two).status == 0);
  REQUIRE(fleet.apply_to({"-t", "carl"}, "roles: {old: {name: Old}}\n").status == 0);
  const Json report = fleet.plan_for({"--all"});
  CHECK(tenants_of(report) == "acme bert carl dora;");
  CHECK(report["groups"][0]["prunable"].dump() == R"(["roles/old","roles/older"])");
  const Result table = fleet.acctl({"plan", "-f", fleet.file(helper), "--all"});
  CHECK(contains(table.out, "no longer declared, kept: roles/old in 2 tenants (remove with --prune)"));
  CHECK(contains(table.out, "no longer declared, kept: roles/older in 1 tenant (remove with --prune)"));
}

TEST_CASE("an access review that is signed names the tenants that it lacks") {
  const Fleet fleet;
  fleet.acctl.control("alter database bert rename to elsewhere");
  REQUIRE(fleet.acctl({"tenant", "delete", "carl", "--confirm", "carl", "--hold", "1d"}).status == 0);
  const std::string lacks = "Not reviewed, or not completely: bert ";
  const Result html = fleet.acctl({"review", "--all", "--format", "html"});
  CHECK(html.status == 6);
  const std::size_t first = html.out.find(lacks + "(could not be read), carl (deprovisioning).");
  REQUIRE(first != std::string::npos);
  CHECK(html.out.find(lacks, first + 1) > html.out.find("I have reviewed"));
  const Result markdown = fleet.acctl({"review", "--all", "--format", "markdown"});
  CHECK(markdown.status == 6);
  CHECK(markdown.out.starts_with("# Access review\n\n**" + lacks));
  // What is whole says nothing of it.
  for (const char* format : {"html", "markdown"}) {
    const Result whole = fleet.acctl({"review", "-t", "acme", "--format", format});
    check_ended(whole, 0);
    CHECK_FALSE(contains(whole.out, "Not reviewed"));
  }
}

TEST_CASE("who reads several tenants reads on where one cannot be reached, and says which") {
  const Fleet fleet;
  REQUIRE(fleet.apply_to({"--all"}).status == 0);
  fleet.acctl.control("alter database bert rename to elsewhere");
  const std::string file = fleet.file("tests: [{role: helper, can: [tickets.view]}]\n");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"log"},
                                                                                     {"test", "-f", file},
                                                                                     {"role", "list"},
                                                                                     {"user", "list"},
                                                                                     {"team", "list"},
                                                                                     {"role", "lint"},
                                                                                     {"outbox", "list"},
                                                                                     {"review"}}) {
    CAPTURE(words.front());
    std::vector<std::string> all = words;
    all.insert(all.end(), {"--all", "-o", "json"});
    const Result result = fleet.acctl(all);
    check_ended(result, 6, "1 of 4 tenants failed");
    CHECK(contains(result.err, "bert: "));
    CHECK_NOTHROW(result.json());
    if (words.front() != "team" && words.front() != "outbox")
      CHECK(contains(result.out, "dora"));  // no pack brings teams
  }
}

TEST_CASE("a tenant that cannot be tested fails in the report for CI, too") {
  const Fleet fleet;
  REQUIRE(fleet.apply_to({"--all"}).status == 0);
  fleet.acctl.control("alter database bert rename to elsewhere");
  const std::string file = fleet.file("tests: [{role: helper, can: [tickets.view]}]\n");
  const Result junit = fleet.acctl({"test", "-f", file, "--all", "-o", "junit"});
  CHECK(junit.status == 6);
  CHECK(contains(junit.out, "tests=\"4\" failures=\"1\""));
  CHECK(contains(junit.out, "name=\"bert\""));
}

TEST_CASE("the tenants of the command line are not those of the environment, nor all of the files'") {
  Fleet fleet;
  fleet.acctl.acctl.environment["ACCTL_TENANT"] = "bert";
  CHECK(tenants_of(fleet.plan_for({"--all"})) == "acme bert carl dora;");
  CHECK(tenants_of(fleet.plan_for({"--match", "plan=pro"})) == "bert carl;");
  CHECK(tenants_of(fleet.plan_for({})) == "bert;");
  fleet.acctl.acctl.environment.erase("ACCTL_TENANT");
  const std::string text = "tenants: [acme, carl]\n" + helper;
  CHECK(tenants_of(fleet.plan_for({"--match", "plan=pro"}, text)) == "carl;");
  CHECK(tenants_of(fleet.plan_for({"-t", "acme", "-t", "carl", "--match", "plan=pro"}, helper)) == "carl;");
  check_ended(fleet.acctl({"plan", "-f", fleet.file(helper), "--match", "plan=por"}), 3,
              "there is no plan 'por'; did you mean 'pro'?");
  check_ended(fleet.acctl({"plan", "-f", fleet.file(helper), "--match", "plan=enterprise"}), 0, "no tenants match");
  check_ended(fleet.acctl({"plan", "-f", fleet.file("tenants: [acme, crl]\n" + helper)}), 3,
              "there is no tenant 'crl'");
}

TEST_CASE("one tenant that cannot is reported and stops nothing, the same command again does only what is missing",
          "[promise 7]") {
  const Fleet fleet;
  fleet.acctl.control("alter database bert rename to elsewhere");
  const Result result = fleet.apply_to({"--all"});
  check_ended(result, 6, "1 of 4 tenants failed");
  const Json report = result.json();
  CHECK(report["summary"]["failed_tenants"] == 1);
  REQUIRE(report["failures"].size() == 1);
  CHECK(report["failures"][0]["tenant"] == "bert");
  CHECK(contains(report["failures"][0]["error"].get<std::string>(), "bert"));
  CHECK(report["failures"][0]["retryable"].is_boolean());
  CHECK(tenants_of(report) == "acme carl dora;");
  fleet.acctl.control("alter database elsewhere rename to bert");
  CHECK(fleet.holders() == "1011");
  const Result again = fleet.apply_to({"--all"});
  check_ended(again, 0);
  CHECK(again.json()["summary"]["unchanged_tenants"] == 3);
  CHECK(tenants_of(again.json()) == "bert;");
  CHECK(fleet.holders() == "1111");
}

TEST_CASE("a database that is another tenant's is never written", "[promise 11]") {
  const Fleet fleet;
  fleet.acctl.control("alter database bert rename to b; ");
  fleet.acctl.control("alter database carl rename to bert");
  fleet.acctl.control("alter database b rename to carl");
  const Result result = fleet.apply_to({"--all"});
  check_ended(result, 6);
  CHECK(result.json()["failures"].size() == 2);
  check_ended(fleet.apply_to({"-t", "bert"}), 7, "tenant doctor bert");
  CHECK(fleet.holders() == "1001");
}

TEST_CASE("tenants that fail only when a shown plan is carried out are named with their errors") {
  const Fleet fleet;
  for (const char* slug : {"acme", "bert"}) {
    fleet.acctl.in(
        slug,
        "create function app.no() returns trigger language plpgsql as $$ begin raise 'no new roles'; end $$; "
        "create trigger no before insert on app.roles for each row execute function app.no()");
  }
  const std::string path = fleet.file(helper);
  const Result all = fleet.acctl({"apply", "-f", path, "-t", "acme", "-t", "bert", "--yes"});
  check_ended(all, 1, "2 of 2 tenants failed");
  for (const char* each : {"acme: no new roles", "bert: no new roles"}) CHECK(contains(all.err, each));
  const Result some = fleet.acctl({"apply", "-f", path, "-t", "acme", "-t", "carl", "--yes"});
  check_ended(some, 6, "1 of 2 tenants failed");
  CHECK(contains(some.err, "acme: no new roles"));
}

TEST_CASE("one tenant refused by a guard does not stop the others") {
  const Fleet fleet;
  fleet.acctl.in("carl", "update acctl.tenant set seat_limit = 1");
  const Result result = fleet.apply_to({"--all"}, "users:\n  zoe@help.example: {roles: [support-agent]}\n");
  check_ended(result, 6, "1 of 4 tenants failed");
  CHECK(result.json()["failures"][0]["tenant"] == "carl");
  CHECK(fleet.acctl.in("carl", "select outcome from acctl.runs") == "refused");
  CHECK(fleet.acctl.in("dora", "select count(*) from app.users") == "2");
}

TEST_CASE("an unchanged tenant is recognised by its revision, and a hand edit afterwards is still seen") {
  const TenantFixture desk;
  desk.applied(helper);
  // That it is not read is seen by what is not noticed: a change behind the back of all triggers.
  desk.in("set session_replication_role = replica; update app.roles set name = 'Unseen' where key = 'helper'");
  CHECK(desk.planned(helper)["groups"].empty());
  for (const std::string edit :
       {"update app.roles set name = 'Hand' where key = 'helper'",
        "delete from app.role_permissions where role_id = (select id from app.roles where key = 'helper')",
        "delete from app.roles where key = 'helper'"}) {
    INFO(edit);
    desk.applied(helper);
    desk.by_hand(edit);
    CHECK_FALSE(desk.planned(helper)["groups"].empty());
    desk.applied(helper);
    CHECK(desk.permissions_of("helper") == "tickets.view");
  }
}

TEST_CASE("a plan without changes asks the platform once and the tenant once") {
  const TenantFixture desk;
  desk.applied(helper);
  const std::string trace = desk.acctl.folder.path() + "/trace";
  check_ended(run_program(under_strace(desk.acctl.acctl, {"-e", "trace=sendto"}, trace,
                                       {"plan", "-f", desk.file(helper), "-t", "acme"})),
              0);
  int sessions = 0;
  int questions = 0;
  int settings = 0;
  std::ifstream calls(trace);
  for (std::string call; std::getline(calls, call);) {
    sessions += contains(call, R"(, "\0\0)") ? 1 : 0;  // how a session begins
    questions += contains(call, R"(, "P)") ? 1 : 0;    // a statement to be parsed, with all that follows it
    settings += contains(call, R"(, "Q)") ? 1 : 0;     // a statement without parameters
  }
  CHECK(sessions == 2);
  CHECK(questions == 2);
  // A server of PostgreSQL 16 or later has more settings to be pinned, which is known when the session has begun.
  CHECK(settings == (acctl::test::test_version() >= 16 ? 2 : 0));
}

TEST_CASE("the door into a tenant is passed together with a question, and costs none of its own") {
  const TenantFixture desk;
  desk.applied(helper);
  const std::string trace = desk.acctl.folder.path() + "/trace";
  const std::string door = "left join acctl.tenant t on true";  // of the proof's text
  using Words = std::vector<std::string>;
  for (const Words& words : {Words{"user", "list", "-t", "acme"}, Words{"can", "ana@acme.example", "x.y", "-t", "acme"},
                             Words{"export", "-t", "acme"}, Words{"log", "-t", "acme"},
                             Words{"team", "create", "one", "--name", "One", "-t", "acme"},
                             Words{"user", "invite", "new@x.example", "-t", "acme"},
                             Words{"api-key", "create", "ana@acme.example", "--name", "ci", "-t", "acme"}}) {
    INFO(words[0] << " " << words[1]);
    run_program(under_strace(desk.acctl.acctl, {"-e", "trace=sendto", "-s", "100000"}, trace, words));
    int doors = 0;
    std::ifstream calls(trace);
    for (std::string call; std::getline(calls, call);) {
      const std::size_t at = call.find(door);
      if (at == std::string::npos) continue;
      ++doors;
      // A transaction begins before its door, anything else comes behind it.
      CHECK((contains(call.substr(0, at), "begin") || contains(call.substr(at + door.size()), "select")));
    }
    CHECK(doors > 0);
  }
}

TEST_CASE("work for more tenants than sessions at a time is done all the same") {
  const Fleet fleet;
  const Result result = fleet.apply_to({"--all", "--parallel", "2"});
  check_ended(result, 0);
  CHECK(fleet.holders() == "1111");
  const std::string run = result.json()["run"];
  for (const char* tenant : {"acme", "bert", "carl", "dora"}) {
    CHECK(fleet.acctl.in(tenant, "select run || ' ' || outcome from acctl.runs") == run + " done");
  }
}

TEST_CASE("a tenant that is named and suspended is not skipped, whoever names it: -t, files or a saved plan") {
  const Fleet fleet;
  const std::string saved = fleet.acctl.folder.path() + "/plan.json";
  const std::string listed = "tenants: [acme, bert]\n" + helper;
  check_ended(fleet.acctl({"plan", "-f", fleet.file(helper), "-t", "bert", "--out", saved}), 0);
  REQUIRE(fleet.acctl({"tenant", "suspend", "bert", "--yes"}).status == 0);
  const std::string why = "tenant bert is suspended, not active";
  check_ended(fleet.acctl({"apply", saved, "--yes"}), 7, why);
  check_ended(fleet.acctl({"apply", saved, "-t", "bert", "--yes"}), 7, why);
  check_ended(fleet.acctl({"apply", "-f", fleet.file("tenants: [bert]\n" + helper), "--yes"}), 7, why);
  check_ended(fleet.acctl({"apply", "-f", fleet.file("tenants: [bert]\n" + helper), "-t", "bert", "--yes"}), 7, why);
  check_ended(fleet.acctl({"plan", "-f", fleet.file("tenants: [bert]\n" + helper), "--verify"}), 7, why);
  CHECK(fleet.holders() == "0000");
  // Of several the others are done.
  check_ended(fleet.acctl({"apply", "-f", fleet.file(listed), "--yes"}), 6, why);
  check_ended(fleet.apply_to({"-t", "bert", "-t", "carl"}), 6, why);
  CHECK(fleet.holders() == "1010");
  // Who only matches is skipped.
  check_ended(fleet.apply_to({"--match", "plan=pro"}), 0);
  check_ended(fleet.apply_to({}, "tenants:\n  match: {plan: [pro]}\n" + helper), 0);
  check_ended(fleet.acctl({"apply", "-f", fleet.file(listed), "--exclude", "bert", "--yes"}), 0);
}
