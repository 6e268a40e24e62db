#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/local/local.hpp"

namespace acctl {

namespace {

struct StartLocal {};

int run(Session& session, const StartLocal&) {
  LocalCluster local = local_cluster();
  if (session.settings().dry_run) {
    session.terminal().info(local.status().running ? "the embedded server is already running"
                                                   : "dry run: the embedded server would be started");
    return 0;
  }
  const bool started = local.up();
  session.terminal().info(started ? "the embedded server is running: " + local.dsn().display()
                                  : "the embedded server is already running");
  return 0;
}

}  // namespace

Command local_up_command() {
  return command<StartLocal>("up", "create and start the embedded server", run)
      .describe(R"(
Creates the server if there is none, and starts it if it is stopped. Does nothing if it is already running. An
interrupted call is completed by the next one.)")
      .exits(4, "the server cannot be started")
      .exits(7, "the server runs on another machine")
      .exits(9, "another process starts or stops the server")
      .example("acctl local up", "Make sure that the server is running.");
}

}  // namespace acctl
