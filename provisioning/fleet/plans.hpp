// Applies one edit to many tenants: planned for all of them, shown as one, carried out in each. One tenant's failure is
// a value and stops nothing.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "provisioning/plan/executor.hpp"
#include "provisioning/plan/report.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

struct FleetJob {
  // Makes the edit for a tenant, which may keep references to the session; nullopt for nothing to do.
  std::function<std::optional<Edit>(TenantSession& session, const Tenant& tenant)> edit;
  Guards guards;  // their cap holds for all tenants together, too
  int parallel = 8;
  // A command that only takes access away reaches suspended tenants, too. Anything else that its edit asks for there is
  // that tenant's failure.
  Reach reach = Reach::active;
  bool in_the_making = false;  // the tenant is suspended until it has what the edit gives it: anything may be asked for
  bool only_reads = false;     // nothing is carried out: whatever the plan says, it is shown
  // Slugs of tenants that somebody named, in whatever way. One of them that is not reached is that tenant's failure.
  std::set<std::string> named = {};
};

class FleetPlan {
 public:
  // Tenants that are not reached are skipped, unless they are named. `tenants` outlive it. `early` is used if it is in
  // the right database.
  FleetPlan(const Platform& platform, const std::vector<Tenant>& tenants, FleetJob job, EarlySession early = {});
  ~FleetPlan();

  // Reads every tenant, writes nothing.
  const FleetReport& plan();

  // Throws Error(refused) if all tenants together lose more than the cap allows.
  void check_fleet_cap() const;

  // Carries the plans out, those without changes too: what was applied is remembered. Tenants that fail leave their
  // group and join the failures.
  const FleetReport& run(Ending ending);

  const FleetReport& report() const { return report_; }

  // Shows more with the report, under a name of its own.
  void attach(const std::string& name, nlohmann::ordered_json what) { report_.more[name] = std::move(what); }

  const Platform& platform() const { return platform_; }

  // Where it was carried out and queued messages.
  std::vector<const Tenant*> notified() const;

  // Where it had nothing to do, and messages of an earlier run wait: that one may have been killed before it sent them.
  std::vector<const Tenant*> waiting() const;
  bool has_changes() const;

  // The seats of the tenants where it has taken or freed some, by slug.
  const std::map<std::string, SeatCount>& seats() const { return seats_; }

  // One of those that are planned.
  const Tenant& tenant(const std::string& slug) const;

  // What each tenant's plan rests on, for saving it: by slug.
  const Basis& find_basis(const std::string& slug) const;

 private:
  struct Entry;
  void plan_one(Entry& entry);
  void run_one(Entry& entry, Ending ending);
  void record_refused(const Entry& entry) const;
  void refuse_foreign_names();
  void gather();
  std::optional<Edit> edit_for(TenantSession& session, const Tenant& tenant) const;
  std::optional<Reading> take_early(Entry& entry);

  const Platform& platform_;
  FleetJob job_;
  EarlySession early_;
  std::vector<Entry> entries_;
  FleetReport report_;
  std::map<std::string, SeatCount> seats_;
};

bool has_failed(const FleetReport& report, const std::string& slug);

// Throws the failures of `report` as one error: that of the only tenant; an error of their kind if all tenants failed
// in the same way; else Error(partial). With a diagnostic for each tenant unless a report has shown them. `what`: as in
// "2 of 3 tenants failed".
enum class Reported { yes, no };
void throw_failures(const FleetReport& report, Reported reported = Reported::yes, const std::string& what = "failed");

}  // namespace acctl
