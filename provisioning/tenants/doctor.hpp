// Compares what the registry says with what there is, and repairs what can be repaired without losing data.
#pragma once

#include <string>
#include <vector>

#include "provisioning/tenants/leftovers.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

enum class Fix { no, yes };

struct Finding {
  std::string tenant;  // slug; "" for what belongs to no tenant of the registry
  std::string check;   // what was compared: "server", "database", "roles", "login", "identity", "schema", "ledger",
                       // "storage", "names", "steps", "plan", "seats", "settings", "mail", "admins", "orphan"; "hold",
                       // "template", "file" of a leftover
  std::string detail;  // what was found, and what to do if it cannot be fixed
  bool fixable = false;
  bool fixed = false;
  bool leftover = false;  // no mismatch: 'tenant purge' removes it
};

// Finds mismatches and a hold that is over: a healthy tenant has none. A tenant that cannot be looked at is a finding,
// not an error.
std::vector<Finding> examine_tenant(Platform& platform, const Tenant& tenant, Fix fix);

// Accepts the end of the ledger in a tenant's database that was restored from an older copy: the database can be
// written again. The registry forgets the runs after it.
struct Accepted {
  bool changed = false;
  std::string run;  // the last one in the ledger, "" if it is empty
};
Accepted accept_restored(Platform& platform, const std::string& slug, Mode mode);

// Databases, database roles and storage folders that bear acctl's mark, or a name that only acctl gives, and belong to
// no tenant, or to one that is deleted. Never fixed: nobody knows what they hold. A server that cannot be examined is a
// finding.
std::vector<Finding> find_orphans(Platform& platform, const UnreachableServers& unreachable);

// What stayed behind of the platform as a whole: old template databases, temporary files.
std::vector<Finding> find_platform_leftovers(Platform& platform, const UnreachableServers& unreachable);

}  // namespace acctl
