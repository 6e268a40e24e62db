#include "provisioning/tenants/migrate.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/migration_options.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/embedded.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/fleet/fleet.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct MigrateTenants {
  std::vector<std::string> slugs;
  MigrationOptions how;
};

struct MigrationOutcome {
  Migrated migrated;
  std::optional<Error> error;
};

// The slugs of the tenants to migrate. Named tenants must have a database in use; of those that --all and --match
// select, tenants without one are skipped.
std::vector<std::string> select_slugs(Session& session, Platform& platform, const std::vector<std::string>& slugs) {
  const TenantFilter filter = read_tenant_filter(session, slugs);
  if (filter.slugs.empty() && session.settings().match.empty() && !session.settings().all) {
    throw Error(ErrorKind::invalid, "no tenant is selected", "Select tenants by SLUG, --match or --all.");
  }
  refuse_unknown_names(platform, filter);
  std::vector<std::string> all;
  for (const Tenant& tenant : list_tenants(platform, filter)) {
    if (!filter.slugs.empty() || is_reached(tenant, Reach::suspended_too)) all.push_back(tenant.slug);
  }
  for (const std::string& slug : filter.slugs) {
    if (std::ranges::find(all, slug) == all.end()) require_tenant(platform, slug);
  }
  return all;
}

std::vector<MigrationOutcome> migrate_all(Session& session, Platform& platform, const std::vector<std::string>& slugs,
                                          const MigrationOptions& how) {
  const MigrationLimits limits = read_migration_limits(session, how);
  const Mode mode = read_mode(session);
  std::vector<MigrationOutcome> outcomes(slugs.size());
  std::vector<std::unique_ptr<Platform>> sessions(static_cast<std::size_t>(session.parallel()));
  Step migrating("migrating", slugs.size(), "tenants");
  for_each_index(
      migrating, platform.fitting_workers(session.parallel(), slugs.size(), 2), [&](std::size_t i, std::size_t worker) {
        outcomes[i].migrated.slug = slugs[i];
        const Concerning tenant(slugs[i]);
        outcomes[i].error = catch_failure([&] {
          if (!sessions[worker] || !sessions[worker]->control().usable()) sessions[worker] = platform.another();
          Platform& own = *sessions[worker];
          outcomes[i].migrated = how.plan ? plan_migration(own, slugs[i]) : migrate_tenant(own, slugs[i], mode, limits);
        });
      });
  return outcomes;
}

Json to_json(const MigrationOutcome& outcome, const char* done) {
  const Json none;
  const bool failed = outcome.error.has_value();
  const Migrated& migrated = outcome.migrated;
  return {{"tenant", migrated.slug},
          {"from", failed ? none : Json(migrated.from)},
          {"to", failed ? none : Json(migrated.to)},
          {"migrations", failed ? none : Json(migrated.migrations)},
          {"outcome", failed ? "failed" : (migrated.changed ? done : "current")},
          {"error", failed ? Json(outcome.error->what()) : none}};
}

void run(Session& session, const MigrateTenants& options) {
  if (options.how.plan) session.only_look();
  Platform platform(control_dsn(session), migration_session(session, options.how), read_actor(session));
  const std::vector<MigrationOutcome> outcomes =
      migrate_all(session, platform, select_slugs(session, platform, options.slugs), options.how);
  const bool rehearsed = options.how.plan || read_mode(session) == Mode::rehearse;
  RecordWriter out = session.records(Shape::many, {"TENANT", "FROM", "TO", "OUTCOME", "MIGRATIONS", "ERROR"});
  FleetReport report;
  for (const MigrationOutcome& outcome : outcomes) {
    const bool listed = !outcome.error || session.format() != OutputFormat::name;
    if (listed) out.add(to_json(outcome, rehearsed ? "would be migrated" : "migrated"));
    if (outcome.error) report.failures.push_back({outcome.migrated.slug, *outcome.error});
    report.unchanged += outcome.error ? 0 : 1;
  }
  out.finish();
  throw_failures(report);
}

}  // namespace

Command tenant_migrate_command() {
  return command<MigrateTenants>("migrate", "migrate tenant databases to the schema of this acctl", run)
      .describe(R"(
Runs the migrations that the database of each tenant lacks, each in its own transaction, and records the version in
the registry. A tenant that is up to date is skipped, so the command can be repeated after any interruption. Suspended
tenants are migrated, too; unfinished ones and those held for deletion are skipped unless they are named.

A migration waits up to a second for other users of the database (--lock-timeout), and is retried at random moments
(--attempts); after that the tenant fails (exit 9), and what was migrated before is kept. With --plan, the missing
migrations are listed; with --dry-run they are run and rolled back. A database that is newer than this acctl, that has a
migration which differs from the one in acctl, or that has an index that is not valid or a foreign key that is not
validated, before or after, is refused (exit 7).)")
      .argument("[SLUG...]", "tenants to migrate (default: those of --tenant, --match or --all)",
                &MigrateTenants::slugs)
      .values(Values::tenants)
      .with(migration_options, &MigrateTenants::how)
      .example("acctl tenant migrate acme", "Bring one tenant to the schema of this acctl.")
      .example("acctl tenant migrate --all --plan", "List what each tenant lacks.")
      .example("acctl tenant migrate --all --parallel 4", "All tenants, after an upgrade of acctl.")
      .example("acctl tenant migrate --match region=eu --dry-run", "Check that the migrations would succeed.");
}

}  // namespace acctl
