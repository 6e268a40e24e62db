// Fills what an option or an argument points at, once its values have been checked.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace acctl {

// What an option or an argument demands of its values.
struct Demands {
  const std::vector<std::string>& choices;
  Values values = Values::text;
  bool clears = false;
  std::size_t longest = 0;
};

// What `option` says of its values; it must outlive them.
Demands make_demands(const Option& option);

// Throws Error(invalid) under `name` for a value that the demands or the type of the target rule out.
void fill_target(const std::string& name, const Target& target, const Demands& demands,
                 const std::vector<std::string>& values);

}  // namespace acctl
