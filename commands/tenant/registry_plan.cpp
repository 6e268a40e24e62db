#include "commands/tenant/registry_plan.hpp"

#include <algorithm>

#include "cli/remarks.hpp"
#include "commands/reports/change_text.hpp"
#include "commands/tenant/reports.hpp"
#include "provisioning/tenants/provision.hpp"

namespace acctl {

const std::string_view registry_file_text = R"(
A YAML file starts with 'acctl: 1'; 'manager' says who declares its tenants (default: acctl), and 'tenants' is a mapping
of slugs to the fields name, admin_email, admin_name, plan, seats, subscription, trial_ends, features, limits, labels,
domain, notes, pack, server, region and enterprise. Only new tenants need name and admin_email. A field that is left out
is not touched; empty notes take away what there is; labels, features and limits that are given are all there are. Pack,
server, region and enterprise of a tenant that exists cannot be changed. A CSV file has the same as columns; a column
label.KEY gives one label.)";

RegistryPlan::RegistryPlan(Session& session, Platform& platform, const RegistryFile& registry, const std::string& file,
                           bool adopt)
    : session_(session), platform_(platform), registry_(registry), file_(file) {
  asked_ = compare_file(platform, registry, file, true);
  failures_ = asked_.conflicts;
  RegistryEditOptions options = edit_options(session, "tenant.apply");
  options.adopts = adopt;
  options.looks_everywhere = true;
  edits_.emplace(platform, std::move(asked_.edits), std::move(options));
  for (const RegisteredTenant& tenant : read_declared(platform.control(), registry.manager)) {
    const bool mentioned =
        std::ranges::any_of(registry.rows, [&](const RegistryRow& row) { return row.request.slug == tenant.slug; });
    if (!mentioned) undeclared_.push_back(tenant.slug);
  }
  check_fresh();
}

// What a new tenant needs (a free slug, a server with room) is looked for before anything is done.
void RegistryPlan::check_fresh() {
  FoundersToBe founders;
  put_founding_first(platform_, asked_.fresh);
  std::erase_if(asked_.fresh, [&](const RegistryRow* row) {
    try {
      invitations_[row->request.slug] = rehearse_tenant(platform_, row->request, founders).invitations;
      return false;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted || !platform_.control().usable()) throw;
      failures_.push_back({row->request.slug, error});
      return true;
    }
  });
}

void RegistryPlan::amend(FleetReport& report) const {
  for (const TenantFailure& failure : failures_) report.failures.push_back(failure);
  for (const RegistryRow* row : asked_.fresh) {
    const std::string& slug = row->request.slug;
    if (std::ranges::find(failures_, slug, &TenantFailure::tenant) != failures_.end()) continue;
    Change change =
        to_change(slug, {}, wanted_by(declared_settings(*row), {}), {.file = file_, .line = row->request.line});
    change.action = Action::add;
    Plan plan;
    plan.changes.push_back(std::move(change));
    PlanGroup group{.id = compute_digest(plan).substr(0, 6),
                    .tenants = {slug},
                    .plan = std::move(plan),
                    .invitations = static_cast<std::size_t>(invitations_.at(slug))};
    report.groups.push_back(std::move(group));
  }
  std::ranges::sort(report.groups, {}, [](const PlanGroup& group) { return group.tenants.front(); });
  std::ranges::sort(report.failures, {}, &TenantFailure::tenant);
  report.more["no_longer_declared"] = undeclared_;
  report.more["being_deleted"] = nlohmann::ordered_json::array();
  for (const SkippedTenant& tenant : asked_.skipped) {
    report.skipped.push_back(tenant.slug);
    report.more["being_deleted"].push_back({{"tenant", tenant.slug}, {"reason", tenant.reason}});
  }
}

void RegistryPlan::provision() {
  std::vector<TenantRequest> requests;
  for (const RegistryRow* row : asked_.fresh) requests.push_back(row->request);
  const std::vector<TenantOutcome> outcomes =
      create_tenants(platform_, requests, session_.parallel(), [](const TenantOutcome&) {});
  std::vector<const RegistryRow*> made;
  std::vector<const ProvisionResult*> results;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].error) {
      failures_.push_back({outcomes[i].slug, *outcomes[i].error});
    } else {
      made.push_back(asked_.fresh[i]);
      results.push_back(&*outcomes[i].result);
    }
  }
  complete_fresh(session_, platform_, made, registry_.manager, failures_);
  send_first_messages(session_, platform_, results);
}

void RegistryPlan::release_undeclared() {
  release(platform_.control(), platform_.actor(), registry_.manager, undeclared_);
}

void RegistryPlan::tell_left_alone() const {
  {
    Remarks skipped(session_.terminal(), Remarks::Tone::warning);
    for (const SkippedTenant& tenant : asked_.skipped) {
      skipped.say("tenant " + tenant.slug + " is skipped: " + tenant.reason + "; to keep it: acctl tenant resume " +
                  tenant.slug);
    }
  }
  if (undeclared_.empty()) return;
  session_.terminal().info(counted(undeclared_.size(), "tenant") + " of manager " + registry_.manager +
                           " no longer in the file, left as they are: " + shortened(undeclared_));
}

}  // namespace acctl
