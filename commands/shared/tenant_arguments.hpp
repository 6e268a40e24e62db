// Which tenants the words of a command name.
#pragma once

#include <string>

#include "cli/command.hpp"
#include "cli/session.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

// The argument SLUG, and the tenant it means: the argument, else the one --tenant.
Argument slug_argument(std::string& target);
std::string read_slug(const Session& session, const std::string& argument);

// Throws Error(invalid) where --all or --match is given to a command that works on what it is told by name.
void refuse_selectors(const Session& session);

// --tenant, --match and --all as a filter; everything when none is given.
TenantFilter read_tenant_filter(const Session& session);

// The same for a command that takes `slugs` as arguments; throws Error(invalid) where --tenant is given, too.
TenantFilter read_tenant_filter(const Session& session, const std::vector<std::string>& slugs);

}  // namespace acctl
