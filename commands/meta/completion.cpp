#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "completions/completions.hpp"

namespace acctl {

namespace {

struct PrintCompletion {
  std::string shell;
};

void run(Session&, const PrintCompletion& options) { write_text(completion_script(options.shell)); }

}  // namespace

Command completion_command() {
  return command<PrintCompletion>("completion", "print the completion script of a shell", run)
      .describe(R"(
Prints a script that completes commands, options and values of acctl on the command line: tenants, users, roles and
whatever else has a name, as the databases have them at that moment. What does not answer within 0.3 seconds is not
offered; no server is started for it, and nobody is prompted. An installed acctl has already put it in place.)")
      .argument("SHELL", "shell that the script is for", &PrintCompletion::shell)
      .choices({"bash", "zsh", "fish"})
      .example("source <(acctl completion bash)", "Complete in this bash session.")
      .example("acctl completion zsh > ~/.zfunc/_acctl", "Install for zsh, if ~/.zfunc is in fpath.")
      .example("acctl completion fish > ~/.config/fish/completions/acctl.fish", "Install for fish.");
}

}  // namespace acctl
