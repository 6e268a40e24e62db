#include "provisioning/platform/upgrade.hpp"

#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/platform/platform.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/migration_options.hpp"
#include "provisioning/base/embedded.hpp"

namespace acctl {

namespace {

struct UpgradePlatform {
  MigrationOptions how;
};

// What would be run. `rehearsed`: it was run before and rolled back.
void show_missing(Session& session, bool rehearsed) {
  session.only_look();
  session.start_nothing();
  const PlatformStatus status = platform_status(control_dsn(session), session_options(session));
  RecordWriter out = session.records(Shape::many, {"MIGRATION"});
  for (const std::string& name : missing_migrations(control_migrations(), status.schema_version)) {
    out.add({{"migration", name}});
  }
  out.finish();
  const bool rolled_back = rehearsed && status.schema_version < status.head;
  session.terminal().info(std::string(rolled_back ? "dry run: these migrations were run and rolled back; " : "") +
                          "the control database is at schema version " + std::to_string(status.schema_version) +
                          " of " + std::to_string(status.head));
}

void run(Session& session, const UpgradePlatform& options) {
  const MigrationLimits limits = read_migration_limits(session, options.how);
  if (options.how.plan) return show_missing(session, false);
  if (session.settings().dry_run) {
    rehearse_upgrade(control_dsn(session), migration_session(session, options.how));
    return show_missing(session, true);
  }
  const bool changed =
      upgrade_platform(control_dsn(session), migration_session(session, options.how), read_actor(session), limits);
  session.terminal().info(changed ? "the control database is upgraded"
                                  : "the control database is up to date; nothing changed");
}

}  // namespace

Command platform_upgrade_command() {
  return command<UpgradePlatform>("upgrade", "upgrade the control database to the schema of this acctl", run)
      .describe(R"(
Runs the migrations that the control database lacks, each in its own transaction. A migration waits up to a second for
other users of the database (--lock-timeout), and is retried at random moments (--attempts); after that the command fails
(exit 9), what was migrated before is kept, and the command can be run again. With --plan, the missing migrations are
listed; with --dry-run they are run in one transaction and rolled back, too. An acctl that is older than the schema,
and a schema with an index that is not valid or a foreign key that is not validated, are refused.)")
      .with(migration_options, &UpgradePlatform::how)
      .example("acctl platform upgrade --plan", "List the migrations that would be run.")
      .example("acctl platform upgrade --dry-run", "Check that they would succeed.")
      .example("acctl platform upgrade", "After a newer acctl was installed.");
}

}  // namespace acctl
