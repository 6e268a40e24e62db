// The manual, made from the command tree: acctl(1), and a page for each first word of a command with a section for
// each verb.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace acctl {

struct ManualPage {
  std::string name;     // "acctl-tenant"
  std::string summary;  // one line, no full stop
  std::string text;     // mdoc(7)
};

std::vector<ManualPage> manual_pages(const Command& root);

}  // namespace acctl
