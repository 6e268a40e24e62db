#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/local/local.hpp"

namespace acctl {

namespace {

void print_local_url(Session&, const NoOptions&) { write_text(local_cluster().dsn().display() + "\n"); }

}  // namespace

Command local_url_command() {
  return command("url", "print the connection string of the embedded server", print_local_url)
      .describe(R"(
Prints the connection string for psql and other programs, whether the server is running or not. It contains no secret:
access is controlled by the permissions of the socket's folder.)")
      .example("acctl local url", "For use as: psql \"$(acctl local url)\"");
}

}  // namespace acctl
