// A CSV file of people to invite.
#pragma once

#include <string>
#include <vector>

#include "provisioning/access/invitations.hpp"

namespace acctl {

// What a row leaves empty is as `model` has it. `path` - is standard input. Throws Error(invalid) with all problems and
// their lines; check_invitees() finds the others.
std::vector<Invitee> read_invitees(const std::string& path, const Invitee& model);

// "8h" or "8" as hours; throws Error(invalid) naming `what` if it is not a whole number of hours.
std::int64_t whole_hours(const std::string& what, const std::string& text);

}  // namespace acctl
