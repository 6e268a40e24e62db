#include "cli/builder.hpp"
#include "cli/remarks.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/database/ledger.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/tenants/export.hpp"
#include "provisioning/tenants/provision.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

namespace {

struct CloneTenant : TenantRequest {
  std::string source;
};

// Whether nothing was ever written to the tenant's configuration, so that it still is what its pack seeded.
bool is_fresh(const Platform& platform, const Tenant& tenant) {
  return list_runs(enter(platform, tenant), "", 1).empty();
}

// What does not fit the source, whose application has written it, would not fit its clone: that is said before anything
// is made.
void require_sound(Session& session, const Platform& platform, const Tenant& source, const Definitions& definitions) {
  Guards guards;
  guards.max_removals.clear();
  const std::vector<Tenant> tenants = {source};
  FleetPlan fleet(platform, tenants, make_import_job(session, "tenant clone", guards, definitions));
  fleet.plan();
  for (const TenantFailure& failure : fleet.report().failures) {
    if (failure.error.kind() != ErrorKind::invalid) continue;
    throw Error(ErrorKind::invalid,
                "the configuration of " + source.slug + " cannot be copied: " + failure.error.what(),
                "Mend it there first; nothing was made.", failure.error.diagnostics());
  }
}

// Plans the configuration of `clone`, prompts unless it is fresh, and executes the plan.
void configure(Session& session, const Platform& platform, const Tenant& clone, const Tenant& source,
               const Definitions& definitions, bool fresh) {
  Guards guards;
  // Whatever the pack has seeded and the source does not have is removed, however much that is. A clone that was
  // configured before may have been changed since, and is guarded.
  if (fresh) guards.max_removals.clear();
  const std::vector<Tenant> tenants = {clone};
  FleetPlan fleet(platform, tenants, make_import_job(session, "tenant clone", guards, definitions));
  fleet.plan();
  const bool dry = session.settings().dry_run;
  const ReportStyle planned{.verb = ReportVerb::planned,
                            .command = "tenant clone",
                            .most = session.terminal().is_verbose() ? 0 : remarks_shown};
  const auto show_plan = [&] {
    session.terminal().show(report_text(fleet.report(), planned, OutputFormat::table, false));
  };
  if (!fresh) {
    // Standard output is for the tenant; the plan goes to standard error.
    const Outlook outlook = make_outlook(fleet.report());
    const bool shown = session.format() == OutputFormat::table && outlook.writes();
    if (shown) show_plan();
    require_consent(
        session, outlook, AskedBy::files,
        "Do you want to make these changes in tenant " + clone.slug + ", so that it matches " + source.slug + " again?",
        [&] {
          if (!shown) show_plan();
        });
  }
  throw_failures(fleet.run(dry ? Ending::roll_back : Ending::commit));
}

int run(Session& session, const CloneTenant& options) {
  TenantRequest request = options;
  check(request);
  require_name_and_admin(request);
  Platform platform = open_platform(session);
  const Tenant source = require_tenant(platform, options.source);
  if (!is_reached(source, Reach::active)) throw not_active(source);
  request.clone_of = source.id;
  // From the same pack there is the least to change.
  request.pack = source.pack;
  if (request.plan.empty()) request.plan = source.plan;
  const bool dry = session.settings().dry_run;
  // Read before anything is created: a source that cannot be read must not leave a tenant without its configuration.
  const Definitions definitions = read_definitions(
      {{.name = "export of " + source.slug, .text = export_tenant(platform, source)}}, {.exports = true});
  require_sound(session, platform, source, definitions);
  const ProvisionResult made =
      dry ? rehearse_tenant(platform, request) : create_tenant(platform, request, show_steps(session));
  if (made.tenant.status == "suspended") {
    throw not_active(made.tenant, "Resume it first: acctl tenant resume " + made.tenant.slug);
  }
  const bool there = made.how == Provisioned::unchanged;
  if (!dry || there) {
    configure(session, platform, made.tenant, source, definitions, !there || is_fresh(platform, made.tenant));
  }
  session.terminal().info(dry ? "dry run: tenant " + request.slug + " would be " +
                                    (there ? "configured like " : "created like ") + source.slug
                              : "tenant " + request.slug + " is configured like " + source.slug);
  if (!there && !source.overrides.empty()) {
    session.terminal().info("limits and features that " + source.slug +
                            " has of its own are not copied; see 'acctl tenant show " + source.slug +
                            "' and 'acctl tenant set-plan --help'");
  }
  write_tenant(session, made.tenant);
  tell_first_messages(session, {&made});
  send_first_messages(session, platform, {&made});
  return 0;
}

}  // namespace

Command tenant_clone_command() {
  return command<CloneTenant>("clone", "provision a tenant with the configuration of another", run)
      .describe(R"(
Provisions a tenant and gives it the configuration of the source: roles, teams without their members, statuses,
automations and everything else. People and data are not copied, and settings that name the tenant (branding.name,
portal.hostname, support.address) are its own. Of what the registry has of the source, it gets the plan and the pack: it
begins a trial of its own, and seats, limits and features of the source's own, labels, notes, domains and the enterprise
are not copied.

Running the command again resumes an interrupted clone, or updates the clone to match its source, after showing the
changes and prompting. A tenant that is not a clone of the source is never overwritten (exit 7).)")
      .argument("SOURCE", "slug of the tenant to copy", &CloneTenant::source)
      .values(Values::tenants)
      .argument("SLUG", "slug of the new tenant", &CloneTenant::slug)
      .values(Values::new_name)
      .option("--name NAME", "display name of the new tenant", &CloneTenant::name)
      .required()
      .option("--admin-email EMAIL", "address of the first administrator, who is invited", &CloneTenant::admin_email)
      .values(Values::new_name)
      .required()
      .option("--admin-name NAME", "name of the first administrator", &CloneTenant::admin_name)
      .option("--plan PLAN", "plan of the new tenant (default: that of the source)", &CloneTenant::plan)
      .example("acctl tenant clone acme acme-test --name 'Acme (test)' --admin-email it@acme.example",
               "A tenant for trying out changes.");
}

}  // namespace acctl
