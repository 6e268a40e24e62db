// Checks people of a list as far as it can be seen without a tenant.
#pragma once

#include <vector>

#include "provisioning/access/invitations.hpp"

namespace acctl {

// Throws Error(invalid) with all problems: addresses, names, ids, providers, one person or one external id twice.
void check_invitees(const std::vector<Invitee>& people);

// The same, but a row whose own values are not valid is marked (Invitee::problem) and counts no more: what only several
// rows together show is thrown.
void mark_invalid_rows(std::vector<Invitee>& people);

// The second half alone, of rows that are marked already.
void refuse_repetitions(const std::vector<Invitee>& people);

}  // namespace acctl
