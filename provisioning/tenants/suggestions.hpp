// Suggestions are read for somebody who is typing: what begins with a few letters, and what it is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioning/model/kinds.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

struct Suggestion {
  std::string value;
  std::string about;  // "" for nothing
};

// What is read of the platform. Of labels KEY=VALUE; enterprise_people and enterprise_key_names are those `of` an
// enterprise.
enum class PlatformValues {
  tenants,
  archived_tenants,
  archive_numbers,
  enterprises,
  enterprise_people,
  enterprise_key_owners,
  enterprise_key_names,
  servers,
  regions,
  plans,
  features,
  overrides,
  labels
};

// What is read of a tenant. Runs, the last one first, are `of` an outcome, "" for any; key_names of an owner.
enum class TenantValues { users, runs, key_owners, key_names };

// One statement each. More than 10,000 nobody reads.
std::vector<Suggestion> suggest(Platform& platform, PlatformValues values, const std::string& prefix,
                                const std::optional<std::string>& of = {});
std::vector<Suggestion> suggest(TenantSession& tenant, TenantValues values, const std::string& prefix,
                                const std::optional<std::string>& of = {});
std::vector<Suggestion> suggest_objects(TenantSession& tenant, const Kind& kind);  // all of them

}  // namespace acctl
