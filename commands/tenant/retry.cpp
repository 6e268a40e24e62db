#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/tenant.hpp"

namespace acctl {

namespace {

struct RetryTenant {
  std::string slug;
};

int run(Session& session, const RetryTenant& options) {
  Platform platform = open_platform(session);
  const std::string slug = slug_of(session, options.slug);
  const ProvisionResult result = mode_of(session) == Mode::rehearse ? rehearse_retry(platform, slug)
                                                                    : retry_tenant(platform, slug, show_steps(session));
  const bool changed = result.how != Provisioned::unchanged;
  report_status(session, result.tenant, changed, "provisioned");
  write_tenant(session, result.tenant);
  send_first_messages(session, platform, {&result});
  return 0;
}

}  // namespace

Command tenant_retry_command() {
  return command<RetryTenant>("retry", "resume provisioning that failed or was interrupted", run)
      .describe(R"(
Checks the result of each provisioning step and completes what is missing. An active tenant is not changed.)")
      .with(slug_argument, &RetryTenant::slug)
      .example("acctl tenant retry acme", "After the cause of the failure was fixed.");
}

}  // namespace acctl
