#include "cli/builder.hpp"
#include "cli/remarks.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/tenants/lifecycle.hpp"

namespace acctl {

namespace {

struct ResumeTenant {
  std::string slug;
};

int run(Session& session, const ResumeTenant& options) {
  Platform platform = open_platform(session);
  const LifecycleResult result = resume_tenant(platform, slug_of(session, options.slug), mode_of(session));
  {
    Remarks remarks(session.terminal(), Remarks::Tone::info);
    for (const std::string& sentence : result.ended) remarks.say(sentence);
  }
  report_status(session, result.tenant, result.changed, "resumed");
  write_tenant(session, result.tenant);
  return 0;
}

}  // namespace

Command tenant_resume_command() {
  return command<ResumeTenant>("resume", "resume a suspended tenant, or cancel a pending deletion", run)
      .describe(R"(
Gives the tenant's application access again and publishes its routes. A tenant that is held for deletion is restored
with all its data and its previous status: if it was suspended before, it stays suspended until it is resumed once
more. Users who were offboarded or deactivated in the meantime have no access in it, and grants that its enterprise
has revoked in the meantime are removed.)")
      .with(slug_argument, &ResumeTenant::slug)
      .example("acctl tenant resume acme", "After the invoice was paid.");
}

}  // namespace acctl
