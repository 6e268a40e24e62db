// tenant migrate
#include "provisioning/tenants/migrate.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "commands/shared/connect_platform.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/embedded.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/fleet/fleet.hpp"

namespace acctl {

namespace {

struct Outcome {
  Migrated migrated;
  std::optional<Error> error;
};

bool has_database(const Tenant& tenant) { return tenant.status == "active" || tenant.status == "suspended"; }

// Those who are named must have a database in use; of --all and --match those that have none are skipped.
std::vector<std::string> wanted(Session& session, Platform& platform, const std::vector<std::string>& slugs) {
  TenantFilter filter = filter_of(session);
  if (!slugs.empty() && session.given("--tenant")) {
    throw Error(ErrorKind::invalid, "SLUG and --tenant both name tenants", "Use one of them.");
  }
  if (!slugs.empty()) filter.slugs = slugs;
  if (filter.slugs.empty() && session.settings().match.empty() && !session.settings().all) {
    throw Error(ErrorKind::invalid, "no tenant is named", "Name tenants by SLUG, with --match or --all.");
  }
  std::vector<std::string> all;
  for (const Tenant& tenant : list_tenants(platform, filter)) {
    if (!filter.slugs.empty() || has_database(tenant)) all.push_back(tenant.slug);
  }
  for (const std::string& slug : filter.slugs) {
    if (std::ranges::find(all, slug) == all.end()) require_tenant(platform, slug);
  }
  return all;
}

std::vector<Outcome> migrate_all(Session& session, Platform& platform, const std::vector<std::string>& slugs) {
  const Mode mode = mode_of(session);
  const auto progress = progress_of(session);
  std::vector<Outcome> outcomes(slugs.size());
  std::vector<std::unique_ptr<Platform>> sessions(static_cast<std::size_t>(session.settings().parallel));
  std::atomic<std::size_t> done = 0;
  for_each_index(slugs.size(), static_cast<int>(session.settings().parallel), [&](std::size_t i, std::size_t worker) {
    outcomes[i].migrated.slug = slugs[i];
    const Concerning tenant(slugs[i]);
    try {
      if (!sessions[worker] || !sessions[worker]->control().usable()) sessions[worker] = platform.another();
      outcomes[i].migrated = migrate_tenant(*sessions[worker], slugs[i], mode);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      outcomes[i].error = error;
    }
    progress(++done, slugs.size());
  });
  return outcomes;
}

nlohmann::ordered_json to_json(const Outcome& outcome, bool rehearsed) {
  const nlohmann::ordered_json none;
  const bool failed = outcome.error.has_value();
  const Migrated& migrated = outcome.migrated;
  const char* done = rehearsed ? "would be migrated" : "migrated";
  return {{"tenant", migrated.slug},
          {"from", failed ? none : nlohmann::ordered_json(migrated.from)},
          {"to", failed ? none : nlohmann::ordered_json(migrated.to)},
          {"outcome", failed ? "failed" : (migrated.changed ? done : "current")},
          {"error", failed ? Json(outcome.error->what()) : Json()}};
}

int run(Session& session, const std::vector<std::string>& slugs) {
  Platform platform = open_platform(session);
  const std::vector<Outcome> outcomes = migrate_all(session, platform, wanted(session, platform, slugs));
  RecordWriter out = session.records(
      Shape::many,
      {{"TENANT", "/tenant"}, {"FROM", "/from"}, {"TO", "/to"}, {"OUTCOME", "/outcome"}, {"ERROR", "/error"}});
  FleetReport report;
  for (const Outcome& outcome : outcomes) {
    out.add(to_json(outcome, mode_of(session) == Mode::rehearse));
    if (outcome.error) report.failures.push_back({outcome.migrated.slug, *outcome.error});
    report.unchanged += outcome.error ? 0 : 1;
  }
  out.finish();
  throw_failures(report);
  return 0;
}

}  // namespace

Command tenant_migrate_command() {
  auto slugs = std::make_shared<std::vector<std::string>>();
  return {
      .name = "migrate",
      .summary = "bring the databases of tenants to the schema of this acctl",
      .description =
          "Runs the migrations that the database of each tenant lacks, each in a transaction of its own, and records "
          "the version in the registry. A tenant that is at the head is left alone, so the command can be repeated "
          "after any interruption. Suspended tenants are migrated too; unfinished ones and those held for deletion "
          "are skipped unless they are named.\n\n"
          "A migration waits for a second for whoever uses the database, a few times; after that the tenant fails "
          "with exit 9, and what was migrated before stays. With --dry-run the migrations run and are rolled back. "
          "A database that is newer than this acctl, or has a migration that differs from the one that acctl "
          "carries, is refused with exit 7.",
      .arguments = {{.name = "SLUG",
                     .help = "the tenants; without it those of --tenant, --match or --all",
                     .target = slugs.get(),
                     .required = false,
                     .values = Values::tenants}},
      .examples = {{"acctl tenant migrate acme", "One tenant."},
                   {"acctl tenant migrate --all --parallel 4", "All of them, after an upgrade of acctl."},
                   {"acctl tenant migrate --match region=eu --dry-run", "Check that the migrations would succeed."}},
      .run = [slugs](Session& session) { return run(session, *slugs); },
      .storage = slugs,
  };
}

}  // namespace acctl
