// Settings that acctl's sessions rely on, as an operator may have set them otherwise.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace acctl::test {

// Name and value, for ALTER ROLE or ALTER DATABASE … SET on a server of this version (server_version_num). Each breaks
// something, slows it down or changes what is read.
std::vector<std::pair<std::string, std::string>> bad_settings(int version);

}  // namespace acctl::test
