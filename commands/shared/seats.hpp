// Says how many seats are left after a command that changed people.
#pragma once

#include <map>
#include <string>

#include "cli/session.hpp"
#include "provisioning/plan/seats.hpp"

namespace acctl {

// A line for each tenant, by slug, of whose seats 90 % or more are taken; of more than ten a count.
void report_seats(Session& session, const std::map<std::string, SeatCount>& seats);

}  // namespace acctl
