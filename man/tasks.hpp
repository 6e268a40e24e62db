// Commands by what they are for: the map in acctl(1) and the pages that stand under SEE ALSO come from one table.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace acctl {

struct Task {
  std::string title;                     // "People"
  std::vector<const Command*> commands;  // of the tree; the table may name more
  std::vector<std::string> pages;        // "acctl-access(7)"
};

// In the order of the table. Commands that it does not name are the last task.
std::vector<Task> tasks(const Command& root);

}  // namespace acctl
