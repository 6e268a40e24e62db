#include <list>
#include <mutex>

#include "cli/builder.hpp"
#include "commands/tenant/life_verb.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/tenant.hpp"

namespace acctl {

namespace {

struct RetryTenants {
  std::vector<std::string> slugs;
};

void run(Session& session, const RetryTenants& options) {
  std::mutex mutex;
  std::list<ProvisionResult> results;  // of those that were looked at in earnest, or only rehearsed in a dry run
  const auto act = [&](Platform& platform, const std::string& slug, Mode mode) {
    const bool rehearsed = mode == Mode::rehearse;
    ProvisionResult result =
        rehearsed ? rehearse_retry(platform, slug) : retry_tenant(platform, slug, show_steps(session));
    LifecycleResult outcome{.tenant = result.tenant, .changed = result.how != Provisioned::unchanged};
    const std::lock_guard lock(mutex);
    if (!rehearsed || session.settings().dry_run) results.push_back(std::move(result));
    return outcome;
  };
  const auto deliver = [&](const Platform& platform) {
    std::vector<const ProvisionResult*> provisioned;
    for (const ProvisionResult& result : results) provisioned.push_back(&result);
    tell_first_messages(session, provisioned);
    send_first_messages(session, platform, provisioned);
  };
  run_life_verb(session, options.slugs,
                {.done = "provisioned", .from = {"provisioning", "failed"}, .act = act, .afterwards = deliver});
}

}  // namespace

Command tenant_retry_command() {
  return command<RetryTenants>("retry", "resume provisioning that failed or was interrupted", run)
      .describe(R"(
Checks the result of each provisioning step and completes what is missing. An active tenant is not changed. If the first
administrator has left in the meantime, the command is refused (exit 7); use 'acctl tenant create' with another
--admin-email. --match selects the tenants that are not finished. With several tenants, a failure does not stop the
others (exit 6); if a slug does not exist, none is touched (exit 3).)")
      .with(slugs_argument, &RetryTenants::slugs)
      .example("acctl tenant retry acme", "After the cause of the failure was fixed.")
      .example("acctl tenant retry --match status=failed", "All tenants whose provisioning failed.");
}

}  // namespace acctl
