// Finds what is wrong in a tenant's own database, or with its database role, that only a person can decide: seats,
// settings, roles of the pack, messages that wait.
#pragma once

#include <string>
#include <vector>

#include "provisioning/tenants/registry.hpp"

namespace acctl {

struct Damage {
  std::string check;   // as Finding::check
  std::string detail;  // what is wrong, and what to do
};

// `database`: the tenant's, with the schema of this acctl.
std::vector<Damage> find_damage(Platform& platform, const Tenant& tenant, Connection& database);

// What the database role of the tenant's application has and must not have, or lacks; a sentence each.
std::vector<std::string> role_damage(Connection& server, const TenantNames& names);

}  // namespace acctl
