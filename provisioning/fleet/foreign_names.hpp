// Finds settings that would give a tenant the host name or the support address of another one. The registry knows whose
// they are, and no tenant's database does.
#pragma once

#include <string>
#include <vector>

#include "provisioning/model/change.hpp"
#include "provisioning/platform/platform.hpp"

namespace acctl {

// What a tenant would call itself.
struct WantedName {
  std::string setting;  // "portal.hostname"
  std::string name;     // in lower case
};

// The names that these changes give a tenant.
std::vector<WantedName> find_wanted_names(const std::vector<Change>& changes);

// Those that the tenants (ids) want, each with the slug of the other tenant that has it; "" for none. In one round
// trip, none for nothing.
struct NameOfTenant {
  std::string tenant;
  WantedName wanted;
  std::string owner = {};
};
void find_owners(const Platform& platform, std::vector<NameOfTenant>& names);

}  // namespace acctl
