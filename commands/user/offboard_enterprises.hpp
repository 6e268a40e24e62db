// The grants of enterprises that end with `user offboard`.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "provisioning/platform/platform.hpp"

namespace acctl {

struct EndingGrants {
  std::vector<std::string> enterprises;  // keys
  nlohmann::ordered_json records = nlohmann::ordered_json::array();
};

// Finds what `people` (UUIDs) are granted, and reports it. Throws Error(refused) if an enterprise would be left without
// an admin.
EndingGrants find_ending_grants(Terminal& terminal, Platform& platform, const std::set<std::string>& people);

}  // namespace acctl
