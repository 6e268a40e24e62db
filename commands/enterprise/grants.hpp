// Giving and taking the grants of an enterprise in its tenants.
#pragma once

#include <string>
#include <vector>

#include "commands/shared/execute_plan.hpp"
#include "provisioning/access/enterprise_edits.hpp"
#include "provisioning/platform/enterprises.hpp"

namespace acctl {

enum class GrantAction { give, take };

// Gives or takes `grants` in `tenants`, as one plan; taking also reaches suspended ones. `grants` outlive it, so that
// it sees ids that the registry assigns while it runs. Returns the exit code; failures are thrown at the end.
int change_grants(Session& session, const Platform& platform, const std::vector<Tenant>& tenants,
                  const std::vector<PersonGrant>& grants, GrantAction action, const std::string& command,
                  const Hooks& beside);

// Fills in the ids that the registry has assigned to people since `grants` were made.
void fill_in_people(Platform& platform, const std::string& key, std::vector<PersonGrant>& grants);

// Tells the registry of addresses that were changed without it, or in a run that was interrupted before it could do so.
// Does nothing in a dry run.
void settle_all(Session& session, Platform& platform, const std::vector<Tenant>& tenants);

// `role` for each of `emails`, with the ids of the people whom the registry knows.
std::vector<PersonGrant> make_grants(const std::vector<EnterpriseGrant>& recorded,
                                     const std::vector<std::string>& emails, const std::string& role);

// Whether the plan can be executed in any of `tenants`; if it fails in all of them, nothing is recorded either.
bool any_succeeds(const FleetReport& report, const std::vector<Tenant>& tenants);

// Warns of tenants whose status keeps them from being changed.
void warn_of_skipped(Session& session, const std::vector<Tenant>& tenants, GrantAction action);

}  // namespace acctl
