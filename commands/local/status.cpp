#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/local/local.hpp"

namespace acctl {

namespace {

struct ShowLocal {};

int run(Session& session, const ShowLocal&) {
  const LocalStatus local = local_cluster().status();
  RecordWriter out = session.records(Shape::one, {"running", "version", "data", "socket", "url", "pid"});
  nlohmann::ordered_json record = {{"running", local.running}, {"version", nullptr}, {"data", local.data},
                                   {"socket", local.socket},   {"url", local.url},   {"pid", nullptr}};
  if (local.version) record["version"] = *local.version;
  if (local.pid) record["pid"] = *local.pid;
  out.add(record);
  out.finish();
  return 0;
}

}  // namespace

Command local_status_command() {
  return command<ShowLocal>("status", "show whether the embedded server is running, and its location", run)
      .describe("Shows the state of the server without changing it. The exit code is 0 whether it is running or not.")
      .example("acctl local status", "Find out where the server keeps its data.")
      .example("acctl local status -o json", "The same as JSON, for scripts.");
}

}  // namespace acctl
