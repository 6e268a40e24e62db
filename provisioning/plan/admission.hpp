// What a plan means for people, and what speaks against it: effects, tests, rights, guards and limits.
#pragma once

#include <cstdint>
#include <optional>

#include "provisioning/plan/executor.hpp"

namespace acctl {

// The digest by which a tenant is recognised as unchanged. "" on somebody's behalf: that, too, is an answer which not
// everybody may have.
std::string recognised_by(const Edit& edit);

// What the user on whose behalf an edit is may see of what it leads to.
enum class Sight { people, configuration };

// Throws Error(refused) where that user may not see what the edit reads, and not even by its errors.
Sight admit(Connection& tenant, const Edit& edit);

// Fills in whose access changes, and the refusal. One round trip where somebody's access does, others only where admins
// or seats are taken; false where the tenant has changed since `before` was read. Throws Error(conflict) where somebody
// holds what goes.
bool assess(Connection& tenant, const Identity& identity, const Edit& edit, const State& before, Planned& planned);

// People who hold everything and are not suspended. Those whose role has no end: active ones can sign in, invited ones
// will be able to. Whoever is admin for a time is counted apart, whatever their status.
struct Admins {
  std::int64_t active = 0;
  std::int64_t invited = 0;
  std::int64_t for_a_time = 0;
};
Admins usable_admins(Connection& tenant);

// The refusal of a run that takes the last admins away; how many there were before it is not its fault. Admins for a
// time count neither for `least` nor in place of one who stays.
std::optional<Error> too_few(const Admins& before, const Admins& after, std::int64_t least);

}  // namespace acctl
