// The template packs that the binary carries, by name.
#pragma once

#include <string>
#include <vector>

#include "provisioning/base/embedded.hpp"

namespace acctl {

std::vector<std::string> pack_names();  // sorted

// Throws Error(invalid) naming all of them where there is no pack of that name.
const Pack& require_pack(const std::string& name);

}  // namespace acctl
