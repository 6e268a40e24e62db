// The tenants in which `user offboard` looks for somebody.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

// Why a tenant is not read, by slug: "is held for deletion", or the error of an attempt.
using UnreadTenants = std::map<std::string, std::string>;

constexpr std::string_view held_for_deletion = "is held for deletion";

// Those of `tenants` whose status rules out reading them.
UnreadTenants unreadable_tenants(const std::vector<Tenant>& tenants);

// Calls work(database, tenant) for every tenant that can be read, several at a time. Returns the others.
UnreadTenants visit_readable_tenants(
    const Session& session, const Platform& platform, const std::vector<Tenant>& tenants,
    const std::function<void(const TenantSession& database, const Tenant& tenant)>& work);

}  // namespace acctl
