// Reads points in time as files write them.
#pragma once

#include <string>
#include <string_view>

namespace acctl {

// A time as in RFC 3339, "2027-01-31T18:00:00+01:00", in UTC and to the second: "2027-01-31T17:00:00Z". "" for anything
// else. What it returns compares as text.
std::string utc_moment(std::string_view text);

// The present time in that form.
std::string present_moment();

}  // namespace acctl
