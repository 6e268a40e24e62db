// API keys of an enterprise, which reach all of its tenants.
#pragma once

#include <string>

#include "cli/session.hpp"
#include "provisioning/access/api_keys.hpp"

namespace acctl {

// Creates the key and shows it. `expires`: as given to --expires. Tenants that could not be reached are thrown as
// Error(partial) when the key was shown.
void create_enterprise_key(Session& session, const NewApiKey& wanted, const std::string& expires);

// Prompts, and revokes the key in the registry and in every tenant, suspended ones too. The same call again reaches
// tenants that an earlier one did not.
void revoke_enterprise_key(Session& session, const std::string& enterprise, const std::string& name);

}  // namespace acctl
