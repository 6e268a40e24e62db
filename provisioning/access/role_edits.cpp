#include "provisioning/access/role_edits.hpp"

#include <algorithm>

#include "provisioning/base/error.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/base_roles.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

namespace {

const EdgeKind& assignments() { return *find_edge_kind("user_roles"); }

std::vector<std::string> holders_of_role(const State& state, const std::string& role) {
  std::vector<std::string> holders;
  for (const auto& [key, edge] : all_of_kind(state, "user_roles")) {
    const auto [email, held] = split_edge(assignments(), key);
    if (held == role) holders.push_back(email);
  }
  return holders;
}

std::vector<std::string> holders_of_template(const State& state, const std::string& role_template) {
  std::vector<std::string> holders;
  for (const auto& [email, user] : all_of_kind(state, "users")) {
    if (has_value(user, "role_template", role_template)) holders.push_back(email);
  }
  return holders;
}

// What `to` gets of the end of an assignment that it takes over: the later one.
void take_over(State& state, const std::string& email, const std::string& from, const std::string& to) {
  auto& edges = state["user_roles"];
  const Object old = edges.extract(edge_key(email, from)).mapped();
  const auto [there, fresh] = edges.emplace(edge_key(email, to), old);
  if (fresh) return;
  const auto ends = there->second.fields.find("until");
  if (ends == there->second.fields.end()) return;
  const auto other = old.fields.find("until");
  if (other == old.fields.end()) {
    there->second.fields.erase("until");
  } else if (ends->second < other->second) {
    ends->second = other->second;
  }
}

void refuse_enterprise_scope(const Object& role, const std::string& key) {
  if (!has_value(role, "scope", "enterprise")) return;
  throw Error(ErrorKind::refused, "refused: role " + key + " reaches the entire enterprise, not one tenant",
              "Grant it with 'acctl enterprise grant ENTERPRISE EMAIL " + key + "'.");
}

// A base role takes the place of the one that a user has. One that is granted for a time is added to it.
void replace_base_role(State& state, const std::string& email, const RoleGrant& grant) {
  const std::vector<std::string> base = base_roles(state);
  const auto granted = [&](const std::string& role) {
    return std::ranges::find(grant.roles, role) != grant.roles.end();
  };
  if (!grant.until.empty() || std::ranges::none_of(base, granted)) return;
  for (const std::string& role : base) {
    if (!granted(role)) state["user_roles"].erase(edge_key(email, role));
  }
}

}  // namespace

void clone_role(State& state, const RoleClone& clone) {
  const State& from = clone.pack == nullptr ? state : *clone.pack;
  const Object& source = require_object(from, "roles", clone.source);
  NewObject wanted{.kind = "roles", .key = clone.key, .fields = {}, .permissions = {}};
  for (const char* field : {"name", "description", "scope"}) {
    if (const auto* value = source.fields.get(field)) wanted.fields[field] = *value;
  }
  wanted.fields["name"] = clone.name.empty() ? "Copy of " + wanted.fields["name"].get<std::string>() : clone.name;
  wanted.permissions = with_words(find_permissions(from, "roles", clone.source), clone.permissions);
  check_catalogue(state, *wanted.permissions,
                  "Leave out what is missing with --permission=-PERMISSION, or add it to the tenant's catalogue with "
                  "definitions first (permissions: …).");
  create_object(state, wanted);
}

void delete_roles(State& state, const std::vector<std::string>& keys, const std::string& reassign_to, Notes& notes) {
  if (!reassign_to.empty()) {
    refuse_enterprise_scope(require_object(state, "roles", reassign_to), reassign_to);
    if (std::ranges::find(keys, reassign_to) != keys.end()) {
      throw Error(ErrorKind::invalid, "--reassign-to: role " + reassign_to + " is itself to be deleted");
    }
  }
  for (const std::string& key : present_keys(state, "roles", keys, notes)) {
    const std::vector<std::string> holders = holders_of_role(state, key);
    const bool is_system = has_value(state["roles"][key], "system", true);
    // A system role is refused by the executor, which also records the attempt.
    if (!holders.empty() && reassign_to.empty() && !is_system) {
      throw_held("role " + key, holders, "Give them another with --reassign-to ROLE, or revoke it first.");
    }
    for (const std::string& email : holders) {
      if (reassign_to.empty()) {
        state["user_roles"].erase(edge_key(email, key));
      } else {
        take_over(state, email, key, reassign_to);
      }
    }
    remove_object(state, "roles", key);
  }
}

void delete_role_templates(State& state, const std::vector<std::string>& keys, const std::string& reassign_to,
                           Notes& notes) {
  if (!reassign_to.empty()) require_object(state, "role_templates", reassign_to);
  if (std::ranges::find(keys, reassign_to) != keys.end()) {
    throw Error(ErrorKind::invalid, "--reassign-to: role template " + reassign_to + " is itself to be deleted");
  }
  for (const std::string& key : present_keys(state, "role_templates", keys, notes)) {
    const std::vector<std::string> holders = holders_of_template(state, key);
    if (!holders.empty() && reassign_to.empty()) {
      throw_held("role template " + key, holders,
                 "Give them another with --reassign-to TEMPLATE, or remove it with 'acctl role-template unassign'.");
    }
    for (const std::string& email : holders) state["users"][email].fields["role_template"] = reassign_to;
    remove_object(state, "role_templates", key);
  }
}

void grant_roles(State& state, const RoleGrant& grant, const SuggestUsers& near, Notes& notes) {
  for (const std::string& role : grant.roles) refuse_enterprise_scope(require_object(state, "roles", role), role);
  require_usable_users(state, grant.emails, near);
  auto& edges = state["user_roles"];
  for (const std::string& email : grant.emails) {
    replace_base_role(state, email, grant);
    for (const std::string& role : grant.roles) {
      const auto [edge, fresh] = edges.try_emplace(edge_key(email, role));
      auto& fields = edge->second.fields;
      if (!grant.until.empty()) {
        // Never shortened to a time: whoever means that revokes the role first.
        if (!fresh && !fields.contains("until")) {
          notes.add(email + " already holds role " + role + " permanently; the temporary grant changes nothing");
        } else {
          fields["until"] = grant.until;
        }
      } else if (fields.erase("until") > 0) {
        notes.add(email + " held role " + role + " temporarily and now holds it permanently");
      }
    }
  }
}

void revoke_roles(State& state, const std::vector<std::string>& roles, const std::vector<std::string>& emails,
                  const SuggestUsers& near) {
  for (const std::string& role : roles) require_object(state, "roles", role);
  require_users(state, emails, near);
  for (const std::string& email : emails) {
    for (const std::string& role : roles) state["user_roles"].erase(edge_key(email, role));
  }
}

void assign_role_template(State& state, const std::string& role_template, const std::vector<std::string>& emails,
                          const SuggestUsers& near) {
  if (role_template.empty()) {
    require_users(state, emails, near);
    for (const std::string& email : emails) state["users"][email].fields.erase("role_template");
    return;
  }
  require_object(state, "role_templates", role_template);
  require_usable_users(state, emails, near);
  for (const std::string& email : emails) state["users"][email].fields["role_template"] = role_template;
}

}  // namespace acctl
