// tenant clone: a new tenant that is configured like another.
#include "commands/edits.hpp"
#include "commands/open.hpp"
#include "commands/plan_output.hpp"
#include "commands/tenant.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/tenants/export.hpp"
#include "provisioning/tenants/provision.hpp"

namespace acctl {

namespace {

struct CloneOptions {
  std::string source;
  TenantRequest request;
};

int clone(Session& session, const CloneOptions& options) {
  check(options.request);
  Platform platform = open_platform(session);
  const Tenant source = require_tenant(platform, options.source);
  if (source.status != "active") {
    throw Error(ErrorKind::conflict, "tenant " + source.slug + " is " + source.status + ", not active");
  }
  TenantRequest request = options.request;
  // From the same beginning there is the least to change.
  request.pack = source.pack;
  if (request.plan.empty()) request.plan = source.plan;
  if (session.settings().dry_run) {
    write_tenant(session, rehearse_tenant(platform, request).tenant);
    session.terminal().info("dry run: tenant " + request.slug + " would be made like " + source.slug);
    return 0;
  }
  const Definitions definitions =
      read_definitions({{.name = "export of " + source.slug, .text = export_of(platform, source)}});
  const ProvisionResult made = create_tenant(platform, request, [&](const std::string& slug, std::string_view step) {
    session.terminal().verbose(slug + ": " + std::string(step));
  });
  const RunRecord record = record_of(session, "tenant clone", "", {});
  Guards guards;
  // What the pack brought along and the source no longer has goes, however much that is. A clone that exists already
  // may have been changed since, and is guarded.
  if (made.how != Provisioned::unchanged) guards.max_removals.clear();
  const std::vector<Tenant> tenants = {made.tenant};
  FleetPlan fleet(platform, tenants, job_of(session, guards, [&](Connection&, const Tenant&) {
                    Edit edit = clone_of(definitions);
                    edit.guards = guards;
                    edit.record = record;
                    return edit;
                  }));
  fleet.plan();
  throw_failures(fleet.run(Ending::commit));
  session.terminal().info("tenant " + request.slug + " is configured like " + source.slug);
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
          "Provisions a tenant and makes its configuration that of the source: roles, teams without their members, "
          "statuses, automations and all the rest. People and data are not copied, and the settings that name the "
          "tenant "
          "(branding.name, portal.hostname, support.address) are its own. The same call again goes on where it "
          "stopped, "
          "or changes nothing.",
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
