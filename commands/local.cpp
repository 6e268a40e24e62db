#include <nlohmann/json.hpp>

#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "commands/open.hpp"
#include "provisioning/local/cluster.hpp"
#include "provisioning/tenants/storage.hpp"

namespace acctl {

namespace {

LocalCluster cluster() { return LocalCluster(LocalCluster::default_folder(), &interrupted()); }

int up(Session& session) {
  LocalCluster local = cluster();
  if (session.settings().dry_run) {
    session.terminal().info(local.status().running ? "The embedded server runs already."
                                                   : "The embedded server would be started.");
    return 0;
  }
  const bool started = local.up();
  session.terminal().info(started ? "The embedded server is up: " + local.dsn().display()
                                  : "The embedded server runs already.");
  return 0;
}

int down(Session& session) {
  LocalCluster local = cluster();
  if (session.settings().dry_run) {
    session.terminal().info(local.status().pid ? "The embedded server would be stopped."
                                               : "The embedded server does not run.");
    return 0;
  }
  session.terminal().info(local.down() ? "The embedded server is stopped; its data stays."
                                       : "The embedded server does not run.");
  return 0;
}

int status(Session& session) {
  const LocalStatus local = cluster().status();
  RecordWriter out = session.records(Shape::one, {{"running", "/running"},
                                                  {"version", "/version"},
                                                  {"data", "/data"},
                                                  {"socket", "/socket"},
                                                  {"url", "/url"},
                                                  {"pid", "/pid"}});
  nlohmann::ordered_json record = {{"running", local.running}, {"version", nullptr}, {"data", local.data},
                                   {"socket", local.socket},   {"url", local.url},   {"pid", nullptr}};
  if (local.version) record["version"] = *local.version;
  if (local.pid) record["pid"] = *local.pid;
  out.add(record);
  out.finish();
  return 0;
}

int url(Session&) {
  write_text(cluster().dsn().display() + "\n");
  return 0;
}

int destroy(Session& session) {
  LocalCluster local = cluster();
  const LocalStatus before = local.status();
  if (!before.version && !before.pid) {
    // Nothing a person would miss; what a killed `up` left is removed all the same.
    if (!session.settings().dry_run) local.destroy();
    session.terminal().info("There is no embedded server.");
    return 0;
  }
  const std::string storage = default_storage_root();
  const std::string mail = default_mail_folder();
  session.confirm("Destroy the embedded server with all data in " + before.data + " and the files in " + storage +
                  " and " + mail + "?");
  if (session.settings().dry_run) {
    session.terminal().info("The embedded server and all data in " + before.data + " would be destroyed.");
    return 0;
  }
  local.destroy();
  remove_storage(storage);
  remove_storage(mail);
  session.terminal().info("The embedded server and its data are gone.");
  return 0;
}

}  // namespace

Command local_command() {
  return {
      .name = "local",
      .summary = "the embedded PostgreSQL server of this user",
      .description =
          "With nothing configured, every command works on a private PostgreSQL server, made and started when it is "
          "needed. It listens on a unix socket only, which nobody but its owner and root can reach, and it is durable: "
          "what is committed survives a power cut.\n\n"
          "Its data is in $XDG_DATA_HOME/acctl/local (~/.local/share/acctl/local), for root in /var/lib/acctl/local, "
          "where it belongs to the account postgres, because PostgreSQL does not run as root.",
      .subcommands =
          {
              {.name = "up",
               .summary = "make and start the embedded server",
               .description = "Makes the server if there is none and starts it if it is down. Does nothing when it "
                              "runs. A call that was interrupted is finished by the next one.",
               .examples = {{"acctl local up", "Make sure that it runs."}},
               .run = up},
              {.name = "down",
               .summary = "stop the embedded server",
               .description = "Ends all sessions, rolls their transactions back and stops the server. The data stays; "
                              "the next command that needs the server starts it again.",
               .examples = {{"acctl local down", "Before the machine is switched off, say."}},
               .run = down},
              {.name = "status",
               .summary = "whether the embedded server runs, and where it is",
               .description = "Shows what is there without changing it. The exit code is 0 whether it runs or not.",
               .examples = {{"acctl local status", "For a person."}, {"acctl local status -o json", "For scripts."}},
               .run = status},
              {.name = "url",
               .summary = "the connection string of the embedded server",
               .description = "Prints the connection string for psql and other programs, whether the server runs or "
                              "not. It holds no secret: the permissions of the socket's folder are the key.",
               .examples = {{"acctl local url", "To be used as: psql \"$(acctl local url)\""}},
               .run = url},
              {.name = "destroy",
               .summary = "remove the embedded server with all of its data",
               .description = "Stops the server and removes its folder. There is no way back. Asks first, unless --yes "
                              "is given; off a terminal --yes is needed.",
               .examples = {{"acctl local destroy --yes", "Without being asked."}},
               .run = destroy},
          },
  };
}

}  // namespace acctl
