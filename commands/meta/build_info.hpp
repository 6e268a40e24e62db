// What the program was built from and with; written by packaging/libraries.cmake when the build is configured.
#pragma once

#include <string_view>
#include <vector>

namespace acctl {

struct BuiltWith {
  std::string_view library;  // "libpqxx"
  std::string_view version;  // "6.4.5"
};

// The hash of the commit, or "unknown" for a tree without git.
std::string_view build_commit();

// By name, without regard to case; the list that is installed as acctl.cdx.json has the same.
const std::vector<BuiltWith>& built_with();

}  // namespace acctl
