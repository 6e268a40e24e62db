// The section of the manual about the conditions that select tenants, made from their table.
#pragma once

#include <string>

namespace acctl {

std::string selection_section();

}  // namespace acctl
