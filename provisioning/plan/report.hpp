// What a plan-like command (plan, apply, drift, undo, import) found or did, over one tenant or thousands: tenants with
// equal changes are one group.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioning/base/error.hpp"
#include "provisioning/model/change.hpp"

namespace acctl {

// What people gain and lose there.
struct TenantEffects {
  std::string tenant;  // slug
  SharedList<Effect> effects;
};

struct PlanGroup {
  std::string id;                               // beginning of compute_digest() of each of them: "a91c4e"
  std::vector<std::string> tenants;             // slugs, sorted
  Plan plan;                                    // of each of them, without effects and prunable objects
  std::vector<TenantEffects> effects;           // without tenants that have none
  std::map<std::string, std::size_t> prunable;  // Plan::prunable -> in how many of them
  std::map<std::string, std::size_t> declared_elsewhere = {};  // the same of Plan::declared_elsewhere
  SharedList<TakenAlong> taken_along = {};                     // over all of them
  std::vector<std::string> remarks = {};  // what else it means, as sentences without an end; Plan::remarks
  // Messages that leave when it is carried out, over all of them.
  std::size_t invitations = 0;
  std::size_t notifications = 0;  // of access that ends or returns
};

struct TenantFailure {
  std::string tenant;
  Error error;
};

struct FleetReport {
  std::vector<PlanGroup> groups;  // by the slug of their first tenant
  std::vector<TenantFailure> failures;
  std::size_t unchanged = 0;         // tenants
  std::vector<std::string> skipped;  // slugs of tenants that are not active, sorted
  bool only_read = false;            // nothing was to be written, or it was rolled back
  std::string run;                   // id of the run in the ledgers; "" if nothing was written
  std::vector<std::string> beside;   // what else the command changes, as clauses: "2 tenants added to enterprise x"
  // What a command found beside its plans, by name: as JSON and YAML show it.
  nlohmann::ordered_json more = nlohmann::ordered_json::object();

  // There is nothing to show but failures.
  bool all_failed() const { return groups.empty() && unchanged == 0 && !failures.empty(); }
};

}  // namespace acctl
