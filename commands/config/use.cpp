#include "cli/configuration_edit.hpp"
#include "commands/config/config.hpp"

namespace acctl {

namespace {

struct UseContext {
  std::string name;
};

void run(Session& session, const UseContext& options) {
  const std::string text = configuration_text();
  const Configuration configuration = read_configuration();
  require_context(configuration, options.name);
  if (configuration.current == options.name) {
    session.terminal().info("nothing to change: " + options.name + " is the current context");
    warn_of_mistakes(session, text);
    return;
  }
  save_configuration(session, with_current(text, configuration.path, options.name),
                     options.name + " is the current context");
}

}  // namespace

Command config_use_command() {
  return of_configuration(command<UseContext>("use", "make a context the current one", run)
                              .describe("Commands that name no other context use this one from now on.")
                              .argument("CONTEXT", "the context", &UseContext::name)
                              .example("acctl config use staging", "Work on staging from now on."));
}

}  // namespace acctl
