// The contract with scripts: the same kinds of errors end with the same codes for ever.
#include "cli/exit_codes.hpp"

#include <algorithm>
#include <set>

#include "cli/app.hpp"
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

TEST_CASE("rule exit codes: a command has those that it can end with, and its own meanings") {
  const acctl::Command root = acctl::command_tree();
  const auto codes_of = [&](std::initializer_list<const char*> words) {
    const acctl::Command* command = &root;
    for (const std::string word : words) {
      command = &*std::ranges::find(command->subcommands, word, &acctl::Command::name);
    }
    std::set<int> codes;
    for (const acctl::ExitCode& code : acctl::collect_exit_codes(*command)) codes.insert(code.code);
    return codes;
  };
  CHECK(codes_of({"version"}) == std::set<int>{0, 1, 3});
  CHECK(codes_of({"validate"}) == std::set<int>{0, 1, 3});
  CHECK(codes_of({"platform", "status"}) == std::set<int>{0, 1, 3, 4, 7, 9, 130, 143});
  CHECK(codes_of({"plan"}) == std::set<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130, 143});
  CHECK(codes_of({"apply"}) == std::set<int>{0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 130, 143});
  CHECK(codes_of({"drift"}).contains(2));
  CHECK(codes_of({"tenant", "delete"}).contains(10));
}
