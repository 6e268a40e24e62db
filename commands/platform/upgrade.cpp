#include "cli/builder.hpp"
#include "commands/platform/platform.hpp"
#include "commands/shared/connect_platform.hpp"

namespace acctl {

namespace {

struct UpgradePlatform {};

int run(Session& session, const UpgradePlatform&) {
  refuse_dry_run(session, "platform upgrade");
  const bool changed = upgrade_platform(control_dsn(session), session_options(session), actor_of(session));
  session.terminal().info(changed ? "the control database is upgraded"
                                  : "the control database is up to date; nothing changed");
  return 0;
}

}  // namespace

Command platform_upgrade_command() {
  return command<UpgradePlatform>("upgrade", "upgrade the control database to the schema of this acctl", run)
      .describe(R"(
Runs the migrations that the control database lacks, each in its own transaction. An acctl that is older than the
schema is refused.)")
      .example("acctl platform upgrade", "After a newer acctl was installed.");
}

}  // namespace acctl
