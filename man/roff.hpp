// Pages as mdoc(7): text comes out as it went in, lines of the source end at 78 columns and with each sentence.
#pragma once

#include <string>

#include "man/pages.hpp"

namespace acctl {

std::string render_roff(const ManualPage& page);

}  // namespace acctl
