// What a tenant begins with beside its configuration, so that views and portal show something: items of the sample
// project and an article, as its pack carries them.
#pragma once

#include "provisioning/base/embedded.hpp"
#include "provisioning/database/connection.hpp"

namespace acctl {

// Writes the sample of `pack` into a database that the pack has seeded: a template. Its dates count from today; the
// seed of a tenant moves them. Throws Error(failed) if it names a status, a priority or a category that is not there.
void write_sample(Connection& database, const Pack& pack);

}  // namespace acctl
