// Enforces that roles of an entire enterprise are granted and revoked for the enterprise, never from inside one tenant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/base/error.hpp"
#include "provisioning/database/connection.hpp"
#include "provisioning/model/change.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// Whether the scope of a role is the entire enterprise.
bool is_enterprise_role(const State& state, const std::string& role);

// Why `changes` may not be made, with the command to use instead; nothing if they may. `enterprise`: the tenant's, ""
// for none. `before` and `after` hold the roles concerned. Asks the database only if assignments or
// the scope of a role change. `leavers_go`: the assignments of users whom they delete may be removed with them.
std::optional<Error> enterprise_refusal(Connection& tenant, const std::string& enterprise, const State& before,
                                        const State& after, const std::vector<Change>& changes, bool leavers_go);

// Why `user`, the one of --as, may not make them: what an enterprise granted follows a person's address into other
// tenants and ends with a suspension or a deletion, and what its roles give is its own. Its admins may. The application
// is bound by the same in the tenant's database.
std::optional<Error> grant_holder_refusal(Connection& tenant, const std::string& user, const State& before,
                                          const std::vector<Change>& changes);

// What `changes` take of all that an enterprise has granted here, as entries of the ledger beside them: the grant does
// not come back with the assignment. Asks the database only if assignments are removed in a tenant of an enterprise.
constexpr std::string_view enterprise_grant_kind = "enterprise_grants";
std::vector<Change> ended_grants(Connection& tenant, const std::string& enterprise, const std::vector<Change>& changes);

}  // namespace acctl
