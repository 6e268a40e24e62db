// What a run is not allowed to do, whatever asked for it. Pure but for the last admin, whom the database knows
// (provisioning/plan/executor.cpp).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "provisioning/model/change.hpp"
#include "provisioning/model/definitions.hpp"

namespace acctl {

// Where access has to end whatever becomes of the tenant: even the last admin goes.
constexpr std::int64_t no_admin_required = -1;

struct Guards {
  std::int64_t min_admins = 1;
  std::vector<Cap> max_removals = {{.number = 25, .percent = true}};  // all of them hold
  std::set<std::string> allowed_removals;                             // "roles/old": counts for no guard
  std::vector<std::string> forbidden_gains;                           // permissions or patterns
};

// "25%" or "5"; throws Error(invalid) naming `what`.
Cap parse_cap(const std::string& what, const std::string& text);

// A file can make guards stricter, never looser.
Guards stricter(const Guards& guards, const GuardLimits& limits);

// How much of a list or a kind goes. Summed up over tenants it is what the cap of a fleet is checked on.
struct Removal {
  std::int64_t removed = 0;
  std::int64_t of = 0;
};
using Removals = std::map<std::string, Removal>;  // "roles", "teams/tier-1 members"

// `users`: how many there are, where `before` does not hold all of them.
Removals removals_of(const State& before, const std::vector<Change>& changes, const Guards& guards, std::int64_t users);

// A sentence for each removal that exceeds a cap. A share counts from four removals on.
std::vector<std::string> excessive(const Removals& removals, const std::vector<Cap>& caps);

// A sentence for each protected object or system role that would go. `before` holds all protections: those that the
// same plan takes away still count.
std::vector<std::string> system_removals(const std::vector<Change>& changes);

std::vector<std::string> protected_removals(const State& before, const std::vector<Change>& changes,
                                            const Guards& guards);

}  // namespace acctl
