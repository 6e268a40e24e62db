// The calls of acctl that a line of shell holds, as examples show them.
#pragma once

#include <string>
#include <vector>

namespace acctl::test {

// Every call of acctl in `line`, without the word acctl: first in a line, in a pipe, in $(…) or after VARIABLE=value.
std::vector<std::vector<std::string>> calls(const std::string& line);

}  // namespace acctl::test
