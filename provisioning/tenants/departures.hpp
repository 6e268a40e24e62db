// People whose access is taken away while a tenant cannot be entered, because it is held for deletion or not finished:
// the registry remembers it until the tenant is resumed, or finished.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioning/model/error.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

class Platform;

// What a run took away, and from whom.
struct AccessEnd {
  std::vector<std::string> emails;
  std::set<std::string> people;  // UUIDs of the registry: the same persons under whatever address
  bool roles_too = false;        // roles, teams and keys go, as by `user offboard`; else they are suspended
};

// A tenant that cannot be entered and may have one of these users.
struct PlaceOutOfReach {
  std::string tenant;  // slug
  std::string email;
  bool held = false;   // for deletion; else it is not finished, and the user is its first administrator
  bool known = false;  // else the registry does not know the users of a tenant that is held
  bool noted = false;  // an earlier run has remembered that they leave
};
std::vector<PlaceOutOfReach> places_out_of_reach(const Platform& platform, const std::vector<Tenant>& tenants,
                                                 const AccessEnd& end);

// Remembers it for those of `tenants` that cannot be entered; their slugs.
std::vector<std::string> defer_access_end(const Platform& platform, const std::vector<Tenant>& tenants,
                                          const AccessEnd& end);

// Forgets that they were to be suspended there; who was offboarded stays so.
void recall_access_end(const Platform& platform, const std::vector<Tenant>& tenants,
                       const std::vector<std::string>& emails);

// Those of `tenants` that were not finished and are active by now: what was taken away meanwhile may not have reached
// them.
std::vector<Tenant> finished_since(Platform& platform, const std::vector<Tenant>& tenants);

// Takes away in a tenant whose database is in reach again what was taken away elsewhere meanwhile: from people who
// left, even if they are its last admins, and roles that its enterprise no longer grants. Who that was, as sentences.
// `command`: in whose name the ledger says so.
std::vector<std::string> end_deferred_access(Platform& platform, const Tenant& tenant, const std::string& command);

// Of a tenant that is about to be held for deletion: by whom its users can be recognised meanwhile. A database that
// cannot be entered has nobody to remember.
void keep_held_people(const Platform& platform, const Tenant& tenant);

// Error(conflict) where the first administrator of a tenant that is not finished has left since: nobody is invited who
// has.
std::optional<Error> departed_admin(const Platform& platform, const Tenant& tenant);

// Names the administrator of `request` instead of one who has left; nothing where it names the same one. The tenant is
// locked, and `tenant` is then as the registry has it.
void replace_departed_admin(Platform& platform, Tenant& tenant, const TenantRequest& request);

// Takes those who left since out of a tenant that an earlier run has seeded and that was never active, as if they had
// not been seeded, and puts its administrator in, where that is another one by now. Nothing where nobody left.
void take_out_departed(Platform& platform, const Tenant& tenant);

}  // namespace acctl
