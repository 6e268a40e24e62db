// The verbs of `local`, and the server they work on.
#pragma once

#include "cli/command.hpp"
#include "provisioning/local/cluster.hpp"

namespace acctl {

Command local_up_command();
Command local_down_command();
Command local_status_command();
Command local_url_command();
Command local_upgrade_command();
Command local_destroy_command();

// The embedded server of this user, whether it exists or not; its waits end when the program is interrupted.
LocalCluster local_cluster();

}  // namespace acctl
