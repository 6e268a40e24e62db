// What the verbs of `tenant` share.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/session.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

Command tenant_create_command();
Command tenant_clone_command();
Command tenant_migrate_command();
Command tenant_purge_command();
std::vector<Command> tenant_lifecycle_commands();

// The argument SLUG, and the tenant it means: the argument, else the one --tenant.
Argument slug_argument(std::string& target);
std::string slug_of(const Session& session, const std::string& argument);

// Throws Error(invalid) where --all or --match is given to a command that works on what it is told by name.
void refuse_selectors(const Session& session);

// One tenant in the shape of `tenant show`.
void write_tenant(Session& session, const Tenant& tenant);

// --tenant, --match and --all as a filter; everything when none is given.
TenantFilter filter_of(const Session& session);

}  // namespace acctl
