// Builds template databases: migrated and seeded once per schema version and pack, then copied for each tenant.
#pragma once

#include <string>
#include <vector>

#include "provisioning/base/embedded.hpp"
#include "provisioning/platform/platform.hpp"

namespace acctl {

// Its name carries the pack, the schema version and a digest of both: other inputs are another template.
std::string template_name(const Pack& pack);

// Builds the template on a server that lacks it. Two runs may do so at once: each builds its own under another name,
// the first to finish gives the name, the other is dropped.
void build_template(Platform& platform, Connection& server, const std::string& server_dsn, const Pack& pack);

// Template databases that no tenant will be made of: of a former version of a pack or of the schema, and those that a
// killed run was making more than an hour ago. Those of a newer acctl, and what bears no mark of acctl, are not.
std::vector<std::string> old_templates(Connection& server);

// Drops one of them; false if it is no longer one.
bool drop_old_template(Connection& server, const std::string& name);

}  // namespace acctl
