// Undo: the edit that takes a run of the ledger back.
#pragma once

#include <optional>
#include <string>

#include "provisioning/plan/executor.hpp"

namespace acctl {

// The edit that undoes `run`, an id of the ledger: it restores exactly what the run changed. Nothing if the ledger does
// not have the run. Throws Error(conflict), here or when it is planned or carried out, where it is undone already,
// where what it did cannot be taken back, and where something came later that undoing it would harm or that stands in
// its way: each named, with the run that it came from.
std::optional<Edit> undoing(Connection& tenant, const std::string& slug, const std::string& run,
                            const RunRecord& record);

}  // namespace acctl
