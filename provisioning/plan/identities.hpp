// External ids, which only one user of an identity provider has: whether changes would give somebody another's.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/change.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// Finds who has certain external ids, as their providers compare them; asks for as many at a time as a statement takes.
class IdentityHolders {
 public:
  // `found` is called with whoever has one of them, by address in lower case.
  using Found = std::function<void(const std::string& email, const std::string& idp, const std::string& id)>;
  IdentityHolders(Connection& tenant, Found found) : tenant_(tenant), found_(std::move(found)) {}

  void ask(const std::string& idp, const std::string& id);
  void finish();  // after the last one

 private:
  Connection& tenant_;
  Found found_;
  TextArray providers_, ids_, folds_;
  std::ptrdiff_t asked_ = 0;
};

// Throws Error(conflict), at the place that asks for it, where two users would have the same external id once `changes`
// are made; how they get there does not matter. `before`: what was read of the tenant; who else has such an id is asked
// of it. On behalf of `as` ("" for staff) nobody else is named.
void refuse_taken_identities(Connection& tenant, const std::string& as, const State& before,
                             const std::vector<Change>& changes);

}  // namespace acctl
