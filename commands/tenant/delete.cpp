#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/duration.hpp"
#include "provisioning/tenants/lifecycle.hpp"

namespace acctl {

namespace {

struct DeleteTenant {
  std::string slug;
  std::string confirm;
  std::string hold;
  bool no_export = false;
};

std::string make_question(const LifecycleResult& rehearsed, const DeleteRequest& request) {
  const bool drops = drops_now(rehearsed.tenant, request);
  return "Do you want to delete " + describe_tenant(rehearsed.tenant) +
         (drops ? "? Its database, its database roles and its storage are dropped; this cannot be undone."
                : "? Nobody can sign in any more; its database is held, and dropped when the hold expires.");
}

int run(Session& session, const DeleteTenant& options) {
  DeleteRequest request{.slug = slug_of(session, options.slug), .hold = {}, .keep_export = !options.no_export};
  if (session.given("--hold")) request.hold = parse_duration("--hold", options.hold);
  Platform platform = open_platform(session);
  LifecycleResult result = delete_tenant(platform, request, Mode::rehearse);
  Outlook outlook{.takes_away = true};
  if (result.changed) outlook.changing.push_back(request.slug);
  const Consent consent =
      require_named_consent(session, outlook, {.option = "--confirm", .name = request.slug, .given = options.confirm},
                            make_question(result, request));
  if (consent == Consent::granted || consent == Consent::ask) {
    result = delete_tenant(platform, request, Mode::perform);
  }
  report_status(session, result.tenant, result.changed, "deleted");
  write_tenant(session, result.tenant);
  return 0;
}

}  // namespace

Command tenant_delete_command() {
  return command<DeleteTenant>("delete", "delete a tenant: export, quarantine, then drop", run)
      .describe(R"(
Unpublishes the tenant's routes, keeps an export of its configuration in the registry, ends all its sessions and
renames its database so that nothing can reach it. It is held for the time of --hold. After that, database, database
roles and storage are dropped by 'tenant purge', by its timer, or by running this command again; with --hold 0 they
are dropped at once. As long as it is held, 'tenant resume' restores it.

The registry entry and the audit trail are kept, and the slug can be used again after the drop. --confirm answers the
prompt; without a terminal it is required.)")
      .with(slug_argument, &DeleteTenant::slug)
      .option("--confirm SLUG", "confirm the deletion by repeating the slug", &DeleteTenant::confirm)
      .option("--hold TIME", "time to keep the database, such as 12h; 0 drops it at once (default: 30d)",
              &DeleteTenant::hold)
      .option("--no-export", "do not keep an export of the configuration", &DeleteTenant::no_export)
      .example("acctl tenant delete acme --confirm acme", "Hold the tenant for 30 days, then drop it.")
      .example("acctl tenant delete acme --confirm acme --hold 0", "Drop the tenant at once.");
}

}  // namespace acctl
