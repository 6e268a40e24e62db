#include "provisioning/plan/admission.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "provisioning/base/text.hpp"
#include "provisioning/plan/admission.sql.hpp"
#include "provisioning/plan/assessment.hpp"
#include "provisioning/plan/authorization.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/identities.hpp"
#include "provisioning/plan/key_effects.hpp"
#include "provisioning/plan/naming_documents.hpp"
#include "provisioning/plan/removal_refusal.hpp"
#include "provisioning/plan/standing.hpp"

namespace acctl {

namespace {

// Roles, templates and permissions can be removed only if nobody holds them, who was not read with the edit, and no API
// key that this tenant cannot do without: one of the enterprise, or one that names the permission itself.
void refuse_held(const std::vector<KeyGrant>& keys, const State& after, const std::vector<Change>& changes) {
  NeededBy holders;  // of what is removed
  for (const Change& change : changes) {
    const Kind* kind = find_kind(change.kind);
    if (kind != nullptr && kind->is_held() && change.action == Action::remove) holders[to_address(change)];
  }
  if (holders.empty()) return;
  const auto add = [&](std::string_view kind, const std::string& key, const std::string& who) {
    const auto found = holders.find(std::string(kind) + "/" + key);
    if (found != holders.end()) found->second.insert(who);
  };
  for (const EdgeKind& edge : edge_kinds()) {
    for (const auto& [key, object] : all_of_kind(after, edge.list->kind)) {
      const auto [owner, target] = split_edge(edge, key);
      add(edge.list->target, target, std::string(edge.owner->name) + "/" + owner);
    }
  }
  for (const Kind& kind : kinds()) {
    if (!kind.is_person()) continue;
    for (const Field& field : kind.fields) {
      if (field.type != FieldType::reference) continue;
      for (const auto& [email, user] : all_of_kind(after, kind.name)) {
        const auto held = user.fields.find(std::string(field.name));
        if (held != user.fields.end()) add(field.target, held->second, std::string(kind.name) + "/" + email);
      }
    }
  }
  for (const KeyGrant& key : keys) {
    const std::string who = "API key " + name_key(key);
    for (const auto& [permission, level] : key.permissions) add("permissions", permission, who);
    if (key.owner == "enterprise" && !key.role.empty()) add("roles", key.role, who);
  }
  std::erase_if(holders, [](const auto& held) { return held.second.empty(); });
  if (holders.empty()) return;
  throw Error(ErrorKind::conflict, describe_held(holders), "Revoke it first, or replace it with another.");
}

[[noreturn]] void throw_mismatches(std::vector<Diagnostic> problems) {
  throw Error(ErrorKind::invalid, "the definitions do not fit the tenant", "", std::move(problems));
}

// The time zones that `change` sets.
std::vector<std::string> zones_set_by(const Change& change) {
  std::vector<std::string> zones;
  const Kind* kind = find_kind(change.kind);
  if (kind == nullptr) return zones;
  for (const Field& field : kind->fields) {
    const auto value = change.fields.find(std::string(field.name));
    if (field.format != Format::time_zone || value == change.fields.end()) continue;
    if (value->second.after.is_string()) zones.push_back(value->second.after);
  }
  return zones;
}

// Only the server knows which time zones exist. Each zone is asked about once: many calendars share a few.
void refuse_unknown_zones(Connection& tenant, const std::vector<Change>& changes) {
  std::map<std::string, std::string> known;  // zone -> the server's objection, "" for none
  std::vector<Diagnostic> problems;
  for (const Change& change : changes) {
    for (const std::string& zone : zones_set_by(change)) {
      const auto [problem, fresh] = known.try_emplace(zone);
      try {
        if (fresh) tenant.query(sql::time_zone, {zone});
      } catch (const SqlError& error) {
        if (error.sqlstate() != "22023") throw;
        problem->second = error.what();
      }
      if (problem->second.empty()) continue;
      const Place& place = change.place;
      problems.push_back({place.file, place.line, place.column, to_address(change) + ": " + problem->second});
    }
  }
  if (!problems.empty()) throw_mismatches(std::move(problems));
}

// A permission must not lose a level at which somebody holds it.
void refuse_lost_levels(const std::vector<KeyGrant>& keys, const State& after, const std::vector<Change>& changes) {
  std::vector<Diagnostic> problems;
  for (const Change& change : changes) {
    const auto levels = change.fields.find("levels");
    const bool is_permission = find_access_part(change.kind) == AccessPart::permission;
    if (!is_permission || change.action != Action::change || levels == change.fields.end()) continue;
    const auto& known = levels->second.after;
    const auto require_level = [&](const std::string& level, const std::string& who) {
      if (std::find(known.begin(), known.end(), level) != known.end()) return;
      problems.push_back({change.place.file, change.place.line, change.place.column,
                          who + " holds " + to_address(change) + " at level '" + level + "'"});
    };
    for (const KeyGrant& key : keys) {
      const auto named = key.permissions.find(change.old_key());
      if (named == key.permissions.end() || named->second.empty()) continue;
      require_level(named->second, "API key " + name_key(key));
    }
    for (const EdgeKind& edge : edge_kinds()) {
      if (!edge.gives_permission()) continue;
      for (const auto& [key, object] : all_of_kind(after, edge.list->kind)) {
        const auto [owner, target] = split_edge(edge, key);
        const auto held = object.fields.find("level");
        if (target != change.key || held == object.fields.end()) continue;
        require_level(held->second, std::string(edge.owner->name) + "/" + owner);
      }
    }
  }
  if (!problems.empty()) throw_mismatches(std::move(problems));
}

Scope scope_of_access(AccessScope access) {
  Scope scope;
  scope.keys = true;
  for (const Kind& kind : kinds()) {
    if (kind.is_held()) scope.kinds.emplace(kind.name);
  }
  scope.users = std::move(access.users);
  scope.holders_of_roles = std::move(access.roles);
  scope.holders_of_templates = std::move(access.templates);
  scope.holders_of_permissions = std::move(access.permissions);
  return scope;
}

Error excess(const std::vector<std::string>& problems) {
  return {ErrorKind::refused, "refused: " + enumerated(problems, 5, "; "), std::string(hint_of_rights)};
}

// The effects of `changes`, of people and then of API keys. A user who only gets another address gains and loses
// nothing.
std::vector<Effect> find_effects(const State& before, const State& after, const std::vector<KeyGrant>& keys,
                                 const std::vector<Change>& changes) {
  std::vector<Change> renames;
  for (const Change& change : changes) {
    if (find_access_part(change.kind) != AccessPart::person || change.old_key() == change.key) continue;
    renames.push_back(change);
    renames.back().action = Action::change;  // a user who is replaced loses everything under a name of their own
    renames.back().fields = {{"key", change.fields.at("key")}};
  }
  std::vector<Effect> effects =
      renames.empty() ? effects_between(before, after) : effects_between(changed(before, renames), after);
  std::ranges::move(effects_on_keys(before, after, keys, changes), std::back_inserter(effects));
  return effects;
}

// Takes out of `users` those whom an edit with this scope has read, if they are there at all, with all they hold.
std::set<std::string> take_known(const Scope& scope, std::set<std::string>& users) {
  if (scope.everybody) return std::exchange(users, {});
  std::set<std::string> known;
  for (auto user = users.begin(); user != users.end();) {
    const auto next = std::next(user);
    if (scope.users.contains(*user)) known.insert(users.extract(user));
    user = next;
  }
  return known;
}

// Adds to `all` those of `there` that are `wanted`; if that is all there is, the two share it.
template <class Wanted>
void add_wanted(const Objects& there, Objects& all, const Wanted& wanted) {
  const auto is_there = [&](const auto& each) { return there.contains(each.first); };
  if (std::ranges::all_of(there, wanted) && std::ranges::all_of(std::as_const(all), is_there)) {
    all = there;
    return;
  }
  for (const auto& each : there) {
    if (wanted(each) && !std::as_const(all).contains(each.first)) all.emplace(each.first, each.second);
  }
}

// Adds the users `known` and what they hold to `people`, which were read at the same revision as `before`.
void add_known(const State& before, const std::set<std::string>& known, State& people) {
  if (known.empty()) return;
  for (const Kind& kind : kinds()) {
    const Objects& there = all_of_kind(before, kind.name);
    if (!kind.is_person() || there.empty()) continue;
    add_wanted(there, people[std::string(kind.name)], [&](const auto& user) { return known.contains(user.first); });
  }
  for (const EdgeKind& edge : edge_kinds()) {
    const Objects& there = all_of_kind(before, edge.list->kind);
    if (!edge.owner->is_person() || there.empty()) continue;
    add_wanted(there, people[std::string(edge.list->kind)],
               [&](const auto& member) { return known.contains(split_edge(edge, member.first).first); });
  }
  std::erase_if(people, [](const auto& kind) { return kind.second.empty(); });
}

// The people concerned, before and after the plan; false if the tenant has changed since the edit read it.
bool read_people(Assessment& plan) {
  AccessScope concerned = access_scope(plan.changes());  // adoptions change nobody's access
  if (concerned.empty() && plan.edit.tests.empty() && !plan.is_bounded()) return true;
  const bool changes_access = !concerned.empty();
  if (plan.is_bounded()) {
    concerned.users.insert(plan.edit.record.as);
    for (const Change& adoption : plan.planned.plan.adoptions) {
      if (find_access_part(adoption.kind) == AccessPart::person) concerned.users.insert(adoption.key);
    }
  }
  for (const AccessTest& test : plan.edit.tests) {
    if (!test.user.empty()) concerned.users.insert(test.user);
  }
  const std::set<std::string> known = take_known(plan.edit.scope, concerned.users);
  Reading reading = read_tenant(plan.tenant, scope_of_access(std::move(concerned)));
  if (reading.revision != plan.planned.basis.revision) return false;
  add_known(plan.before, known, reading.state);
  plan.knows_people = true;
  plan.people_after = changed(reading.state, plan.changes());
  plan.people_before = std::move(reading.state);
  refuse_held(reading.keys, plan.people_after, plan.changes());
  refuse_lost_levels(reading.keys, plan.people_after, plan.changes());
  if (changes_access) {
    plan.planned.plan.effects = find_effects(plan.people_before, plan.people_after, reading.keys, plan.changes());
  }
  return true;
}

// What the user of --as may not do is neither done nor shown, so the plan is emptied.
void refuse_excess(Assessment& plan) {
  if (!plan.is_bounded()) return;
  const auto problems =
      exceeding(plan.edit.record.as, plan.identity.features, plan.people_before, plan.people_after, plan.planned.plan);
  if (problems.empty()) return;
  plan.planned.plan = {};
  plan.planned.basis.refusal = excess(problems);
}

}  // namespace

Sight admit(Connection& tenant, const Edit& edit) {
  const std::string& user = edit.record.as;
  if (user.empty()) return Sight::people;
  const std::vector<std::string_view>& seeing = find_right_keys(Right::see_people);
  const bool nothing = edit.scope.kinds.empty() && edit.scope.users.empty() && edit.scope.teams.empty();
  const auto keys = edit.tests.empty() && !nothing ? keys_to_read(edit.scope) : seeing;
  const bool people = keys == seeing;
  require_one_of(tenant, user, keys, std::string(people ? seeing_people : "change any of this"));
  return people || holds_one_of(tenant, user, seeing) ? Sight::people : Sight::configuration;
}

bool assess(Connection& tenant, const Identity& identity, const Edit& edit, const State& before, Planned& planned) {
  refuse_unknown_zones(tenant, planned.plan.changes);
  Assessment assessment{.tenant = tenant, .identity = identity, .edit = edit, .before = before, .planned = planned};
  if (!read_people(assessment)) return false;
  refuse_excess(assessment);
  if (edit.is_question) return true;
  if (!check_naming_documents(assessment)) return false;
  for (const Guard guard : admission_guards()) {
    if (planned.basis.refusal) break;
    planned.basis.refusal = guard(assessment);
  }
  assessment.people_before = assessment.people_after = {};  // of a large tenant half of all that is held
  if (!planned.basis.refusal) refuse_taken_identities(tenant, edit.record.as, before, planned.plan.changes);
  return true;
}

void require_rights(Connection& tenant, const Identity& identity, const RunRecord& record,
                    const std::vector<Change>& changes) {
  if (record.as.empty()) return;
  AccessScope concerned = access_scope(changes);
  concerned.users.insert(record.as);
  const Reading reading = read_tenant(tenant, scope_of_access(std::move(concerned)));
  const State& before = reading.state;
  const State after = changed(before, changes);
  const auto problems = exceeding(record.as, identity.features, before, after,
                                  {.changes = changes,
                                   .adoptions = {},
                                   .effects = find_effects(before, after, reading.keys, changes),
                                   .prunable = {}});
  if (!problems.empty()) throw excess(problems);
}

}  // namespace acctl
