// The oracle: what must hold of a platform and its tenants at any time, whatever has happened to the runs of acctl
// that worked on them. It looks at the server and the disk with its own eyes and believes nothing that acctl says.
#pragma once

#include <string>
#include <vector>

#include "tests/support/cluster.hpp"

namespace acctl::test {

struct Experiment {
  const Cluster& cluster;         // holds the control database and all tenants
  std::string control = "acctl";  // name of the control database
  // The tenant whose command was broken off and not run again yet. What is safe must hold for it all the same: routed
  // only if whole, nobody else's, in the registry. What it has promised at rest need not: that a suspended tenant is
  // locked out, that a held database is out of reach, that acctl has left the owner's role.
  std::string in_flight = "";
};

// What does not hold, one sentence each; empty for a sound world. A control database that is missing or empty and a
// tenant of the registry that cannot be looked at are violations: what cannot be judged is not sound.
std::vector<std::string> violations(const Experiment& experiment);

// All that makes up one tenant, sorted lines: registry row, steps, audit entries, database, roles, privileges, every
// row in its database. Ids, times, counts of attempts and the slug are masked, so that two tenants made by equal
// commands, one of them with interruptions, have equal portraits. Of namesakes the latest.
std::vector<std::string> canonical_state(const Experiment& experiment, const std::string& slug);

// The lines that just one of two portraits has, "- " those of `expected`, "+ " those of `found`.
std::string difference(const std::vector<std::string>& expected, const std::vector<std::string>& found);

}  // namespace acctl::test
