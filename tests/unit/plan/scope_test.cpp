// What an edit has to read, derived from the table of kinds.
#include "provisioning/plan/executor.hpp"
#include "tests/support/catch.hpp"

using acctl::Action;
using acctl::Change;
using acctl::Scope;

namespace {

std::string words_of(const std::set<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : " ") + word;
  return all;
}

Change change_of(Action action, const std::string& kind, const std::string& key) {
  return {.action = action, .kind = kind, .key = key};
}

}  // namespace

TEST_CASE("a change reads its kind with all that the kind can name, and people one by one") {
  CHECK(words_of(acctl::compute_scope({change_of(Action::change, "views", "mine")}).kinds) == "projects views");
  const Scope user = acctl::compute_scope({change_of(Action::change, "users", "ana@x.example")});
  CHECK(words_of(user.users) == "ana@x.example");
  CHECK(words_of(user.kinds) == "permissions role_templates roles");
  CHECK_FALSE(user.memberships);
  const Scope member = acctl::compute_scope({change_of(Action::add, "team_members", "night/ana@x.example")});
  CHECK(words_of(member.teams) == "night");
  CHECK(words_of(member.users) == "ana@x.example");
  CHECK(words_of(member.kinds) == "teams");
}

TEST_CASE("a removal reads what would be removed with the object or prevents it") {
  CHECK(words_of(acctl::compute_scope({change_of(Action::remove, "projects", "old")}).kinds) == "forms projects views");
  CHECK(words_of(acctl::compute_scope({change_of(Action::remove, "roles", "old")}).holders_of_roles) == "old");
  CHECK(words_of(acctl::compute_scope({change_of(Action::remove, "role_templates", "old")}).holders_of_templates) ==
        "old");
  const Scope permission = acctl::compute_scope({change_of(Action::remove, "permissions", "x.y")});
  CHECK(words_of(permission.holders_of_permissions) == "x.y");
  CHECK(words_of(permission.kinds) == "permissions role_templates roles");
  const Scope user = acctl::compute_scope({change_of(Action::remove, "users", "ana@x.example")});
  CHECK(user.memberships);
  CHECK(user.kinds.contains("teams"));
}

TEST_CASE("a permission that loses levels is read with its holders") {
  Change change = change_of(Action::change, "permissions", "x.y");
  CHECK(acctl::compute_scope({change}).holders_of_permissions.empty());
  change.fields["levels"] = {{"global", "group"}, {"global"}};
  CHECK(words_of(acctl::compute_scope({change}).holders_of_permissions) == "x.y");
}

TEST_CASE("definitions read the people and teams that they name, under former keys, too") {
  acctl::Definitions definitions;
  definitions.objects["users"]["ana@x.example"].previously = {"old@x.example"};
  definitions.objects["teams"]["plain"];
  definitions.objects["teams"]["night"].lists["members"].entries = {{.key = "bea@x.example", .level = {}, .place = {}}};
  definitions.objects["teams"]["copy"].clone = "day";
  const Scope scope = compute_scope(definitions);
  CHECK(words_of(scope.users) == "ana@x.example bea@x.example old@x.example");
  CHECK(words_of(scope.teams) == "copy day night");
  // Whatever refers to teams is read, too: what is pruned must not be needed there; and custom fields, for automations
  // set those of persons to addresses.
  CHECK(words_of(scope.kinds) ==
        "automations business_hours custom_fields permissions projects role_templates roles sla_policies teams views");
  CHECK(scope.manager == "acctl");
}

TEST_CASE("what was written is read again, and no more") {
  const Scope scope = acctl::scope_written_by({change_of(Action::add, "team_members", "night/ana@x.example"),
                                               change_of(Action::change, "users", "bea@x.example"),
                                               change_of(Action::add, "user_roles", "cal@x.example/agent")});
  CHECK(words_of(scope.kinds) == "teams");
  CHECK(words_of(scope.teams) == "night");
  CHECK(words_of(scope.users) == "bea@x.example cal@x.example");
}

TEST_CASE("pruning reads kinds that refer to others, and the teams of who would be removed") {
  Scope scope;
  add_prunable(scope);
  CHECK(scope.memberships);
  CHECK(words_of(scope.kinds) == "business_hours forms projects sla_policies teams views");
}

TEST_CASE("changes are replayed only on what they expect") {
  const std::vector<Change> rename = {
      {.action = Action::change, .kind = "teams", .key = "now", .fields = {{"key", {"then", "now"}}}}};
  acctl::State state;
  state["teams"]["then"].fields["name"] = "Team";
  CHECK(acctl::replayed(state, rename).renames.at("teams").at("now") == "then");
  CHECK_THROWS_WITH(acctl::replayed({}, rename),
                    "the tenant has changed since the plan was made: teams/now no longer exists");
}
