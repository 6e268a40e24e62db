#include "provisioning/fleet/registry_edits.hpp"

#include <algorithm>
#include <map>

#include "provisioning/access/expiry_time.hpp"
#include "provisioning/fleet/registry_entry.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

namespace {

// The trial of a tenant that begins one now, as that of a new tenant.
constexpr const char* trial_length = "90d";

// What makes the change to plan and seats where the command that was given cannot.
std::string over_limit_command(const std::string& slug, const SettingsPatch& patch) {
  std::string command = "acctl tenant set-plan " + slug;
  if (const auto plan = patch.find("plan"); plan != patch.end())
    command += " --plan " + plan->second.get<std::string>();
  if (const auto seats = patch.find("seats"); seats != patch.end())
    command += " --seats " + (seats->second.is_null() ? "plan" : seats->second.dump());
  return command + " --over-limit";
}

}  // namespace

Error changed_meanwhile(const std::string& slug) {
  return {ErrorKind::conflict, "tenant " + slug + " was changed by somebody else in the meantime",
          "Run the command again to see what there is now."};
}

std::map<std::string, const RegisteredTenant*> index_tenants(const std::vector<RegisteredTenant>& tenants) {
  std::map<std::string, const RegisteredTenant*> all;
  for (const RegisteredTenant& tenant : tenants) all[tenant.id] = &tenant;
  return all;
}

SettingsWrite to_write(const RegisteredTenant& tenant, const SettingsPatch& patch, const RegistryRequest& request) {
  return {.tenant = tenant, .patch = patch, .manager = request.manager, .declared = request.declared};
}

RegistryEdits::RegistryEdits(Platform& platform, std::vector<RegistryRequest> requests, RegistryEditOptions options)
    : platform_(platform), options_(std::move(options)) {
  for (RegistryRequest& request : requests) entries_.push_back({.request = std::move(request)});
}

RegistryEdits::~RegistryEdits() = default;

void RegistryEdits::plan() {
  read_entries();
  plan_entitlements();
  look_at_use();
  make_report();
}

void RegistryEdits::read_entries() {
  std::vector<std::string> ids;
  for (const Entry& entry : entries_) ids.push_back(entry.request.tenant.id);
  const std::vector<RegisteredTenant> registered = read_settings(platform_.control(), ids);
  const auto known = index_tenants(registered);
  std::string trial_end;
  for (Entry& entry : entries_) {
    const auto found = known.find(entry.request.tenant.id);
    const std::string& slug = entry.slug();
    entry.error = platform_.catch_failure([&] {
      if (found == known.end()) throw changed_meanwhile(slug);
      entry.before = *found->second;
      const std::optional<std::string>& manager = entry.before->manager;
      if (entry.request.manager && manager && manager != entry.request.manager && !options_.adopts) {
        throw Error(ErrorKind::conflict, "tenant " + slug + " is declared by manager " + *manager,
                    "Add --adopt to take it over, or leave it out of the file.");
      }
      SettingsPatch wanted = wanted_by(entry.request.declared, entry.before->settings);
      wanted.insert(entry.request.patch.begin(), entry.request.patch.end());
      if (wanted.contains("subscription") && trial_end.empty())
        trial_end = parse_future_moment(platform_.control(), "the trial", trial_length);
      entry.patch = complete_patch(entry.before->settings, wanted, trial_end);
      require_free_domains(platform_, slug, entry.patch);
      if (changes_entitlement(entry.patch) && entry.request.tenant.status == "deprovisioning")
        throw not_active(entry.request.tenant, "Cancel its deletion first: acctl tenant resume " + slug);
    });
  }
}

// What they may use afterwards, from the registry itself: the change is made and rolled back.
void RegistryEdits::plan_entitlements() {
  std::vector<SettingsWrite> writes;
  std::vector<std::string> ids;
  for (const Entry& entry : entries_) {
    if (entry.error || !changes_entitlement(entry.patch)) continue;
    writes.push_back(to_write(*entry.before, entry.patch, entry.request));
    ids.push_back(entry.before->id);
  }
  if (writes.empty()) return;
  Transaction transaction(platform_.control());
  lock_settings(transaction, ids);
  write_settings(transaction, writes);
  const std::vector<RegisteredTenant> after = read_settings(transaction.connection(), ids);
  const auto known = index_tenants(after);
  for (Entry& entry : entries_) {
    if (entry.error || !changes_entitlement(entry.patch)) continue;
    if (const auto then = known.find(entry.before->id); then != known.end()) entry.after = then->second->given;
  }
}

void RegistryEdits::check_seats(const Entry& entry, const Entitlement& after, const TenantUse& use) const {
  if (options_.over_limit || !lacks_seats(entry.before->given, after, use)) return;
  const std::string& slug = entry.slug();
  throw too_few_seats(slug, after, use,
                      options_.has_over_limit ? "add --over-limit" : "run: " + over_limit_command(slug, entry.patch));
}

// Only where something is taken away it matters how much is used.
void RegistryEdits::look_at_use() {
  for (Entry& entry : entries_) {
    if (entry.error || !entry.after) continue;
    entry.remarks = describe_entitlement_change(entry.before->given, *entry.after, nullptr);
  }
  const Entries shrinking = select([](const Entry& entry) { return entry.shrinks() && entry.has_database(); });
  for_each(shrinking, count_workers(shrinking), [&](Entry& entry) {
    const TenantSession database = enter(platform_, entry.request.tenant);
    const TenantUse use = read_use(database);
    entry.remarks = describe_entitlement_change(entry.before->given, *entry.after, &use);
    check_seats(entry, *entry.after, use);
  });
}

bool RegistryEdits::takes_away() const {
  return std::ranges::any_of(entries_, [](const Entry& entry) {
    if (entry.error) return false;
    return entry.shrinks() || std::ranges::any_of(entry.patch, [](const auto& setting) {
             return setting.first.starts_with("domain.") && setting.second.is_null();
           });
  });
}

void RegistryEdits::make_report() {
  FleetReport report;
  std::map<std::pair<std::string, std::vector<std::string>>, std::size_t> places;
  for (const Entry& entry : entries_) {
    const std::string& slug = entry.slug();
    if (entry.error) {
      report.failures.push_back({slug, *entry.error});
      continue;
    }
    if (!entry.changes()) {
      ++report.unchanged;
      continue;
    }
    SettingsPatch shown = entry.patch;
    TenantSettings before = entry.before->settings;
    if (entry.is_taken_over()) shown["manager"] = *entry.request.manager;
    if (entry.is_taken_over() && entry.before->manager) before["manager"] = *entry.before->manager;
    Change change = to_change(slug, before, shown, entry.request.place);
    nlohmann::json likeness = nlohmann::json::object();
    for (const auto& [name, values] : change.fields) likeness[name] = {values.before, values.after};
    const auto [found, fresh] = places.try_emplace({likeness.dump(), entry.remarks}, report.groups.size());
    if (fresh) {
      Plan plan;
      plan.changes.push_back(std::move(change));
      report.groups.push_back({.id = {}, .tenants = {}, .plan = std::move(plan), .effects = {}, .prunable = {}});
      report.groups.back().remarks = entry.remarks;
    }
    report.groups[found->second].tenants.push_back(slug);
  }
  for (PlanGroup& group : report.groups) {
    // What is the same in several is no single row's.
    if (group.tenants.size() > 1) {
      group.plan.changes.front().key = "*";
      group.plan.changes.front().place = {};
    }
    group.id = compute_digest(group.plan).substr(0, 6);
  }
  report_ = std::move(report);
}

}  // namespace acctl
