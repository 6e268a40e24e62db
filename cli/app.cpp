#include "cli/app.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "cli/help.hpp"
#include "cli/parser.hpp"
#include "cli/report.hpp"
#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "provisioning/model/error.hpp"

namespace acctl {

namespace {

int run_parsed(const Command& root, const std::vector<std::string>& words, Settings& settings) {
  if (words == std::vector<std::string>{"--version"}) {
    write_text(version_line());
    flush_output();
    return 0;
  }
  const Parsed parsed = parse(root, settings, words);
  if (parsed.help) {
    write_text(help_text(root, parsed.path));
    flush_output();
    return 0;
  }
  Session session(root, settings, words);
  const int status = parsed.command->run(session);
  flush_output();
  return status;
}

// Known before parsing has succeeded, so that a usage error too has the shape that was asked for.
bool wants_json(const std::vector<std::string>& words, const Settings& settings) {
  if (settings.output == "json" || settings.log_format == "json") return true;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "-o" || words[i] == "--output") return i + 1 < words.size() && words[i + 1] == "json";
    if (words[i].starts_with("--output=")) return words[i] == "--output=json";
    if (words[i].starts_with("-o")) return words[i] == "-ojson";
  }
  const char* variable = std::getenv("ACCTL_OUTPUT");
  return variable != nullptr && std::string_view(variable) == "json";
}

// With --as: what a user of the tenant could do in the application, too.
Command bounded(Command command) {
  command.takes_as = true;
  for (Command& subcommand : command.subcommands) subcommand = bounded(std::move(subcommand));
  return command;
}

}  // namespace

Command command_tree() {
  Command root{
      .name = "acctl",
      .summary = "administer and provision ActionConnect tenants",
      .description =
          "acctl administers ActionConnect, a help desk in which every customer organization (tenant) has a "
          "PostgreSQL database of its own. With nothing configured it works on an embedded server of this "
          "user, which it starts on demand.",
  };
  root.subcommands = {
      local_command(),
      platform_command(),
      tenant_command(),
      enterprise_command(),
      bounded(user_command()),
      bounded(role_command()),
      bounded(role_template_command()),
      bounded(team_command()),
      bounded(can_command()),
      bounded(why_command()),
      bounded(review_command()),
      bounded(api_key_command()),
      outbox_command(),
      validate_command(),
      fmt_command(),
      bounded(plan_command()),
      bounded(apply_command()),
      drift_command(),
      test_command(),
      log_command(),
      bounded(undo_command()),
      export_command(),
      bounded(import_command()),
      explain_command(),
      schema_command(),
      help_command(),
      completion_command(),
      manual_command(),
      version_command(),
  };
  return root;
}

int run(const std::vector<std::string>& words) {
  Settings settings;
  const auto report = [&](const Error& error) {
    const std::string text = wants_json(words, settings) ? error_json(error) : error_text(error);
    std::fputs(text.c_str(), stderr);
    return exit_status(error);
  };
  try {
    return run_parsed(command_tree(), words, settings);
  } catch (const Error& error) {
    return report(error);
  } catch (const std::exception& error) {
    return report(Error(ErrorKind::failed, std::string("unexpected: ") + error.what()));
  }
}

}  // namespace acctl
