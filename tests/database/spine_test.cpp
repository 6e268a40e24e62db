// The laws of the spine on a real database, with states made up from seeds: what a plan says is what happens, undo
// takes it back, an export makes an equal tenant, and what is not asked for is not read.
#include "provisioning/base/embedded.hpp"
#include "provisioning/database/migrations.hpp"
#include "provisioning/database/read.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/definitions/render.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/drift.hpp"
#include "provisioning/plan/executor.hpp"
#include "provisioning/tenants/export.hpp"
#include "provisioning/tenants/undo.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"
#include "tests/support/random_state.hpp"

using acctl::Change;
using acctl::Connection;
using acctl::Edit;
using acctl::Ending;
using acctl::Identity;
using acctl::Planned;
using acctl::Scope;
using acctl::State;
using acctl::test::Cluster;
using acctl::test::portrait_of;
using acctl::test::RandomStates;
using acctl::test::TestPlatform;

namespace {

constexpr unsigned seeds = 12;

// A tenant's database without anything in it.
class Empty {
 public:
  explicit Empty(const acctl::test::ClusterOptions& options = {}) : platform(options) {
    platform.control("create database empty owner acctl");
    platform.control("grant create on database empty to pg_database_owner");
    session = connect();
    migrate(*session, acctl::tenant_migrations(), "pg_database_owner");
    platform.in("empty",
                "insert into acctl.tenant (tenant_id, slug, epoch, pack, pack_digest) values "
                "('00000000-0000-0000-0000-000000000001', 'empty', 1, 'p', 'd')");
  }

  std::unique_ptr<Connection> connect() const {
    return std::make_unique<Connection>(platform.cluster.dsn("acctl", "empty"), acctl::SessionOptions{});
  }

  static Scope everything() {
    Scope scope = acctl::configuration_scope();
    scope.everybody = true;
    return scope;
  }

  State read() { return read_state(*session, everything()); }

  // The edit that makes the tenant `wanted`; caps are not the subject here.
  static Edit edit_to(const State& wanted) {
    static int runs = 0;
    Edit edit{.scope = everything(), .desired = [wanted](const State&) {
                return acctl::Desired{.state = wanted, .renames = {}, .prunable = {}};
              }};
    edit.guards.max_removals.clear();
    edit.guards.min_admins = 0;
    edit.for_enterprise = true;  // random roles reach the entire enterprise, too
    edit.guards.allowed_removals = {"roles/key0", "roles/key1", "roles/key2", "roles/key3", "roles/key4", "roles/key5"};
    edit.record = {.run = "run" + std::to_string(++runs), .at = {}, .command = "test", .outcome = "done"};
    return edit;
  }

  void run(const Edit& edit, Ending ending = Ending::commit) {
    const Planned planned = plan_edit(*session, identity, edit);
    run_edit(*session, identity, edit, planned.plan, planned.basis, ending, [&] { return connect(); });
  }

  const Identity identity{.slug = "empty", .id = "00000000-0000-0000-0000-000000000001"};
  TestPlatform platform;
  std::unique_ptr<Connection> session;
};

// Nobody may be left without an admin: every state has this one.
State with_admins(State state) {
  state["permissions"]["*"].fields = {{"category", "Everything"}};
  state["roles"]["key0"].fields = {{"name", "Admin"}, {"scope", "organization"}, {"system", false}, {"base", false}};
  state["role_permissions"]["key0/*"] = {};
  state["users"]["user2@acme.example"].fields = {{"idp", "local"}, {"crm_access", false}};
  if (state["users"]["user2@acme.example"].status.empty()) state["users"]["user2@acme.example"].status = "active";
  state["user_roles"]["user2@acme.example/key0"] = {};
  return state;
}

}  // namespace

TEST_CASE("law: carrying out the difference of two states reaches the second, and undoing it restores the first") {
  Empty tenant;
  State before = tenant.read();
  for (unsigned seed = 0; seed < seeds; ++seed) {
    INFO("seed " << seed);
    const State wanted = with_admins(RandomStates(seed).next());
    const Edit edit = Empty::edit_to(wanted);
    tenant.run(edit);
    CHECK(portrait_of(tenant.read()) == portrait_of(wanted));
    if (seed % 2 == 0 && seed > 0) {
      Edit back = *undoing(*tenant.session, {.slug = "empty", .id = {}}, edit.record.run, Empty::edit_to({}).record);
      back.guards = edit.guards;
      back.for_enterprise = true;
      tenant.run(back);
      CHECK(portrait_of(tenant.read()) == portrait_of(before));
    }
    before = tenant.read();
  }
}

TEST_CASE("law: a rehearsal does all of it and leaves nothing") {
  Empty tenant;
  const State before = with_admins(RandomStates(1).next());
  tenant.run(Empty::edit_to(before));
  const std::string ledger = tenant.platform.in("empty", "select count(*) from acctl.changes");
  const std::string revision = tenant.platform.in("empty", "select counter from acctl.revision");
  tenant.run(Empty::edit_to(with_admins(RandomStates(2).next())), Ending::roll_back);
  CHECK(portrait_of(tenant.read()) == portrait_of(before));
  CHECK(tenant.platform.in("empty", "select count(*) from acctl.changes") == ledger);
  CHECK(tenant.platform.in("empty", "select counter from acctl.revision") == revision);
}

TEST_CASE("law: an export imported into an empty tenant exports to the same bytes") {
  Empty source;
  for (unsigned seed = 20; seed < 26; ++seed) {
    INFO("seed " << seed);
    source.run(Empty::edit_to(with_admins(RandomStates(seed).next())));
    const std::string exported = export_tenant(*source.session, {.users = true, .only = {}});
    acctl::Definitions definitions;
    try {
      definitions = acctl::read_definitions({{.name = "export", .text = exported}});
    } catch (const acctl::Error& error) {
      FAIL(error.diagnostics().front().message);
    }
    Empty target;
    Edit edit = make_import(definitions);
    edit.guards = Empty::edit_to({}).guards;
    edit.for_enterprise = true;
    edit.record = Empty::edit_to({}).record;
    target.run(edit);
    CHECK(export_tenant(*target.session, {.users = true, .only = {}}) == exported);
    // And once more there is nothing to do.
    CHECK(plan_edit(*target.session, target.identity, edit).plan.empty());
  }
}

TEST_CASE("law: a plan never contains what was not read") {
  Empty tenant;
  const State all = with_admins(RandomStates(3).next());
  tenant.run(Empty::edit_to(all));
  Scope scope;
  scope.kinds = {"statuses"};
  const State part = read_state(*tenant.session, scope);
  for (const auto& [kind, objects] : part) CHECK((kind == "statuses" || kind == "protections"));
  Edit edit = Empty::edit_to({});  // wants nothing at all to be there
  edit.scope = scope;
  edit.guards.allowed_removals.insert("statuses/*");
  for (const Change& change : plan_edit(*tenant.session, tenant.identity, edit).plan.changes) {
    CHECK((change.kind == "statuses" || change.kind == "protections"));
  }
}

TEST_CASE("a tenant that changes after it was planned is planned again, and refused when the plan differs") {
  Empty tenant;
  const State wanted = with_admins(RandomStates(4).next());
  tenant.run(Empty::edit_to(wanted));
  State more = wanted;
  more["kb_categories"]["new"].fields = {{"name", "New"}, {"portal_visible", true}, {"position", 0}};
  const Edit edit = Empty::edit_to(more);
  const Planned planned = plan_edit(*tenant.session, tenant.identity, edit);
  tenant.platform.in("empty", "insert into app.kb_categories (key, name) values ('other', 'Other')");
  try {
    run_edit(*tenant.session, tenant.identity, edit, planned.plan, planned.basis, Ending::commit,
             [&] { return tenant.connect(); });
    FAIL("the plan did not fit any more");
  } catch (const acctl::Error& error) {
    CHECK(error.kind() == acctl::ErrorKind::conflict);
  }
  CHECK(tenant.platform.in("empty", "select count(*) from app.kb_categories where key = 'new'") == "0");
}

TEST_CASE("the statements of a run grow with kinds, not with objects") {
  Empty tenant({.settings = {{"log_statement", "all"}}});
  const auto statements_for = [&](int count) {
    State wanted = with_admins({});
    for (int i = 0; i < count; ++i) {
      const std::string key = "t" + std::to_string(i);
      wanted["teams"][key].fields = {{"name", key}, {"assignment", "manual"}, {"notify", true}};
      wanted["team_members"][key + "/user2@acme.example"] = {};
    }
    const std::size_t before = tenant.platform.cluster.log().size();
    tenant.run(Empty::edit_to(wanted));
    const std::string log = tenant.platform.cluster.log().substr(before);
    std::size_t statements = 0;
    for (const char* kind : {"LOG:  execute", "LOG:  statement"}) {
      for (std::size_t at = log.find(kind); at != std::string::npos; at = log.find(kind, at + 1)) ++statements;
    }
    return statements;
  };
  statements_for(1);
  const std::size_t few = statements_for(2);
  CHECK(few > 5);
  CHECK(statements_for(400) == few);
}

TEST_CASE("each kind's defaults in the table of kinds are those of its columns") {
  Empty tenant;
  for (const acctl::Kind& kind : acctl::kinds()) {
    for (const acctl::Field& field : kind.fields) {
      INFO(kind.name << "." << field.name);
      const std::string column = tenant.platform.in(
          "empty",
          "select coalesce(pg_get_expr(d.adbin, d.adrelid), 'null') from pg_attribute a left join pg_attrdef d "
          "on d.adrelid = a.attrelid and d.adnum = a.attnum where a.attrelid = '" +
              std::string(kind.table) + "'::regclass and a.attname = '" + std::string(field.column) + "'");
      const std::string value =
          tenant.platform.in("empty", "select to_jsonb(" + (column == "null" ? "null::text" : column) + ")");
      CHECK(nlohmann::json::parse(value.empty() ? "null" : value) == nlohmann::json::parse(field.fallback));
    }
  }
}

TEST_CASE("the last admin is counted once more by the transaction that takes one away", "[promise 6]") {
  Empty tenant;
  State state = with_admins({});
  state["users"]["user1@acme.example"] = state["users"]["user2@acme.example"];
  for (const char* edge : {"user1@acme.example/key0", "user2@acme.example/key0"}) {
    state["user_roles"][edge].fields["until"] = "2040-01-01T00:00:00Z";
  }
  tenant.run(Empty::edit_to(state));
  state["user_roles"].erase("user2@acme.example/key0");
  Edit edit = Empty::edit_to(state);
  edit.guards.min_admins = 1;
  const Planned planned = plan_edit(*tenant.session, tenant.identity, edit);
  REQUIRE_FALSE(planned.basis.refusal);
  // The other one's role ends meanwhile: by itself, so that the revision stays.
  tenant.platform.in("empty",
                     "set session_replication_role = replica; update app.user_roles set expires_at = now() - interval "
                     "'1 s' where user_id = (select id from app.users where email = 'user1@acme.example')");
  CHECK_THROWS_WITH(run_edit(*tenant.session, tenant.identity, edit, planned.plan, planned.basis, Ending::commit,
                             [&] { return tenant.connect(); }),
                    Catch::Contains("no admin would be left"));
  CHECK(tenant.platform.in("empty", "select count(*) from app.admins") == "1");
}
