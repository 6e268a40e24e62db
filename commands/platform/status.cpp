#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/platform/platform.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/settings_records.hpp"

namespace acctl {

namespace {

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

void show_platform(Session& session, const NoOptions&) {
  nlohmann::ordered_json record = to_json(platform_status(control_dsn(session), session_options(session)));
  const std::string& context = session.settings().context;
  record["context"] = context.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(context);
  record["settings_from"] = origins_record(session);
  session.write_record({"database",
                        "initialised",
                        "schema version",
                        "schema head",
                        "base domain",
                        "storage root",
                        "mail",
                        "servers",
                        "tenants",
                        {"audit head", "/audit"},
                        "context",
                        "settings from"},
                       record);
}

}  // namespace

Command platform_status_command() {
  return command("status", "show the control database, its servers and the number of tenants", show_platform)
      .describe(R"(
Shows the state of the platform and changes nothing. Also works on a database that is not initialised or that needs an
upgrade, and reports that. The last lines say which context applies, and where the settings come from that are not
defaults; 'acctl config show' shows all of them.)")
      .example("acctl platform status", "Database, settings, servers and tenants.")
      .example("acctl platform status -o json", "The same as JSON, for scripts.")
      .trail(Trail::nothing);
}

}  // namespace acctl
