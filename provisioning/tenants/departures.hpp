// Defers the removal of access while a tenant is held for deletion: nothing can be written there, so the registry
// remembers it until the tenant is resumed.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "provisioning/tenants/tenant.hpp"

namespace acctl {

class Platform;

// The access that a run removed, and from whom.
struct AccessEnd {
  std::vector<std::string> emails;
  std::set<std::string> people;  // UUIDs of the registry: the same persons under whatever address
  bool roles_too = false;        // roles, teams and keys go, as by `user offboard`; else they are suspended
};

// Remembers it for those of `tenants` that are held for deletion; their slugs.
std::vector<std::string> defer_access_end(Platform& platform, const std::vector<Tenant>& tenants, const AccessEnd& end);

// Removes in a tenant that is accessible again what was removed elsewhere in the meantime: the access of people who
// left, even if they are its last admins, and roles that its enterprise no longer grants. Returns a sentence for each.
std::vector<std::string> end_deferred_access(Platform& platform, const Tenant& tenant);

}  // namespace acctl
