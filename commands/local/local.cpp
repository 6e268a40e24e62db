#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "provisioning/local/cluster.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/file_storage.hpp"

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

int upgrade(Session& session) {
  LocalCluster local = cluster();
  const std::optional<std::string> version = local.status().version;
  if (!version) {
    throw Error(ErrorKind::invalid, "there is no embedded server to upgrade", "'acctl local up' creates one.");
  }
  const Installation newest = Installation::newest();
  if (newest.version == *version) {
    session.terminal().info("The embedded server is at PostgreSQL " + *version + ", the newest installed.");
    return 0;
  }
  // What is running on it ends, which a person has to know of.
  const Consent consent = require_consent(session, {.elsewhere = true, .takes_away = true}, AskedBy::words,
                                          "Do you want to stop the embedded server and upgrade its data from "
                                          "PostgreSQL " +
                                              *version + " to " + newest.version + "?");
  if (consent == Consent::rehearse) {
    session.terminal().info("The embedded server would be upgraded to PostgreSQL " + newest.version + ".");
    return 0;
  }
  local.upgrade(newest);
  session.terminal().info("The embedded server is upgraded to PostgreSQL " + newest.version + " and running.");
  return 0;
}

// What the embedded platform has made outside of its database. Nothing where it cannot say: an uninitialised platform
// has made nothing, and what a broken one made is not to be guessed.
PlatformFolders folders_of(Session& session, LocalCluster& local) {
  try {
    return platform_folders(local.started_dsn(), session_options(session));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::conflict) throw;
    session.terminal().info("The files of its tenants stay, because its database cannot be read: " +
                            std::string(error.what()));
    return {};
  }
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
  const Consent consent = require_consent(session, {.elsewhere = true, .takes_away = true}, AskedBy::words,
                                          "Do you want to destroy the embedded server with all data in " + before.data +
                                              ", the files of its tenants and the messages in its mail folder?");
  if (consent == Consent::rehearse) {
    session.terminal().info("The embedded server and all data in " + before.data + " would be destroyed.");
    return 0;
  }
  const PlatformFolders folders = folders_of(session, local);
  local.destroy();
  for (const std::string& folder : folders.storage) remove_storage(folder);
  // Beside it: the mail folder that `platform init` chose. One that a person named may hold other mail, too.
  if (folders.mail == default_mail_folder()) remove_storage(folders.mail);
  rmdir(default_storage_root().c_str());  // stays while another platform has files in it
  session.terminal().info("The embedded server and its data are gone.");
  return 0;
}

}  // namespace

Command local_command() {
  return {
      .name = "local",
      .summary = "the embedded PostgreSQL server of this user",
      .description =
          "With nothing configured, every command works on a private PostgreSQL server. Commands that write make and "
          "start it when it is needed; those that only look, and --dry-run, need it to be running. It listens on a "
          "unix socket only, which nobody but its owner and root can reach, and it is durable: "
          "what is committed survives a power cut.\n\n"
          "Containers of one machine may share its folder: the first starts the server, the others use it. It cannot "
          "be used from two machines at once; the second is refused.\n\n"
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
              {.name = "upgrade",
               .summary = "upgrade the embedded server to the newest installed PostgreSQL",
               .description =
                   "Stops the server, upgrades a copy of its data with pg_upgrade, and starts the copy; the "
                   "original is removed only when that has succeeded. Both versions of PostgreSQL must be "
                   "installed, and there must be room for the data twice. Asks first, unless --yes is given.",
               .examples = {{"acctl local upgrade --yes", "After installing a newer PostgreSQL."}},
               .run = upgrade},
              {.name = "destroy",
               .summary = "remove the embedded server with all of its data",
               .description = "Stops the server and removes its folder, the files of the tenants that its control "
                              "database lists, and its own mail folder. Files of platforms on other servers stay. This "
                              "cannot be undone. Asks first, unless --yes is given; off a terminal --yes is needed.",
               .examples = {{"acctl local destroy --yes", "Without being asked."}},
               .run = destroy},
          },
  };
}

}  // namespace acctl
