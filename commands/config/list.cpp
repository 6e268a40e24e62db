#include <nlohmann/json.hpp>

#include "commands/config/config.hpp"
#include "commands/shared/settings_records.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

// The one that applies here; "" if none does, or none that exists.
std::string chosen_context(const Session& session) {
  try {
    return find_context(session.settings().context).name;
  } catch (const Error&) {
    return "";
  }
}

void list_contexts(Session& session, const NoOptions&) {
  RecordWriter out = session.records(Shape::many, {{"CONTEXT", "/name"},
                                                   "CURRENT",
                                                   "DATABASE",
                                                   "PROTECTED",
                                                   {"TENANT", "/entries/tenant"},
                                                   {"ACTOR", "/entries/actor", Fit::wide},
                                                   {"COLOR", Fit::wide}});
  const Configuration configuration = read_configuration();
  require_valid(configuration);
  const std::string chosen = chosen_context(session);
  for (const Context& context : configuration.contexts) {
    nlohmann::ordered_json entries = nlohmann::ordered_json::object();
    std::string database;
    for (const auto& [name, entry] : context.entries) {
      if (name == "database") {
        database = entry.value;
      } else {
        entries[name] = entry.value;
      }
    }
    out.add({{"name", context.name},
             {"current", context.name == chosen},
             {"database", database_words(database)},
             {"protected", context.is_protected},
             {"color", context.color.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(context.color)},
             {"entries", entries}});
  }
  out.finish();
  if (out.empty()) session.terminal().info("no contexts; add one with: acctl config set NAME database=URL");
}

}  // namespace

Command config_list_command() {
  return of_configuration(command("list", "list the contexts of the configuration file", list_contexts)
                              .describe(R"(
Lists all contexts, without the secrets of their databases. CURRENT says which one applies to commands that are run in
this directory with these environment variables. The whole file is checked.)")
                              .example("acctl config list", "All contexts.")
                              .example("acctl config list -o name", "Their names."));
}

}  // namespace acctl
