// The identity providers that a user can sign in with, as values of --idp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioning/model/kinds.hpp"

namespace acctl {

inline std::vector<std::string> identity_providers() {
  const std::vector<std::string_view>& all = find_choices("users", "idp");
  return {all.begin(), all.end()};
}

}  // namespace acctl
