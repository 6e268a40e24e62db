// Finds what a manager's files added to lists ("+tickets.view") and no longer declare. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "provisioning/model/definitions.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

// `entries`: what the manager declared before, as [kind, owner, list, entry]. Those that are still there and that
// `definitions` no longer declare are removed from `desired` with `prune`, else they become prunable. Those that stay
// without being declared are `desired.kept`, in the same shape, so that they are remembered with what is declared.
void let_go_entries(const nlohmann::json& entries, const Definitions& definitions, const OverlayOptions& options,
                    Desired& desired);

}  // namespace acctl
