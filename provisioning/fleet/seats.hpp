// Asks many tenants how many of their seats are taken.
#pragma once

#include <vector>

#include "provisioning/plan/report.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

// Asks those of `tenants` that are active or suspended, `parallel` at a time, and notes the answers in them. A tenant
// that cannot be asked keeps what was seen last, and is a failure of the report. Mode::perform remembers the answers
// in the registry, too.
FleetReport refresh_seats(const Platform& platform, std::vector<Tenant>& tenants, int parallel, Mode mode);

}  // namespace acctl
