// Finds who is meant by the address of somebody who leaves: one person can have other addresses in other tenants.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

struct LeavingPerson {
  std::set<std::string> addresses;  // present and former, of any tenant
  std::set<std::string> people;     // UUIDs of the registry
  // By tenant: addresses of users with the external id of the person at a provider of the same sort, where it is not
  // known whether it is the same provider. They may be somebody else.
  std::map<std::string, std::set<std::string>> doubtful;
};

// Asks the registry and all of `tenants` that can be read: grants of enterprises, changes of address in ledgers, and
// ids at identity providers.
LeavingPerson find_leaving_person(const Session& session, Platform& platform, const std::vector<Tenant>& tenants,
                                  const std::string& email);

}  // namespace acctl
