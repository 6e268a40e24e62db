// Compares what the registry says with what there is, and repairs what can be repaired without losing data.
#pragma once

#include <string>
#include <vector>

#include "provisioning/tenants/registry.hpp"

namespace acctl {

enum class Fix { no, yes };

struct Finding {
  std::string tenant;  // slug; "" for what belongs to no tenant of the registry
  std::string check;   // what was compared: "database", "roles", "login", "identity", "schema", "storage", "names",
                       // "steps", "orphan"
  std::string detail;  // what was found, and what to do where it cannot be fixed
  bool fixable = false;
  bool fixed = false;
};

// Mismatches only: a sound tenant gives none. A tenant that cannot be looked at is a finding, not an error.
std::vector<Finding> examine_tenant(Platform& platform, const Tenant& tenant, Fix fix);

// Databases and storage folders that bear acctl's mark and belong to no tenant. Never fixed: nobody knows what they
// hold.
std::vector<Finding> find_orphans(Platform& platform);

}  // namespace acctl
