// Compares a tenant with what was applied to it last, and reverts the difference.
#pragma once

#include <optional>
#include <string>

#include "provisioning/plan/executor.hpp"
#include "provisioning/plan/report.hpp"

namespace acctl {

// The edit that restores what all managers declared last; nothing if none has declared anything, or if nothing has
// changed since. For::plan, a plan that is to be carried out, throws Error(conflict) if an object no longer exists and
// its declaration is not enough to create it again; For::show shows it.
enum class For { show, plan };
std::optional<Edit> revert(Connection& tenant, const RunRecord& record, For purpose);

// What `manager` declared last, with its present values, as a definitions document; with "" what the only manager did.
// Throws Error(conflict) if there are several, Error(invalid) if this one has declared nothing, Error(failed) if nobody
// has.
std::string render_live(Connection& tenant, const std::string& manager);

// The report of the inverse plans: what drift shows is the inverse of the plan that reverts it.
FleetReport inverted(FleetReport report);

}  // namespace acctl
