// Computes what an edit has to read.
#include <algorithm>

#include "provisioning/base/error.hpp"
#include "provisioning/model/document_fits.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/template_names.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/document_renames.hpp"
#include "provisioning/plan/executor.hpp"
#include "provisioning/plan/mismatches.hpp"

namespace acctl {

namespace {

void add_kind(Scope& scope, const Kind& kind);

// All kinds that fields and lists of `kind` can name.
void add_targets(Scope& scope, const Kind& kind) {
  for (const Field& field : kind.fields) {
    if (field.type == FieldType::reference) add_kind(scope, *find_kind(field.target));
  }
  for (const List& list : kind.lists) add_kind(scope, *find_kind(list.target));
}

// `kind` whole, and all kinds that it can name, so that references can be checked. People are never read as a whole.
void add_kind(Scope& scope, const Kind& kind) {
  if (kind.is_person() || !scope.kinds.emplace(kind.name).second) return;
  add_targets(scope, kind);
}

void add_user(Scope& scope, const Kind& people, const std::string& email) {
  scope.users.insert(email);
  add_targets(scope, people);
}

// The kinds whose lists can hold an object of `kind`: of permissions roles and role templates, of people teams.
void add_owners_of_lists(Scope& scope, const Kind& kind) {
  for (const EdgeKind& edge : edge_kinds()) {
    if (edge.target == &kind) add_kind(scope, *edge.owner);
  }
}

bool has_memberships(const Kind& kind) {
  return std::ranges::any_of(edge_kinds(),
                             [&](const EdgeKind& edge) { return edge.owner == &kind && edge.is_membership(); });
}

// The kinds whose fields can name an object of kind `target`.
void add_referrers(Scope& scope, std::string_view target) {
  for (const Kind& kind : kinds()) {
    if (std::ranges::find(kind.fields, target, &Field::target) != kind.fields.end()) add_kind(scope, kind);
  }
}

// What would be removed with an object, or prevents its removal.
void add_dependents(Scope& scope, const Kind& kind, const Change& change) {
  const bool is_removed = change.action == Action::remove;
  if (kind.part == AccessPart::permission && (is_removed || change.fields.contains("levels"))) {
    scope.holders_of_permissions.insert(change.old_key());
    add_owners_of_lists(scope, kind);
  }
  if (!is_removed) return;
  if (kind.is_person()) {
    scope.memberships = true;
    add_owners_of_lists(scope, kind);
  }
  if (kind.part == AccessPart::role) scope.holders_of_roles.insert(change.old_key());
  if (kind.part == AccessPart::role_template) scope.holders_of_templates.insert(change.old_key());
  add_referrers(scope, change.kind);
}

// What the documents of an object name.
void add_inner(Scope& scope, const Kind& kind, const Declaration& declaration) {
  for (const auto& [name, declared] : declaration.fields) {
    if (const DocumentForm* form = find_document_form(kind.name, name.str())) {
      for (std::string& address : find_field_addresses(*form, declared.value)) scope.users.insert(std::move(address));
    }
    for (const InnerReference& inner : declared.inner.all()) {
      const Kind& named = *find_kind(inner.kind);
      if (named.is_person()) {
        scope.users.insert(inner.key);
      } else {
        add_kind(scope, named);
      }
    }
  }
}

// All that the documents of a template of this kind may name; people are not known to packs.
void add_named_by_documents(Scope& scope, const Kind& kind) {
  for (const Kind& target : kinds()) {
    const bool named = std::ranges::any_of(document_forms(), [&](const DocumentForm& form) {
      return form.kind == kind.name && can_name(form, target.name);
    });
    if (named) add_kind(scope, target);
  }
}

// The people and memberships that the declaration of an object names.
void add_declared(Scope& scope, const Kind& kind, const std::string& key, const Declaration& declaration) {
  if (kind.is_person()) {
    add_user(scope, kind, key);
    for (const std::string& old : declaration.previously) add_user(scope, kind, old);
  }
  if (!declaration.previously.empty()) add_naming_documents(scope, kind.name);
  add_inner(scope, kind, declaration);
  const bool of_pack = names_template(declaration.clone);
  if (of_pack) add_named_by_documents(scope, kind);
  for (const List& list : kind.lists) {
    if (!find_kind(list.target)->is_person()) continue;
    const auto members = declaration.lists.find(std::string(list.name));
    if (members == declaration.lists.end() && declaration.clone.empty()) continue;
    scope.teams.insert(key);
    scope.teams.insert(declaration.previously.begin(), declaration.previously.end());
    if (!declaration.clone.empty() && !of_pack) scope.teams.insert(declaration.clone);
    if (members == declaration.lists.end()) continue;
    for (const ListEntry& entry : members->second.entries) scope.users.insert(entry.key);
  }
}

}  // namespace

void add_naming_documents(Scope& scope, std::string_view kind) {
  for (const DocumentForm& form : document_forms()) {
    if (can_name(form, kind)) add_kind(scope, *find_kind(form.kind));
  }
  // Automations set custom fields to people.
  if (find_kind(kind)->is_person()) add_kind(scope, *find_kind("custom_fields"));
}

void add_prunable(Scope& scope) {
  scope.memberships = true;
  for (const Kind& kind : kinds()) {
    if (kind.is_person()) add_owners_of_lists(scope, kind);
    if (std::ranges::any_of(kind.fields, [](const Field& field) { return field.type == FieldType::reference; })) {
      add_kind(scope, kind);
    }
  }
}

Scope compute_scope(const Definitions& definitions) {
  Scope scope{.kinds = {}, .manager = definitions.manager};
  for (const auto& [address, place] : definitions.guards.protect.value_or(std::map<std::string, Place>())) {
    add_kind(scope, *find_kind(address.substr(0, address.find('/'))));
  }
  for (const auto& [name, objects] : definitions.objects) {
    const Kind& kind = *find_kind(name);
    add_kind(scope, kind);
    for (const auto& [key, declaration] : objects) add_declared(scope, kind, key, declaration);
  }
  return scope;
}

Scope compute_scope(const std::vector<Change>& changes) {
  Scope scope;
  for (const Change& change : changes) {
    const EdgeKind* edge = find_edge_kind(change.kind);
    if (edge == nullptr) {
      const Kind& kind = *find_kind(change.kind);
      add_kind(scope, kind);
      add_dependents(scope, kind, change);
      if (kind.is_person()) {
        add_user(scope, kind, change.key);
        add_user(scope, kind, change.old_key());
      }
      if (has_memberships(kind)) scope.teams.insert({change.key, change.old_key()});
      continue;
    }
    const auto [owner, target] = split_edge(*edge, change.key);
    add_kind(scope, *edge->owner);
    add_kind(scope, *edge->target);
    if (edge->owner->is_person()) add_user(scope, *edge->owner, owner);
    if (edge->is_membership()) {
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
    const Kind& kind = edge == nullptr ? *find_kind(change.kind) : *edge->owner;
    const std::string key = edge == nullptr ? change.key : split_edge(*edge, change.key).first;
    if (kind.is_person()) {
      scope.users.insert(key);
    } else {
      scope.kinds.emplace(kind.name);
    }
    if (edge != nullptr && edge->is_membership()) scope.teams.insert(key);
  }
  return scope;
}

Desired replayed(const State& current, const std::vector<Change>& changes) {
  if (const auto different = mismatches(current, changes); !different.empty()) {
    throw Error(ErrorKind::conflict, "the tenant has changed since the plan was made: " + join_reasons(different),
                "Nothing was changed by this run.");
  }
  return {.state = changed(current, changes), .renames = collect_renames(changes), .prunable = {}};
}

}  // namespace acctl
