#include "cli/builder.hpp"
#include "commands/platform/platform.hpp"
#include "commands/shared/connect_platform.hpp"

namespace acctl {

namespace {

void run(Session& session, const InitOptions& options) {
  // Databases and roles are created outside of any transaction, so that there is nothing to roll back.
  if (session.settings().dry_run) {
    throw Error(ErrorKind::invalid, "'acctl platform init' does not support --dry-run",
                "'acctl platform status' shows the present state; running the command twice does no harm.");
  }
  InitOptions wanted = options;
  if (wanted.storage_root.empty()) wanted.default_storage_root = default_storage_root();
  // On any other server nobody would know who reads that mail.
  if (session.settings().database.empty()) wanted.default_mail_folder = default_mail_folder();
  const Dsn dsn = control_dsn(session);
  const bool changed = initialise_platform(dsn, session_options(session), read_actor(session), wanted);
  session.terminal().info(changed ? "the platform is initialised in " + dsn.display()
                                  : "the platform is already initialised; nothing changed");
}

}  // namespace

Command platform_init_command() {
  return command<InitOptions>("init", "create the control database, or finish creating it", run)
      .describe(R"(
Creates the control database if the server has none, upgrades its schema to the newest version and creates what every
tenant needs: the plans trial, pro and enterprise, a first server and the shared database roles. On the embedded
server it also creates a Maildir, to which messages are delivered until 'acctl platform apply' configures a mail
server. Running it again with the same values changes nothing; other values on an initialised platform are a conflict
(exit 7): use 'acctl platform apply'.)")
      .option("--base-domain DOMAIN", "domain of the tenants' host names, SLUG.DOMAIN (default: acctl.localhost)",
              &InitOptions::base_domain)
      .option("--storage-root FOLDER", "absolute path below which each tenant gets its own folder",
              &InitOptions::storage_root)
      .values(Values::file)
      .exits(7, "the platform is initialised with another base domain or storage root")
      .example("acctl platform init", "On the embedded server of this user.")
      .example("acctl platform init --base-domain help.example --storage-root /srv/acctl",
               "With a domain and a storage folder for the tenants.");
}

}  // namespace acctl
