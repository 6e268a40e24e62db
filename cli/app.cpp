#include "cli/app.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <limits>
#include <string_view>

#include "cli/builder.hpp"
#include "cli/help.hpp"
#include "cli/pager.hpp"
#include "cli/parser.hpp"
#include "cli/remarks.hpp"
#include "cli/report.hpp"
#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

// As lines, the first of which scripts know, and in other formats as the command of that name does.
void write_version(Session& session) {
  if (session.format() == OutputFormat::table) {
    write_text(version_text());
  } else {
    version_command().run(session);
  }
  flush_output();
}

int run_parsed(const Command& root, const std::vector<std::string>& words, const Settings& settings,
               const Parsed& parsed) {
  if (parsed.help) {
    page_output();
    write_text(help_text(root, parsed.path, help_width(screen().columns)));
    flush_output();
    return 0;
  }
  Session session(root, settings, words, parsed.given);
  if (parsed.version) {
    write_version(session);
    return 0;
  }
  const Trail trail = parsed.command->trail;
  if (trail == Trail::nothing || trail == Trail::every_look) {
    session.start_nothing();
    page_output();
  }
  int status = 0;
  try {
    status = parsed.command->run(session);
    flush_output();
  } catch (const Error& error) {
    keep_trail(session, parsed.path, &error);
    session.terminal().keep(error);
    // A CI system that reads reports is shown an error that came before there was one.
    if (!has_written()) {
      write_failure_report(parsed.path.front()->name, session.format(), error);
    }
    throw;
  }
  keep_trail(session, parsed.path, nullptr);
  return status;
}

// `command` after edit() of it and of all commands below it.
template <class Edit>
Command edited(Command command, const Edit& edit) {
  edit(command);
  for (Command& subcommand : command.subcommands) subcommand = edited(std::move(subcommand), edit);
  return command;
}

// With --as: what a user of the tenant could do in the application, too.
Command bounded(Command command) {
  return edited(std::move(command), [](Command& one) { one.takes_as = true; });
}

// Neither looks at the platform nor changes it.
Command without_trail(Command command) {
  return edited(std::move(command), [](Command& one) {
    one.trail = Trail::nothing;
    one.reaches = Reaches::nothing;
  });
}

// Works on what all tenants share.
Command of_platform(Command command) {
  return edited(std::move(command), [](Command& one) { one.reaches = Reaches::platform; });
}

Command unedited(Command command) { return command; }

// A part of the tree that is made on demand: most runs need one.
struct Noun {
  std::string_view name;
  Command (*make)();
  Command (*edit)(Command) = unedited;

  Command command() const { return edit(with_subcommands(make())); }
};

// About commands themselves: these need all of the tree.
constexpr std::array reflective = {help_command, completion_command, manual_command};

constexpr std::array nouns = {
    Noun{"local", local_command, without_trail},
    Noun{"config", config_command},
    Noun{"platform", platform_command, of_platform},
    Noun{"tenant", tenant_command},
    Noun{"fleet", fleet_command},
    Noun{"enterprise", enterprise_command},
    Noun{"user", user_command, bounded},
    Noun{"role", role_command, bounded},
    Noun{"role-template", role_template_command, bounded},
    Noun{"team", team_command, bounded},
    Noun{"can", can_command, bounded},
    Noun{"why", why_command, bounded},
    Noun{"who-can", who_can_command, bounded},
    Noun{"review", review_command, bounded},
    Noun{"api-key", api_key_command, bounded},
    Noun{"outbox", outbox_command},
    Noun{"audit", audit_command},
    Noun{"init", init_command},
    Noun{"validate", validate_command, without_trail},
    Noun{"fmt", fmt_command, without_trail},
    Noun{"plan", plan_command, bounded},
    Noun{"apply", apply_command, bounded},
    Noun{"drift", drift_command},
    Noun{"test", test_command},
    Noun{"log", log_command},
    Noun{"undo", undo_command, bounded},
    Noun{"export", export_command},
    Noun{"import", import_command, bounded},
    Noun{"explain", explain_command, without_trail},
    Noun{"schema", schema_command, without_trail},
    Noun{"pack", pack_command, without_trail},
    Noun{"version", version_command, without_trail},
};

Command root_command() {
  return {
      .name = "acctl",
      .summary = "administer and provision ActionConnect tenants",
      .description = flowed(R"(
acctl administers ActionConnect, a help desk in which every customer organization (tenant) has a PostgreSQL
database of its own. If no control database is configured, acctl uses an embedded server of the current user,
which commands that write start on demand.)"),
  };
}

// What is listed for whoever says no more than acctl: the names, and none of the verbs.
Command list_of_nouns() {
  Command root = root_command();
  for (const Noun& noun : nouns) root.subcommands.push_back(noun.make());
  for (const auto& make : reflective) root.subcommands.push_back(make());
  return root;
}

// As much of the tree as a run with these words can need.
Command tree_for(const std::vector<std::string>& words) {
  if (words.empty() || (words.size() == 1 && (words[0] == "--help" || words[0] == "-h"))) return list_of_nouns();
  const auto noun = std::ranges::find(nouns, words.front(), &Noun::name);
  if (noun == nouns.end()) return command_tree();
  Command root = root_command();
  root.subcommands.push_back(noun->command());
  return root;
}

}  // namespace

Command command_tree() {
  Command root = root_command();
  root.subcommands.reserve(nouns.size() + reflective.size());
  for (const Noun& noun : nouns) root.subcommands.push_back(noun.command());
  for (const auto& make : reflective) root.subcommands.push_back(without_trail(make()));
  return root;
}

int run(const std::vector<std::string>& words) {
  Settings settings;
  // Of what is wrong with the words and the configuration everything is shown: it is short, or a list to choose from.
  std::size_t most = std::numeric_limits<std::size_t>::max();
  const auto report = [&](const Error& error) {
    try {
      flush_output();
    } catch (const Error&) {
      // The first error is the one to report.
    }
    const bool json = settings.output.starts_with("json") || settings.log_format == "json" || wants_json(words);
    const std::string text = json ? error_json(error) : folded(error_text(error, most), 0, error_columns());
    std::fputs(text.c_str(), stderr);
    return exit_status(error);
  };
  try {
    if (words == std::vector<std::string>{"--version"}) {
      write_text(version_text());
      flush_output();
      return 0;
    }
    if (!words.empty() && words.front() == "__complete") {
      const std::vector<std::string> unfinished(words.begin() + 1, words.end());
      // While a noun is typed all of them can be meant.
      return complete(unfinished.size() > 1 ? tree_for(unfinished) : command_tree(), unfinished);
    }
    // Static, for main() leaves without its end: to take the tree apart costs a fifth of making it.
    static Command root;
    root = tree_for(words);
    const Parsed parsed = parse(root, settings, words);
    if (!settings.verbose) most = remarks_shown;
    return run_parsed(root, words, settings, parsed);
  } catch (const Error& error) {
    return report(error);
  } catch (const std::exception& error) {
    return report(Error(ErrorKind::failed, std::string("unexpected error: ") + error.what()));
  }
}

}  // namespace acctl
