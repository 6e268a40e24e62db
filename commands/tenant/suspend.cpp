#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/tenants/lifecycle.hpp"

namespace acctl {

namespace {

struct SuspendTenant {
  std::string slug;
};

Consent require_consent_to_suspend(Session& session, const LifecycleResult& rehearsed) {
  const Tenant& tenant = rehearsed.tenant;
  Outlook outlook{.takes_away = true};
  if (rehearsed.changed) outlook.changing.push_back(tenant.slug);
  return require_consent(session, outlook, AskedBy::words,
                         "Do you want to suspend " + describe_tenant(tenant) +
                             "? Its sessions end, and its users cannot sign in until it is resumed.");
}

int run(Session& session, const SuspendTenant& options) {
  Platform platform = open_platform(session);
  const std::string slug = slug_of(session, options.slug);
  LifecycleResult result = suspend_tenant(platform, slug, Mode::rehearse);
  if (require_consent_to_suspend(session, result) != Consent::rehearse) {
    result = suspend_tenant(platform, slug, Mode::perform);
  }
  report_status(session, result.tenant, result.changed, "suspended");
  write_tenant(session, result.tenant);
  return 0;
}

}  // namespace

Command tenant_suspend_command() {
  return command<SuspendTenant>("suspend", "suspend a tenant; its data is kept", run)
      .describe(R"(
Locks the tenant's application out of its database, ends its sessions and unpublishes its routes. Prompts first;
without a terminal, --yes is required. Suspending a suspended tenant changes nothing.)")
      .with(slug_argument, &SuspendTenant::slug)
      .example("acctl tenant suspend acme --reason 'invoice 4711'",
               "Prompt, and record the reason in the audit trail.");
}

}  // namespace acctl
