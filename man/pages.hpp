// The manual is made from the command tree: acctl(1), and a page for each noun with a section for each verb.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace acctl {

struct ManualPage {
  std::string name;     // "acctl-tenant"
  std::string summary;  // one line, no full stop
  std::string text;     // mdoc(7)
  int section = 1;
};

// What stands above the first section of `page`, whose text is not asked for.
std::string page_head(const ManualPage& page);

std::vector<ManualPage> manual_pages(const Command& root);

}  // namespace acctl
