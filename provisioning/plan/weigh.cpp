#include "provisioning/plan/weigh.hpp"

#include <algorithm>

#include "provisioning/model/text.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/enterprise_rule.hpp"
#include "provisioning/plan/identities.hpp"
#include "provisioning/plan/rights.hpp"
#include "provisioning/plan/standing.hpp"
#include "queries.hpp"

namespace acctl {

namespace {

// Roles, templates and permissions go only when nobody holds them any more; their holders were not read before.
void refuse_held(const State& after, const std::vector<Change>& changes) {
  std::map<std::string, std::vector<std::string>> holders;  // of what goes, by address
  for (const Change& change : changes) {
    const bool held = change.kind == "roles" || change.kind == "role_templates" || change.kind == "permissions";
    if (held && change.action == Action::remove) holders[address_of(change)];
  }
  if (holders.empty()) return;
  const auto add = [&](std::string_view kind, const std::string& key, const std::string& who) {
    const auto found = holders.find(std::string(kind) + "/" + key);
    if (found != holders.end()) found->second.push_back(who);
  };
  for (const EdgeKind& edge : edge_kinds()) {
    const auto edges = after.find(std::string(edge.list->kind));
    if (edges == after.end()) continue;
    for (const auto& [key, object] : edges->second) {
      const auto [owner, target] = split_edge(edge, key);
      add(edge.list->target, target, std::string(edge.owner->name) + "/" + owner);
    }
  }
  if (const auto users = after.find("users"); users != after.end()) {
    for (const auto& [email, user] : users->second) {
      const auto held = user.fields.find("role_template");
      if (held != user.fields.end()) add("role_templates", held->second, "users/" + email);
    }
  }
  for (const auto& [what, who] : holders) {
    if (who.empty()) continue;
    throw Error(ErrorKind::conflict,
                what + " cannot be removed: " + std::to_string(who.size()) + (who.size() == 1 ? " has" : " have") +
                    " it (" + enumerated(who, 3) + ")",
                "Take it from them first, or give them another.");
  }
}

[[noreturn]] void throw_unfit(std::vector<Diagnostic> problems) {
  throw Error(ErrorKind::invalid, "the definitions do not fit the tenant", "", std::move(problems));
}

// Which time zones there are only the server knows; there are few among many calendars.
void refuse_unknown_zones(Connection& tenant, const std::vector<Change>& changes) {
  std::map<std::string, std::string> known;  // zone -> what the server says against it
  std::vector<Diagnostic> problems;
  for (const Change& change : changes) {
    const auto zone = change.fields.find("time_zone");
    if (change.kind != "business_hours" || zone == change.fields.end() || !zone->second.after.is_string()) continue;
    const auto [problem, fresh] = known.try_emplace(zone->second.after.get<std::string>());
    try {
      if (fresh) tenant.query(sql::time_zone, {problem->first});
    } catch (const SqlError& error) {
      if (error.sqlstate() != "22023") throw;
      problem->second = error.what();
    }
    if (problem->second.empty()) continue;
    const Place& place = change.place;
    problems.push_back({place.file, place.line, place.column, address_of(change) + ": " + problem->second});
  }
  if (!problems.empty()) throw_unfit(std::move(problems));
}

// Levels that a permission no longer knows, and somebody holds it at.
void refuse_lost_levels(const State& after, const std::vector<Change>& changes) {
  std::vector<Diagnostic> problems;
  for (const Change& change : changes) {
    const auto levels = change.fields.find("levels");
    if (change.kind != "permissions" || change.action != Action::change || levels == change.fields.end()) continue;
    const auto& known = levels->second.after;
    for (const EdgeKind& edge : edge_kinds()) {
      const auto edges = after.find(std::string(edge.list->kind));
      if (edge.list->target != "permissions" || edges == after.end()) continue;
      for (const auto& [key, object] : edges->second) {
        const auto [owner, target] = split_edge(edge, key);
        const auto held = object.fields.find("level");
        if (target != change.key || held == object.fields.end()) continue;
        if (std::find(known.begin(), known.end(), held->second) != known.end()) continue;
        problems.push_back({change.place.file, change.place.line, change.place.column,
                            std::string(edge.owner->name) + "/" + owner + " holds " + address_of(change) +
                                " at level '" + held->second.get<std::string>() + "'"});
      }
    }
  }
  if (!problems.empty()) throw_unfit(std::move(problems));
}

Scope scope_of_access(const AccessScope& access) {
  Scope scope{.kinds = {"permissions", "roles", "role_templates"}, .manager = {}, .teams = {}};
  scope.users = access.users;
  scope.holders_of_roles = access.roles;
  scope.holders_of_templates = access.templates;
  scope.holders_of_permissions = access.permissions;
  return scope;
}

Error excess(const std::vector<std::string>& problems) {
  return {ErrorKind::refused, "refused: " + enumerated(problems, 5, "; "), std::string(hint_of_rights)};
}

// Among the people that `state` knows.
Admins admins_in(const State& state) {
  Admins admins;
  const auto users = state.find("users");
  if (users == state.end()) return admins;
  for (const auto& [email, user] : users->second) {
    if (user.status == "suspended" || !is_admin(state, email)) continue;
    if (is_permanent_admin(state, email)) {
      ++(user.status == "active" ? admins.active : admins.invited);
    } else {
      ++admins.for_a_time;
    }
  }
  return admins;
}

// The same from what is planned, where it takes an admin away.
std::optional<Error> too_few_left(Connection& tenant, const State& before, const State& after, std::int64_t least) {
  const Admins then = admins_in(before);
  const Admins now = admins_in(after);
  if (now.active >= then.active && now.invited >= then.invited && now.for_a_time >= then.for_a_time) {
    return std::nullopt;
  }
  const Admins all = usable_admins(tenant);
  return too_few(all,
                 {.active = all.active + now.active - then.active,
                  .invited = all.invited + now.invited - then.invited,
                  .for_a_time = all.for_a_time + now.for_a_time - then.for_a_time},
                 least);
}

// What the user on whose behalf it is may not do is neither done nor shown.
void forbid_excess(const Identity& identity, const Edit& edit, const State& before, const State& after,
                   Planned& planned) {
  const auto problems = exceeding(edit.record.as, identity.features, before, after, planned.plan);
  if (problems.empty()) return;
  planned.plan = {};
  planned.basis.refusal = excess(problems);
}

// Whose access `changes` change: somebody under another address gains and loses nothing.
std::vector<Effect> effects_of(const State& before, const State& after, const std::vector<Change>& changes) {
  std::vector<Change> renames;
  for (const Change& change : changes) {
    if (change.kind != "users" || change.old_key() == change.key) continue;
    renames.push_back(change);
    renames.back().action = Action::change;  // who is replaced loses what they have under a name of their own
    renames.back().fields = {{"key", change.fields.at("key")}};
  }
  return renames.empty() ? effects_between(before, after) : effects_between(changed(before, renames), after);
}

// What the people concerned have to say.
struct Verdict {
  std::vector<Diagnostic> failed_tests;
  std::optional<Error> admins;      // too few would be left
  std::optional<Error> enterprise;  // what reaches the entire enterprise would change in one tenant
};

// Effects and tests: what the people concerned may do before and after. False when the tenant changed meanwhile.
bool weigh_access(Connection& tenant, const Identity& identity, const Edit& edit, Planned& planned, Verdict& verdict) {
  const std::vector<Change>& changes = planned.plan.changes;  // adoptions are nobody's access
  AccessScope concerned = access_scope(changes);
  const bool bounded = !edit.record.as.empty() && !edit.for_enterprise && !planned.plan.empty();
  if (concerned.empty() && edit.tests.empty() && !bounded) return true;
  const bool changes_access = !concerned.empty();
  if (bounded) concerned.users.insert(edit.record.as);
  for (const AccessTest& test : edit.tests) {
    if (!test.user.empty()) concerned.users.insert(test.user);
  }
  const Reading reading = read_tenant(tenant, scope_of_access(concerned));
  if (reading.revision != planned.basis.revision) return false;
  const State after = changed(reading.state, changes);
  refuse_held(after, changes);
  refuse_lost_levels(after, changes);
  if (changes_access) planned.plan.effects = effects_of(reading.state, after, changes);
  if (!edit.is_question) verdict.admins = too_few_left(tenant, reading.state, after, edit.guards.min_admins);
  if (!edit.is_question && !edit.for_enterprise) {
    verdict.enterprise =
        enterprise_refusal(tenant, identity.enterprise, reading.state, after, changes, edit.leavers_go);
    if (bounded && !verdict.enterprise) {
      verdict.enterprise = address_refusal(tenant, edit.record.as, reading.state, changes);
    }
  }
  if (bounded) forbid_excess(identity, edit, reading.state, after, planned);
  for (const TestResult& result : run_tests(after, edit.tests)) {
    for (const std::string& failure : result.failures) {
      const Place& place = result.test.place;
      verdict.failed_tests.push_back({place.file, place.line, place.column, failure});
    }
  }
  return true;
}

std::optional<Error> refusal(Connection& tenant, const Edit& edit, const State& before, Planned& planned,
                             const Verdict& verdict) {
  const auto refused = [](const std::vector<std::string>& reasons, const std::string& hint) {
    return Error(ErrorKind::refused, "refused: " + enumerated(reasons, 10, "; "), hint);
  };
  if (verdict.enterprise) return verdict.enterprise;
  if (const auto reasons = system_removals(planned.plan.changes); !reasons.empty()) {
    return refused(reasons, "What the product brings along stays, whatever it is allowed to do.");
  }
  if (const auto reasons = protected_removals(before, planned.plan.changes, edit.guards); !reasons.empty()) {
    return refused(reasons, "Where this is meant, allow it with --allow-removal KIND/KEY; the ledger says so.");
  }
  std::int64_t joining = 0;
  std::int64_t leaving = 0;
  for (const Change& change : planned.plan.changes) {
    if (change.kind != "users") continue;
    joining += change.action == Action::add ? 1 : 0;
    leaving += change.action == Action::remove ? 1 : 0;
  }
  std::int64_t users = 0;
  if (joining + leaving > 0) {
    const Rows seats = tenant.query(sql::seats);
    users = seats.integer(0, 1);
    const std::int64_t taken = users + joining - leaving;
    if (joining > 0 && !seats.is_null(0, 0) && taken > seats.integer(0, 0)) {
      // In the words of the trigger, which has the last one.
      return Error(ErrorKind::refused,
                   "the limit of " + std::to_string(seats.integer(0, 0)) +
                       " seats is exceeded: " + std::to_string(taken) + " would be taken",
                   "Delete users who are not needed, or raise the limit.");
    }
  }
  planned.removals = removals_of(before, planned.plan.changes, edit.guards, users);
  if (const auto reasons = excessive(planned.removals, edit.guards.max_removals); !reasons.empty()) {
    return refused(reasons,
                   "Where this is meant, loosen with --max-removals or --allow-removal KIND/KEY; the ledger says so.");
  }
  if (const auto gains = matching_gains(planned.plan.effects, edit.guards.forbidden_gains); !gains.empty()) {
    return refused(gains, "--fail-on-gain names these permissions.");
  }
  if (verdict.admins) return verdict.admins;
  const std::vector<Diagnostic>& test_failures = verdict.failed_tests;
  if (!test_failures.empty()) {
    return Error(ErrorKind::test_failed,
                 std::to_string(test_failures.size()) + " expectation" + (test_failures.size() == 1 ? "" : "s") +
                     " of the tests would fail",
                 "Change the definitions or the tests.", test_failures);
  }
  return std::nullopt;
}

}  // namespace

Admins usable_admins(Connection& tenant) {
  const Rows rows = tenant.query(sql::usable_admins);
  return {.active = rows.integer(0, 0), .invited = rows.integer(0, 1), .for_a_time = rows.integer(0, 2)};
}

std::optional<Error> too_few(const Admins& before, const Admins& after, std::int64_t least) {
  if (least == no_admin_required) return std::nullopt;
  const std::string hint = "Make somebody else an admin first, with a role that does not expire.";
  const auto permanent = [](const Admins& admins) { return admins.active + admins.invited; };
  if (after.active < before.active && after.active < least) {
    return Error(ErrorKind::refused,
                 "refused: at least " + std::to_string(least) + " active admin" + (least == 1 ? "" : "s") +
                     " whose role does not expire " + (least == 1 ? "is" : "are") + " required; this would leave " +
                     std::to_string(after.active),
                 hint);
  }
  if (permanent(after) == 0 && permanent(before) > 0) {
    return Error(ErrorKind::refused,
                 "refused: no admin whose role does not expire would be left, not even an invited one", hint);
  }
  if (permanent(after) + after.for_a_time == 0 && before.for_a_time > 0) {
    return Error(ErrorKind::refused, "refused: no admin would be left, not even one whose role expires", hint);
  }
  return std::nullopt;
}

Sight admit(Connection& tenant, const Edit& edit) {
  const std::string& user = edit.record.as;
  if (user.empty()) return Sight::people;
  const std::vector<std::string_view>& seeing = keys_of(Right::see_people);
  const bool nothing = edit.scope.kinds.empty() && edit.scope.users.empty() && edit.scope.teams.empty();
  const auto keys = edit.tests.empty() && !nothing ? keys_to_read(edit.scope) : seeing;
  const bool people = keys == seeing;
  require_one_of(tenant, user, keys, std::string(people ? seeing_people : "change any of this"));
  return people || holds_one_of(tenant, user, seeing) ? Sight::people : Sight::configuration;
}

bool weigh(Connection& tenant, const Identity& identity, const Edit& edit, const State& before, Planned& planned) {
  refuse_unknown_zones(tenant, planned.plan.changes);
  Verdict verdict;
  if (!weigh_access(tenant, identity, edit, planned, verdict)) return false;
  if (!planned.basis.refusal && !edit.is_question) {
    refuse_taken_identities(tenant, edit.record.as, before, planned.plan.changes);
  }
  if (!planned.basis.refusal && !edit.is_question) {
    planned.basis.refusal = refusal(tenant, edit, before, planned, verdict);
  }
  return true;
}

void require_rights(Connection& tenant, const Identity& identity, const RunRecord& record,
                    const std::vector<Change>& changes) {
  if (record.as.empty()) return;
  AccessScope concerned = access_scope(changes);
  concerned.users.insert(record.as);
  const State before = read_state(tenant, scope_of_access(concerned));
  const State after = changed(before, changes);
  const auto problems =
      exceeding(record.as, identity.features, before, after,
                {.changes = changes, .adoptions = {}, .effects = effects_of(before, after, changes), .prunable = {}});
  if (!problems.empty()) throw excess(problems);
}

}  // namespace acctl
