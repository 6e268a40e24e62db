// What stands around a command line: variables of the environment, the directory's file, the configuration file.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/settings.hpp"

namespace acctl {

// Fills the targets of those `globals` that are not among `given`, the options that stand on the command line: the
// environment, else the directory's file, else the context. Settings::origins says where each value comes from.
// Throws Error(invalid) for a value that is empty or not allowed, with its place. With Contexts::unread only the
// environment counts.
enum class Contexts { read, unread };
void fill_from_surroundings(const std::vector<Option>& globals, const std::set<std::string>& given, Settings& settings,
                            Contexts contexts);

// The value of the variable that stands in for `option`; nullptr where there is none.
const char* variable(const Option& option);

}  // namespace acctl
