// Where `role lint` and `role matrix` read roles from: tenants, files or packs.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "commands/shared/execute_plan.hpp"
#include "provisioning/access/lint.hpp"

namespace acctl {

// Files, applied to a pack if one is named; without both, the tenants of the session.
struct RoleSource {
  FileOptions files;
  std::string pack;
  std::vector<std::string> exclude;  // tenants
};
// --file, --allow-env, --var, --pack
std::vector<Option> role_source_options(RoleSource& target);

// Whether no database is read.
bool names_files(const RoleSource& source);

// Permissions and roles of one place; `tenant` is "" for files, which know of no holders.
struct RoleModel {
  std::string tenant;
  State state;
  std::optional<Holders> holders;
};
// `finish` ends the output; after it, the errors of single tenants among several are thrown.
void visit_role_models(Session& session, const RoleSource& source,
                       const std::function<void(const RoleModel& model)>& visit, const std::function<void()>& finish);

}  // namespace acctl
