// Selects tenants by conditions (provisioning/model/tenant_condition.hpp), which are evaluated in the registry, and
// reads the tenants of a configuration run.
#pragma once

#include <string>
#include <vector>

#include "provisioning/model/tenant_condition.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

// Selects tenants; an empty part does not narrow. All conditions hold. Deleted tenants only if a condition names the
// status `deleted`.
struct TenantFilter {
  std::vector<std::string> slugs = {};
  std::vector<TenantCondition> conditions = {};
  std::string search = {};  // part of slug or name, without case

  // Whether a condition says which statuses are meant.
  bool names_status() const;
};

// A condition with = that a command has by itself: {key, names}.
TenantCondition is_one_of(std::string_view key, std::vector<std::string> names);

// Whatever the status, deleted tenants, too.
TenantCondition has_any_status();

// The conditions of --match, in any number; throws Error(invalid) that names the option.
std::vector<TenantCondition> match_conditions(const std::vector<std::string>& words);

// Throws Error(invalid) for a plan, server, region, enterprise, pack or label that is not there, and for a slug that no
// tenant ever had: it was misspelled, and selects nothing.
void refuse_unknown_names(Platform& platform, const TenantFilter& filter);

// The parameter of the query of all lists of tenants (registry.sql, tenant_list). Pure.
std::string filter_json(const TenantFilter& filter);

// The statement that list_targets() sends, to be passed to Platform::open().
Statement make_target_statement(const TenantFilter& filter);

// As list_tenants(). Without conditions of each tenant only what a run on its database needs: id, slug, status, plan,
// server, region, database, schema version, labels, enterprise, epoch, end of the ledger, pack.
std::vector<Tenant> list_targets(Platform& platform, const TenantFilter& filter);

// The same of an enterprise: its tenants whatever their status, and those of them that can be entered.
std::vector<Tenant> list_members(Platform& platform, const std::string& enterprise);
std::vector<Tenant> list_reached_members(Platform& platform, const std::string& enterprise);

// What is turned on for them, by their plans and by themselves: Tenant::features.
void add_features(Platform& platform, std::vector<Tenant>& tenants);

}  // namespace acctl
