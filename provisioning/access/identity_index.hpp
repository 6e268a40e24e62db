// Finds users by what their provider or directory calls them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioning/model/state.hpp"

namespace acctl {

class IdentityIndex {
 public:
  // `users` by their addresses; has to outlive the index, and its addresses are not changed meanwhile.
  explicit IdentityIndex(const Objects& users);

  // The address of the user with this id at the provider, as it compares ids; "" for nobody. Of two ids that differ in
  // case alone neither is meant by a third spelling.
  std::string find(const std::string& idp, const std::string& id) const;

 private:
  const Objects& users_;
  std::vector<std::pair<std::string, std::string_view>> by_id_;
};

}  // namespace acctl
