// Edits roles, role templates and their holders. Pure.
#pragma once

#include <string>
#include <vector>

#include "provisioning/access/object_edits.hpp"
#include "provisioning/access/user_lookup.hpp"

namespace acctl {

struct RoleClone {
  std::string source;
  std::string key;
  std::string name;  // "" for "Copy of …"
  std::vector<PermissionWord> permissions;
  const State* pack = nullptr;  // where the source is another pack's
};

// Throws Error(invalid) naming the permissions that the tenant's catalogue lacks.
void clone_role(State& state, const RoleClone& clone);

// Throws Error(conflict) naming who has one of them, unless they are given `reassign_to` instead.
void delete_roles(State& state, const std::vector<std::string>& keys, const std::string& reassign_to, Notes& notes);
void delete_role_templates(State& state, const std::vector<std::string>& keys, const std::string& reassign_to,
                           Notes& notes);

struct RoleGrant {
  std::vector<std::string> roles;
  std::vector<std::string> emails;
  std::string until;  // RFC 3339, UTC; "" for ever
};

// Renews what is granted already. Throws Error(refused) for roles of scope enterprise.
void grant_roles(State& state, const RoleGrant& grant, const SuggestUsers& near, Notes& notes);
void revoke_roles(State& state, const std::vector<std::string>& roles, const std::vector<std::string>& emails,
                  const SuggestUsers& near);

// `role_template` "" takes away what they have.
void assign_role_template(State& state, const std::string& role_template, const std::vector<std::string>& emails,
                          const SuggestUsers& near);

}  // namespace acctl
