#include "commands/shared/seats.hpp"

#include "provisioning/base/text.hpp"

namespace acctl {

void report_seats(Session& session, const std::map<std::string, SeatCount>& seats) {
  constexpr std::size_t shown = 10;
  std::size_t full = 0;
  for (const auto& [slug, count] : seats) {
    if (!count.nearly_full() || ++full > shown) continue;
    session.terminal().info("tenant " + slug + ": " + std::to_string(count.used) + " of " +
                            std::to_string(*count.limit) + " seats are taken");
  }
  if (full > shown) session.terminal().info("and " + counted(full - shown, "more tenant") + " with few seats left");
}

}  // namespace acctl
