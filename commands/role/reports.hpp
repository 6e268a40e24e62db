// Reports on roles: `role lint` and `role matrix`, of tenants or of files.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "commands/shared/execute_plan.hpp"
#include "provisioning/access/lint.hpp"

namespace acctl {

Command role_lint_command();
Command role_matrix_command();

// Where the roles come from: files, laid over a pack where one is named, or the tenants of the session.
struct RoleSource {
  FileOptions files;
  std::string pack;
  std::vector<std::string> exclude;
};
// --file, --allow-env, --pack
std::vector<Option> role_source_options(RoleSource& target);

// Permissions and roles of one place; `tenant` is "" for files, which know of no holders.
struct RoleModel {
  std::string tenant;
  State state;
  std::optional<Holders> holders;
};
// `finish` ends what was written; then what failed in one of several tenants is thrown.
void visit_role_models(Session& session, const RoleSource& source,
                       const std::function<void(const RoleModel& model)>& visit, const std::function<void()>& finish);
bool is_of_files(const RoleSource& source);

}  // namespace acctl
