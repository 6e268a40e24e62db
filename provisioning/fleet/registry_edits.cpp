#include "provisioning/fleet/registry_edits.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>

#include "provisioning/access/expiry_time.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/fleet/entitlements.hpp"
#include "provisioning/tenants/entitlement.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

// One tenant: what is asked, what is there, and what comes of it.
struct RegistryEdits::Entry {
  RegistryRequest request;
  std::optional<RegisteredTenant> before;  // none: it was deleted meanwhile
  SettingsPatch patch;                     // what differs
  std::optional<Entitlement> after;        // where that changes
  std::vector<std::string> remarks;
  std::optional<Error> error;

  bool changes() const { return !patch.empty() || is_taken_over(); }
  bool is_taken_over() const { return request.manager && before && before->manager != request.manager; }
  bool is_declared_anew() const { return request.manager && before && before->declared != request.declared; }
  // Its own database has to know.
  bool has_database() const { return is_reached(request.tenant, Reach::suspended_too); }
  bool shrinks() const { return after && acctl::takes_away(before->given, *after); }
};

namespace {

// The trial of a tenant that begins one now, as that of a new tenant.
constexpr const char* trial_length = "90d";

Error changed_meanwhile(const std::string& slug) {
  return {ErrorKind::conflict, "tenant " + slug + " was changed by somebody else in the meantime",
          "Run the command again to see what there is now."};
}

// Whether what `patch` was planned on is still there.
bool still_holds(const RegisteredTenant& planned, const RegisteredTenant& now, const SettingsPatch& patch) {
  const auto find_value = [](const RegisteredTenant& tenant, const std::string& name) {
    const auto found = tenant.settings.find(name);
    return found == tenant.settings.end() ? nlohmann::json() : found->second;
  };
  return planned.manager == now.manager && std::ranges::all_of(patch, [&](const auto& setting) {
           return find_value(planned, setting.first) == find_value(now, setting.first);
         });
}

// The tenants outlive it.
std::map<std::string, const RegisteredTenant*> by_id(const std::vector<RegisteredTenant>& tenants) {
  std::map<std::string, const RegisteredTenant*> all;
  for (const RegisteredTenant& tenant : tenants) all[tenant.id] = &tenant;
  return all;
}

// What makes the change to plan and seats where the command that was given cannot.
std::string over_limit_command(const std::string& slug, const SettingsPatch& patch) {
  std::string command = "acctl tenant set-plan " + slug;
  if (const auto plan = patch.find("plan"); plan != patch.end())
    command += " --plan " + plan->second.get<std::string>();
  if (const auto seats = patch.find("seats"); seats != patch.end())
    command += " --seats " + (seats->second.is_null() ? "plan" : seats->second.dump());
  return command + " --over-limit";
}

SettingsWrite to_write(const RegisteredTenant& tenant, const SettingsPatch& patch, const RegistryRequest& request) {
  return {.tenant = tenant, .patch = patch, .manager = request.manager, .declared = request.declared};
}

}  // namespace

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
  const auto known = by_id(registered);
  std::string trial_end;
  for (Entry& entry : entries_) {
    const auto found = known.find(entry.request.tenant.id);
    const std::string& slug = entry.request.tenant.slug;
    try {
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
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted || !platform_.control().usable()) throw;
      entry.error = error;
    }
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
  const auto known = by_id(after);
  for (Entry& entry : entries_) {
    if (entry.error || !changes_entitlement(entry.patch)) continue;
    if (const auto then = known.find(entry.before->id); then != known.end()) entry.after = then->second->given;
  }
}

void RegistryEdits::check_seats(const Entry& entry, const Entitlement& after, const TenantUse& use) const {
  if (options_.over_limit || !lacks_seats(entry.before->given, after, use)) return;
  const std::string& slug = entry.request.tenant.slug;
  throw too_few_seats(slug, after, use,
                      options_.has_over_limit ? "add --over-limit" : "run: " + over_limit_command(slug, entry.patch));
}

void RegistryEdits::look_at(Entry& entry) {
  const TenantSession database = enter(platform_, entry.request.tenant);
  const TenantUse use = read_use(database);
  entry.remarks = describe_entitlement_change(entry.before->given, *entry.after, &use);
  check_seats(entry, *entry.after, use);
}

// Only where something is taken away it matters how much is used.
void RegistryEdits::look_at_use() {
  for (Entry& entry : entries_) {
    if (entry.error || !entry.after) continue;
    entry.remarks = describe_entitlement_change(entry.before->given, *entry.after, nullptr);
  }
  for_each_entry([](const Entry& entry) { return entry.shrinks() && entry.has_database(); },
                 [&](Platform&, Entry& entry) { look_at(entry); });
}

void RegistryEdits::for_each_entry(const std::function<bool(const Entry&)>& wanted,
                                   const std::function<void(Platform&, Entry&)>& work) {
  std::vector<Entry*> some;
  for (Entry& entry : entries_) {
    if (!entry.error && wanted(entry)) some.push_back(&entry);
  }
  if (some.empty()) return;
  const int workers = platform_.fitting_workers(options_.parallel, some.size(), 2);
  std::vector<std::unique_ptr<Platform>> sessions(static_cast<std::size_t>(std::max(workers, 1)));
  Step editing("editing", some.size(), "tenants");
  for_each_index(editing, workers, [&](std::size_t index, std::size_t worker) {
    Entry& entry = *some[index];
    const Concerning tenant(entry.request.tenant.slug);
    try {
      // A single one is served by the session that there is.
      Platform* platform = &platform_;
      if (some.size() > 1) {
        if (!sessions[worker] || !sessions[worker]->control().usable()) sessions[worker] = platform_.another();
        platform = sessions[worker].get();
      }
      work(*platform, entry);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      entry.error = error;
    }
  });
}

void RegistryEdits::run(Mode mode) {
  write_registry_only(mode);
  write_with_databases(mode);
  make_report();
  if (has_written_ && mode == Mode::perform) report_.run = platform_.actor().run;
}

// All of them in one transaction.
void RegistryEdits::write_registry_only(Mode mode) {
  std::vector<Entry*> some;
  std::vector<std::string> ids;
  for (Entry& entry : entries_) {
    if (entry.error || entry.after || !(entry.changes() || entry.is_declared_anew())) continue;
    some.push_back(&entry);
    ids.push_back(entry.before->id);
  }
  if (some.empty()) return;
  Transaction transaction(platform_.control());
  const std::vector<RegisteredTenant> now = lock_settings(transaction, ids);
  const auto known = by_id(now);
  std::vector<SettingsWrite> writes;
  bool changes = false;
  for (Entry* entry : some) {
    const auto found = known.find(entry->before->id);
    if (found == known.end() || !still_holds(*entry->before, *found->second, entry->patch)) {
      entry->error = changed_meanwhile(entry->request.tenant.slug);
      continue;
    }
    writes.push_back(to_write(*found->second, entry->patch, entry->request));
    changes |= entry->changes();
  }
  if (writes.empty()) return;
  write_settings(transaction, writes);
  record_settings(transaction, platform_.actor(), options_.action, writes);
  if (mode == Mode::rehearse) return;
  transaction.commit();
  has_written_ |= changes;
}

void RegistryEdits::write_with_databases(Mode mode) {
  std::atomic<std::size_t> refreshed = 0;
  std::atomic<bool> written = false;
  const auto work = [&](Platform& platform, Entry& entry) {
    if (entry.after) {
      write_one(platform, entry, mode);
      written = true;
    } else if (refresh_entitlement(platform, entry.request.tenant, mode)) {
      ++refreshed;
    }
  };
  for_each_entry([&](const Entry& entry) { return entry.after || (options_.looks_everywhere && entry.has_database()); },
                 work);
  refreshed_ = refreshed;
  has_written_ |= written;
}

// The registry is committed before the tenant: what is killed between the two is completed by the same command, which
// compares the databases of tenants that need no change, and a refusal by the tenant's own database changes nothing.
void RegistryEdits::write_one(Platform& platform, Entry& entry, Mode mode) {
  const Tenant& tenant = entry.request.tenant;
  const TenantLock lock(platform, tenant.slug);
  std::optional<TenantSession> database;
  std::optional<Transaction> inside;
  if (entry.has_database()) {
    database = enter(platform, tenant, Access::write);
    inside.emplace(*database);
  }
  Transaction registry(platform.control());
  const std::vector<RegisteredTenant> now = lock_settings(registry, {tenant.id});
  if (now.empty() || now.front().status != entry.before->status ||
      !still_holds(*entry.before, now.front(), entry.patch)) {
    throw changed_meanwhile(tenant.slug);
  }
  const std::vector<SettingsWrite> writes = {to_write(now.front(), entry.patch, entry.request)};
  write_settings(registry, writes);
  if (inside) {
    const Entitlement given = registered_entitlement(platform.control(), tenant);
    write_entitlement(*inside, tenant, given);
    // Whoever was invited since then has been counted with the lock that the limit's row is.
    if (entry.shrinks()) check_seats(entry, given, {.seats = count_seats(inside->connection()).used});
  }
  record_settings(registry, platform.actor(), options_.action, writes);
  if (mode == Mode::rehearse) return;
  registry.commit();
  if (inside) inside->commit();
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
    const std::string& slug = entry.request.tenant.slug;
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
