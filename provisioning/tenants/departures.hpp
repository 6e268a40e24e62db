// People whose access is taken away while a tenant is held for deletion: nothing can be written there, so the registry
// remembers it until the tenant is resumed.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "provisioning/tenants/tenant.hpp"

namespace acctl {

class Platform;

// What a run took away, and from whom.
struct AccessEnd {
  std::vector<std::string> emails;
  std::set<std::string> people;  // UUIDs of the registry: the same persons under whatever address
  bool roles_too = false;        // roles, teams and keys go, as by `user offboard`; else they are suspended
};

// Remembers it for those of `tenants` that are held for deletion; their slugs.
std::vector<std::string> defer_access_end(Platform& platform, const std::vector<Tenant>& tenants, const AccessEnd& end);

// Takes away in a tenant whose database is in reach again what was taken away elsewhere meanwhile: from people who
// left, even if they are its last admins, and roles that its enterprise no longer grants. Who that was, as sentences.
std::vector<std::string> end_deferred_access(Platform& platform, const Tenant& tenant);

}  // namespace acctl
