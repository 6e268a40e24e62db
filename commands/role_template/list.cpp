#include "commands/role_template/role_template.hpp"

namespace acctl {

namespace {

struct ListRoleTemplates {
  std::vector<std::string> exclude;
};

int run(Session& session, const ListRoleTemplates& options) {
  return list_records(session, options.exclude,
                      {{"KEY", "/key"},
                       {"TENANT", "/tenant"},
                       {"NAME", "/name"},
                       {"PERMISSIONS", "/permissions"},
                       {"HOLDERS", "/holders"},
                       {"MANAGER", "/manager"}},
                      [](RecordWriter& out, Platform&, const Tenant& tenant, Connection& database) {
                        for (const RoleTemplateSummary& one : list_role_templates(database)) {
                          out.add(to_json(one, tenant));
                        }
                      });
}

}  // namespace

Command role_template_list_command() {
  return command<ListRoleTemplates>("list", "list role templates", run)
      .describe("Lists role templates with the number of their permissions and of their holders.")
      .with(exclude_option, &ListRoleTemplates::exclude)
      .example("acctl role-template list -t acme", "All role templates.")
      .trail(Trail::nothing);
}

}  // namespace acctl
