// The invitations of a tenant that is being made: of its administrator, and of people whom its enterprise grants a
// role.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "provisioning/access/invitations.hpp"
#include "provisioning/tenants/enterprise.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

// Invites `guests`, who are seeded. `key` is the platform's.
Statement make_seed_invitations(const Tenant& tenant, const std::vector<std::string>& guests, const Secret& key);

// Invites the people of the enterprise who were not here before; how many.
std::int64_t invite_uninvited(Connection& database, const Tenant& tenant, const Secret& key);

// How many messages of earlier runs will leave with those of this one, or stay held if its session holds messages.
std::int64_t count_mails_to_send(Connection& database);

// Who becomes enterprise admin with the first tenant of an enterprise that has no founder yet, by its key;
// Founder::role
// "" for nobody. Of tenants that are foreseen one after the other, the later ones invite that person, too.
using FoundersToBe = std::map<std::string, Founder>;

// How many people will be invited in a tenant that is not finished. However far earlier runs came, nothing was sent.
// `founders` knows those of the tenants that are made before, and gets this one's.
std::int64_t foresee_invitations(Platform& platform, const Tenant& tenant, FoundersToBe& founders);

}  // namespace acctl
