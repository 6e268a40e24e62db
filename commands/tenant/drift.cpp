#include "cli/builder.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/tenant/registry_edit.hpp"
#include "commands/tenant/tenant.hpp"

namespace acctl {

namespace {

struct TenantDrift {
  std::vector<std::string> slugs;
};

constexpr int drift_exists = 2;

bool is_being_deleted(const RegisteredTenant& tenant) { return tenant.status == "deprovisioning"; }

// From what was declared to what is there.
Change make_drift(const RegisteredTenant& tenant, const SettingsPatch& patch) {
  Change change = to_change(tenant.slug, tenant.settings, patch);
  for (auto& [name, values] : change.fields) std::swap(values.before, values.after);
  // A file that declares a tenant says that there is one.
  if (is_being_deleted(tenant)) change.fields["status"] = {"active", tenant.status};
  return change;
}

int run(Session& session, const TenantDrift& options) {
  const bool unnamed = options.slugs.empty() && session.settings().tenants.empty() && session.settings().match.empty();
  Platform platform = unnamed ? open_platform(session) : open_for_edited(session, options.slugs);
  std::vector<std::string> ids;
  for (const Tenant& tenant : unnamed ? list_targets(platform, {}) : select_edited(session, platform, options.slugs))
    ids.push_back(tenant.id);
  FleetReport report;
  for (const RegisteredTenant& tenant : read_settings(platform.control(), ids)) {
    if (!tenant.manager) continue;
    const SettingsPatch patch = differing(tenant.settings, wanted_by(tenant.declared, tenant.settings));
    if (patch.empty() && !is_being_deleted(tenant)) {
      ++report.unchanged;
      continue;
    }
    Plan plan;
    plan.changes.push_back(make_drift(tenant, patch));
    report.groups.push_back(
        {.id = compute_digest(plan).substr(0, 6), .tenants = {tenant.slug}, .plan = std::move(plan)});
    if (is_being_deleted(tenant))
      report.groups.back().remarks = {"the tenant is being deleted; to keep it: acctl tenant resume " + tenant.slug};
  }
  show(session, report, {.verb = ReportVerb::drifted, .command = "tenant drift"});
  return report.groups.empty() ? 0 : drift_exists;
}

}  // namespace

Command tenant_drift_command() {
  return command<TenantDrift>("drift", "compare tenants with what was applied from registry files", run)
      .describe(R"(
Compares what the registry says of tenants with what 'acctl tenant apply' declared last: all of them, or those of SLUG,
--tenant or --match. Tenants that no file declares are left out. A declared tenant that is being deleted is a
difference. Ends with exit code 2 if there is a difference.)")
      .with(edited_tenants, &TenantDrift::slugs)
      .formats(report_formats())
      .exits(2, "there is a difference")
      .example("acctl tenant drift", "All tenants that files declare.")
      .example("acctl tenant drift --match plan=enterprise -o json", "Some of them, for a program.")
      .trail(Trail::nothing);
}

}  // namespace acctl
