#include "commands/pack/pack.hpp"

#include "cli/builder.hpp"
#include "commands/commands.hpp"

namespace acctl {

Command pack_command() {
  return command_group("pack", "show what template packs seed and what can be cloned from them", R"(
A pack is what a tenant starts with: permissions, roles, statuses, views and all other configuration, a sample project
with items and an article. It also carries templates, such as automations and forms, that files clone:

  automations:
    escalate-overdue:
      clone: pack:escalate-overdue
      actions: [{notify: [admins]}])",
                       {pack_list_command, pack_show_command});
}

}  // namespace acctl
