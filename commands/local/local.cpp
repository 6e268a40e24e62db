#include "commands/local/local.hpp"

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "commands/shared/connect_platform.hpp"

namespace acctl {

LocalCluster local_cluster() { return LocalCluster(LocalCluster::default_folder(), &interrupted()); }

Command local_command() {
  return command_group("local", "manage the embedded PostgreSQL server of this user", R"(
If no database is configured, every command uses a private PostgreSQL server. Commands that write create and start it
when they need it; commands that only read, and --dry-run, require it to be running. It listens only on a Unix socket
that nobody but its owner and root can reach, and it is durable: committed data survives a power failure.

Containers on one machine may share its folder: the first one starts the server, the others use it. It cannot be used
from two machines at the same time; the second one is refused.

Its data is in $XDG_DATA_HOME/acctl/local (~/.local/share/acctl/local); for root without XDG_DATA_HOME in
/var/lib/acctl/local. Root's server belongs to the account postgres, because PostgreSQL does not run as root.)",
                       {local_up_command, local_down_command, local_status_command, local_url_command,
                        local_upgrade_command, local_destroy_command});
}

}  // namespace acctl
