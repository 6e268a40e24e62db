// export and import: a tenant's configuration as definitions, and back.
#include "provisioning/tenants/export.hpp"

#include "commands/commands.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/output_file.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

struct ExportOptions {
  bool users = false;
  std::vector<std::string> only;
  std::string out;
};

Tenant only_tenant(Session& session, Platform& platform) {
  const std::vector<Tenant> tenants = selected_tenants(session, platform, {});
  if (tenants.size() != 1) {
    throw Error(ErrorKind::invalid, "export takes one tenant, and " + std::to_string(tenants.size()) + " are named",
                "Name it with -t.");
  }
  return tenants.front();
}

int run_export(Session& session, const ExportOptions& options) {
  const bool asked = session.given("--output");
  if (asked && session.format() != OutputFormat::yaml) {
    throw Error(ErrorKind::invalid, "an export is YAML and nothing else", "Leave out --output.");
  }
  Platform platform = open_for_tenants(session);
  const Tenant tenant = only_tenant(session, platform);
  const std::string document = export_of(platform, tenant, {.users = options.users, .only = only_kinds(options.only)});
  if (options.out.empty() || options.out == "-") {
    write_text(document);
    flush_output();
  } else {
    if (!write_output_file(session, options.out, document)) return 0;
    session.terminal().info("tenant " + tenant.slug + " is exported to " + options.out);
  }
  return 0;
}

struct ImportOptions {
  FileOptions files;
  EditOptions edit;
};

// An export of a newer schema may hold what this acctl does not know.
int import(Session& session, const ImportOptions& options) {
  const Definitions definitions = definitions_of(options.files);
  const Guards guards = stricter(guards_of(options.edit), definitions.guards);
  Platform platform = open_for_tenants(session);
  const std::vector<Tenant> tenants = selected_tenants(session, platform, options.edit.exclude, definitions.tenants);
  const RunRecord record = record_of(session, "import", "", options.edit);
  FleetPlan fleet(platform, tenants, job_of(session, guards, [&](TenantSession&, const Tenant&) {
                    Edit edit = import_of(definitions);
                    edit.guards = guards;
                    edit.record = record;
                    return edit;
                  }));
  return carry_out(session, fleet, "import");
}

}  // namespace

Command export_command() {
  auto options = std::make_shared<ExportOptions>();
  return {
      .name = "export",
      .summary = "write a tenant's configuration as definitions",
      .description =
          "Writes everything that is configured in a tenant, in the format that apply and import read; sorted, so that "
          "equal configurations give equal bytes. Users and what is assigned to them are left out unless "
          "--include-users is given. No password, token or key is ever part of it.",
      .options = {{.name = "--include-users",
                   .value = "",
                   .help = "with users, their roles and the members of teams",
                   .target = &options->users},
                  {.name = "--only",
                   .value = "KIND,…",
                   .help = "these kinds alone, such as roles,teams; repeatable",
                   .target = &options->only},
                  {.name = "--out",
                   .value = "FILE",
                   .help = "write to this file (a new one: mode 0600); - is standard output",
                   .target = &options->out,
                   .values = Values::file}},
      .examples = {{"acctl export -t acme > acme.yaml", "All but the people."},
                   {"acctl export -t acme --only roles,teams --include-users", "A part of it."}},
      .trail = Trail::every_look,
      .run = [options](Session& session) { return run_export(session, *options); },
      .storage = options,
  };
}

Command import_command() {
  auto options = std::make_shared<ImportOptions>();
  return {
      .name = "import",
      .summary = "make a tenant equal to an export",
      .description =
          "Makes the configuration of a tenant what the files say and nothing else: what they do not declare is "
          "removed, and a field that they leave out gets its default. Who manages an object stays as it was. "
          "Users are touched only where the files declare some. The plan is shown and asked about; guards hold as for "
          "apply, so that a large difference needs --max-removals.",
      .options =
          joined({file_options(options->files), {exclude_option(options->edit.exclude)}, guard_options(options->edit)}),
      .examples = {{"acctl import -f acme.yaml -t acme-test", "Shows the plan and asks."},
                   {"acctl import -f acme.yaml -t acme-test --max-removals 100% --yes", "Whatever was there before."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return import(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl
