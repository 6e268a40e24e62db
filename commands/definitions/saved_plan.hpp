// Plans in files: written by `plan --out` and `drift --out`, reviewed by people, carried out by `apply PLANFILE`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "commands/shared/execute_plan.hpp"
#include "provisioning/fleet/plans.hpp"

namespace acctl {

struct SavedPlan {
  std::string manager;
  std::string declared;  // the definitions behind it, for the ledger; "" where there are none
  std::string checksum;
  std::string content;    // what is signed
  std::string signature;  // by the platform's key
  std::string loosened;   // guards that were loosened when it was made, for the ledger
  Guards guards;
  std::map<std::string, std::vector<Change>> groups;  // id -> changes and adoptions
  struct Target {
    std::string tenant;  // slug
    std::string id;
    std::int64_t revision = 0;                   // of the configuration that was read
    std::string group;                           // "" where nothing changes
    bool recognised = false;                     // as unchanged since the same definitions were applied
    std::map<std::string, std::string> touched;  // see touched_by(), at that revision
    nlohmann::json kept = nullptr;               // see Basis::kept
  };
  std::vector<Target> tenants;
  std::vector<AccessTest> tests;
};

// Writes the plan of `fleet` as JSON, mode 0600: what each tenant was read at, the changes, the version of acctl, all
// of it signed with the platform's key, and a checksum. Tenants that failed are left out; where all failed, nothing is
// written.
void save_plan(Session& session, const std::string& path, const Edit& edit, const FleetPlan& fleet,
               const std::vector<Tenant>& tenants);

// Throws Error(conflict) where the plan was not saved by this platform: somebody else, or a hand, has written it.
void require_signature(const Platform& platform, const SavedPlan& plan, const std::string& path);

// The guards of the plan, and what `given` makes stricter: it was signed with those that it was reviewed with.
Guards stricter_guards(const SavedPlan& plan, const EditOptions& given);

// Throws Error(invalid) for what is no plan, was altered, or is of another version of acctl.
SavedPlan read_plan(const std::string& path);
SavedPlan parse_plan(const std::string& text, const std::string& path);

// Those of the plan, narrowed by -t. Throws Error(conflict) where one is no longer the tenant that was planned for.
std::vector<Tenant> find_planned_tenants(Platform& platform, Session& session, const SavedPlan& plan);

// The edit that makes the changes of the plan in one of its tenants; nothing where there is nothing to remember either.
std::optional<Edit> saved_edit(const SavedPlan& plan, const std::string& slug, const RunRecord& record);

}  // namespace acctl
