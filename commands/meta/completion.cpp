#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "completions/completions.hpp"

namespace acctl {

namespace {

std::string completion_script(const Command& root, const std::string& shell) {
  if (shell == "bash") return bash_completion(root);
  if (shell == "zsh") return zsh_completion(root);
  return fish_completion(root);
}

struct PrintCompletion {
  std::string shell;
};

int run(Session& session, const PrintCompletion& options) {
  write_text(completion_script(session.root(), options.shell));
  return 0;
}

}  // namespace

Command completion_command() {
  return command<PrintCompletion>("completion", "print the completion script of a shell", run)
      .describe(R"(
Prints a script that completes commands, options and values of acctl on the command line. An installed acctl has
already put it in place.)")
      .argument("SHELL", "shell that the script is for", &PrintCompletion::shell)
      .choices({"bash", "zsh", "fish"})
      .example("source <(acctl completion bash)", "Complete in this bash session.")
      .example("acctl completion zsh > ~/.zfunc/_acctl", "Install for zsh, if ~/.zfunc is in fpath.")
      .example("acctl completion fish > ~/.config/fish/completions/acctl.fish", "Install for fish.");
}

}  // namespace acctl
