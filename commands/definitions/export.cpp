#include "provisioning/tenants/export.hpp"

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/output_file.hpp"

namespace acctl {

namespace {

struct ExportTenant : ExportScope {
  std::vector<std::string> kinds;
  std::string out;
  bool with_data = false;
};

void check_options(const ExportTenant& options) {
  if (!options.with_data) return;
  if (options.out.empty() || options.out == "-") {
    throw Error(ErrorKind::invalid, "--with-data needs a file to put the dump beside", "Name it with --out FILE.");
  }
  if (!options.kinds.empty() || !options.manager.empty()) {
    throw Error(ErrorKind::invalid, "--with-data exports everything",
                "Leave out --only and --manager, or --with-data.");
  }
}

Tenant only_tenant(Session& session, Platform& platform) {
  const std::vector<Tenant> tenants =
      selected_tenants(session, platform, {}, {}, Unnamed::refused, Reach::suspended_too);
  require_single(tenants, "export");
  tell_left_out(session, tenants, Reach::suspended_too);
  return tenants.front();
}

void run(Session& session, const ExportTenant& options) {
  if (session.given("--output") && session.format() != OutputFormat::yaml) {
    throw Error(ErrorKind::invalid, "export writes YAML only", "Leave out --output.");
  }
  check_options(options);
  Platform platform = open_for_tenants(session);
  const Tenant tenant = only_tenant(session, platform);
  ExportScope scope = options;
  scope.only = only_kinds(options.kinds);
  // The dump first: the export says which it is.
  if (options.with_data && !session.settings().dry_run) {
    scope.comment =
        data_comment(dump_data(platform, require_tenant(platform, tenant.slug), options.out + ".dump", &interrupted()));
  }
  const std::string document = export_tenant(platform, tenant, scope);
  if (options.out.empty() || options.out == "-") {
    write_text(document);
    flush_output();
  } else {
    if (!write_output_file(session, options.out, document)) return;
    session.terminal().info("tenant " + tenant.slug + " exported to " + options.out +
                            (options.with_data ? ", its data to " + options.out + ".dump" : ""));
  }
}

}  // namespace

Command export_command() {
  return command<ExportTenant>("export", "write a tenant's configuration as definitions", run)
      .describe(R"(
Writes the entire configuration of a tenant in the format that apply and import read, sorted, so that equal
configurations give equal bytes. Users and their assignments are left out unless --include-users is given.
Passwords, tokens and keys are never exported. The settings that name the tenant (branding.name,
portal.hostname, support.address), its identity providers, and sso.enforced if it binds users to them, are left out
unless --with-identity is given. The last line proves to import that the export is whole.

With --with-data, FILE.dump is written, too: a dump of the entire database (pg_dump's custom format, users and
tickets included), as of the moment before the export. 'tenant restore --with-data' reads both. Files in the
tenant's storage are not part of it.

With --manager, only the objects of that manager are written, its users and what names the tenant included, as
a file for apply: planned for the same tenant, it changes nothing.)")
      .option("--include-users", "include users, their roles and the members of teams", &ExportTenant::users)
      .option("--only KIND,…", "export only these kinds, such as roles,teams; repeatable", &ExportTenant::kinds)
      .option("--with-identity", "include brand name, host name, support address and identity providers",
              &ExportTenant::identity)
      .option("--manager NAME", "export only what this manager owns, as a file of that manager", &ExportTenant::manager)
      .option("--with-data", "write a dump of the data to FILE.dump beside the export", &ExportTenant::with_data)
      .option("--out FILE", "write to this file (created with mode 0600), or - for standard output", &ExportTenant::out)
      .values(Values::file)
      .example("acctl export -t acme > acme.yaml", "Everything except users.")
      .example("acctl export -t acme --only roles,teams --include-users", "A part of the configuration.")
      .example("acctl export -t acme --with-data --out acme.yaml", "Configuration and data, for 'tenant restore'.")
      .trail(Trail::every_look);
}

}  // namespace acctl
