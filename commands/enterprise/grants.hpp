// Giving and taking the grants of an enterprise in its tenants.
#pragma once

#include <string>
#include <vector>

#include "commands/shared/execute_plan.hpp"
#include "provisioning/access/enterprise_edits.hpp"

namespace acctl {

enum class GrantAction { give, take };

// Gives or takes `grants` in `tenants`, as one plan; taking also reaches suspended ones. Ids that the registry gives
// while it runs are seen, for `grants` outlive it. Returns the exit code; failures are thrown at the end.
int change_grants(Session& session, const Platform& platform, const std::vector<Tenant>& tenants,
                  const std::vector<PersonGrant>& grants, GrantAction action, const std::string& command,
                  const Hooks& beside);

// Fills in the ids that the registry has given by now.
void take_people(Platform& platform, const std::string& key, std::vector<PersonGrant>& grants);

// Lets the registry know of addresses that changed behind its back, or in a run that was interrupted before it could
// tell. Nothing in a dry run.
void settle_all(Session& session, Platform& platform, const std::vector<Tenant>& tenants);

}  // namespace acctl
