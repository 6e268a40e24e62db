// The checks of a plan before it is carried out: effects on people, access tests, rights of --as, guards and limits.
#pragma once

#include <cstdint>
#include <optional>

#include "provisioning/plan/executor.hpp"

namespace acctl {

// The digest by which a tenant is recognised as unchanged. "" with --as, whose user may not be allowed to know even
// that.
std::string recognised_by(const Edit& edit);

// What the user of --as may see of the result of an edit; all of it without --as.
enum class Sight { people, configuration };

// Throws Error(refused) if that user may not see what the edit reads: errors would show it, too.
Sight admit(Connection& tenant, const Edit& edit);

// Fills in the effects, the removals and the refusal of the plan. One round trip if somebody's access changes, more
// only if admins or seats are concerned. Returns false if the tenant has changed since `before` was read. Throws
// Error(conflict) if somebody holds what the plan removes.
bool assess(Connection& tenant, const Identity& identity, const Edit& edit, const State& before, Planned& planned);

// People who hold everything and are not suspended. Those whose role has no end: active ones can sign in, invited ones
// will be able to. Admins whose role expires are counted apart, whatever their status.
struct Admins {
  std::int64_t active = 0;
  std::int64_t invited = 0;
  std::int64_t for_a_time = 0;
};
Admins usable_admins(Connection& tenant);

// The refusal of a run that removes the last admins; a run is not refused for a shortage that it found. Admins whose
// role expires count neither towards `least` nor as the one who must remain.
std::optional<Error> too_few(const Admins& before, const Admins& after, std::int64_t least);

}  // namespace acctl
