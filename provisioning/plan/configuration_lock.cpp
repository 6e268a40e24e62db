#include "provisioning/plan/configuration_lock.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include "provisioning/plan/configuration_lock.sql.hpp"

namespace acctl {

namespace {

using Clock = std::chrono::steady_clock;

// Well under deadlock_timeout, whose default is a second.
constexpr Milliseconds lock_patience{200};

// Two that gave way to each other at once must not meet again at once.
Milliseconds retry_delay() {
  thread_local std::minstd_rand random(std::random_device{}());
  return Milliseconds(std::uniform_int_distribution<int>(5, 60)(random));
}

bool is_blocked(const SqlError& error) { return error.sqlstate() == "55P03" || error.sqlstate() == "40P01"; }

}  // namespace

LockedConfiguration lock_configuration(Transaction& transaction) {
  const Milliseconds wait = std::min(lock_patience, transaction.connection().lock_timeout());
  const Rows rows = transaction.query(sql::lock_configuration, {std::to_string(wait.count())});
  return {.revision = rows.integer(0, 0), .epoch = rows.is_null(0, 2) ? 0 : rows.integer(0, 2)};
}

void retry_when_blocked(const Connection& tenant, const std::function<void()>& attempt) {
  const auto deadline = Clock::now() + tenant.lock_timeout();
  for (;;) {
    try {
      return attempt();
    } catch (const SqlError& error) {
      if (!is_blocked(error) || !tenant.usable() || Clock::now() >= deadline) throw;
    }
    std::this_thread::sleep_for(retry_delay());
  }
}

}  // namespace acctl
