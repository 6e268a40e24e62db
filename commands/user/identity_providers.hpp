// The identity providers that a user can sign in with, as values of --idp.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "provisioning/model/kinds.hpp"

namespace acctl {

inline std::vector<std::string> identity_providers() {
  const std::vector<Field>& fields = find_kind("users")->fields;
  const auto idp = std::ranges::find(fields, std::string_view("idp"), &Field::name);
  return {idp->choices.begin(), idp->choices.end()};
}

}  // namespace acctl
