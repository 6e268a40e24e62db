#include "commands/tenant/registry_edit.hpp"

#include <algorithm>

#include "commands/reports/change_text.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/delivery.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/shared/tenant_arguments.hpp"

namespace acctl {

namespace {

TenantFilter edited_filter(const Session& session, const std::vector<std::string>& slugs) {
  if (!slugs.empty()) {
    for (const char* selector : {"--tenant", "--match", "--all"}) {
      if (!session.given(selector)) continue;
      throw Error(ErrorKind::invalid, std::string("SLUG and ") + selector + " cannot be combined",
                  "Give only one of them.");
    }
    return {.slugs = slugs};
  }
  TenantFilter filter = read_tenant_filter(session);
  if (filter.slugs.empty() && filter.conditions.empty() && !session.settings().all) {
    throw Error(ErrorKind::invalid, "no tenant is selected", "Give slugs, or select tenants with --match or --all.");
  }
  return filter;
}

std::string question(const Outlook& outlook, const std::string& verb) {
  return "Do you want to make these changes (tenant " + verb + ") in " + places(outlook) + "?";
}

}  // namespace

Argument edited_tenants(std::vector<std::string>& target) {
  return parse_argument("[SLUG...]", "the tenants (default: those of --tenant, --match or --all)", &target,
                        Values::tenants);
}

Platform open_for_edited(Session& session, const std::vector<std::string>& slugs) {
  const TenantFilter filter = edited_filter(session, slugs);
  Platform platform = begin_platform(session);
  platform.open(make_target_statement(filter));
  return platform;
}

std::vector<Tenant> select_edited(Session& session, Platform& platform, const std::vector<std::string>& slugs) {
  const TenantFilter filter = edited_filter(session, slugs);
  std::vector<Tenant> tenants = list_targets(platform, filter);
  if (!filter.conditions.empty()) refuse_unknown_names(platform, filter);
  for (const std::string& slug : filter.slugs) {
    const bool found = std::ranges::find(tenants, slug, &Tenant::slug) != tenants.end();
    if (found || !filter.conditions.empty()) continue;
    const Tenant tenant = require_tenant(platform, slug);
    throw not_active(tenant);
  }
  std::erase_if(tenants, [](const Tenant& tenant) { return tenant.status == "deleted"; });
  if (tenants.empty()) session.terminal().warn("no tenants match; nothing to do");
  return tenants;
}

RegistryEditOptions edit_options(Session& session, const std::string& action) {
  return {.action = action, .parallel = session.parallel()};
}

void run_registry_edits(Session& session, RegistryEdits& edits, const std::string& verb, AskedBy source,
                        const RegistryHooks& hooks) {
  const auto amended = [&] {
    FleetReport report = edits.report();
    if (hooks.amend) hooks.amend(report);
    return report;
  };
  edits.plan();
  const FleetReport planned = amended();
  Outlook outlook = make_outlook(planned);
  outlook.takes_away |= edits.takes_away();
  const bool dry = session.settings().dry_run;
  const std::string command = "tenant " + verb;
  const bool shown = confirm_plan(
      session, planned, outlook,
      {.command = command, .source = source, .question = question(outlook, verb), .finds = outlook.writes()});
  edits.run(read_mode(session));
  if (hooks.perform && !dry) hooks.perform();
  const FleetReport report = amended();
  if (!shown) {
    show(session, report,
         {.verb = dry ? ReportVerb::rehearsed : ReportVerb::applied,
          .command = command,
          .holds_mail = session.settings().no_mail});
  } else if (!report.run.empty()) {
    session.terminal().info("done; this is run " + report.run);
  }
  if (edits.refreshed() > 0) {
    session.terminal().info("limits and features of " + counted(edits.refreshed(), "tenant") +
                            (dry ? " would be updated" : " updated"));
  }
  const bool told = !shown || report.failures.size() == planned.failures.size();
  throw_failures(report, told ? Reported::yes : Reported::no);
}

void edit_registry(Session& session, const EditedRegistry& edited) {
  if (edited.patch.empty() && !edited.may_be_empty) throw_nothing_to_edit();
  check_patch(edited.patch);
  Platform platform = open_for_edited(session, edited.slugs);
  std::vector<Tenant> tenants = select_edited(session, platform, edited.slugs);
  require_known_names(platform, edited.patch);
  std::vector<RegistryRequest> requests;
  for (Tenant& tenant : tenants) {
    SettingsPatch patch = edited.patch;
    if (edited.adapt) edited.adapt(platform, tenant, patch);
    requests.push_back({.tenant = std::move(tenant), .patch = std::move(patch)});
  }
  RegistryEditOptions options = edit_options(session, "tenant." + edited.verb);
  if (edited.more) edited.more(options);
  RegistryEdits edits(platform, std::move(requests), std::move(options));
  run_registry_edits(session, edits, edited.verb, AskedBy::words);
}

}  // namespace acctl
