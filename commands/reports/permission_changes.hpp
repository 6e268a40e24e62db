// What a plan changes in roles × permissions, over all groups of tenants.
#pragma once

#include <map>
#include <set>
#include <string>

#include "provisioning/plan/report.hpp"

namespace acctl {

// What changes about one permission of one role, and in how many tenants.
struct PermissionCell {
  std::size_t gained = 0;
  std::size_t lost = 0;          // taken away, or held at a narrower level
  std::set<std::string> levels;  // "group", "group → global"
};

struct PermissionChanges {
  std::set<std::string> holders;                                      // "roles/agent", "role_templates/manager"
  std::map<std::string, std::map<std::string, PermissionCell>> rows;  // permission -> holder -> cell
};

PermissionChanges find_permission_changes(const FleetReport& report);

}  // namespace acctl
