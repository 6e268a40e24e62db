// What `previously` asks for: objects that get another key, also in chains and in circles. Pure, but for what the
// ledger knows of circles.
#pragma once

#include "provisioning/database/connection.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

// The renames of which each gives its key to the next, and the last one to the first: two users who exchange their
// addresses. Nothing in a state shows whether that was done before.
Renames find_circles(const Definitions& definitions);

// Those of `circles` that the ledger knows: the last rename of the key that stands came from that former key.
Renames find_renamed_before(Connection& tenant, const Renames& circles);

// The renames that are still to be made, all at once. Throws Error(conflict) where an object has the key already.
Renames find_renames(const State& current, const Definitions& definitions, const OverlayOptions& options);

}  // namespace acctl
