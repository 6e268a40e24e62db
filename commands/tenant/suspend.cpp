#include "cli/builder.hpp"
#include "commands/tenant/life_verb.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

struct SuspendTenants {
  std::vector<std::string> slugs;
};

void run(Session& session, const SuspendTenants& options) {
  const auto ask = [&](const Outlook& outlook, const std::vector<LifecycleResult>& planned) {
    return require_consent(
        session, outlook, AskedBy::words,
        "Do you want to suspend " + describe_tenants(planned) +
            (planned.size() == 1 ? "? Its sessions end, and its users cannot sign in until it is resumed."
                                 : "? Their sessions end, and their users cannot sign in until they are resumed."));
  };
  // It ends when the tenant is resumed: nothing that cannot be had in any other way is lost by it.
  const auto tell = [&](Platform& platform, const std::vector<LifecycleResult>& planned) {
    for (const auto& [enterprise, admins] : find_stranded(platform, find_losses(planned))) {
      session.terminal().warn("enterprise " + enterprise +
                              " has no active enterprise admin who can sign in until then: " + enumerated(admins, 3) +
                              " is the last; to appoint somebody else: acctl enterprise grant " + enterprise +
                              " EMAIL ROLE");
    }
  };
  run_life_verb(
      session, options.slugs,
      {.done = "suspended", .from = {"active", "suspended"}, .act = suspend_tenant, .check = tell, .confirm = ask});
}

}  // namespace

Command tenant_suspend_command() {
  return command<SuspendTenants>("suspend", "suspend tenants; their data is kept", run)
      .describe(R"(
Locks the tenant's application out of its database, ends its sessions and unpublishes its routes. Prompts first, once
for all tenants; without a terminal, --yes is required. Suspending a suspended tenant changes nothing. With several
tenants, a failure does not stop the others (exit 6); if a slug does not exist, none is touched (exit 3). If an
enterprise keeps active tenants and none of its active admins can sign in to one of them, a warning names it.)")
      .with(slugs_argument, &SuspendTenants::slugs)
      .example("acctl tenant suspend acme --reason 'invoice 4711'", "Prompt, and record the reason in the audit trail.")
      .example("acctl tenant suspend --match plan=trial --match region=eu", "All tenants of a plan and a region.");
}

}  // namespace acctl
