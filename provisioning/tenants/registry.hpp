// Reads and writes the rows of the control database that concern tenants.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/plan/seats.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"
#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

// The statement of a list of tenants, and a row of its answer, whose columns are those of acctl.tenant_overview.
Statement make_tenant_statement(const TenantFilter& filter);
Tenant to_tenant(const Row& row);

// By slug; one at a time, so that ten thousand do not have to be held.
void for_each_tenant(Platform& platform, const TenantFilter& filter, const std::function<void(const Tenant&)>& visit);
std::vector<Tenant> list_tenants(Platform& platform, const TenantFilter& filter);

// The one that is not deleted; nothing if there is none.
std::optional<Tenant> find_tenant(Platform& platform, const std::string& slug);

// As find_tenant(), or the one deleted last; throws Error(invalid) with suggestions if there is none.
Tenant require_tenant(Platform& platform, const std::string& slug);

// Throws the same for the first of `slugs` that no tenant has or had.
void require_tenants(Platform& platform, const std::vector<std::string>& slugs);

// Holds the tenant against every other run while it lives. Throws Error(locked) when another run has it too long.
// The lock belongs to the session of the control database and cannot outlive it; what makes a lost lock harmless is
// the epoch, which each write checks.
class TenantLock {
 public:
  TenantLock(Platform& platform, const std::string& slug);
  ~TenantLock() { release(); }
  void release();  // nothing happens the second time
  TenantLock(const TenantLock&) = delete;
  TenantLock& operator=(const TenantLock&) = delete;

 private:
  Platform& platform_;
  std::string slug_;
  bool held_ = true;
};

// One step of provisioning as it went in this run.
struct StepOutcome {
  std::string name;
  bool done = false;
  std::string error;  // when not done
  std::chrono::steady_clock::time_point started;
  std::chrono::steady_clock::time_point finished;
};

// Takes the next epoch of the tenant for this run, into tenant.epoch.
void begin_run(Platform& platform, Tenant& tenant);

// Records how steps went, in the caller's transaction. Nothing is written when a later run has taken over.
void record_steps(Transaction& transaction, const Tenant& tenant, const std::vector<StepOutcome>& outcomes);

// Publishes the tenant, with its steps and the audit entry, in one statement; `tenant` is then as the registry has it.
// Throws Error(locked) when a later run has taken over. What can be prepared of it can be done ahead.
void activate_tenant(Platform& platform, Tenant& tenant, const std::vector<StepOutcome>& outcomes);
void prepare_activation(Platform& platform);

// One entry of the audit trail, in the caller's transaction. `before` and `after` are JSON texts or "".
void record_audit(Transaction& transaction, const Platform& platform, const Tenant& tenant, const std::string& action,
                  const std::string& outcome, const std::string& before, const std::string& after);

// Sets the status, with its audit entry under `action`, in the caller's transaction. `from`: the statuses it may come
// from, separated by spaces. `hold` counts from now for deprovisioning. Throws Error(locked) when a later run has taken
// over.
void set_tenant_status(Transaction& transaction, const Platform& platform, const Tenant& tenant,
                       const std::string& status, const std::string& from, const std::string& action,
                       std::chrono::milliseconds hold = {});

// The same in a transaction of its own.
void set_tenant_status(Platform& platform, const Tenant& tenant, const std::string& status, const std::string& from,
                       const std::string& action);

// Remembers that `run` is the last entry of the ledgers of these tenants, by id and number. Never throws: a registry
// that is behind does no harm.
void remember_ledgers(const Platform& platform, const std::map<std::string, std::int64_t>& entries,
                      const std::string& run) noexcept;

// Remembers how many seats of these tenants, by slug, are taken now. Never throws, like the above.
void remember_seats(const Platform& platform, const std::map<std::string, SeatCount>& counts) noexcept;

// Error(locked): the tenant belongs to a later run.
[[noreturn]] void throw_overtaken(const Tenant& tenant);

}  // namespace acctl
