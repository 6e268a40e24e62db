// tenant clone: a new tenant that is configured like another.
#include "commands/reports/plan_output.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/database/ledger.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/tenants/export.hpp"
#include "provisioning/tenants/provision.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

namespace {

struct CloneOptions {
  std::string source;
  TenantRequest request;
};

// Nothing was ever written to the tenant's configuration: it still is what its pack seeded.
bool is_fresh(const Platform& platform, const Tenant& tenant) {
  return list_runs(enter(platform, tenant), "", 1).empty();
}

// Plans the configuration of `clone`, asks unless it is fresh, and carries the plan out.
void configure(Session& session, const Platform& platform, const Tenant& clone, const Tenant& source,
               const Definitions& definitions, bool fresh) {
  const RunRecord record = record_of(session, "tenant clone", "", {});
  Guards guards;
  // What the pack brought along and the source no longer has goes, however much that is. A clone that was configured
  // before may have been changed since, and is guarded.
  if (fresh) guards.max_removals.clear();
  const std::vector<Tenant> tenants = {clone};
  FleetPlan fleet(platform, tenants, job_of(session, guards, [&](TenantSession&, const Tenant&) {
                    Edit edit = clone_of(definitions);
                    edit.guards = guards;
                    edit.record = record;
                    return edit;
                  }));
  fleet.plan();
  const bool dry = session.settings().dry_run;
  const ReportStyle planned{.verb = ReportVerb::planned, .command = "tenant clone"};
  const auto show_plan = [&] {
    session.terminal().show(report_text(fleet.report(), planned, OutputFormat::table, false));
  };
  if (!fresh) {
    // Standard output is for the tenant; the plan is what is talked about.
    const Outlook outlook = outlook_of(fleet.report());
    const bool shown = session.format() == OutputFormat::table && outlook.writes();
    if (shown) show_plan();
    require_consent(session, outlook, AskedBy::files,
                    "Do you want to make these changes in tenant " + clone.slug + ", so that it is configured like " +
                        source.slug + " again?",
                    [&] {
                      if (!shown) show_plan();
                    });
  }
  throw_failures(fleet.run(dry ? Ending::roll_back : Ending::commit));
}

int clone(Session& session, const CloneOptions& options) {
  check(options.request);
  Platform platform = open_platform(session);
  const Tenant source = require_tenant(platform, options.source);
  if (!is_reached(source, Reach::active)) throw not_active(source);
  TenantRequest request = options.request;
  request.clone_of = source.id;
  // From the same beginning there is the least to change.
  request.pack = source.pack;
  if (request.plan.empty()) request.plan = source.plan;
  const bool dry = session.settings().dry_run;
  // First of all: a source that cannot be read must not leave a tenant without its configuration.
  const Definitions definitions =
      read_definitions({{.name = "export of " + source.slug, .text = export_of(platform, source)}});
  const ProvisionResult made =
      dry ? rehearse_tenant(platform, request)
          : create_tenant(platform, request, [&](const std::string& slug, std::string_view step) {
              session.terminal().verbose(slug + ": " + std::string(step));
            });
  if (made.tenant.status == "suspended") {
    throw not_active(made.tenant, "Resume it first: acctl tenant resume " + made.tenant.slug);
  }
  const bool there = made.how == Provisioned::unchanged;
  if (!dry || there) {
    configure(session, platform, made.tenant, source, definitions, !there || is_fresh(platform, made.tenant));
  }
  session.terminal().info(dry ? "dry run: tenant " + request.slug + " would be " +
                                    (there ? "configured like " : "made like ") + source.slug
                              : "tenant " + request.slug + " is configured like " + source.slug);
  write_tenant(session, made.tenant);
  return 0;
}

}  // namespace

Command tenant_clone_command() {
  auto options = std::make_shared<CloneOptions>();
  return {
      .name = "clone",
      .summary = "provision a tenant that is configured like another",
      .description =
          R"(Provisions a tenant and makes its configuration that of the source: roles, teams without their members, statuses, automations and all the rest. People and data are not copied, and the settings that name the tenant (branding.name, portal.hostname, support.address) are its own.

The same call again resumes where it stopped, or brings the clone up to its source, after showing the changes and asking. A tenant that is not a clone of the source is never overwritten (exit 7).)",
      .arguments = {{.name = "SOURCE",
                     .help = "slug of the tenant to copy from",
                     .target = &options->source,
                     .values = Values::tenants},
                    {.name = "SLUG", .help = "slug of the new tenant", .target = &options->request.slug}},
      .options = {{.name = "--name",
                   .value = "NAME",
                   .help = "name of the new tenant as displayed",
                   .target = &options->request.name,
                   .required = true},
                  {.name = "--admin-email",
                   .value = "EMAIL",
                   .help = "the first administrator, who is invited",
                   .target = &options->request.admin_email,
                   .required = true},
                  {.name = "--admin-name",
                   .value = "NAME",
                   .help = "name of the first administrator",
                   .target = &options->request.admin_name},
                  {.name = "--plan",
                   .value = "PLAN",
                   .help = "plan of the new tenant; at first that of the source",
                   .target = &options->request.plan}},
      .examples = {{"acctl tenant clone acme acme-test --name 'Acme (test)' --admin-email it@acme.example",
                    "A tenant to try changes on."}},
      .run = [options](Session& session) { return clone(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl
