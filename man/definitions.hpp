// acctl-definitions(5): the format of definitions files, made from the tables of kinds and keys.
#pragma once

#include "man/pages.hpp"

namespace acctl {

ManualPage definitions_page();

}  // namespace acctl
