// What a pack declares, as the state of a tenant that has nothing else.
#pragma once

#include <string>

#include "provisioning/model/state.hpp"

namespace acctl {

// Throws Error(invalid) if there is no pack of that name.
State state_of_pack(const std::string& name);

}  // namespace acctl
