// The contract with scripts: the same kinds of errors end with the same codes for ever.
#include "cli/exit_codes.hpp"

#include "tests/support/catch.hpp"

using acctl::ErrorKind;
using acctl::exit_code;

TEST_CASE("rule exit codes: each kind of error has its own") {
  const std::vector<std::pair<ErrorKind, int>> table = {
      {ErrorKind::failed, 1},        {ErrorKind::invalid, 3},      {ErrorKind::connection, 4},  {ErrorKind::refused, 5},
      {ErrorKind::partial, 6},       {ErrorKind::conflict, 7},     {ErrorKind::test_failed, 8}, {ErrorKind::locked, 9},
      {ErrorKind::confirmation, 10}, {ErrorKind::interrupted, 130}};
  for (const auto& [kind, code] : table) CHECK(exit_code(kind).code == code);
}
