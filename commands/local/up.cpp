#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/local/local.hpp"

namespace acctl {

namespace {

void start_local(Session& session, const NoOptions&) {
  LocalCluster local = local_cluster();
  if (session.settings().dry_run) {
    session.terminal().info(local.status().running ? "the embedded server is already running"
                                                   : "dry run: the embedded server would be started");
    return;
  }
  const bool started = local.up();
  session.terminal().info(started ? "the embedded server is running: " + local.dsn().display()
                                  : "the embedded server is already running");
}

}  // namespace

Command local_up_command() {
  return command("up", "create and start the embedded server", start_local)
      .describe(R"(
Creates the server if there is none, and starts it if it is stopped. Does nothing if it is already running. An
interrupted call is completed by the next one.)")
      .exits(4, "the server cannot be started")
      .exits(7, "the server runs on another machine")
      .exits(9, "another process starts or stops the server")
      .example("acctl local up", "Make sure that the server is running.");
}

}  // namespace acctl
