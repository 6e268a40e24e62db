#include "commands/config/config.hpp"

#include <algorithm>
#include <filesystem>

#include "cli/remarks.hpp"
#include "cli/report.hpp"
#include "commands/commands.hpp"
#include "commands/shared/output_file.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/definitions/yaml.hpp"

namespace acctl {

Command of_configuration(Command verb) {
  verb.reads_contexts = false;
  verb.reaches = Reaches::nothing;
  verb.trail = Trail::nothing;
  return verb;
}

std::string configuration_text() {
  const std::string path = configuration_path();
  if (path.empty()) {
    throw Error(ErrorKind::failed, "no folder for the configuration file is known", "Set HOME or XDG_CONFIG_HOME.");
  }
  return std::filesystem::exists(path) ? read_file(path, yaml_size_limit) : "";
}

void save_configuration(Session& session, const std::string& text, const std::string& done) {
  const std::string path = configuration_path();
  if (session.settings().dry_run) {
    session.terminal().info("dry run: " + done);
  } else if (std::filesystem::exists(path)) {
    replace_file(path, text);  // a link stays one
    session.terminal().info(done);
  } else {
    make_folder(std::filesystem::path(path).parent_path().string());
    write_output_file(session, path, text);
    session.terminal().info(done);
  }
  warn_of_mistakes(session, text);
}

void warn_of_mistakes(Session& session, const std::string& text) {
  Remarks remarks(session.terminal(), Remarks::Tone::warning);
  for (const Diagnostic& mistake : find_mistakes(parse_configuration(text, configuration_path()))) {
    remarks.say(diagnostic_words(mistake));
  }
}

const Context& require_context(const Configuration& configuration, const std::string& name) {
  const auto found = std::ranges::find(configuration.contexts, name, &Context::name);
  if (found != configuration.contexts.end()) return *found;
  std::vector<std::string> names;
  for (const Context& context : configuration.contexts) names.push_back(context.name);
  throw Error(
      ErrorKind::invalid, "there is no context '" + name + "'" + did_you_mean(name, names),
      names.empty() ? "Add it: acctl config set " + name + " database=URL" : "'acctl config list' lists all contexts.");
}

Command config_command() {
  return command_group(
      "config", "manage the contexts of the configuration file", R"(
A context names an environment: its control database, and what else would be said with every command. The configuration
file is $XDG_CONFIG_HOME/acctl/config.yaml. Prompts name the context, in its color; those of a protected one demand its
name.

A file .acctl.yaml in the working directory, or in one above it, chooses the context of what is done there, and can set
its tenant, output, parallel, timeout and log-format. --context and ACCTL_CONTEXT choose another one.)",
      {config_list_command, config_use_command, config_show_command, config_set_command, config_unset_command});
}

}  // namespace acctl
