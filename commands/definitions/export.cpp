#include "provisioning/tenants/export.hpp"

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/output_file.hpp"

namespace acctl {

namespace {

struct ExportTenant {
  bool users = false;
  std::vector<std::string> only;
  std::string out;
  bool identity = false;
  std::string manager;
};

Tenant only_tenant(Session& session, Platform& platform) {
  const std::vector<Tenant> tenants =
      selected_tenants(session, platform, {}, {}, Unnamed::refused, Reach::suspended_too);
  require_single(tenants, "export");
  tell_left_out(session, tenants, Reach::suspended_too);
  return tenants.front();
}

int run(Session& session, const ExportTenant& options) {
  if (session.given("--output") && session.format() != OutputFormat::yaml) {
    throw Error(ErrorKind::invalid, "export writes YAML only", "Leave out --output.");
  }
  Platform platform = open_for_tenants(session);
  const Tenant tenant = only_tenant(session, platform);
  const std::string document = export_of(platform, tenant,
                                         {.users = options.users,
                                          .only = only_kinds(options.only),
                                          .identity = options.identity,
                                          .manager = options.manager});
  if (options.out.empty() || options.out == "-") {
    write_text(document);
    flush_output();
  } else {
    if (!write_output_file(session, options.out, document)) return 0;
    session.terminal().info("tenant " + tenant.slug + " exported to " + options.out);
  }
  return 0;
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

With --manager, only the objects of that manager are written, its users and what names the tenant included, as
a file for apply: planned for the same tenant, it changes nothing.)")
      .option("--include-users", "include users, their roles and the members of teams", &ExportTenant::users)
      .option("--only KIND,…", "export only these kinds, such as roles,teams; repeatable", &ExportTenant::only)
      .option("--with-identity", "include brand name, host name, support address and identity providers",
              &ExportTenant::identity)
      .option("--manager NAME", "export only what this manager owns, as a file of that manager", &ExportTenant::manager)
      .option("--out FILE", "write to this file (created with mode 0600), or - for standard output", &ExportTenant::out)
      .values(Values::file)
      .example("acctl export -t acme > acme.yaml", "Everything except users.")
      .example("acctl export -t acme --only roles,teams --include-users", "A part of the configuration.")
      .trail(Trail::every_look);
}

}  // namespace acctl
