// What the ledger of a tenant is good for beyond being read: going back.
#pragma once

#include <optional>
#include <string>

#include "provisioning/plan/executor.hpp"
#include "provisioning/plan/report.hpp"

namespace acctl {

// The edit that leads back to what all managers declared last; nothing where nobody has declared anything, or where
// nothing has changed since. For a plan that is to be carried out it throws Error(conflict) where an object is gone
// that cannot be made again from what was declared of it; shown it is all the same.
enum class For { show, plan };
std::optional<Edit> revert(Connection& tenant, const RunRecord& record, For purpose);

// What the managers declared last, as it is now: a definitions document per manager would be several, so there must be
// one manager. Throws Error(conflict) where there are more, Error(failed) where there is none.
std::string render_live(Connection& tenant);

// The report of the plans that undo those of `report`: drift is the way back, seen from the other end.
FleetReport inverted(FleetReport report);

}  // namespace acctl
