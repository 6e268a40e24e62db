#include <nlohmann/json.hpp>

#include "commands/config/config.hpp"
#include "commands/shared/settings_records.hpp"

namespace acctl {

namespace {

struct ShowConfiguration {
  std::string context;
};

void run(Session& session, const ShowConfiguration& options) {
  RecordWriter out = session.records(Shape::many, {"SETTING", "VALUE", "FROM"});
  if (options.context.empty()) {
    for (const nlohmann::ordered_json& record : settings_records(session)) out.add(record);
    out.finish();
    return;
  }
  const Configuration configuration = read_configuration();
  require_valid(configuration);
  const Context& context = require_context(configuration, options.context);
  for (const auto& [name, entry] : context.entries) {
    out.add({{"setting", name},
             {"value", name == "database" ? database_words(entry.value) : entry.value},
             {"from", entry.place}});
  }
  if (context.is_protected) out.add({{"setting", "protected"}, {"value", "true"}, {"from", configuration.path}});
  if (!context.color.empty()) out.add({{"setting", "color"}, {"value", context.color}, {"from", configuration.path}});
  out.finish();
}

}  // namespace

Command config_show_command() {
  return command<ShowConfiguration>("show", "show the settings of a context, or those that apply here", run)
      .describe(R"(
Shows the settings that a command run in this directory would have, and where each comes from: an option, an
environment variable, a line of .acctl.yaml or of the configuration file, or the default. With a name, the entries
of that context. Passwords are never shown.)")
      .argument("[CONTEXT]", "a context (default: what applies here)", &ShowConfiguration::context)
      .example("acctl config show", "What applies here, and why.")
      .example("acctl config show production", "The entries of a context.")
      .trail(Trail::nothing);
}

}  // namespace acctl
