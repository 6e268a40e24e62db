// What staff change about a tenant after it was created, as one flat table of settings by name: the same in edits,
// plans, registry files and the audit trail.
//
//   name, plan, subscription, trial_ends_at, seats, admin_email, admin_name, notes
//   limit.projects, limit.storage_bytes   of the tenant, in place of its plan's; "none" for no limit
//   feature.KEY                           true or false, likewise
//   label.KEY                             text
//   domain.HOSTNAME                       "unverified" (reserved) or "verified" (published)
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioning/model/change.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"
#include "provisioning/tenants/tenant_locks.hpp"

namespace acctl {

using TenantSettings = std::map<std::string, nlohmann::json>;  // absent: not set
using SettingsPatch = std::map<std::string, nlohmann::json>;   // null: not set any more

// The values of a patch that cannot be. What only the registry knows (plans, whose domain it is) is not looked at.
std::vector<FieldProblem> find_problems(const SettingsPatch& patch);

// Throws Error(invalid) for the first of them.
void check_patch(const SettingsPatch& patch);

// What of `wanted` differs from `settings`.
SettingsPatch differing(const TenantSettings& settings, SettingsPatch wanted);

// The same, and what follows from it: a trial has an end, which is `trial_end` (RFC
// 3339) unless it is said, and no other subscription has one. Throws Error(invalid) for the end of what is no trial.
SettingsPatch complete_patch(const TenantSettings& settings, const SettingsPatch& wanted, const std::string& trial_end);

// What has to be changed for a tenant to be as a file says: `declared` has settings, and under "whole" the groups
// (label, feature, limit) of which it has all there are.
SettingsPatch wanted_by(const TenantSettings& declared, const TenantSettings& settings);

// Whether a patch changes what the tenant may use, which its own database has to know.
bool changes_entitlement(const SettingsPatch& patch);

// A patch as the change of a report: kind "tenants", the slug as its key.
Change to_change(const std::string& slug, const TenantSettings& settings, const SettingsPatch& patch,
                 const Place& place = {});

struct RegisteredTenant {
  std::string id;
  std::string slug;
  std::string status;
  TenantSettings settings;
  Entitlement given;                   // what it may use
  std::optional<std::string> manager;  // of the registry file that declares it
  TenantSettings declared;             // what that file said last
};

// Those of these ids, by slug. Deleted ones are left out.
std::vector<RegisteredTenant> read_settings(Connection& control, const std::vector<std::string>& ids);

// Those that registry files of this manager declare.
std::vector<RegisteredTenant> read_declared(Connection& control, const std::string& manager);

// `manager` declares the tenants `slugs` no more: they stay as they are, and nobody's. With entries in the audit trail.
void release(Connection& control, const Actor& actor, const std::string& manager,
             const std::vector<std::string>& slugs);

// The same as the first, and nobody else changes them until the transaction ends.
std::vector<RegisteredTenant> lock_settings(Transaction& transaction, const std::vector<std::string>& ids,
                                            LockWait waiting = LockWait::usual);

// `tenant` is to be changed by `patch`, which complete_patch() made; a manager takes it over with what its file says.
struct SettingsWrite {
  const RegisteredTenant& tenant;
  SettingsPatch patch;
  std::optional<std::string> manager = {};
  TenantSettings declared = {};
};

// Writes all of them in one statement. Throws Error(conflict) if a domain was taken by another tenant in the meantime.
void write_settings(Transaction& transaction, const std::vector<SettingsWrite>& writes);

// An audit entry `action` for each of them that changes something. Comes last: until the transaction ends, nobody else
// can write an entry.
void record_settings(Transaction& transaction, const Actor& actor, const std::string& action,
                     const std::vector<SettingsWrite>& writes);

// Both in one round trip; the tenants `ids` as they are then.
std::vector<RegisteredTenant> write_and_record(Transaction& transaction, const Actor& actor, const std::string& action,
                                               const std::vector<SettingsWrite>& writes,
                                               const std::vector<std::string>& ids);

// {"plan", "pro"}; also of a feature, a server, a region and an enterprise.
using RegistryName = std::pair<std::string, std::string>;

// The plans and features that a patch names.
std::set<RegistryName> find_names(const SettingsPatch& patch);

// Of each of `names` that is not there (a feature: that no plan speaks of) an Error(invalid) with suggestions.
std::map<RegistryName, Error> find_unknown_names(Platform& platform, const std::set<RegistryName>& names);

// Throws the first of them for a patch.
void require_known_names(Platform& platform, const SettingsPatch& patch);

// Throws Error(conflict) if a domain that `patch` adds is another tenant's, Error(invalid) if it is the platform's own.
void require_free_domains(Platform& platform, const std::string& slug, const SettingsPatch& patch);

}  // namespace acctl
