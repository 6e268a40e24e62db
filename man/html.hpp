// The manual for a browser: a folder of pages with search, which needs no server.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace acctl {

struct SiteFile {
  std::string name;  // "acctl-plan.1.html"
  std::string text;
};

// index.html, a file for each page, and what they need.
std::vector<SiteFile> html_manual(const Command& root);

}  // namespace acctl
