// Counts the seats of a tenant, which every user takes, invited or not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/change.hpp"

namespace acctl {

struct SeatCount {
  std::int64_t used = 0;
  std::optional<std::int64_t> limit;  // none: no limit
  std::string at;                     // RFC 3339, UTC

  // Whether at least 90 % of them are taken.
  bool nearly_full() const { return limit && used * 10 >= *limit * 9; }
};

// As they are in the tenant's database now, or as this transaction leaves them.
SeatCount count_seats(Connection& tenant);

// Whether `changes` take seats or free some.
bool concern_seats(const std::vector<Change>& changes);

}  // namespace acctl
