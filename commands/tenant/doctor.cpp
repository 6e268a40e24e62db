#include "provisioning/tenants/doctor.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/builder.hpp"
#include "commands/reports/change_text.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/fleet/fleet.hpp"
#include "provisioning/model/names.hpp"

namespace acctl {

namespace {

struct ExamineTenants {
  std::vector<std::string> slugs;
  bool fix = false;
  std::string accept_restored;
};

nlohmann::ordered_json to_json(const Finding& finding) {
  const auto tenant = finding.tenant.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(finding.tenant);
  return {{"tenant", tenant},           {"check", finding.check}, {"detail", finding.detail},
          {"fixable", finding.fixable}, {"fixed", finding.fixed}, {"leftover", finding.leftover}};
}

struct Examination {
  std::vector<Finding> findings;
  std::size_t tenants = 0;
};

// Each tenant in a worker of its own. A server that is down ends nothing: its tenants are named, the others examined.
Examination examine(Platform& platform, const TenantFilter& filter, bool whole, Fix fix, int parallel) {
  refuse_unknown_names(platform, filter);
  const std::vector<Tenant> tenants = list_tenants(platform, filter);
  std::set<std::string> servers;
  if (!whole) std::ranges::transform(tenants, std::inserter(servers, servers.end()), &Tenant::server);
  UnreachableServers unreachable;
  if (whole || !tenants.empty()) unreachable = find_unreachable_servers(platform, servers);
  std::vector<std::vector<Finding>> found(tenants.size());
  std::vector<std::unique_ptr<Platform>> sessions(static_cast<std::size_t>(parallel));
  Step examining("examining", tenants.size(), "tenants");
  for_each_index(
      examining, platform.fitting_workers(parallel, tenants.size(), 2), [&](std::size_t index, std::size_t worker) {
        const Tenant& tenant = tenants[index];
        if (const auto server = unreachable.find(tenant.server); server != unreachable.end()) {
          found[index].push_back({.tenant = tenant.slug,
                                  .check = "server",
                                  .detail = "was not examined: server " + server->first + ": " + server->second});
          return;
        }
        if (!sessions[worker] || !sessions[worker]->control().usable()) sessions[worker] = platform.another();
        const Concerning concerned(tenant.slug);
        found[index] = examine_tenant(*sessions[worker], tenant, fix);
      });
  Examination all{.tenants = tenants.size()};
  if (whole) {
    all.findings = find_orphans(platform, unreachable);
    std::ranges::move(find_platform_leftovers(platform, unreachable), std::back_inserter(all.findings));
  }
  for (std::vector<Finding>& part : found) std::ranges::move(part, std::back_inserter(all.findings));
  return all;
}

void accept_database(Session& session, const std::string& slug, const std::vector<std::string>& others) {
  check_slug(slug);
  if (!others.empty()) {
    throw Error(ErrorKind::invalid, "--accept-restored cannot be combined with SLUG", "Give the slug once.");
  }
  Platform platform = open_platform(session);
  const Accepted rehearsed = accept_restored(platform, slug, Mode::rehearse);
  if (!rehearsed.changed) {
    session.terminal().info("the ledger of tenant " + slug +
                            " contains every run that the registry has seen; nothing to change");
    return;
  }
  const Consent consent =
      require_consent(session, {.changing = {slug}, .takes_away = true}, AskedBy::words,
                      "Do you want to accept the database of tenant " + slug + " as it is, ending with " +
                          (rehearsed.run.empty() ? "an empty ledger" : "run " + rehearsed.run) + "?");
  if (consent == Consent::rehearse) {
    session.terminal().info("dry run: the database of tenant " + slug + " would be accepted; nothing was done");
    return;
  }
  accept_restored(platform, slug, Mode::perform);
  session.terminal().info("done: the database of tenant " + slug + " is accepted as it is");
  session.terminal().warn("access that was taken away since the copy was made is there again; see 'acctl review -t " +
                          slug + "' and offboard who has left");
}

void run(Session& session, const ExamineTenants& options) {
  if (session.given("--accept-restored")) return accept_database(session, options.accept_restored, options.slugs);
  if (!options.fix) session.only_look();
  TenantFilter filter = read_tenant_filter(session);
  if (!options.slugs.empty()) filter.slugs = options.slugs;
  const bool whole = filter.slugs.empty() && session.settings().match.empty();
  Platform platform = open_platform(session);
  require_tenants(platform, filter.slugs);
  const Fix fix = options.fix && !session.settings().dry_run ? Fix::yes : Fix::no;
  RecordWriter out = session.records(Shape::many, {"TENANT", "CHECK", "FIXABLE", "FIXED", {"DETAIL", Fit::whole}});
  std::size_t left = 0;
  std::size_t leftovers = 0;
  const Examination examined = examine(platform, filter, whole, fix, session.parallel());
  for (const Finding& finding : examined.findings) {
    out.add(to_json(finding));
    left += finding.fixed || finding.leftover ? 0 : 1;
    leftovers += finding.leftover ? 1 : 0;
  }
  out.finish();
  if (leftovers > 0) {
    session.terminal().info(std::to_string(leftovers) + (leftovers == 1 ? " leftover" : " leftovers") +
                            "; remove with 'acctl tenant purge'");
  }
  if (left == 0 && examined.findings.size() == leftovers) {
    session.terminal().info(examined.tenants == 0 && !whole
                                ? "no tenants match"
                                : counted(examined.tenants, "tenant") + ": no problems found");
  }
  if (left == 0) return;
  throw Error(ErrorKind::conflict, std::to_string(left) + (left == 1 ? " mismatch" : " mismatches"),
              "Run 'acctl tenant doctor --fix' to repair those that are fixable; for the others, see the details.");
}

}  // namespace

Command tenant_doctor_command() {
  return command<ExamineTenants>("doctor", "compare the registry with reality and report mismatches", run)
      .describe(R"(
Checks the database of each tenant, its roles, its identity, schema and ledger, the storage, the reserved names, the
lock, the grants of its enterprise, seats, limits, settings and messages that wait; without SLUG, --tenant and --match,
also looks for databases, database roles and folders that belong to no tenant. It also lists leftovers that 'tenant
purge' removes: tenants whose hold has expired, template databases of former versions, temporary files. The tenants of a
server that is down are named, and the others are checked. Nothing is changed unless --fix is given, and nothing is ever
dropped. The exit code is 7 if a mismatch remains; a leftover is not a mismatch.

A database that was restored from an older copy lacks runs in its ledger that the registry has seen: it can be read,
but not written. The same holds for a tenant that has seen later runs than a registry that was restored.
--accept-restored declares that both are right as they are; the missing runs stay missing, and access that they took
away is there again.)")
      .argument("[SLUG...]", "tenants to check (default: all, or those of --tenant and --match)",
                &ExamineTenants::slugs)
      .values(Values::tenants)
      .option("--fix", "repair what can be repaired without losing data", &ExamineTenants::fix)
      .option("--accept-restored SLUG", "accept this tenant's database and registry as they are after a restore",
              &ExamineTenants::accept_restored)
      .values(Values::tenants)
      .exits(7, "a mismatch remains")
      .example("acctl tenant doctor", "Check everything.")
      .example("acctl tenant doctor acme --fix", "Check and repair one tenant.")
      .example("acctl tenant doctor --accept-restored acme", "After its database was restored from a backup.");
}

}  // namespace acctl
