// Reviews the access of a tenant as it was at a time in the past: the present state with all runs of the ledger since
// then taken back. Exact for what acctl did. Of what the application did, only what its rows say of themselves is
// known: when they were made, when a user signed up, when a key was made and revoked.
#pragma once

#include <functional>
#include <string>

#include "provisioning/access/review.hpp"

namespace acctl {

// Like review_access(), as of `at` (RFC 3339). Throws Error(invalid) for a time that is not over.
void review_past_access(Connection& tenant, const ReviewLimits& limits, const std::string& at,
                        const std::function<void(const ReviewSummary& summary)>& start,
                        const std::function<void(const ReviewedPerson& person)>& person);

}  // namespace acctl
