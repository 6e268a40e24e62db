// Adds tenants to enterprises and removes them, and seeds an enterprise's grants in a new tenant.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "provisioning/platform/enterprise_keys.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

// False if it is in that enterprise already. Throws Error(conflict) if it is in another one.
bool join_enterprise(Platform& platform, const std::string& slug, const std::string& enterprise);

// False if it is in none. Throws Error(conflict) if it is in another one.
bool leave_enterprise(Platform& platform, const std::string& slug, const std::string& enterprise);

// Who becomes enterprise admin with an enterprise's first tenant, where its pack has such a role: of scope enterprise,
// giving everything.
struct Founder {
  std::string email;    // "" for nobody
  std::string tenant;   // slug of that first tenant
  std::string role;     // "" if the pack has none
  std::string why_not;  // "" if there is no reason to tell
};

// For an enterprise that has none yet, with `joining` tenants (slugs): the administrator of its first tenant, as the
// registry names them, and only while they are an active admin there; else the only active admin whom it has.
Founder propose_founder(Platform& platform, const std::string& enterprise, const std::vector<std::string>& joining);

// The same for a tenant that is being seeded as the first one of its enterprise: its administrator, who is invited with
// the seed, is made enterprise admin. Nothing if another tenant is the first one.
void appoint_founder(Platform& platform, const Tenant& tenant, Connection& database);

// Whom appoint_founder() will appoint with a tenant that is not made yet.
Founder foresee_founder(Platform& platform, const Tenant& tenant);

// Slugs of the tenants with which enterprises of `requests` get their founders. They have to be made before the others,
// which that person comes into: else who founds an enterprise, and where they are invited, would be a matter of luck.
std::set<std::string> find_founding(Platform& platform, const std::vector<TenantRequest>& requests);

// Who is granted what in an enterprise.
struct WantedGrants {
  std::vector<std::string> emails;
  std::vector<std::string> roles;   // beside each address
  std::vector<std::string> people;  // likewise: UUIDs
  std::vector<EnterpriseKey> keys;  // of the enterprise itself
};

// The grants that the registry has now, person and role: to see whether any came or went.
using GrantList = std::vector<std::pair<std::string, std::string>>;
GrantList recorded_grants(Platform& platform, const std::string& enterprise);

// What a tenant that is being made is to be given: not what is granted to people who are suspended in another one.
WantedGrants wanted_grants(Platform& platform, const std::string& enterprise);

// Gives them in `database`, as far as the tenant has those roles, and ends what was given before and is wanted no
// longer; the ledger says so. tenant.seats_used is then what the tenant says. Throws Error(locked) when a later run has
// taken over.
void seed_grants(const WantedGrants& wanted, const Actor& actor, Tenant& tenant, Connection& database);

}  // namespace acctl
