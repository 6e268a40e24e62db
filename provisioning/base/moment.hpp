// Reads points in time as files write them.
#pragma once

#include <string>
#include <string_view>

namespace acctl {

// A time as in RFC 3339, "2027-01-31T18:00:00+01:00", in UTC and to the second: "2027-01-31T17:00:00Z". "" for anything
// else. What it returns compares as text.
std::string utc_moment(std::string_view text);

// "2026-11-22 05:43:09.468791+00", as a server writes a time in UTC, in that form.
std::string to_rfc3339(std::string_view text);

// The present time in that form.
std::string present_moment();

}  // namespace acctl
