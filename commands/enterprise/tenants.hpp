// The tenants that the verbs of `enterprise` work on.
#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"
#include "commands/enterprise/grants.hpp"
#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

// The tenants named by `slugs`, which must be in enterprise `key` or in none, and active; for GrantAction::take they
// may be suspended as well. Throws Error(invalid) for an unknown one, Error(conflict) otherwise.
std::vector<Tenant> require_named_tenants(Platform& platform, const std::string& key,
                                          const std::vector<std::string>& slugs, GrantAction action);

// Which tenants join an enterprise or leave it, beside what changes in them.
struct Membership {
  std::string enterprise;
  GrantAction action = GrantAction::give;
  std::vector<std::string> changed;    // slugs; what is planned, and with `done` what was done
  std::vector<std::string> unchanged;  // in it already, or not in it
  bool done = false;
};

// What is planned for `tenants`, which require_named_tenants() gave.
Membership plan_membership(const std::string& enterprise, const std::vector<Tenant>& tenants, GrantAction action);

// Adds it to what is shown: to the summary, and as JSON's "membership".
void add_membership(const Membership& membership, FleetReport& report);

// Says on standard error what was done, or which tenants are left as they are.
void tell_changed(Session& session, const Membership& membership);
void tell_unchanged(Session& session, const Membership& membership);

}  // namespace acctl
