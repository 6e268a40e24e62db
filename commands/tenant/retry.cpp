#include "cli/builder.hpp"
#include "commands/shared/delivery.hpp"
#include "commands/tenant/life_verb.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/tenant.hpp"

namespace acctl {

namespace {

struct RetryTenants {
  std::vector<std::string> slugs;
};

int run(Session& session, const RetryTenants& options) {
  const auto act = [&](Platform& platform, const std::string& slug, Mode mode) {
    ProvisionResult result =
        mode == Mode::rehearse ? rehearse_retry(platform, slug) : retry_tenant(platform, slug, show_steps(session));
    return LifecycleResult{.tenant = std::move(result.tenant), .changed = result.how != Provisioned::unchanged};
  };
  const auto deliver = [&](const Platform& platform, const std::vector<const Tenant*>& changed) {
    deliver_now(session, platform, changed, "");
  };
  return run_life_verb(session, options.slugs,
                       {.done = "provisioned", .from = {"provisioning", "failed"}, .act = act, .afterwards = deliver});
}

}  // namespace

Command tenant_retry_command() {
  return command<RetryTenants>("retry", "resume provisioning that failed or was interrupted", run)
      .describe(R"(
Checks the result of each provisioning step and completes what is missing. An active tenant is not changed. If the first
administrator has left in the meantime, the command is refused (exit 7); use 'acctl tenant create' with another
--admin-email. --match selects the tenants that are not finished. With several tenants, a failure does not stop the
others (exit 6).)")
      .with(slugs_argument, &RetryTenants::slugs)
      .example("acctl tenant retry acme", "After the cause of the failure was fixed.")
      .example("acctl tenant retry --match status=failed", "All tenants whose provisioning failed.");
}

}  // namespace acctl
