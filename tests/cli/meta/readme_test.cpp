// The tour of the README, run as it stands there: its outputs are those of the program. With ACCTL_RENEW_MANUAL=1 they
// are written anew.
#include <filesystem>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/example_room.hpp"
#include "tests/support/platform.hpp"

using acctl::test::file_text;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

// The README with the output of each "$ command" of its blocks of console, as `run` gives it.
template <class Run>
std::string renewed(const std::string& readme, Run run) {
  std::istringstream lines(readme);
  std::string text;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) inside = line == "```console";
    const bool command = inside && line.starts_with("$ ");
    if (inside && !command && !line.starts_with("```")) continue;
    text += line + "\n";
    if (command) text += run(line.substr(2));
  }
  return text;
}

}  // namespace

TEST_CASE("the tour of the README works as it is written") {
  const TestPlatform platform;
  const std::string folder = platform.folder.path();
  platform.control("update acctl.settings set value = to_jsonb('help.example'::text) where key = 'base_domain'");
  // As the embedded server has it from its first day.
  const std::string mail =
      "acctl: 1\nmail: {transport: maildir, folder: " + folder + "/mail, from: no-reply@help.example}\n";
  REQUIRE(platform.acctl({"platform", "apply", "-f", "-", "--yes"}, mail).status == 0);
  put_file(folder + "/roles.yaml",
           "acctl: 1\nmanager: support\nroles:\n  triage:\n    name: Triage\n    permissions:\n      - "
           "tickets.delete\n      - tickets.view\nusers:\n  bea@acme.example:\n    roles:\n      - +triage\n");
  REQUIRE(platform.acctl({"fmt", "-f", folder + "/roles.yaml", "--check"}).status == 0);
  auto environment = platform.acctl.environment;
  environment["PATH"] =
      std::filesystem::path(acctl::test::program_path()).parent_path().string() + ":" + environment["PATH"];
  environment["ACCTL_ACTOR"] = "you";
  std::size_t commands = 0;
  const std::string readme = file_text(ACCTL_SOURCE "/README.md");
  const std::string now = renewed(readme, [&](const std::string& line) {
    const Result result = acctl::test::run_program(
        {.words = {"bash", "-c", "cd '" + folder + "' && { " + line + "; } 2>&1"}, .environment = environment});
    INFO(line << "\n" << result.out);
    CHECK((result.status == 0 || result.status == 5));
    ++commands;
    std::string shown = result.out;
    for (std::size_t at = shown.find(folder); at != std::string::npos; at = shown.find(folder, at)) {
      shown.replace(at, folder.size(), "/home/you");
    }
    return acctl::test::masked_ids(shown);
  });
  CHECK(commands > 10);
  INFO("ACCTL_RENEW_MANUAL=1 writes it anew");
  if (acctl::test::renews_manual()) {
    put_file(ACCTL_SOURCE "/README.md", now);
  } else {
    CHECK(now == readme);
  }
}
