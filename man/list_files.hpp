// acctl-people(5) and acctl-tenants(5): the files of people and tenants, made from the tables of their columns.
#pragma once

#include <vector>

#include "man/pages.hpp"

namespace acctl {

std::vector<ManualPage> list_file_pages();

}  // namespace acctl
