// The rule that what reaches an entire enterprise is given and taken for the enterprise, never from inside one tenant.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioning/base/error.hpp"
#include "provisioning/database/connection.hpp"
#include "provisioning/model/change.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// Why `changes` may not be made, with the command that is right; nothing where they may. `enterprise`: the tenant's, ""
// for none. `before` and `after` hold the roles concerned. Asks the database only where assignments or
// the scope of a role change. `leavers_go`: users whom they delete take their assignments along.
std::optional<Error> enterprise_refusal(Connection& tenant, const std::string& enterprise, const State& before,
                                        const State& after, const std::vector<Change>& changes, bool leavers_go);

// Why `user`, on whose behalf it is (--as), may not make them: what an enterprise granted follows a person's address
// into other tenants, so that address is for admins of the enterprise to change.
std::optional<Error> address_refusal(Connection& tenant, const std::string& user, const State& before,
                                     const std::vector<Change>& changes);

}  // namespace acctl
