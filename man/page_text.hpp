// Pages as plain text, for where no man(1) is installed and for pipes.
#pragma once

#include <cstddef>
#include <string>

#include "man/pages.hpp"

namespace acctl {

// Lines are at most `width` columns wide, but for literal ones and long words.
std::string render_text(const ManualPage& page, std::size_t width);

}  // namespace acctl
