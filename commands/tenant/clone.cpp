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
#include "provisioning/tenants/lifecycle.hpp"
#include "provisioning/tenants/provision.hpp"
#include "provisioning/tenants/restore.hpp"
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

// What is known of a clone when it is configured.
enum class CloneState {
  shut,   // nobody has come near it: it has what its pack gives everybody
  fresh,  // open, and nothing was ever written to its configuration
  used
};

// Plans the configuration of `clone`, prompts if it is in use, and executes the plan.
void configure(Session& session, const Platform& platform, const Tenant& clone, const Tenant& source,
               const Definitions& definitions, CloneState state) {
  Guards guards;
  // Whatever the pack has seeded and the source does not have is removed, however much that is. A clone that was
  // configured before may have been changed since, and is guarded.
  if (state != CloneState::used) guards.max_removals.clear();
  const std::vector<Tenant> tenants = {clone};
  FleetJob job = make_import_job(session, "tenant clone", guards, definitions);
  if (state == CloneState::shut) {
    job.reach = Reach::suspended_too;
    job.in_the_making = true;
  }
  FleetPlan fleet(platform, tenants, std::move(job));
  fleet.plan();
  const bool dry = session.settings().dry_run;
  const ReportStyle planned{.verb = ReportVerb::planned,
                            .command = "tenant clone",
                            .most = session.terminal().is_verbose() ? 0 : remarks_shown};
  const auto show_plan = [&] {
    session.terminal().show(report_text(fleet.report(), planned, OutputFormat::table, false));
  };
  if (state == CloneState::used) {
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

// Nobody comes near the clone before it has the configuration of its source.
Tenant fill_clone(Session& session, Platform& platform, const std::string& slug, const Tenant& source,
                  const Definitions& definitions) {
  Tenant clone = require_tenant(platform, slug);
  // Active: opened by a run that was killed before it could say that all of it is there.
  if (clone.status != "active") {
    const Tenant shut = shut_unfinished_tenant(platform, slug).tenant;
    try {
      configure(session, platform, shut, source, definitions, CloneState::shut);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      throw stays_suspended(error, slug, "configured");
    }
    clone = open_filled_tenant(platform, slug).tenant;
  }
  finish_clone(platform, clone, source);
  return require_tenant(platform, slug);
}

void run(Session& session, const CloneTenant& options) {
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
  request.is_filled = begin_clone(platform, request.slug, source.id, read_mode(session));
  ProvisionResult made =
      dry ? rehearse_tenant(platform, request) : create_tenant(platform, request, show_steps(session));
  if (made.tenant.status == "suspended" && !request.is_filled) {
    throw not_active(made.tenant, "Resume it first: acctl tenant resume " + made.tenant.slug);
  }
  const bool there = made.how == Provisioned::unchanged && !request.is_filled;
  if (request.is_filled && !dry) {
    made.tenant = fill_clone(session, platform, request.slug, source, definitions);
    made.how = Provisioned::created;
  } else if (!dry || there) {
    const bool fresh = !there || is_fresh(platform, made.tenant);
    configure(session, platform, made.tenant, source, definitions, fresh ? CloneState::fresh : CloneState::used);
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
  if (request.is_filled && !dry) {
    tell_queued_messages(session, platform, made.tenant);
  } else {
    tell_first_messages(session, {&made});
  }
  send_first_messages(session, platform, {&made});
}

}  // namespace

Command tenant_clone_command() {
  return command<CloneTenant>("clone", "provision a tenant with the configuration of another", run)
      .describe(R"(
Provisions a tenant and gives it the configuration of the source: roles, teams without their members, statuses,
automations and everything else. People and data are not copied, and settings that name the tenant (branding.name,
portal.hostname, support.address) are its own. Of what the registry has of the source, it gets the plan and the pack: it
begins a trial of its own, and seats, limits and features of the source's own, labels, notes, domains and the enterprise
are not copied. The clone is suspended until it has the configuration of its source, and 'tenant resume' does not open
it before.

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
