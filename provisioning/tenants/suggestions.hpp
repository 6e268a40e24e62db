// Suggestions are read for somebody who is typing: what begins with a few letters, and what it is.
#pragma once

#include <string>
#include <vector>

#include "provisioning/model/kinds.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

struct Suggestion {
  std::string value;
  std::string about;  // "" for nothing
};

// One statement each. More than 10,000 nobody reads.
std::vector<Suggestion> suggest_tenants(Platform& platform, const std::string& prefix);
std::vector<Suggestion> suggest_enterprises(Platform& platform, const std::string& prefix);
std::vector<Suggestion> suggest_servers(Platform& platform, const std::string& prefix);
std::vector<Suggestion> suggest_regions(Platform& platform, const std::string& prefix);
std::vector<Suggestion> suggest_features(Platform& platform, const std::string& prefix);
std::vector<Suggestion> suggest_overrides(Platform& platform, const std::string& prefix);
std::vector<Suggestion> suggest_plans(Platform& platform, const std::string& prefix);
std::vector<Suggestion> suggest_labels(Platform& platform, const std::string& prefix);  // KEY=VALUE
std::vector<Suggestion> suggest_archived_tenants(Platform& platform, const std::string& prefix);
std::vector<Suggestion> suggest_enterprise_people(Platform& platform, const std::string& enterprise,
                                                  const std::string& prefix);
std::vector<Suggestion> suggest_enterprise_key_owners(Platform& platform, const std::string& prefix);
std::vector<Suggestion> suggest_enterprise_key_names(Platform& platform, const std::string& enterprise,
                                                     const std::string& prefix);

// The same of one tenant.
std::vector<Suggestion> suggest_users(TenantSession& tenant, const std::string& prefix);
std::vector<Suggestion> suggest_key_owners(TenantSession& tenant, const std::string& prefix);
std::vector<Suggestion> suggest_key_names(TenantSession& tenant, const std::string& owner, const std::string& prefix);
// The last one first; all, or those that were not refused.
std::vector<Suggestion> suggest_runs(TenantSession& tenant, const std::string& prefix);
std::vector<Suggestion> suggest_done_runs(TenantSession& tenant, const std::string& prefix);
std::vector<Suggestion> suggest_objects(TenantSession& tenant, const Kind& kind);  // all of them
}  // namespace acctl
