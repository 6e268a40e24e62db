// The rule that what reaches an entire enterprise is given and taken for the enterprise, never from inside one tenant.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/change.hpp"
#include "provisioning/model/error.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// Why `changes` may not be made, with the command that is right; nothing where they may. `enterprise`: the tenant's, ""
// for none. `before` and `after` hold the roles concerned. Asks the database only where assignments change.
// `leavers_go`: users whom they delete take their assignments along.
std::optional<Error> enterprise_refusal(Connection& tenant, const std::string& enterprise, const State& before,
                                        const State& after, const std::vector<Change>& changes, bool leavers_go);

}  // namespace acctl
