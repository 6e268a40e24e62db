// The template packs that the binary carries, by name.
#pragma once

#include <string>
#include <vector>

#include "provisioning/base/embedded.hpp"

namespace acctl {

std::vector<std::string> pack_names();  // sorted

// Whether the chief role of an organization is displayed as plain "Admin" while its tenant stands alone: a rule of the
// MSP suite alone. In the messaging suite "Admin" is the lesser of two roles.
bool shows_plain_admin(std::string_view pack);

// Throws Error(invalid) naming all packs if there is none of that name.
const Pack& require_pack(const std::string& name);

}  // namespace acctl
