// External ids, which only one user of an identity provider has: whether changes would give somebody another's.
#pragma once

#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/change.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// Finds who has certain external ids, as their providers compare them.
class IdentityHolders {
 public:
  void ask(const std::string& idp, const std::string& id);
  // Users who do not count, by address in lower case.
  void leave_out(std::string_view email) { others_than_.add(email); }
  bool empty() const { return ids_.empty(); }

  // Rows of address, external id and provider.
  Rows find(Connection& tenant) const;

 private:
  TextArray providers_, ids_, folds_, others_than_;
};

// Throws Error(conflict), at the place that asks for it, where two users would have the same external id once `changes`
// are made; how they get there does not matter. `before`: what was read of the tenant; who else has such an id is asked
// of it. On behalf of `as` ("" for staff) nobody else is named.
void refuse_taken_identities(Connection& tenant, const std::string& as, const State& before,
                             const std::vector<Change>& changes);

}  // namespace acctl
