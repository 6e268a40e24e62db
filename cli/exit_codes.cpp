#include "cli/exit_codes.hpp"

#include <array>

namespace acctl {

namespace {

constexpr std::array<ExitCode, 13> table{{
    {0, "done", "success, or nothing to do"},
    {1, "failed", "failed"},
    {2, "changes", "changes exist (plan --detailed-exitcode, drift)"},
    {3, "invalid", "usage error or invalid input; nothing was changed"},
    {4, "connection", "cannot connect or authenticate, or the server does not respond"},
    {5, "refused", "refused by a guard or a limit; rolled back"},
    {6, "partial", "some tenants failed; the others are finished"},
    {7, "conflict", "conflict: a stale plan, an object that exists with other values, or one of another manager"},
    {8, "test_failed", "a permission test failed"},
    {9, "locked", "locked by another run, or a lock timed out; retry later"},
    {10, "confirmation", "not confirmed: confirmation is required but there is no terminal, or the answer was no"},
    {130, "interrupted", "interrupted by SIGINT; what was not committed is rolled back"},
    {143, "terminated", "interrupted by SIGTERM; what was not committed is rolled back"},
}};

const ExitCode& by_name(std::string_view name) {
  for (const ExitCode& entry : table) {
    if (entry.name == name) return entry;
  }
  return table[1];
}

}  // namespace

std::span<const ExitCode> exit_codes() { return table; }

const ExitCode& exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::failed:
      return by_name("failed");
    case ErrorKind::invalid:
      return by_name("invalid");
    case ErrorKind::connection:
      return by_name("connection");
    case ErrorKind::refused:
      return by_name("refused");
    case ErrorKind::partial:
      return by_name("partial");
    case ErrorKind::conflict:
      return by_name("conflict");
    case ErrorKind::test_failed:
      return by_name("test_failed");
    case ErrorKind::locked:
      return by_name("locked");
    case ErrorKind::confirmation:
      return by_name("confirmation");
    case ErrorKind::interrupted:
      return by_name("interrupted");
  }
  return by_name("failed");
}

}  // namespace acctl
