// What the verbs of `tenant` share.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/session.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

Command tenant_create_command();
Command tenant_clone_command();
Command tenant_migrate_command();
Command tenant_purge_command();
std::vector<Command> tenant_lifecycle_commands();

// One tenant in the shape of `tenant show`.
void write_tenant(Session& session, const Tenant& tenant);

}  // namespace acctl
