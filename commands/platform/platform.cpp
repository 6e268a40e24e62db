#include "commands/platform/platform.hpp"

#include <nlohmann/json.hpp>

#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "commands/shared/connect_platform.hpp"

namespace acctl {

namespace {

// Databases and roles are made outside of any transaction: there is nothing that could be rolled back.
void refuse_dry_run(const Session& session, const std::string& command) {
  if (!session.settings().dry_run) return;
  throw Error(ErrorKind::invalid, "'acctl " + command + "' cannot be rehearsed",
              "See 'acctl platform status' for what it would find; running it again changes nothing.");
}

Command init_command() {
  auto options = std::make_shared<InitOptions>();
  return {
      .name = "init",
      .summary = "create the control database, or finish creating it",
      .description =
          "Creates the control database where the server has none, brings its schema to the head and makes "
          "what every tenant needs: the plans trial, pro and enterprise, a first server, the shared "
          "database roles; on the embedded server a Maildir, too, which mails go to until 'acctl platform apply' names "
          "a mail server. Running it again changes nothing.",
      .options = {{.name = "--base-domain",
                   .value = "DOMAIN",
                   .help = "tenants are reached at SLUG.DOMAIN; acctl.localhost at first",
                   .target = &options->base_domain},
                  {.name = "--storage-root",
                   .value = "FOLDER",
                   .help = "absolute path under which each tenant gets a folder of its own",
                   .target = &options->storage_root,
                   .values = Values::file}},
      .examples = {{"acctl platform init", "On the embedded server of this user."},
                   {"acctl platform init --base-domain help.example --storage-root /srv/acctl",
                    "With the names that tenants get."}},
      .run =
          [options](Session& session) {
            refuse_dry_run(session, "platform init");
            if (options->storage_root.empty()) options->default_storage_root = default_storage_root();
            // On another server nobody would know who reads it.
            if (session.settings().database.empty()) options->default_mail_folder = default_mail_folder();
            const Dsn dsn = control_dsn(session);
            const bool changed = initialise_platform(dsn, session_options(session), actor_of(session), *options);
            session.terminal().info(changed ? "the platform is initialised in " + dsn.display()
                                            : "the platform is initialised already; nothing changed");
            return 0;
          },
      .storage = options,
  };
}

Command upgrade_command() {
  return {
      .name = "upgrade",
      .summary = "bring the control database to the schema of this acctl",
      .description =
          "Runs the migrations that the control database lacks, each in a transaction of its own. An acctl "
          "that is older than the schema is refused.",
      .examples = {{"acctl platform upgrade", "After installing a new acctl."}},
      .run =
          [](Session& session) {
            refuse_dry_run(session, "platform upgrade");
            const bool changed = upgrade_platform(control_dsn(session), session_options(session), actor_of(session));
            session.terminal().info(changed ? "the control database is upgraded"
                                            : "the control database is up to date; nothing changed");
            return 0;
          },
  };
}

nlohmann::ordered_json to_json(const PlatformStatus& status) {
  nlohmann::ordered_json servers = nlohmann::ordered_json::array();
  for (const ServerRecord& server : status.servers) {
    servers.push_back(
        {{"name", server.name}, {"region", server.region}, {"state", server.state}, {"tenants", server.tenants}});
  }
  nlohmann::ordered_json tenants = nlohmann::ordered_json::object();
  for (const auto& [name, count] : status.tenants) tenants[name] = count;
  nlohmann::ordered_json audit;
  if (status.audit) audit = {{"id", status.audit->id}, {"hash", status.audit->hash}};
  return {{"database", status.database},
          {"initialised", status.schema_version > 0},
          {"schema_version", status.schema_version},
          {"schema_head", status.head},
          {"base_domain", status.settings.base_domain},
          {"storage_root", status.settings.storage_root},
          {"mail", status.settings.mail.transport.empty() ? nlohmann::ordered_json() : to_json(status.settings.mail)},
          {"servers", servers},
          {"tenants", tenants},
          {"audit", audit}};
}

Command status_command() {
  return {
      .name = "status",
      .summary = "show the control database, its servers and how many tenants it has",
      .description =
          "Looks and changes nothing. Works on a database that is not initialised or needs an upgrade, and "
          "says so.",
      .examples = {{"acctl platform status", "For people."}, {"acctl platform status -o json", "For scripts."}},
      .trail = Trail::nothing,
      .run =
          [](Session& session) {
            RecordWriter out = session.records(Shape::one, {{"database", "/database"},
                                                            {"initialised", "/initialised"},
                                                            {"schema version", "/schema_version"},
                                                            {"schema head", "/schema_head"},
                                                            {"base domain", "/base_domain"},
                                                            {"storage root", "/storage_root"},
                                                            {"mail", "/mail"},
                                                            {"servers", "/servers"},
                                                            {"tenants", "/tenants"},
                                                            {"audit head", "/audit"}});
            out.add(to_json(platform_status(control_dsn(session), session_options(session))));
            out.finish();
            return 0;
          },
  };
}

}  // namespace

Command platform_command() {
  return {
      .name = "platform",
      .summary = "the control database: create, upgrade, show, set, check",
      .description =
          "The platform is what tenants share: the registry of tenants, plans, servers and the audit trail, "
          "all in the control database.",
      .subcommands = {init_command(), upgrade_command(), status_command(), platform_apply_command(),
                      platform_check_command()},
  };
}

}  // namespace acctl
