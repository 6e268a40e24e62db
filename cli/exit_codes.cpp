#include "cli/exit_codes.hpp"

#include <algorithm>
#include <array>

namespace acctl {

namespace {

constexpr std::array<ExitCode, 13> all_exit_codes{{
    {0, "done", "success, or nothing to do"},
    {1, "failed", "failed; can: no; fmt --check: files would change", ErrorKind::failed},
    {2, "changes", "changes exist (plan --detailed-exitcode, drift)"},
    {3, "invalid", "usage error, invalid input, or something named does not exist; nothing was changed",
     ErrorKind::invalid},
    {4, "connection", "cannot connect or authenticate, or the server does not respond", ErrorKind::connection},
    {5, "refused", "refused by a guard or a limit; rolled back", ErrorKind::refused},
    {6, "partial", "some tenants failed; the others are finished", ErrorKind::partial},
    {7, "conflict",
     "conflict: a stale plan, other values or another manager than expected, a tenant or database that does not fit",
     ErrorKind::conflict},
    {8, "test_failed", "a permission test failed", ErrorKind::test_failed},
    {9, "locked", "locked by another run, or a lock timed out; retry later", ErrorKind::locked},
    {10, "confirmation", "not confirmed: confirmation is required but there is no terminal, or the answer was no",
     ErrorKind::confirmation},
    {130, "interrupted", "interrupted by SIGINT; what was not committed is rolled back", ErrorKind::interrupted},
    {143, "terminated", "interrupted by SIGTERM; what was not committed is rolled back"},
}};

// Whether it can work on several tenants, one of which may fail.
bool takes_several(const Command& command) {
  const bool listed = std::ranges::any_of(command.arguments, [](const Argument& argument) {
    return argument.name == "SLUG" && std::holds_alternative<std::vector<std::string>*>(argument.target);
  });
  return listed || std::ranges::any_of(command.options,
                                       [](const Option& option) { return option.group == OptionGroup::tenants; });
}

bool is_guarded(const Command& command) {
  return command.takes_as ||
         std::ranges::any_of(command.options, [](const Option& option) { return option.group == OptionGroup::guards; });
}

bool ends_with(const Command& command, std::string_view name) {
  if (name == "done" || name == "failed" || name == "invalid") return true;
  if (command.reaches == Reaches::nothing || name == "changes" || name == "test_failed") return false;
  const bool writes = command.trail == Trail::refusals || command.trail == Trail::every_run;
  if (name == "refused") return writes && is_guarded(command);
  if (name == "partial") return takes_several(command);
  return name != "confirmation" || writes;
}

}  // namespace

std::span<const ExitCode> exit_codes() { return all_exit_codes; }

std::vector<ExitCode> collect_exit_codes(const Command& command) {
  std::vector<ExitCode> codes;
  for (ExitCode entry : all_exit_codes) {
    const auto own = std::ranges::find(command.exits, entry.code, &Exit::code);
    if (own == command.exits.end() && !ends_with(command, entry.name)) continue;
    if (entry.name == "failed") entry.meaning = "failed";  // what the whole table says beside it is of two commands
    if (own != command.exits.end()) entry.meaning = own->meaning;
    codes.push_back(entry);
  }
  return codes;
}

const ExitCode& exit_code(ErrorKind kind) { return *std::ranges::find(all_exit_codes, kind, &ExitCode::kind); }

}  // namespace acctl
