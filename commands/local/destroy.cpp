#include <unistd.h>

#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/local/local.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/file_storage.hpp"

namespace acctl {

namespace {

// What the embedded platform has created outside of its database. Nothing if it cannot be read: an uninitialised
// platform has created nothing, and what belongs to a broken one must not be guessed.
PlatformFolders find_folders(Session& session, LocalCluster& local) {
  try {
    return platform_folders(local.started_dsn(), session_options(session));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::conflict) throw;
    session.terminal().info("the files of its tenants are kept, because its database cannot be read: " +
                            std::string(error.what()));
    return {};
  }
}

void destroy_local(Session& session, const NoOptions&) {
  LocalCluster local = local_cluster();
  const LocalStatus before = local.status();
  if (!before.version && !before.pid) {
    // Nothing that anybody would miss; what a killed `up` left behind is removed all the same.
    if (!session.settings().dry_run) local.destroy();
    session.terminal().info("there is no embedded server");
    return;
  }
  const Consent consent = require_consent(session, {.elsewhere = true, .takes_away = true}, AskedBy::words,
                                          "Do you want to destroy the embedded server with all data in " + before.data +
                                              ", the files of its tenants and the messages in its mail folder?");
  if (consent == Consent::rehearse) {
    session.terminal().info("dry run: the embedded server and all data in " + before.data + " would be destroyed");
    return;
  }
  // Read before the database that names them is destroyed.
  const PlatformFolders folders = find_folders(session, local);
  local.destroy();
  for (const std::string& folder : folders.storage) remove_storage(folder);
  // Only the mail folder that `platform init` chose: one that a person named may hold other mail, too.
  if (folders.mail == default_mail_folder()) remove_storage(folders.mail);
  rmdir(default_storage_root().c_str());  // fails, as it should, while another platform has files in it
  session.terminal().info("the embedded server and its data are destroyed");
}

}  // namespace

Command local_destroy_command() {
  return command("destroy", "remove the embedded server and all of its data", destroy_local)
      .describe(R"(
Stops the server and removes its folder, the files of the tenants that its control database lists, and its own mail
folder. Files of platforms on other servers are kept. This cannot be undone. Prompts first; without a terminal, --yes
is required.)")
      .exits(9, "another process starts or stops the server")
      .exits(10, "not confirmed")
      .example("acctl local destroy --yes", "Without a prompt.");
}

}  // namespace acctl
