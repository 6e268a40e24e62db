// Tenants in enterprises: who joins and leaves, and what an enterprise's grants are to a tenant that is being made.
#pragma once

#include <string>
#include <vector>

#include "provisioning/tenants/registry.hpp"

namespace acctl {

// False where it is in that enterprise already. Throws Error(conflict) where it is in another one.
bool join_enterprise(Platform& platform, const std::string& slug, const std::string& enterprise);

// False where it is in none. Throws Error(conflict) where it is in another one.
bool leave_enterprise(Platform& platform, const std::string& slug, const std::string& enterprise);

// Makes the administrator of the first tenant enterprise admin, where its pack has such a role: of scope enterprise,
// giving everything. Whoever of its tenants comes here first does it for all; done before, it does nothing.
void appoint_founder(Platform& platform, const std::string& enterprise);

// Who is granted what in an enterprise.
struct WantedGrants {
  std::vector<std::string> emails;
  std::vector<std::string> roles;  // beside each address
  bool operator==(const WantedGrants&) const = default;
};
WantedGrants wanted_grants(Platform& platform, const std::string& enterprise);

// Gives them in `database`, as far as the tenant has those roles. tenant.seats_used is then what the tenant says.
// Throws Error(locked) when a later run has taken over.
void seed_grants(const WantedGrants& wanted, Tenant& tenant, Connection& database);

}  // namespace acctl
