// Files that clone templates of packs: each tenant gets that of its own pack, once.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

const std::string clones =
    "automations:\n  escalate:\n    clone: pack:escalate-overdue\n    run_budget: 50\n"
    "forms:\n  bug:\n    clone: pack:report-a-problem\n    name: Report a bug\n";

}  // namespace

TEST_CASE("a template that files clone is applied once, and then is an object like any other") {
  const TenantFixture desk;
  check_ended(desk.acctl({"validate", "-f", desk.file(clones), "--pack", "helpdesk"}), 0);
  CHECK(changes_of(desk.planned(clones)) == "add automations/escalate, add forms/bug");
  desk.applied(clones);
  CHECK(desk.in("select name || ' ' || run_budget || ' ' || trigger_event || ' ' || jsonb_array_length(actions) from "
                "app.automations where key = 'escalate'") == "Escalate overdue tickets 50 ticket.sla_breached 3");
  CHECK(desk.in("select name || ' ' || jsonb_array_length(fields) from app.forms where key = 'bug'") ==
        "Report a bug 4");
  check_ended(desk.plan(clones, {"--detailed-exitcode"}), 0);
  check_ended(desk({"drift"}), 0);
  // What is not declared is the tenant's to change.
  desk.by_hand("update app.automations set enabled = false where key = 'escalate'");
  check_ended(desk.plan(clones, {"--detailed-exitcode"}), 0);
  check_ended(desk({"drift"}), 0);
  desk.by_hand("update app.automations set run_budget = 1 where key = 'escalate'");
  check_ended(desk({"drift"}), 2, "run_budget");
  // Nothing in an export needs the pack.
  const Result exported = desk({"export", "--only", "automations"});
  check_ended(exported, 0);
  CHECK_FALSE(contains(exported.out, "pack:"));
}

TEST_CASE("each tenant gets the template of its own pack, and one whose pack has none is refused") {
  const TenantFixture desk;
  desk.acctl.create("letters", {"--pack", "messaging"});
  const std::string ask = desk.file("automations:\n  ask: {clone: pack:ask-whether-solved}\n");
  check_ended(desk.acctl({"apply", "-f", ask, "--all", "--yes"}), 0);
  const std::string asked = "select conditions ->> 'status' from app.automations where key = 'ask'";
  CHECK(desk.acctl.in("acme", asked) == R"(["solved"])");
  CHECK(desk.acctl.in("letters", asked) == R"(["resolved"])");
  const std::string reopen = desk.file(
      "automations:\n  back: {clone: pack:reopen-on-reply}\n  up:\n    clone: "
      "pack:raise-alerts\n");
  check_ended(desk.acctl({"apply", "-f", reopen, "-t", "acme", "--yes"}), 3,
              "pack helpdesk has no 'raise-alerts' among automations");
  CHECK(desk.in("select count(*) from app.automations where key in ('back', 'up')") == "0");
}

TEST_CASE("a template that needs what the tenant no longer has is a problem at its place") {
  const TenantFixture desk;
  desk.in("update app.automations set conditions = '{}'; delete from app.statuses where key = 'solved'");
  const Result refused = desk.plan("automations:\n  ask:\n    clone: pack:ask-whether-solved\n");
  check_ended(refused, 3, "there is no 'solved' among statuses");
  CHECK(contains(refused.err, ":4:12"));
  // With conditions of its own it is as good.
  check_ended(
      desk.apply("automations:\n  ask:\n    clone: pack:ask-whether-solved\n    conditions: {status: [closed]}\n"), 0);
}

TEST_CASE("tests and matrices of files know templates where they know the pack") {
  const TenantFixture desk;
  const std::string text = desk.file(
      "roles:\n  senior: {clone: pack:support-agent, permissions: [+tickets.delete]}\n"
      "tests:\n  - {role: senior, can: [tickets.delete, items.edit], cannot: [settings.edit]}\n");
  check_ended(desk.acctl({"test", "-f", text, "--offline", "--pack", "helpdesk"}), 0, "1 test passed");
  check_ended(desk.acctl({"test", "-f", text, "--offline"}), 3, "is not known here");
  check_ended(desk.acctl({"role", "matrix", "-f", text, "--pack", "helpdesk"}), 0, "senior");
  check_ended(desk.acctl({"apply", "-f", text, "-t", "acme", "--yes"}), 0);
  CHECK(contains(desk.permissions_of("senior"), "tickets.delete"));
  CHECK(contains(desk.permissions_of("senior"), "items.edit"));
}
