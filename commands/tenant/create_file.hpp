// tenant create -f: provisions the tenants of a file, and changes those that exist and differ.
#pragma once

#include <string_view>

#include "commands/tenant/registry_file.hpp"
#include "provisioning/tenants/provision.hpp"

namespace acctl {

// "created", "resumed", "unchanged"
std::string_view to_string(Provisioned how);

// One tenant's failure stops no other. `create_only`: a row that differs from its tenant is a conflict.
void create_from_file(Session& session, const RegistryFileOptions& source, bool create_only);

}  // namespace acctl
