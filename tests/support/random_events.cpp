// What happens in random histories.
#include "commands/shared/execute_plan.hpp"
#include "provisioning/access/edit_messages.hpp"
#include "provisioning/access/invitations.hpp"
#include "provisioning/access/role_edits.hpp"
#include "provisioning/access/team_edits.hpp"
#include "provisioning/access/user_edits.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/plan/diff.hpp"
#include "tests/support/random_history.hpp"

namespace acctl::test {

namespace {

std::vector<std::string> nobody(const std::string& /*email*/) { return {}; }

Scope scope_of_user(const std::string& email) {
  Scope scope{.kinds = {"permissions", "roles", "role_templates", "teams"}, .manager = {}};
  scope.users = {email};
  scope.memberships = true;
  return scope;
}

std::string id_of_user(const std::string& email) { return "(select id from app.users where email = '" + email + "')"; }

std::string id_of(const std::string& table, const std::string& key) {
  return "(select id from app." + table + " where key = '" + key + "')";
}

// Somebody new at `email`, who takes the external id of `from` over, where that is a user with one.
void add_heir(State& state, const std::string& email, const std::string& from, const std::string& held) {
  Object& heir = state["users"][email];
  heir.status = "invited";
  heir.fields = {{"idp", "local"}, {"crm_access", false}};
  if (find_object(state, "users", from) != nullptr) {
    auto& fields = state["users"][from].fields;
    if (const auto id = fields.find("external_id"); id != fields.end()) heir.fields["external_id"] = id->second;
    fields.erase("external_id");
  }
  if (find_object(state, "roles", held) != nullptr) state["user_roles"][edge_key(email, held)] = {};
}

}  // namespace

bool RandomHistory::edit() {
  const int sort = below(19);
  if (sort < 12) return edit_people();
  if (sort < 14) return edit_roles();
  if (sort == 14) return invite_somebody();
  return sort == 15 ? move_addresses() : apply_files();
}

bool RandomHistory::edit_as(const std::string& what, Scope scope, const std::function<void(State&, Notes&)>& change) {
  Edit edit{.scope = std::move(scope), .desired = {}, .guards = {}};
  edit.desired = [&change](const State& current) {
    Desired desired{.state = current, .renames = {}, .prunable = {}};
    Notes notes;
    change(desired.state, notes);
    return desired;
  };
  return carry_out(what, std::move(edit));
}

bool RandomHistory::edit_people() {
  const std::string who = user();
  const std::string in = team();
  const std::string what = role();
  const std::string number = std::to_string(below(3));
  const std::string held = chance(30) ? "" : "p" + std::to_string(1 + below(2));
  const std::string until = chance(40)                   ? ""
                            : year_ < 2035 && chance(70) ? "2035-01-01T00:00:00Z"
                                                         : "2045-01-01T00:00:00Z";
  const std::map<std::string, std::function<void(State&, Notes&)>> verbs = {
      {"deactivate", [&](State& state, Notes& notes) { deactivate_users(state, {who}, nobody, notes); }},
      {"reactivate", [&](State& state, Notes& notes) { reactivate_users(state, {who}, {who}, nobody, notes); }},
      {"grant",
       [&](State& state, Notes& notes) {
         grant_roles(state, {.roles = {what}, .emails = {who}, .until = until}, nobody, notes);
       }},
      {"revoke", [&](State& state, Notes&) { revoke_roles(state, {what}, {who}, nobody); }},
      {"join", [&](State& state, Notes& notes) { add_members(state, in, {who}, "", nobody, notes); }},
      {"leave", [&](State& state, Notes&) { remove_members(state, in, {who}, nobody); }},
      {"delete team", [&](State& state, Notes& notes) { delete_teams(state, {in}, notes); }},
      {"delete", [&](State& state, Notes& notes) { delete_users(state, {who}, true, notes); }},
      {"assign", [&](State& state, Notes&) { assign_role_template(state, held, {who}, nobody); }},
      {"name", [&](State& state, Notes&) { change_fields(state, "users", who, {{"name", "n" + number}}); }},
      {"identify", [&](State& state, Notes&) { change_fields(state, "users", who, {{"external_id", "x" + number}}); }}};
  const auto verb = std::next(verbs.begin(), below(static_cast<int>(verbs.size())));
  Scope scope = scope_of_user(who);
  scope.teams = {in};
  return edit_as(verb->first + " " + who + " " + in + " " + what + " " + until, scope, verb->second);
}

bool RandomHistory::edit_roles() {
  const std::string what = role();
  const std::string heir = chance(50) ? "r1" : "";
  const std::string name = "n" + std::to_string(below(3));
  const PermissionWord word{.permission = "b.edit", .level = chance(50) ? "group" : "", .remove = chance(40)};
  Scope scope{.kinds = {"permissions", "roles"}, .manager = {}};
  scope.holders_of_roles = {what, "r1"};
  if (chance(40)) {
    return edit_as("delete role " + what + " for " + heir, scope,
                   [&](State& state, Notes& notes) { delete_roles(state, {what}, heir, notes); });
  }
  return edit_as("edit role " + what, scope, [&](State& state, Notes&) {
    change_permissions(state, "roles", what, {word});
    change_fields(state, "roles", what, {{"name", name}});
  });
}

bool RandomHistory::invite_somebody() {
  static const Secret key("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
  Invitee person{.email = user(), .name = chance(50) ? "Guest" : ""};
  if (chance(60)) person.roles = {role()};
  if (chance(60)) person.teams = {team()};
  RunRecord made = record("user invite");
  try {
    const InvitationTerms terms{.key = key, .lifetime_ms = {}, .link_base = "https://x/"};
    const ExclusiveRun run{tenant_.session(), tenant_.identity(), made, Ending::commit,
                           [&] { return tenant_.connect(); }};
    const Invited outcome = invite(run, {person}, terms);
    if (outcome.invited.empty()) return false;
  } catch (const Error&) {
    return false;
  }
  return note(happening("invite " + person.email, made.run));
}

// One, a chain of two, or a swap; somebody new may get the address that is given up, and the identity with it.
bool RandomHistory::move_addresses() {
  const bool inherits = chance(40);
  const bool identity = chance(50);
  const std::string held = chance(50) ? role() : "";
  const std::string one = user();
  const std::string two = user();
  const std::string other = chance(30) ? one : "u" + std::to_string(1 + below(7)) + "@acme.example";
  Edit edit{.scope = scope_of_user(one), .desired = {}, .guards = {}};
  edit.scope.users = {one, two, other};
  edit.desired = [&](const State& current) {
    Desired desired{.state = current, .renames = {}, .prunable = {}};
    const auto is_there = [&](const std::string& email) { return find_object(current, "users", email) != nullptr; };
    if (!is_there(one) || one == two || other == two || (other != one && is_there(other))) return desired;
    std::vector<Change> moves;
    const auto move = [&](const std::string& from, const std::string& to) {
      moves.push_back({.action = Action::change, .kind = "users", .key = to, .fields = {{"key", {from, to}}}});
    };
    if (is_there(two)) move(two, other);
    move(one, two);
    desired.state = changed(std::move(desired.state), moves);
    desired.renames = collect_renames(moves);
    if (inherits && find_object(desired.state, "users", one) == nullptr) {
      add_heir(desired.state, one, identity ? two : "", held);
    }
    return desired;
  };
  return carry_out("move " + one + " to " + two + " to " + other +
                       (inherits ? std::string(", and an heir") + (identity ? " with the id " : " ") + held : ""),
                   std::move(edit));
}

bool RandomHistory::apply_files() {
  std::string text = "acctl: 1\n";
  std::string users;
  std::string teams;
  for (int i = 1; i <= 5; ++i) {
    if (!chance(30)) continue;
    users += "  u" + std::to_string(i) + "@acme.example: {crm_access: " + (chance(50) ? "true" : "false") +
             (chance(50) ? ", roles: [" + role() + "]" : "") + "}\n";
  }
  for (int i = 1; i <= 3; ++i) {
    if (!chance(30)) continue;
    teams += "  t" + std::to_string(i) + ": {name: F" + std::to_string(below(2)) +
             (chance(50) ? ", members: [" + user() + "]" : "") + "}\n";
  }
  if (!users.empty()) text += "users:\n" + users;
  if (!teams.empty()) text += "teams:\n" + teams;
  if (chance(40))
    text += "roles:\n  r3: {name: R3, permissions: [a.view" + std::string(chance(50) ? ", b.edit: group" : "") + "]}\n";
  if (chance(20)) text += "projects:\n  j3: {name: J3}\nviews:\n  v1: {name: V1, type: list, project: j3}\n";
  const bool prune = chance(60);
  const std::string what = "apply " + std::string(prune ? "--prune " : "") + text;
  try {
    const Definitions definitions = read_definitions({{.name = "file", .text = text}});
    RunRecord made = record("apply");
    made.manager = definitions.manager;
    EditOptions options;
    options.prune = prune;
    Notes notes;
    Tenant seeded;
    seeded.pack = "helpdesk";
    return carry_out(what, make_edit(definitions, options, made, notes).in(seeded));
  } catch (const Error&) {
    return false;
  }
}

bool RandomHistory::write() {
  const std::string who = user();
  const std::string in = team();
  const std::string what = role();
  const std::string name = "'w" + std::to_string(below(3)) + "'";
  const std::string of_user = " where email = '" + who + "'";
  const std::string of_role = " where role_id = " + id_of("roles", what);
  const std::string leave =
      "delete from app.team_members where team_id = " + id_of("teams", in) + " and user_id = " + id_of_user(who);
  const std::string join =
      "insert into app.team_members (team_id, user_id) select t.id, u.id from app.teams t, app.users u where t.key = "
      "'" +
      in + "' and u.email = '" + who + "' on conflict do nothing";
  const std::string ticket =
      "insert into app.tickets (subject, channel, status_id, priority_id, assignee_id, team_id) select 's', 'api', "
      "s.id, "
      "p.id, " +
      (chance(50) ? id_of_user(who) + ", null" : "null, " + id_of("teams", in)) +
      " from app.statuses s, app.priorities p where s.applies_to = 'ticket' limit 1";
  const std::string sign_in = "update app.users set last_sign_in_at = now()" + of_user + " and status = 'active'";
  const std::string sql =
      one_of({"update app.users set status = 'active'" + of_user + " and status = 'invited'",
              "update app.users set status = 'suspended'" + of_user + " and status = 'active'", join, leave,
              leave + "; " + join,
              "insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, app.roles r where "
              "u.email = '" +
                  who + "' and r.key = '" + what + "' on conflict do nothing",
              "delete from app.user_roles" + of_role + " and user_id = " + id_of_user(who),
              "update app.users set name = " + name + of_user,
              "update app.teams set name = " + name + " where key = '" + in + "'",
              "delete from app.role_permissions" + of_role,
              "insert into app.role_permissions (role_id, permission_id) select r.id, p.id from app.roles r, "
              "app.permissions p "
              "where r.key = '" +
                  what + "' and p.key = 'b.edit' on conflict do nothing",
              "delete from app.user_roles where user_id = " + id_of_user(who) + "; delete from app.users" + of_user,
              "insert into app.teams (key, name) values ('" + in + "', " + name + ") on conflict do nothing", ticket,
              sign_in});
  try {
    if (tenant_.write(sql) == 0) return false;
  } catch (const SqlError&) {
    return false;
  }
  Event event = happening("application: " + sql);
  // What no fact of the configuration tells.
  if (sql == sign_in || sql == ticket || sql == leave + "; " + join) event.names = {who, in};
  return note(std::move(event));
}

// Beyond the end of the nearer grants: what is stored of that time is as if it were long ago.
bool RandomHistory::let_time_pass() {
  const std::string year = year_ < 2035 ? "2035" : year_ < 2045 ? "2045" : "";
  if (year.empty()) return false;
  year_ = year == "2035" ? 2036 : 2046;
  tenant_.force("update app.user_roles set expires_at = '2001-01-01T00:00:00Z' where extract(year from expires_at) = " +
                year + "; update acctl.changes set fields = replace(fields::text, '" + year +
                "-', '2001-')::jsonb where fields ? 'until'");
  std::set<std::string> names;
  const auto forget = [&](Facts& facts) {
    std::erase_if(facts, [&](const auto& fact) {
      const bool ended = fact.first.starts_with("user_roles ") && fact.second == "{\"until\":" + year + "}";
      if (ended) names.merge(book_.names_of(fact.first));
      return ended;
    });
  };
  forget(now_);
  for (Event& event : events_) {
    forget(event.before);
    forget(event.after);
  }
  if (names.empty()) return false;
  Event event = happening("time passes " + year);
  event.names = {names.begin(), names.end()};
  return note(std::move(event));
}

}  // namespace acctl::test
