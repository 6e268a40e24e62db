// Enforces how people are made to sign in: by the providers that their tenant has configured, for the addresses that
// these are for, and by a provider at all where the tenant enforces single sign-on.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/base/error.hpp"
#include "provisioning/database/connection.hpp"

namespace acctl {

struct Assessment;

struct SignInRules {
  struct Provider {
    std::vector<std::string> domains;  // of the addresses that it signs in; none: all
    bool enabled = true;
  };
  std::map<std::string, Provider> providers;  // by key; none: the tenant leaves the choice to its users' definitions
  bool enforced = false;                      // the setting sso.enforced
  bool lacks_feature = false;                 // the plan does not include single sign-on
};

// In one round trip.
SignInRules read_sign_in_rules(Connection& tenant);

// Why a user with this address cannot be given the provider, as a sentence; "" if it can.
std::string provider_problem(const SignInRules& rules, const std::string& email, const std::string& idp);

// The refusal for such sentences; nothing if there are none.
std::optional<Error> provider_refusal(const std::vector<std::string>& problems);

// Why a plan may not be carried out; nothing if it may. Whom it does not let in, it does not have to mind: users who
// have been in before a provider was configured stop no other change. Asks the database only if users, providers or the
// setting are concerned. What the trigger acctl.check_sso() refuses in the end is refused here with the same words.
std::optional<Error> sign_in_refusal(const Assessment& plan);

// The same for a plan that shuts out the last admins who can sign in: whose provider it removes or disables, or for
// whose addresses the provider is no longer. Asks the database only if providers, or how admins sign in, are concerned.
std::optional<Error> shut_out_refusal(const Assessment& plan);

}  // namespace acctl
