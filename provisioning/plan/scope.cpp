// What an edit has to read.
#include <algorithm>

#include "provisioning/model/error.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/misfits.hpp"
#include "provisioning/plan/run.hpp"

namespace acctl {

namespace {

// `kind` whole, and all kinds that its fields and lists can name: what stands there must exist.
void add_kind(Scope& scope, std::string_view kind) {
  if (kind == "users" || !scope.kinds.emplace(kind).second) return;
  for (const Field& field : find_kind(kind)->fields) {
    if (field.type == FieldType::reference) add_kind(scope, field.target);
  }
  for (const List& list : find_kind(kind)->lists) add_kind(scope, list.target);
}

void add_user(Scope& scope, const std::string& email) {
  scope.users.insert(email);
  for (const std::string_view kind : {"roles", "role_templates", "permissions"}) add_kind(scope, kind);
}

// Whatever names an object of `kind` in a field.
void add_referrers_of(Scope& scope, std::string_view target) {
  for (const Kind& kind : kinds()) {
    if (std::ranges::find(kind.fields, target, &Field::target) != kind.fields.end()) add_kind(scope, kind.name);
  }
}

// What would go with an object that is removed, or stand in the way of that.
void add_dependents(Scope& scope, const Change& change) {
  const bool narrows = change.kind == "permissions" && change.fields.contains("levels");
  if (change.kind == "permissions" && (narrows || change.action == Action::remove)) {
    scope.holders_of_permissions.insert(change.old_key());
    for (const std::string_view kind : {"roles", "role_templates"}) add_kind(scope, kind);
  }
  if (change.action != Action::remove) return;
  if (change.kind == "users") {
    scope.memberships = true;
    add_kind(scope, "teams");
  }
  if (change.kind == "roles") scope.holders_of_roles.insert(change.old_key());
  if (change.kind == "role_templates") scope.holders_of_templates.insert(change.old_key());
  add_referrers_of(scope, change.kind);
}

}  // namespace

void add_prunable(Scope& scope) {
  scope.memberships = true;
  add_kind(scope, "teams");
  for (const Kind& kind : kinds()) {
    if (std::ranges::any_of(kind.fields, [](const Field& field) { return field.type == FieldType::reference; })) {
      add_kind(scope, kind.name);
    }
  }
}

Scope scope_of(const Definitions& definitions) {
  Scope scope{.kinds = {}, .manager = definitions.manager};
  for (const auto& [address, place] : definitions.guards.protect.value_or(std::map<std::string, Place>())) {
    add_kind(scope, address.substr(0, address.find('/')));
  }
  for (const auto& [kind, objects] : definitions.objects) {
    add_kind(scope, kind);
    for (const auto& [key, declaration] : objects) {
      if (kind == "users") {
        add_user(scope, key);
        for (const std::string& old : declaration.previously) add_user(scope, old);
      }
      const auto members = declaration.lists.find("members");
      if (kind != "teams" || (members == declaration.lists.end() && declaration.clone.empty())) continue;
      scope.teams.insert(key);
      scope.teams.insert(declaration.previously.begin(), declaration.previously.end());
      if (!declaration.clone.empty()) scope.teams.insert(declaration.clone);
      if (members == declaration.lists.end()) continue;
      for (const ListEntry& entry : members->second.entries) scope.users.insert(entry.key);
    }
  }
  return scope;
}

Scope scope_of(const std::vector<Change>& changes) {
  Scope scope;
  for (const Change& change : changes) {
    const EdgeKind* edge = find_edge_kind(change.kind);
    if (edge == nullptr) {
      add_kind(scope, change.kind);
      add_dependents(scope, change);
      if (change.kind == "users") {
        add_user(scope, change.key);
        add_user(scope, change.old_key());
      }
      if (change.kind == "teams") scope.teams.insert({change.key, change.old_key()});
      continue;
    }
    const auto [owner, target] = split_edge(*edge, change.key);
    add_kind(scope, edge->owner->name);
    add_kind(scope, edge->list->target);
    if (edge->owner->name == "users") add_user(scope, owner);
    if (edge->list->target == "users") {
      scope.users.insert(target);
      scope.teams.insert(owner);
    }
  }
  return scope;
}

Scope scope_written_by(const std::vector<Change>& changes) {
  Scope scope;
  for (const Change& change : changes) {
    const EdgeKind* edge = find_edge_kind(change.kind);
    const std::string kind(edge == nullptr ? std::string_view(change.kind) : edge->owner->name);
    const std::string key = edge == nullptr ? change.key : split_edge(*edge, change.key).first;
    if (kind == "users") {
      scope.users.insert(key);
    } else {
      scope.kinds.insert(kind);
    }
    if (change.kind == "team_members") scope.teams.insert(key);
  }
  return scope;
}

Desired replayed(const State& current, const std::vector<Change>& changes) {
  if (const auto different = misfits(current, changes); !different.empty()) {
    throw Error(ErrorKind::conflict, "the tenant is not as the changes suppose: " + reasons_of(different),
                "Nothing was changed by this run.");
  }
  return {.state = changed(current, changes), .renames = renames_of(changes), .prunable = {}};
}

}  // namespace acctl
