// Changes what the registry says of tenants (provisioning/tenants/tenant_settings.hpp), and with it what their own
// databases know: of one tenant or thousands, planned first, one tenant's failure a value.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/plan/report.hpp"
#include "provisioning/tenants/registry.hpp"
#include "provisioning/tenants/tenant_locks.hpp"
#include "provisioning/tenants/tenant_settings.hpp"
#include "provisioning/tenants/tenant_use.hpp"

namespace acctl {

struct RegistryRequest {
  Tenant tenant;  // as list_targets() gives it
  SettingsPatch patch = {};
  Place place = {};                         // of the row that asks for it
  TenantSettings declared = {};             // what a file says, see wanted_by(); in addition to `patch`
  std::optional<std::string> manager = {};  // that declares the tenant from now on
};

struct RegistryEditOptions {
  std::string action;             // of the audit entries: "tenant.set-plan"
  bool over_limit = false;        // a tenant may have fewer seats than users
  bool has_over_limit = false;    // the command has the option --over-limit, which says so
  bool looks_everywhere = false;  // databases are compared, too, of tenants whose registry entry has it all
  bool adopts = false;            // tenants that another manager declares
  int parallel = 8;
};

class RegistryEdits {
 public:
  // `platform` outlives it.
  RegistryEdits(Platform& platform, std::vector<RegistryRequest> requests, RegistryEditOptions options);
  ~RegistryEdits();
  RegistryEdits(const RegistryEdits&) = delete;
  RegistryEdits& operator=(const RegistryEdits&) = delete;

  // Reads what there is and says what would change; what hinders it in one of several is a failure of the report.
  // Nothing is written.
  void plan();

  // Writes it, each tenant wholly or not at all; who was changed by somebody else since plan() is a conflict. A
  // rehearsal is rolled back.
  void run(Mode mode);

  const FleetReport& report() const { return report_; }

  // Whether somebody loses something: a limit, a feature, a domain.
  bool takes_away() const;

  // Databases that were brought up to date although the registry did not change.
  std::size_t refreshed() const { return refreshed_; }

 private:
  struct Entry;
  void read_entries();
  void plan_entitlements();
  void look_at_use();
  void check_seats(const Entry& entry, const Entitlement& after, const TenantUse& use) const;
  void make_report();

  using Entries = std::vector<Entry*>;
  Entries select(const std::function<bool(const Entry&)>& wanted);  // of those without an error
  static void for_each(const Entries& some, int workers, const std::function<void(Entry&)>& work);
  int count_workers(const Entries& some) const;
  static std::vector<std::string> list_ids(const Entries& some);
  static std::vector<SettingsWrite> list_writes(const Entries& some, const std::vector<RegisteredTenant>& now);
  void write_registry_only(Mode mode);
  void write_with_databases(Mode mode);
  void write_some(Platform& platform, const Entries& some, Mode mode);
  Entries write_together(Platform& platform, const Entries& some, Mode mode);
  void write_inside(Entry& entry, const Entitlement& given, LockWait waiting) const;
  bool write_registry(Transaction& registry, const Entries& held, LockWait waiting);
  void compare_databases(Mode mode);

  Platform& platform_;
  RegistryEditOptions options_;
  std::vector<Entry> entries_;
  FleetReport report_;
  std::size_t refreshed_ = 0;
  bool has_written_ = false;
};

}  // namespace acctl
