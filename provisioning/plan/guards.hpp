// The limits that every run observes, whichever command it comes from. Pure, except for the last admin, whom only the
// database knows (plan/admission.hpp).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "provisioning/model/change.hpp"
#include "provisioning/model/definitions.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

// For commands that must end access in any case: even the last admin may be removed.
constexpr std::int64_t no_admin_required = -1;

struct Guards {
  std::int64_t min_admins = 1;
  std::vector<Cap> max_removals = {{.number = 25, .percent = true}};  // all of them apply
  std::set<std::string> allowed_removals;                             // "roles/old": not subject to the guards
  std::vector<std::string> forbidden_gains;                           // permissions or patterns
};

// "25%" or "5"; throws Error(invalid) naming `what`.
Cap parse_cap(const std::string& what, const std::string& text);

// A file can make guards stricter, never looser.
Guards stricter(const Guards& guards, const GuardLimits& limits);

// How many objects of a kind or members of a list are removed. The cap of a fleet applies to the sums over all tenants.
struct Removal {
  std::int64_t removed = 0;
  std::int64_t of = 0;
};
using Removals = std::map<std::string, Removal>;  // "roles", "teams/tier-1 members"

// `users`: how many the tenant has, because `before` may hold only some of them.
Removals count_removals(const State& before, const std::vector<Change>& changes, const Guards& guards,
                        std::int64_t users);

// The list that an entry of Removals is about, and the key that its owner has before `renames`; no list if it is about
// objects of a kind.
struct OwnedList {
  const EdgeKind* edge = nullptr;
  std::string owner;
};
OwnedList list_of_removal(const std::string& what, const Renames& renames);

// A sentence for each removal that exceeds a cap. A share counts from four removals on.
std::vector<std::string> excessive(const Removals& removals, const std::vector<Cap>& caps);

// A sentence for each system role that would be removed, or made an ordinary one.
std::vector<std::string> system_removals(const std::vector<Change>& changes);

// A sentence for each protected object that would be removed. `before` holds all protections: those that the same plan
// removes still count.
std::vector<std::string> protected_removals(const State& before, const std::vector<Change>& changes,
                                            const Guards& guards);

}  // namespace acctl
