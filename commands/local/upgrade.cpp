#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/local/local.hpp"
#include "commands/shared/consent.hpp"

namespace acctl {

namespace {

void upgrade_local(Session& session, const NoOptions&) {
  LocalCluster local = local_cluster();
  const std::optional<std::string> version = local.status().version;
  if (!version) {
    throw Error(ErrorKind::invalid, "there is no embedded server to upgrade", "'acctl local up' creates one.");
  }
  const Installation newest = Installation::newest();
  if (newest.version == *version) {
    session.terminal().info("the embedded server already runs the newest installed version, PostgreSQL " + *version);
    return;
  }
  // Whatever is connected to the server loses its session, so a person has to agree.
  const Consent consent =
      require_consent(session, {.elsewhere = true, .takes_away = true}, AskedBy::words,
                      "Do you want to stop the embedded server and upgrade its data from PostgreSQL " + *version +
                          " to " + newest.version + "?");
  if (consent == Consent::rehearse) {
    session.terminal().info("dry run: the embedded server would be upgraded to PostgreSQL " + newest.version);
    return;
  }
  local.upgrade(newest);
  session.terminal().info("the embedded server is upgraded to PostgreSQL " + newest.version + " and running");
}

}  // namespace

Command local_upgrade_command() {
  return command("upgrade", "upgrade the embedded server to the newest installed PostgreSQL", upgrade_local)
      .describe(R"(
Stops the server, upgrades a copy of its data with pg_upgrade, and starts the copy; the original is removed only after
that has succeeded. Both versions of PostgreSQL must be installed, and there must be enough disk space for the data
twice. Prompts first, unless --yes is given.)")
      .exits(9, "another process starts or stops the server")
      .exits(10, "not confirmed")
      .example("acctl local upgrade --yes", "After a newer PostgreSQL was installed.");
}

}  // namespace acctl
