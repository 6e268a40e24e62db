// What comes to a tenant between the plan of an undo and its writing, and what a plan does not know of.
#include "provisioning/database/write.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/tenants/undo.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random_history.hpp"

using acctl::Change;
using acctl::Edit;
using acctl::Planned;
using acctl::State;
using acctl::test::HistoryTenant;

namespace {

const std::string guest = "guest@acme.example";

acctl::RunRecord record(const std::string& run) {
  return {.run = run, .at = {}, .command = "test", .outcome = "done", .actor = "test", .as = {}, .origin = "test"};
}

void carry_out(HistoryTenant& tenant, const Edit& edit, const Planned& planned) {
  run_edit(tenant.session(), tenant.identity(), edit, planned.plan, planned.basis, acctl::Ending::commit,
           [&] { return tenant.connect(); });
}

// A run that adds a user and a team.
void add_guest(HistoryTenant& tenant) {
  Edit edit{.scope = {.kinds = {"teams", "roles", "role_templates", "permissions"}, .manager = {}}, .guards = {}};
  edit.scope.users = {guest};
  edit.desired = [](const State& current) {
    acctl::Desired desired{.state = current, .renames = {}, .prunable = {}};
    desired.state["users"][guest].fields = {{"idp", "local"}, {"crm_access", false}};
    desired.state["users"][guest].status = "invited";
    desired.state["teams"]["new"].fields = {{"name", "New"}, {"assignment", "manual"}, {"notify", true}};
    return desired;
  };
  edit.record = record("first");
  carry_out(tenant, edit, plan_edit(tenant.session(), tenant.identity(), edit));
}

}  // namespace

TEST_CASE("what people begin to do with what a run added stands in the way of an undo that is planned already",
          "[promise 14]") {
  HistoryTenant tenant;
  tenant.reset();
  add_guest(tenant);
  const Edit undo = *undoing(tenant.session(), tenant.identity(), "first", record("second"));
  const Planned planned = plan_edit(tenant.session(), tenant.identity(), undo);
  CHECK(planned.plan.changes.size() == 2);
  const std::string ticket =
      "insert into app.tickets (subject, channel, status_id, priority_id, assignee_id, team_id) select 's', 'api', "
      "s.id, p.id, u.id, t.id from app.statuses s, app.priorities p, app.users u, app.teams t where s.applies_to = "
      "'ticket' and u.email = 'guest@acme.example' and t.key = 'new' limit 1";
  REQUIRE(tenant.write(ticket) == 1);
  CHECK_THROWS_WITH(carry_out(tenant, undo, planned),
                    Catch::Contains("teams/new has tickets; users/guest@acme.example has tickets"));
  CHECK(tenant.eyes().script("select count(*) from app.users where email = 'guest@acme.example'").integer(0, 0) == 1);
  tenant.force("delete from app.tickets");
  carry_out(tenant, undo, planned);
  CHECK(tenant.eyes().script("select count(*) from app.users where email = 'guest@acme.example'").integer(0, 0) == 0);
}

TEST_CASE("members that a plan does not remove do not go with their object", "[promise 14]") {
  HistoryTenant tenant;
  tenant.reset();
  const auto removing = [&](const std::string& kind, const std::string& key) {
    acctl::Transaction transaction(tenant.session());
    write_changes(tenant.session(), {Change{.action = acctl::Action::remove, .kind = kind, .key = key}});
  };
  CHECK_THROWS_WITH(removing("users", "u3@acme.example"), Catch::Contains("it still belongs together with teams/t1"));
  CHECK_THROWS_WITH(removing("teams", "t1"), Catch::Contains("it still belongs together with users/u"));
  CHECK_THROWS_WITH(removing("roles", "admin"), Catch::Contains("it still belongs together with permissions/*"));
  CHECK_NOTHROW(removing("teams", "t2"));
}
