// What the run of a command leaves in the audit trail.
#pragma once

#include <vector>

#include "cli/command.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

// Leaves in the audit trail what Command::trail says of a run of `path` (from below the root) that has ended; `error`
// is how, null where it is done. With -v the head of the trail is shown. Throws where a run is not recorded that must
// be.
void keep_trail(Session& session, const std::vector<const Command*>& path, const Error* error);

}  // namespace acctl
