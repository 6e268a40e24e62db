#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/local/local.hpp"

namespace acctl {

namespace {

struct StopLocal {};

int run(Session& session, const StopLocal&) {
  LocalCluster local = local_cluster();
  if (session.settings().dry_run) {
    session.terminal().info(local.status().pid ? "dry run: the embedded server would be stopped"
                                               : "the embedded server is not running");
    return 0;
  }
  session.terminal().info(local.down() ? "the embedded server is stopped; its data is kept"
                                       : "the embedded server is not running");
  return 0;
}

}  // namespace

Command local_down_command() {
  return command<StopLocal>("down", "stop the embedded server", run)
      .describe(R"(
Ends all sessions, rolls back their transactions and stops the server. The data is kept; the next command that needs
the server starts it again.)")
      .example("acctl local down", "Before the machine is shut down, for example.");
}

}  // namespace acctl
