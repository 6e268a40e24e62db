// Giving and taking the grants of an enterprise in its tenants.
#pragma once

#include <string>
#include <vector>

#include "commands/shared/execute_plan.hpp"
#include "provisioning/access/enterprise_edits.hpp"
#include "provisioning/platform/enterprises.hpp"

namespace acctl {

enum class GrantAction { give, take };

// What `grant` and `revoke` are told.
struct GrantWords {
  std::string key;  // of the enterprise
  std::vector<std::string> emails;
  std::string role;
};

// What both of them begin with: the platform, the addresses as they are stored, and the tenants of the enterprise, in
// which addresses that changed are settled. Throws Error(invalid) for words that mean nothing, Error(refused) if the
// session may not change the enterprise.
struct GrantRun {
  Platform platform;
  std::vector<std::string> emails;
  std::vector<Tenant> tenants;
};
GrantRun begin_grant_run(Session& session, const GrantWords& words);

// Gives or takes `grants` in `tenants`, as one plan; taking also reaches suspended ones. `grants` outlive it, so that
// it sees ids that the registry assigns while it runs. Returns the exit code; failures are thrown at the end.
int change_grants(Session& session, const Platform& platform, const std::vector<Tenant>& tenants,
                  const std::vector<PersonGrant>& grants, GrantAction action, const std::string& command,
                  const Hooks& beside);

// Fills in the ids that the registry has assigned to people since `grants` were made.
void fill_in_people(Platform& platform, const std::string& key, std::vector<PersonGrant>& grants);

// `role` for each of `emails`, with the ids of the people whom the registry knows.
std::vector<PersonGrant> make_grants(const std::vector<EnterpriseGrant>& recorded,
                                     const std::vector<std::string>& emails, const std::string& role);

// Whether the plan can be executed in any of `tenants`; if it fails in all of them, nothing is recorded either.
bool any_succeeds(const FleetReport& report, const std::vector<Tenant>& tenants);

// Warns of tenants whose status keeps them from being changed.
void warn_of_skipped(Session& session, const std::vector<Tenant>& tenants, GrantAction action);

}  // namespace acctl
