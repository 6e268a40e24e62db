// Makes the edit that undoes a run of the ledger.
#pragma once

#include <optional>
#include <string>

#include "provisioning/plan/executor.hpp"

namespace acctl {

// The edit that undoes `run`, an id of the ledger, in the tenant that `identity` names: it restores exactly what the
// run changed. Nothing if the ledger does not have the run. Throws Error(conflict), here or when it is planned or
// carried out, if it was already undone, if what it did cannot be undone, and if later changes conflict with it: each
// is named, with the run that made it.
std::optional<Edit> undoing(Connection& tenant, const Identity& identity, const std::string& run,
                            const RunRecord& record);

}  // namespace acctl
