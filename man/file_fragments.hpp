// The parts of pages about files, from the declarations that read them.
#pragma once

#include <vector>

#include "man/markup.hpp"

namespace acctl {

std::vector<Block> definitions_keys();  // of the top level
std::vector<Block> kind_sections();     // each kind with its fields, lists, documents and an example
std::vector<Block> mail_placeholder_table();
std::vector<Block> people_column_list();
std::vector<Block> tenant_column_list();
std::vector<Block> mail_field_list();
std::vector<Block> pack_sections();

}  // namespace acctl
