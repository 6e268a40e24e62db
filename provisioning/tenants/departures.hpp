// Defers the removal of access while a tenant cannot be entered, because it is held for deletion or not finished: the
// registry remembers it until the tenant is resumed or finished.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioning/base/error.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

class Platform;

// The access that a run removed, and from whom.
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

// Remembers it for those of `tenants` that cannot be entered. Returns their slugs.
std::vector<std::string> defer_access_end(const Platform& platform, const std::vector<Tenant>& tenants,
                                          const AccessEnd& end);

// Forgets that they were to be suspended there; who was offboarded stays so.
void recall_access_end(const Platform& platform, const std::vector<Tenant>& tenants,
                       const std::vector<std::string>& emails);

// Those of `tenants` that were not finished and are active by now: what was taken away meanwhile may not have reached
// them.
std::vector<Tenant> finished_since(Platform& platform, const std::vector<Tenant>& tenants);

// Removes in a tenant that is accessible again what was removed elsewhere in the meantime: the access of people who
// left, even if they are its last admins, and roles that its enterprise no longer grants. Returns a sentence for each.
// `command`: what the ledger names as the command.
std::vector<std::string> end_deferred_access(Platform& platform, const Tenant& tenant, const std::string& command);

// Keeps hashes of the users of a tenant that is about to be held for deletion, by which they can be recognised in the
// meantime. For a database that cannot be entered nothing is kept.
void keep_held_people(const Platform& platform, const Tenant& tenant);

// Returns Error(conflict) if the first administrator of an unfinished tenant has left since: nobody who left is
// invited.
std::optional<Error> departed_admin(const Platform& platform, const Tenant& tenant);

// Replaces an administrator who has left by the one that `request` names; does nothing if it is the same one. The
// tenant is locked, and `tenant` is then as the registry has it.
void replace_departed_admin(Platform& platform, Tenant& tenant, const TenantRequest& request);

// Removes those who left since from a tenant that an earlier run has seeded and that was never active, as if they had
// not been seeded, and adds its administrator, if that is another one now. Does nothing if nobody left.
void take_out_departed(Platform& platform, const Tenant& tenant);

}  // namespace acctl
