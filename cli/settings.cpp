#include "cli/settings.hpp"

#include <algorithm>

#include "cli/command.hpp"

namespace acctl {

std::vector<Option> global_options(Settings& s) {
  return {
      {.name = "--context",
       .value = "NAME",
       .help = "a named environment of the configuration file",
       .target = &s.context,
       .environment = "ACCTL_CONTEXT"},
      {.name = "--database",
       .value = "URL",
       .help = "the control database; without it the embedded server is used",
       .target = &s.database,
       .environment = "ACCTL_DATABASE_URL"},
      {.name = "--tenant",
       .value = "SLUG",
       .help = "the tenant to work on; repeatable",
       .target = &s.tenants,
       .letter = 't',
       .environment = "ACCTL_TENANT",
       .values = Values::tenants,
       .overruled_by = {"--all", "--match"}},
      {.name = "--all", .value = "", .help = "all tenants", .target = &s.all},
      {.name = "--match",
       .value = "KEY=VALUE",
       .help = "tenants by plan, status, server, region, enterprise or label; repeatable",
       .target = &s.match},
      {.name = "--output",
       .value = "FORMAT",
       .help = "format of the data on standard output",
       .target = &s.output,
       .letter = 'o',
       .choices = {"table", "json", "yaml", "csv", "name"},
       .environment = "ACCTL_OUTPUT"},
      {.name = "--yes", .value = "", .help = "ask nothing", .target = &s.yes},
      {.name = "--dry-run", .value = "", .help = "run everything and roll back", .target = &s.dry_run},
      {.name = "--parallel", .value = "N", .help = "tenants at a time, 1 to 64", .target = &s.parallel},
      {.name = "--actor",
       .value = "NAME",
       .help = "who acts, for ledger and audit",
       .target = &s.actor,
       .environment = "ACCTL_ACTOR",
       .longest = longest_actor},
      {.name = "--reason",
       .value = "TEXT",
       .help = "why, for ledger and audit",
       .target = &s.reason,
       .environment = "ACCTL_REASON",
       .longest = 2'000},
      {.name = "--as",
       .value = "EMAIL",
       .help = "act as this user of the tenant, within that user's own rights",
       .target = &s.as},
      {.name = "--key-file",
       .value = "FILE",
       .help = "the platform's key, from which tokens of invitations are made",
       .target = &s.key_file,
       .environment = "ACCTL_KEY_FILE",
       .values = Values::file},
      {.name = "--quiet", .value = "", .help = "only errors on standard error", .target = &s.quiet, .letter = 'q'},
      {.name = "--verbose",
       .value = "",
       .help = "show each statement and each mail exchange with its time",
       .target = &s.verbose,
       .letter = 'v'},
      {.name = "--no-color", .value = "", .help = "no colour, also by NO_COLOR", .target = &s.no_color},
      {.name = "--log-format",
       .value = "FORMAT",
       .help = "format of messages on standard error",
       .target = &s.log_format,
       .choices = {"text", "json"},
       .environment = "ACCTL_LOG_FORMAT"},
      {.name = "--log-file",
       .value = "PATH|syslog",
       .help = "append all that -v shows, with time, level, run and tenant",
       .target = &s.log_file,
       .environment = "ACCTL_LOG_FILE",
       .values = Values::file},
      {.name = "--timeout",
       .value = "TIME",
       .help = "limit of each statement and connection: 500ms, 30s, 5m",
       .target = &s.timeout,
       .environment = "ACCTL_TIMEOUT"},
  };
}

std::vector<Option> global_options(Settings& settings, const Command& command) {
  std::vector<Option> options = global_options(settings);
  const auto output = std::ranges::find(options, "--output", &Option::name);
  output->choices.insert(output->choices.end(), command.formats.begin(), command.formats.end());
  if (command.run && !command.takes_as) std::erase_if(options, [](const Option& o) { return o.name == "--as"; });
  return options;
}

}  // namespace acctl
