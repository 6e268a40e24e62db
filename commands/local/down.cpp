#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/local/local.hpp"

namespace acctl {

namespace {

void stop_local(Session& session, const NoOptions&) {
  LocalCluster local = local_cluster();
  if (session.settings().dry_run) {
    session.terminal().info(local.status().pid ? "dry run: the embedded server would be stopped"
                                               : "the embedded server is not running");
    return;
  }
  session.terminal().info(local.down() ? "the embedded server is stopped; its data is kept"
                                       : "the embedded server is not running");
}

}  // namespace

Command local_down_command() {
  return command("down", "stop the embedded server", stop_local)
      .describe(R"(
Ends all sessions, rolls back their transactions and stops the server. The data is kept; the next command that needs
the server starts it again.)")
      .example("acctl local down", "Before the machine is shut down, for example.");
}

}  // namespace acctl
