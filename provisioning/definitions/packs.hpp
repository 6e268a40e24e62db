// The template packs that the binary carries, by name.
#pragma once

#include <string>
#include <vector>

#include "provisioning/base/embedded.hpp"

namespace acctl {

std::vector<std::string> pack_names();  // sorted

// Throws Error(invalid) naming all packs if there is none of that name.
const Pack& require_pack(const std::string& name);

}  // namespace acctl
