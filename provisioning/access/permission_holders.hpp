// Reads from a tenant's database everybody who holds a permission, with every way in which they do.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "provisioning/access/permission_query.hpp"
#include "provisioning/database/connection.hpp"

namespace acctl {

// A user, active or invited, who holds the permission that was asked for.
struct PermissionHolder {
  std::string email;
  std::string status;
  std::string level;             // the widest at which it is held; "" if it has no levels
  std::vector<std::string> via;  // "direct", "role:agent", "template:manager"
  std::string until;             // when the last of these ways ends; "" if one has no end. RFC 3339, UTC
  std::string since;             // when the first of them came about
  std::string run;               // that made it; "" if no run of the ledger did
};

// What a tenant's catalogue says of a permission.
struct CatalogueEntry {
  bool exists = false;
  bool has_levels = false;
  std::vector<std::string> others = {};  // all permissions of a catalogue that lacks this one
};

CatalogueEntry find_permission(Connection& tenant, const AskedPermission& asked);

// Calls visit() for each holder by address, in one snapshot and holding a thousand at a time. One round trip for a
// tenant that has fewer.
CatalogueEntry visit_holders(Connection& tenant, const AskedPermission& asked,
                             const std::function<void(const PermissionHolder& holder)>& visit);

// Whether effective permissions as a review writes them ("tickets.view:group") include the one asked for. Pure.
bool includes(const std::vector<std::string>& effective, const AskedPermission& asked);

}  // namespace acctl
