#include "commands/shared/migration_options.hpp"

#include "commands/shared/connect_platform.hpp"
#include "provisioning/base/duration.hpp"

namespace acctl {

namespace {

constexpr std::int64_t most_attempts = 100;

// The server takes 0 for "no limit", which nobody wants by mistake.
Milliseconds parse_limit(const std::string& option, const std::string& text) {
  const Milliseconds time = parse_duration(option, text);
  if (time >= Milliseconds(1) && time <= std::chrono::hours(24)) return time;
  throw Error(ErrorKind::invalid, option + ": " + text + " is not between 1ms and 24h", "Such as: " + option + " 5s.");
}

}  // namespace

std::vector<Option> migration_options(MigrationOptions& target) {
  return {parse_option("--lock-timeout TIME",
                       "time that each attempt of a migration waits for a lock, at most (default: 1s)",
                       &target.lock_timeout),
          parse_option("--statement-timeout TIME",
                       "time that each statement of a migration may run (default: that of --timeout)",
                       &target.statement_timeout),
          parse_option("--attempts NUMBER", "attempts of each migration that finds the database in use (default: 5)",
                       &target.attempts),
          parse_option("--plan", "list the migrations that would be run, and run none", &target.plan)};
}

SessionOptions migration_session(const Session& session, const MigrationOptions& options) {
  SessionOptions settings = session_options(session);
  if (session.given("--statement-timeout")) {
    settings.statement_timeout = parse_limit("--statement-timeout", options.statement_timeout);
  }
  return settings;
}

MigrationLimits read_migration_limits(const Session& session, const MigrationOptions& options) {
  MigrationLimits limits;
  if (session.given("--lock-timeout")) limits.lock_timeout = parse_limit("--lock-timeout", options.lock_timeout);
  if (!options.attempts) return limits;
  if (*options.attempts < 1 || *options.attempts > most_attempts) {
    throw Error(ErrorKind::invalid, "--attempts: " + std::to_string(*options.attempts) + " is not between 1 and 100",
                "Such as: --attempts 10.");
  }
  limits.attempts = static_cast<int>(*options.attempts);
  return limits;
}

}  // namespace acctl
