// The part of RegistryEdits that writes.
#include <algorithm>
#include <memory>
#include <tuple>

#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/fleet/entitlements.hpp"
#include "provisioning/fleet/registry_entry.hpp"

namespace acctl {

namespace {

// Whether what `patch` was planned on is still there.
bool still_holds(const RegisteredTenant& planned, const RegisteredTenant& now, const SettingsPatch& patch) {
  const auto find_value = [](const RegisteredTenant& tenant, const std::string& name) {
    const auto found = tenant.settings.find(name);
    return found == tenant.settings.end() ? nlohmann::json() : found->second;
  };
  return planned.status == now.status && planned.manager == now.manager &&
         std::ranges::all_of(patch, [&](const auto& setting) {
           return find_value(planned, setting.first) == find_value(now, setting.first);
         });
}

bool is_same(const Entitlement& a, const Entitlement& b) {
  return std::tie(a.plan, a.seats, a.projects, a.storage_bytes, a.features) ==
         std::tie(b.plan, b.seats, b.projects, b.storage_bytes, b.features);
}

}  // namespace

RegistryEdits::Entries RegistryEdits::select(const std::function<bool(const Entry&)>& wanted) {
  Entries some;
  for (Entry& entry : entries_) {
    if (!entry.error && wanted(entry)) some.push_back(&entry);
  }
  return some;
}

// Those without an error, beside each other; one's error is its own.
void RegistryEdits::for_each(const Entries& some, int workers, const std::function<void(Entry&)>& work) {
  for_each_index(some.size(), workers, [&](std::size_t index, std::size_t) {
    Entry& entry = *some[index];
    if (entry.error) return;
    const Concerning tenant(entry.slug());
    entry.error = catch_failure([&] { work(entry); });
  });
}

int RegistryEdits::count_workers(const Entries& some) const {
  return platform_.fitting_workers(options_.parallel, some.size(), 1);
}

void RegistryEdits::run(Mode mode) {
  write_registry_only(mode);
  write_with_databases(mode);
  compare_databases(mode);
  make_report();
  if (has_written_ && mode == Mode::perform) report_.run = platform_.actor().run;
}

// All of them in one transaction.
void RegistryEdits::write_registry_only(Mode mode) {
  const Entries some =
      select([](const Entry& entry) { return !entry.after && (entry.changes() || entry.is_declared_anew()); });
  if (some.empty()) return;
  Transaction transaction(platform_.control());
  const std::vector<RegisteredTenant> now = lock_settings(transaction, list_ids(some), LockWait::usual);
  const std::vector<SettingsWrite> writes = list_writes(some, now);
  if (writes.empty()) return;
  write_settings(transaction, writes);
  record_settings(transaction, platform_.actor(), options_.action, writes);
  if (mode == Mode::rehearse) return;
  transaction.commit();
  has_written_ |= std::ranges::any_of(some, [](const Entry* entry) { return !entry->error && entry->changes(); });
}

std::vector<std::string> RegistryEdits::list_ids(const Entries& some) {
  std::vector<std::string> ids;
  for (const Entry* entry : some) ids.push_back(entry->request.tenant.id);
  return ids;
}

// What is to be written of tenants that are as they were when it was planned. `now` outlives it.
std::vector<SettingsWrite> RegistryEdits::list_writes(const Entries& some, const std::vector<RegisteredTenant>& now) {
  const auto known = index_tenants(now);
  std::vector<SettingsWrite> writes;
  for (Entry* entry : some) {
    if (entry->error) continue;
    const auto found = known.find(entry->request.tenant.id);
    if (found == known.end() || !still_holds(*entry->before, *found->second, entry->patch)) {
      entry->error = changed_meanwhile(entry->slug());
    } else {
      writes.push_back(to_write(*found->second, entry->patch, entry->request));
    }
  }
  return writes;
}

// As many at a time as there are workers: the registry is asked once for all of them.
void RegistryEdits::write_with_databases(Mode mode) {
  const Entries all = select([](const Entry& entry) { return entry.after.has_value(); });
  if (all.empty()) return;
  const auto most = static_cast<std::size_t>(count_workers(all));
  Step writing("editing", all.size(), "tenants");
  std::unique_ptr<Platform> another;  // once the session with the registry was lost
  for (std::size_t begin = 0; begin < all.size(); begin += most) {
    const std::size_t end = std::min(begin + most, all.size());
    const Entries some(all.data() + begin, all.data() + end);
    Platform* platform = another ? another.get() : &platform_;
    if (!platform->control().usable()) platform = (another = platform_.another()).get();
    write_some(*platform, some, mode);
    writing.advance(some.size());
  }
}

void RegistryEdits::write_some(Platform& platform, const Entries& some, Mode mode) {
  Entries alone;
  if (const auto error = catch_failure([&] { alone = write_together(platform, some, mode); })) {
    // With the session, the outcome of a commit is lost.
    const bool is_known = platform.control().usable();
    if (is_known && some.size() > 1) alone = some;
    for (Entry* entry : some) {
      if (alone.empty() && !entry->error) entry->error = *error;
    }
  }
  for (Entry* entry : alone) {
    if (!entry->error) write_some(platform, {entry}, mode);
  }
}

// The registry is committed before the tenants: what is killed between the two is completed by the same command, which
// compares the databases of tenants that need no change, and a refusal by a tenant's own database changes nothing. The
// answer: those that have to be written alone, for something keeps them waiting.
RegistryEdits::Entries RegistryEdits::write_together(Platform& platform, const Entries& some, Mode mode) {
  const LockWait waiting = some.size() == 1 ? LockWait::usual : LockWait::brief;
  const int workers = static_cast<int>(some.size());
  std::vector<std::string> slugs;
  for (const Entry* entry : some) slugs.push_back(entry->slug());
  const TenantLocks locks(platform, slugs);
  const std::shared_ptr<void> left(nullptr, [&](void*) {
    for (Entry* entry : some) entry->leave();
  });
  Entries held;
  Entries alone;
  for (Entry* entry : some) (locks.holds(entry->slug()) ? held : alone).push_back(entry);
  for_each(held, workers, [&](Entry& entry) {
    if (entry.has_database()) entry.begin(enter(platform, entry.request.tenant, Access::write));
  });
  // No row is locked while a server is still to answer.
  for_each(held, workers, [&](Entry& entry) { write_inside(entry, *entry.after, waiting); });
  for (Entry* entry : held) {
    if (waiting == LockWait::usual || !entry->error || entry->error->kind() != ErrorKind::locked) continue;
    entry->error.reset();
    entry->leave();
    alone.push_back(entry);
  }
  std::erase_if(held, [&](Entry* entry) { return entry->error || std::ranges::find(alone, entry) != alone.end(); });
  if (held.empty()) return alone;
  Transaction registry(platform.control());
  if (!write_registry(registry, held, waiting)) {
    alone.insert(alone.end(), held.begin(), held.end());
    return alone;
  }
  std::erase_if(held, [](const Entry* entry) { return entry->error.has_value(); });
  if (held.empty() || mode == Mode::rehearse) return alone;
  registry.commit();
  has_written_ = true;
  for_each(held, workers, [](Entry& entry) {
    if (entry.inside) entry.inside->commit();
  });
  return alone;
}

void RegistryEdits::write_inside(Entry& entry, const Entitlement& given, LockWait waiting) const {
  if (!entry.inside) return;
  write_entitlement(*entry.inside, entry.request.tenant, given, waiting);
  // Whoever was invited since then has been counted with the lock that the limit's row is.
  if (entry.shrinks()) check_seats(entry, given, {.seats = count_seats(entry.inside->connection()).used});
}

// With the audit entries, which come last. False, and they are to be written alone: somebody has changed the plans
// since, so that one of them may use something else than what its database was told.
bool RegistryEdits::write_registry(Transaction& registry, const Entries& held, LockWait waiting) {
  const std::vector<RegisteredTenant> now = lock_settings(registry, list_ids(held), waiting);
  const std::vector<SettingsWrite> writes = list_writes(held, now);
  if (writes.empty()) return true;
  const std::vector<RegisteredTenant> written =
      write_and_record(registry, platform_.actor(), options_.action, writes, list_ids(held));
  const auto known = index_tenants(written);
  for (Entry* entry : held) {
    if (entry->error) continue;
    const Entitlement& given = known.at(entry->request.tenant.id)->given;
    if (is_same(given, *entry->after)) continue;
    if (waiting == LockWait::brief) return false;
    write_inside(*entry, given, waiting);
  }
  return true;
}

// Of tenants whose entry in the registry needs no change: the databases that an interrupted run has not come to.
void RegistryEdits::compare_databases(Mode mode) {
  if (!options_.looks_everywhere) return;
  const Entries all = select([](const Entry& entry) { return !entry.after && entry.has_database(); });
  Step comparing("comparing", all.size(), "tenants");
  for_each(all, count_workers(all), [&](Entry& entry) {
    const TenantSession database = enter(platform_, entry.request.tenant, Access::write);
    entry.lags = !has_entitlement(database, entry.before->given);
    comparing.advance();
  });
  const Entries lagging = select([](const Entry& entry) { return entry.lags; });
  for_each(lagging, 1, [&](Entry& entry) {
    if (refresh_entitlement(platform_, entry.request.tenant, mode)) ++refreshed_;
  });
}

}  // namespace acctl
