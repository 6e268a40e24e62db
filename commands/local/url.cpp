#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/local/local.hpp"

namespace acctl {

namespace {

struct PrintLocalUrl {};

int run(Session&, const PrintLocalUrl&) {
  write_text(local_cluster().dsn().display() + "\n");
  return 0;
}

}  // namespace

Command local_url_command() {
  return command<PrintLocalUrl>("url", "print the connection string of the embedded server", run)
      .describe(R"(
Prints the connection string for psql and other programs, whether the server is running or not. It contains no secret:
access is controlled by the permissions of the socket's folder.)")
      .example("acctl local url", "For use as: psql \"$(acctl local url)\"");
}

}  // namespace acctl
