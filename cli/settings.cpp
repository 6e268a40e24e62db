#include "cli/settings.hpp"

#include <algorithm>
#include <chrono>

#include "cli/command.hpp"
#include "provisioning/base/duration.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

std::vector<Option> global_options(Settings& s) {
  return {
      parse_option("--context NAME", "context of the configuration file to use (default: its current one)", &s.context,
                   {.environment = "ACCTL_CONTEXT", .values = Values::contexts}),
      parse_option("--database URL", "URL of the control database (default: that of the embedded server)", &s.database,
                   {.environment = "ACCTL_DATABASE_URL"}),
      parse_option("-t, --tenant SLUG", "tenant to work on; repeatable", &s.tenants,
                   {.environment = "ACCTL_TENANT", .values = Values::tenants, .overruled_by = {"--all", "--match"}}),
      parse_option("--all", "select all tenants", &s.all),
      parse_option("--match CONDITION",
                   "choose tenants, such as by plan=pro,enterprise, label.tier!=gold or created>30d; repeatable",
                   &s.match, {.values = Values::matches}),
      parse_option(
          "-o, --output FORMAT", "format of the data on standard output (default: table)", &s.output,
          {.choices = {"table", "wide", "json", "jsonl", "yaml", "csv", "name"}, .environment = "ACCTL_OUTPUT"}),
      parse_option("--columns COLUMN,…", "columns to show, in this order; fields such as labels.tier as well",
                   &s.columns, {.values = Values::columns}),
      parse_option("--sort [-]COLUMN", "sort the list by this column, with '-' before it in descending order", &s.sort,
                   {.values = Values::columns}),
      parse_option("--no-headers", "leave out the headers of tables", &s.no_headers),
      parse_option("--yes", "answer yes to all prompts", &s.yes),
      parse_option("--dry-run", "show what would be done and keep nothing of it", &s.dry_run),
      parse_option("--no-mail", "hold the messages that are queued until 'acctl outbox deliver --held'", &s.no_mail),
      parse_option("--parallel N", "number of tenants to work on at a time, 1 to 64 (default: 8)", &s.parallel),
      parse_option("--actor NAME",
                   "person or pipeline, for ledger and audit trail (default: from the CI system, else USER@HOST)",
                   &s.actor, {.environment = "ACCTL_ACTOR", .longest = longest_actor}),
      parse_option("--reason TEXT", "reason for the change, for the ledger and the audit trail", &s.reason,
                   {.environment = "ACCTL_REASON", .longest = 2'000}),
      parse_option("--as EMAIL", "act as this user of the tenant, limited to the rights of that user", &s.as,
                   {.values = Values::users}),
      parse_option("--key-file FILE",
                   "file of the platform's key (default: acctl/platform.key in $XDG_DATA_HOME or ~/.local/share)",
                   &s.key_file, {.environment = "ACCTL_KEY_FILE", .values = Values::file}),
      parse_option("-q, --quiet", "show only errors on standard error", &s.quiet),
      parse_option("-v, --verbose", "show each statement and each mail exchange with its time", &s.verbose),
      parse_option("--no-color", "disable colors (also: NO_COLOR)", &s.no_color),
      parse_option("--log-format FORMAT", "format of messages on standard error (default: text)", &s.log_format,
                   {.choices = {"text", "json"}, .environment = "ACCTL_LOG_FORMAT"}),
      parse_option("--log-file PATH|syslog",
                   "append everything that -v shows to this file, with time, level, run and tenant", &s.log_file,
                   {.environment = "ACCTL_LOG_FILE", .values = Values::file}),
      parse_option("--timeout TIME", "time limit of each statement and connection, such as 500ms or 5m (default: 30s)",
                   &s.timeout, {.environment = "ACCTL_TIMEOUT"}),
      parse_option("--trace FILE", "write the run as a Chrome trace: round trips, workers and waits", &s.trace,
                   {.values = Values::file}),
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
