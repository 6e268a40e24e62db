// Enterprises: groups of tenants.
#pragma once

#include <string>
#include <vector>

#include "provisioning/platform/platform.hpp"

namespace acctl {

struct Enterprise {
  std::string key;
  std::string name;
  std::int64_t tenants = 0;
};

// True when it was created, false when it is there under that name. Throws Error(conflict) where it has another name.
bool create_enterprise(Platform& platform, const std::string& key, const std::string& name, Mode mode);

std::vector<Enterprise> list_enterprises(Platform& platform);

// Whether a tenant of `enterprise` is the only one there, or in none.
bool stands_alone(Platform& platform, const std::optional<std::string>& enterprise);

}  // namespace acctl
