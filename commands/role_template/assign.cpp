#include "commands/role_template/role_template.hpp"
#include "provisioning/access/role_edits.hpp"

namespace acctl {

namespace {

constexpr MemberVerb role_template_assign = {.name = "assign", .change = assign_role_template};

}  // namespace

Command role_template_assign_command() {
  return declare_member_edit(role_template_noun, role_template_assign, "assign a role template to users")
      .describe(R"(
Assigns a role template to users and replaces the one that they have. If somebody loses a permission, the
plan is shown and has to be confirmed.)")
      .example("acctl role-template assign night-shift ana@acme.example ben@acme.example -t acme",
               "Assign a role template to two users.");
}

}  // namespace acctl
