#include "cli/builder.hpp"
#include "commands/tenant/life_verb.hpp"
#include "commands/tenant/tenant.hpp"

namespace acctl {

namespace {

struct ResumeTenants {
  std::vector<std::string> slugs;
};

void run(Session& session, const ResumeTenants& options) {
  // A deletion is not called off by a condition that says nothing of it.
  run_life_verb(session, options.slugs, {.done = "resumed", .from = {"active", "suspended"}, .act = resume_tenant});
}

}  // namespace

Command tenant_resume_command() {
  return command<ResumeTenants>("resume", "resume suspended tenants, or cancel a pending deletion", run)
      .describe(R"(
Gives the tenant's application access again and publishes its routes. A tenant that is held for deletion is restored
with all its data and its previous status: if it was suspended before, it stays suspended until it is resumed once
more. Users who were offboarded or deactivated in the meantime have no access in it, and grants that its enterprise
has revoked in the meantime are removed.

--match selects suspended tenants; those that are held for deletion only with --match status=deprovisioning. With
several tenants, a failure does not stop the others (exit 6); if a slug does not exist, none is touched (exit 3).)")
      .with(slugs_argument, &ResumeTenants::slugs)
      .example("acctl tenant resume acme", "After the invoice was paid.");
}

}  // namespace acctl
