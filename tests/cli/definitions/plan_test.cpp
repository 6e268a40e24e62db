// plan and apply: what is shown, what is written, and that nothing else is.
#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::keys_of;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

const std::string helper = R"(manager: gitops
roles:
  helper:
    name: Helper
    permissions:
      - tickets.create
      - tickets.view: group
users:
  ben@acme.example:
    name: Ben
    roles: [helper]
)";

}  // namespace

TEST_CASE("plan lists each change with its fields and the line that asks for it, in the shape that scripts rely on") {
  const TenantFixture desk;
  const auto report = desk.planned(helper + "statuses:\n  open: {colour: \"#000000\"}\n");
  CHECK(keys_of(report).starts_with("summary groups failures"));
  CHECK(keys_of(report["summary"]).starts_with("add change remove unchanged_tenants failed_tenants"));
  CHECK(report["summary"]["add"] == 5);
  CHECK(report["summary"]["change"] == 1);
  CHECK(report["summary"]["remove"] == 0);
  REQUIRE(report["groups"].size() == 1);
  const auto& group = report["groups"][0];
  CHECK(keys_of(group).starts_with("id tenants changes effects"));
  CHECK(group["tenants"].dump() == R"(["acme"])");
  CHECK(report["failures"].empty());
  const std::string path = desk.acctl.folder.path() + "/definitions.yaml";
  std::string lines;
  for (const auto& change : group["changes"]) {
    CHECK(keys_of(change) == "action kind key fields source");
    lines += change["action"].get<std::string>() + " " + change["kind"].get<std::string>() + "/" +
             change["key"].get<std::string>() + " " + change["source"].get<std::string>().substr(path.size() + 1) +
             "\n";
  }
  CHECK(contains(lines, "add roles/helper 4\n"));
  CHECK(contains(lines, "add role_permissions/helper/tickets.create 7\n"));
  CHECK(contains(lines, "add role_permissions/helper/tickets.view 8\n"));
  CHECK(contains(lines, "add users/ben@acme.example 10\n"));
  CHECK(contains(lines, "add user_roles/ben@acme.example/helper 12\n"));
  CHECK(contains(lines, "change statuses/open 14\n"));
  for (const auto& change : group["changes"]) {
    if (change["kind"] == "statuses") {
      CHECK(change["fields"]["colour"].dump() == R"({"before":"#eb5757","after":"#000000"})");
    }
    if (change["key"] == "helper/tickets.view") {
      CHECK(change["fields"]["level"].dump() == R"({"before":null,"after":"group"})");
    }
  }
  REQUIRE(group["effects"].size() == 1);
  CHECK(
      group["effects"][0].dump() ==
      R"({"user":"ben@acme.example","gains":["tickets.create","tickets.view:group"],"loses":[],"via":"role:helper"})");
}

TEST_CASE("plan, plan --verify and apply --dry-run write nothing") {
  const TenantFixture desk;
  const std::string world = desk.acctl.world();
  const std::string tenant = desk.everything();
  check_ended(desk.plan(helper), 0, "+ roles/helper");
  check_ended(desk.plan(helper, {"--verify"}), 0, "+ roles/helper");
  check_ended(desk.apply(helper, {"--dry-run"}), 0, "+ roles/helper");
  check_ended(desk.plan(helper, {"--out", desk.acctl.folder.path() + "/plan.json"}), 0);
  // Refused is not written either: nothing was attempted.
  check_ended(desk.plan(helper, {"--fail-on-gain", "tickets.create"}), 5, "tickets.create");
  CHECK(difference(world, desk.acctl.world()) == "");
  CHECK(difference(tenant, desk.everything()) == "");
}

TEST_CASE("plan --verify finds what only the database knows") {
  const TenantFixture desk;
  // A trigger of the tenant's own, as a customer's extension might bring it.
  desk.in(
      "create function app.no_ben() returns trigger language plpgsql as $$ begin raise exception 'no ben here' using "
      "errcode = 'check_violation'; end $$; create trigger no_ben before insert on app.users for each row when "
      "(new.email like 'ben@%') execute function app.no_ben()");
  check_ended(desk.plan(helper), 0);
  const std::string before = desk.everything();
  check_ended(desk.plan(helper, {"--verify"}), 3, "no ben here");
  check_ended(desk.apply(helper), 3, "no ben here");
  CHECK(difference(before, desk.everything()) == "");
}

TEST_CASE("a plan that is refused is shown, also where it is rehearsed") {
  const TenantFixture desk;
  const std::string refused = "roles: {a: {name: A}}\ntests: [{role: a, can: [tickets.view]}]\n";
  for (const Result& result :
       {desk.plan(refused), desk.plan(refused, {"--verify"}), desk.apply(refused, {"--dry-run"})}) {
    check_ended(result, 8, "roles/a cannot tickets.view");
    CHECK(contains(result.out, "+ roles/a"));
  }
}

TEST_CASE("exit codes of plan and apply: 2 for changes where asked, 10 without a terminal and --yes", "[promise 13]") {
  const TenantFixture desk;
  check_ended(desk.plan(helper), 0);
  check_ended(desk.plan(helper, {"--detailed-exitcode"}), 2);
  const std::string before = desk.everything();
  const Result unasked = desk({"apply", "-f", desk.file(helper)});
  check_ended(unasked, 10, "Run: acctl apply -f " + desk.file(helper) + " -t acme --yes");
  CHECK(contains(unasked.out, "+ roles/helper"));
  CHECK(difference(before, desk.everything()) == "");
  CHECK(desk.apply(helper).status == 0);
  check_ended(desk.plan(helper, {"--detailed-exitcode"}), 0);
  // Nothing to ask about.
  check_ended(desk({"apply", "-f", desk.file(helper)}), 0, "nothing to change");
}

TEST_CASE("a plan that was applied changes nothing the second time, and writes nothing") {
  const TenantFixture desk;
  CHECK_FALSE(desk.applied(helper).empty());
  const std::string before = desk.everything();
  const auto again = desk.json({"apply", "-f", desk.file(helper), "--yes"});
  CHECK(again["groups"].empty());
  CHECK(again["summary"]["unchanged_tenants"] == 1);
  CHECK_FALSE(again.contains("run"));
  // Nor does it once something else has moved the revision, but for remembering that the tenant agrees.
  desk.by_hand("update app.statuses set name = 'Fresh' where key = 'new'");
  CHECK(desk.applied(helper).empty());
  const std::string agreed = desk.everything();
  CHECK(desk.applied(helper).empty());
  CHECK(difference(agreed, desk.everything()) == "");
  CHECK(agreed != before);
  CHECK(desk.in("select count(*) from acctl.runs") == "1");
}

TEST_CASE("files, folders and standard input are one input, in any order") {
  const TenantFixture desk;
  const std::string folder = desk.acctl.folder.path() + "/definitions";
  std::filesystem::create_directories(folder + "/people");
  const std::string roles = "acctl: 1\nroles:\n  helper: {name: Helper, permissions: [tickets.view]}\n";
  const std::string people = "acctl: 1\nusers:\n  ben@acme.example: {roles: [helper]}\n";
  put_file(folder + "/roles.yaml", roles);
  put_file(folder + "/people/people.yml", people);
  const auto plan = [&](std::vector<std::string> words, const std::string& input = "") {
    words.insert(words.begin(), "plan");
    words.insert(words.end(), {"-o", "json"});
    const Result result = desk(words, input);
    INFO(result.err);
    REQUIRE(result.status == 0);
    return result.json();
  };
  std::filesystem::rename(folder + "/people/people.yml", folder + "/people/people.yaml");
  const auto whole = plan({"-f", folder});
  CHECK(whole["summary"]["add"] == 4);
  const std::string id = whole["groups"][0]["id"];
  CHECK(plan({"-f", folder + "/roles.yaml", "-f", folder + "/people"})["groups"][0]["id"] == id);
  CHECK(plan({"-f", folder + "/people", "-f", folder + "/roles.yaml"})["groups"][0]["id"] == id);
  CHECK(plan({"-f", folder + "/roles.yaml", "-f", "-"}, people)["groups"][0]["id"] == id);
  CHECK(plan({"-f", "-"}, roles + people.substr(people.find("users:")))["groups"][0]["id"] == id);
  put_file(folder + "/twice.yaml", roles);
  const Result twice = desk({"plan", "-f", folder});
  check_ended(twice, 3, "twice.yaml:3:3");
  check_ended(twice, 3, "roles.yaml:3:3");
}

TEST_CASE("what is wrong with the files is said with its place before the tenant is asked") {
  const TenantFixture desk;
  const std::string before = desk.everything();
  const Result wrong = desk.apply("roles:\n  helper:\n    nam: Helper\n    permissions: [tickets.vew]\n");
  check_ended(wrong, 3, "definitions.yaml:4:5");
  const Result unknown = desk.apply("roles:\n  helper:\n    name: Helper\n    permissions: [tickets.vew]\n");
  check_ended(unknown, 3, "definitions.yaml:5:19");
  check_ended(unknown, 3, "did you mean 'tickets.view'?");
  check_ended(desk.apply("roles:\n  helper: {description: no name}\n"), 3, "needs 'name'");
  check_ended(desk.apply("roles:\n  support-agent:\n    permissions: [\"+tickets.assign\": restricted]\n"), 3,
              "tickets.assign");
  CHECK(difference(before, desk.everything()) == "");
}

TEST_CASE("with -o json a program gets the outcome alone, with the run") {
  const TenantFixture desk;
  const auto report = desk.json({"apply", "-f", desk.file(helper), "--yes"});
  CHECK(report["summary"]["add"] == 5);
  CHECK(changes_of(report).starts_with("add roles/helper, add users/ben@acme.example"));
  const std::string run = report["run"];
  CHECK(desk.in("select run || ' ' || command || ' ' || outcome from acctl.runs") == run + " apply done");
  CHECK(desk.in("select count(*) from acctl.changes") == "5");
}

TEST_CASE("plan and apply say that an admin keeps CRM access, once") {
  const TenantFixture desk;
  desk.applied("users: {ada@acme.example: {roles: [admin], crm_access: true}}\n");
  const std::string without = "users: {ada@acme.example: {roles: [admin], crm_access: false}}\n";
  const std::string note = "crm_access: false has no effect for ada@acme.example";
  check_ended(desk.plan(without), 0, note);
  check_ended(desk.apply(without), 0, note);
  CHECK_FALSE(contains(desk.plan(without + "teams: {t: {name: T}}\n").err, note));
}

TEST_CASE("what a file says of the CRM access of admins is told although it was so before, once for all of them") {
  const TenantFixture desk;
  const std::string head = "users:\n";
  std::string all = head;
  for (const char* name : {"ann", "bob", "cem", "dee", "eva"}) {
    all += "  " + std::string(name) + "@acme.example: {roles: [admin], crm_access: false}\n";
  }
  // The first admin never had it switched on, and no file has spoken of her so far.
  check_ended(desk.plan(head + "  ana@acme.example: {crm_access: false}\n"), 0,
              "definitions.yaml:3: crm_access: false has no effect for ana@acme.example: admins always");
  const std::string err = desk.plan(all).err;
  CHECK(contains(err, "has no effect for ann@acme.example, bob@acme.example, cem@acme.example and 2 more: admins"));
  CHECK_FALSE(contains(err, "dee@acme.example: admins"));
  // An agent who becomes an admin.
  desk.applied(head + "  fay@acme.example: {roles: [support-agent], crm_access: false}\n");
  check_ended(desk.apply(head + "  fay@acme.example: {roles: [admin], crm_access: false}\n"), 0,
              "has no effect for fay@acme.example");
}
