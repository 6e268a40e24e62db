// Groups the changes of a plan by the objects that they belong to, for the formats that show lists under their owners.
#pragma once

#include <string>
#include <vector>

#include "provisioning/model/change.hpp"

namespace acctl {

// An object of the plan, with the changes of its lists' members.
struct ChangeBlock {
  const Change* change = nullptr;  // null where only members change
  std::string owner;
  std::vector<const Change*> edges;

  Action action() const { return change == nullptr ? Action::change : change->action; }
};

// In the order in which the objects appear, for that is the order of execution. They refer to `changes`.
std::vector<ChangeBlock> change_blocks(const std::vector<Change>& changes);

}  // namespace acctl
