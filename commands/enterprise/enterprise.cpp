#include "commands/enterprise/enterprise.hpp"

#include "cli/builder.hpp"
#include "commands/commands.hpp"

namespace acctl {

namespace {

// What a user of a tenant could do in the application.
template <Command (*make)()>
Command with_as() {
  Command command = make();
  command.takes_as = true;
  return command;
}

}  // namespace

Command enterprise_command() {
  return command_group("enterprise", "manage groups of tenants", R"(
An enterprise groups the tenants of one customer, so that roles can be granted in all of them at once.)",
                       {enterprise_create_command, with_as<enterprise_list_command>, with_as<enterprise_show_command>,
                        with_as<enterprise_users_command>, with_as<enterprise_add_tenant_command>,
                        with_as<enterprise_remove_tenant_command>, with_as<enterprise_grant_command>,
                        with_as<enterprise_revoke_command>});
}

}  // namespace acctl
