#include "cli/settings.hpp"

#include <algorithm>
#include <chrono>

#include "cli/command.hpp"
#include "provisioning/base/duration.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

std::vector<Option> global_options(Settings& s) {
  return {
      {.name = "--context",
       .value = "NAME",
       .help = "context of the configuration file to use (default: its current one)",
       .target = &s.context,
       .environment = "ACCTL_CONTEXT",
       .values = Values::contexts},
      {.name = "--database",
       .value = "URL",
       .help = "URL of the control database (default: that of the embedded server)",
       .target = &s.database,
       .environment = "ACCTL_DATABASE_URL"},
      {.name = "--tenant",
       .value = "SLUG",
       .help = "tenant to work on; repeatable",
       .target = &s.tenants,
       .letter = 't',
       .environment = "ACCTL_TENANT",
       .values = Values::tenants,
       .overruled_by = {"--all", "--match"}},
      {.name = "--all", .value = "", .help = "select all tenants", .target = &s.all},
      {.name = "--match",
       .value = "CONDITION",
       .help = "choose tenants, such as by plan=pro,enterprise, label.tier!=gold or created>30d; repeatable",
       .target = &s.match,
       .values = Values::matches},
      {.name = "--output",
       .value = "FORMAT",
       .help = "format of the data on standard output (default: table)",
       .target = &s.output,
       .letter = 'o',
       .choices = {"table", "wide", "json", "jsonl", "yaml", "csv", "name"},
       .environment = "ACCTL_OUTPUT"},
      {.name = "--columns",
       .value = "COLUMN,…",
       .help = "columns to show, in this order; fields such as labels.tier as well",
       .target = &s.columns,
       .values = Values::columns},
      {.name = "--sort",
       .value = "[-]COLUMN",
       .help = "sort the list by this column, with '-' before it in descending order",
       .target = &s.sort,
       .values = Values::columns},
      {.name = "--no-headers", .value = "", .help = "leave out the headers of tables", .target = &s.no_headers},
      {.name = "--yes", .value = "", .help = "answer yes to all prompts", .target = &s.yes},
      {.name = "--dry-run",
       .value = "",
       .help = "show what would be done and keep nothing of it",
       .target = &s.dry_run},
      {.name = "--no-mail",
       .value = "",
       .help = "hold the messages that are queued until 'acctl outbox deliver --held'",
       .target = &s.no_mail},
      {.name = "--parallel",
       .value = "N",
       .help = "number of tenants to work on at a time, 1 to 64 (default: 8)",
       .target = &s.parallel},
      {.name = "--actor",
       .value = "NAME",
       .help = "person or pipeline, for ledger and audit trail (default: from the CI system, else USER@HOST)",
       .target = &s.actor,
       .environment = "ACCTL_ACTOR",
       .longest = longest_actor},
      {.name = "--reason",
       .value = "TEXT",
       .help = "reason for the change, for the ledger and the audit trail",
       .target = &s.reason,
       .environment = "ACCTL_REASON",
       .longest = 2'000},
      {.name = "--as",
       .value = "EMAIL",
       .help = "act as this user of the tenant, limited to the rights of that user",
       .target = &s.as,
       .values = Values::users},
      {.name = "--key-file",
       .value = "FILE",
       .help = "file of the platform's key (default: acctl/platform.key in $XDG_DATA_HOME or ~/.local/share)",
       .target = &s.key_file,
       .environment = "ACCTL_KEY_FILE",
       .values = Values::file},
      {.name = "--quiet", .value = "", .help = "show only errors on standard error", .target = &s.quiet, .letter = 'q'},
      {.name = "--verbose",
       .value = "",
       .help = "show each statement and each mail exchange with its time",
       .target = &s.verbose,
       .letter = 'v'},
      {.name = "--no-color", .value = "", .help = "disable colors (also: NO_COLOR)", .target = &s.no_color},
      {.name = "--log-format",
       .value = "FORMAT",
       .help = "format of messages on standard error (default: text)",
       .target = &s.log_format,
       .choices = {"text", "json"},
       .environment = "ACCTL_LOG_FORMAT"},
      {.name = "--log-file",
       .value = "PATH|syslog",
       .help = "append everything that -v shows to this file, with time, level, run and tenant",
       .target = &s.log_file,
       .environment = "ACCTL_LOG_FILE",
       .values = Values::file},
      {.name = "--timeout",
       .value = "TIME",
       .help = "time limit of each statement and connection, such as 500ms or 5m (default: 30s)",
       .target = &s.timeout,
       .environment = "ACCTL_TIMEOUT"},
      {.name = "--trace",
       .value = "FILE",
       .help = "write the run as a Chrome trace: round trips, workers and waits",
       .target = &s.trace,
       .values = Values::file},
  };
}

std::vector<Option> global_options(Settings& settings, const Command& command) {
  std::vector<Option> options = global_options(settings);
  const auto output = std::ranges::find(options, "--output", &Option::name);
  output->choices.insert(output->choices.end(), command.formats.begin(), command.formats.end());
  if (!command.run) return options;
  std::vector<std::string_view> idle;
  if (!command.takes_as) idle.emplace_back("--as");
  if (command.reaches != Reaches::tenants) idle.insert(idle.end(), {"--tenant", "--all", "--match", "--no-mail"});
  if (command.reaches == Reaches::nothing) {
    idle.insert(idle.end(), {"--database", "--parallel", "--actor", "--reason", "--key-file"});
  }
  // What a command that writes has to show is known afterwards: a column that is not there would be refused too late.
  const bool only_reads = command.trail == Trail::nothing || command.trail == Trail::every_look;
  if (!only_reads) idle.insert(idle.end(), {"--columns", "--sort", "--no-headers"});
  std::erase_if(options, [&](const Option& option) { return std::ranges::find(idle, option.name) != idle.end(); });
  return options;
}

void check_parallel(const std::string& name, std::int64_t tenants) {
  if (tenants >= 1 && tenants <= 64) return;
  throw Error(ErrorKind::invalid, name + ": " + std::to_string(tenants) + " is not between 1 and 64",
              "Give a number of tenants, such as 8.");
}

void check_timeout(const std::string& name, const std::string& duration) {
  const std::chrono::milliseconds time = parse_duration(name, duration);
  if (time >= std::chrono::milliseconds(100) && time <= std::chrono::hours(24)) return;
  throw Error(ErrorKind::invalid, name + ": " + duration + " is not between 100ms and 24h",
              "Give a time such as 30s or 5m.");
}

}  // namespace acctl
