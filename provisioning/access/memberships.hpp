// Which teams people are in. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioning/model/state.hpp"

namespace acctl {

// Reads the memberships of a state through once, for all people, and shares them with the state.
class Memberships {
 public:
  explicit Memberships(const State& state);

  // In the order of their keys.
  std::vector<std::string> find_teams(const std::string& email) const;

 private:
  Objects members_;  // keeps what by_user_ points to, whatever becomes of the state
  std::vector<std::pair<std::string_view, std::string_view>> by_user_;  // address and team
};

}  // namespace acctl
