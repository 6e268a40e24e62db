#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "completions/completions.hpp"

namespace acctl {

namespace {

std::string script(const Command& root, const std::string& shell) {
  if (shell == "bash") return bash_completion(root);
  if (shell == "zsh") return zsh_completion(root);
  return fish_completion(root);
}

}  // namespace

Command completion_command() {
  auto shell = std::make_shared<std::string>();
  return {
      .name = "completion",
      .summary = "the completion script of a shell",
      .description =
          "Prints a script that completes commands, options and values of acctl on the command line. An "
          "installed acctl has put it in place already.",
      .arguments = {{.name = "SHELL",
                     .help = "the shell that is to complete",
                     .target = shell.get(),
                     .choices = {"bash", "zsh", "fish"}}},
      .examples = {{"source <(acctl completion bash)", "Complete in this bash session."},
                   {"acctl completion zsh > ~/.zfunc/_acctl", "Install for zsh, where ~/.zfunc is in fpath."},
                   {"acctl completion fish > ~/.config/fish/completions/acctl.fish", "Install for fish."}},
      .run =
          [shell](Session& session) {
            write_text(script(session.root(), *shell));
            return 0;
          },
  };
}

}  // namespace acctl
