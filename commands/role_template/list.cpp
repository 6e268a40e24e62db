#include "commands/role_template/role_template.hpp"

namespace acctl {

namespace {

constexpr RecordColumn role_template_list_columns[] = {{"KEY", "/key"},         {"TENANT", "/tenant"},
                                                       {"NAME", "/name"},       {"PERMISSIONS", "/permissions"},
                                                       {"HOLDERS", "/holders"}, {"MANAGER", "/manager"}};

}  // namespace

Command role_template_list_command() {
  return declare_list(role_template_noun, "list role templates", role_template_list_columns)
      .describe("Lists role templates with the number of their permissions and of their holders.")
      .example("acctl role-template list -t acme", "All role templates.");
}

}  // namespace acctl
