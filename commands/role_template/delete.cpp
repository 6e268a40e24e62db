#include "commands/role_template/role_template.hpp"

namespace acctl {

Command role_template_delete_command() {
  return declare_delete(role_template_noun, "delete role templates")
      .describe(R"(
Deletes role templates that nobody holds; if somebody holds one, the holders are listed and nothing is
deleted. With --reassign-to the holders get another role template in the same run.)")
      .example("acctl role-template delete night-shift --reassign-to day-shift -t acme", "Show the plan and prompt.");
}

}  // namespace acctl
