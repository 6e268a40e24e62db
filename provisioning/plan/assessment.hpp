// One plan under assessment, and the guards that can refuse it; for provisioning/plan only.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "provisioning/plan/executor.hpp"

namespace acctl {

struct Assessment {
  Connection& tenant;
  const Identity& identity;
  const Edit& edit;
  const State& before;  // what the edit has read
  Planned& planned;
  // The people whose access the plan changes, or whom tests and --as name, with all they hold. Not read if there are
  // none: then no guard about people has anything to say.
  bool knows_people = false;
  State people_before = {};
  State people_after = {};
  std::int64_t users = 0;  // in the tenant; guard_seats counts them if the plan adds or removes some

  const std::vector<Change>& changes() const { return planned.plan.changes; }
  // Whether the user of --as answers for it. A command for a whole enterprise has asked about its rights already.
  bool is_bounded() const { return !edit.record.as.empty() && !edit.for_enterprise && !planned.plan.empty(); }
};

// The refusal of the plan, or nothing. A guard may ask the database, and may note in `planned` what it has counted.
using Guard = std::optional<Error> (*)(Assessment& assessment);

// In the order in which they are asked; the first refusal counts.
std::span<const Guard> admission_guards();

}  // namespace acctl
