#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/local/local.hpp"

namespace acctl {

namespace {

void show_local(Session& session, const NoOptions&) {
  const LocalStatus local = local_cluster().status();
  nlohmann::ordered_json record = {{"running", local.running}, {"version", nullptr}, {"data", local.data},
                                   {"socket", local.socket},   {"url", local.url},   {"pid", nullptr}};
  if (local.version) record["version"] = *local.version;
  if (local.pid) record["pid"] = *local.pid;
  session.write_record({"running", "version", "data", "socket", "url", "pid"}, record);
}

}  // namespace

Command local_status_command() {
  return command("status", "show whether the embedded server is running, and its location", show_local)
      .describe("Shows the state of the server without changing it. The exit code is 0 whether it is running or not.")
      .example("acctl local status", "Find out where the server keeps its data.")
      .example("acctl local status -o json", "The same as JSON, for scripts.");
}

}  // namespace acctl
