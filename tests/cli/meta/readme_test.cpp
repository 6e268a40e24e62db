// The tour of the README, run as it stands there.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

// The lines of the fenced blocks of shell, but for the one that sets PATH.
std::vector<std::string> tour() {
  std::ifstream readme(ACCTL_SOURCE "/README.md");
  std::vector<std::string> lines;
  bool inside = false;
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with("```")) {
      inside = line == "```sh";
    } else if (inside && !line.starts_with("export PATH")) {
      lines.push_back(line);
    }
  }
  return lines;
}

}  // namespace

TEST_CASE("the tour of the README works as it is written") {
  const TestPlatform platform;
  acctl::test::put_file(platform.folder.path() + "/tenants.csv",
                        "slug,name,admin_email\nada,Ada,ada@ada.example\nbob,Bob,bob@bob.example\n");
  // As the embedded server has it from its first day.
  const std::string mail = "acctl: 1\nmail: {transport: maildir, folder: " + platform.folder.path() +
                           "/mail, from: no-reply@acctl.localhost}\n";
  REQUIRE(platform.acctl({"platform", "apply", "-f", "-", "--yes"}, mail).status == 0);
  auto environment = platform.acctl.environment;
  environment["PATH"] = std::filesystem::path(ACCTL_PROGRAM).parent_path().string() + ":" + environment["PATH"];
  const std::vector<std::string> lines = tour();
  REQUIRE(lines.size() > 8);
  for (std::string line : lines) {
    // The embedded server's address; here the test's own server is meant.
    const std::string local = "$(acctl local url)";
    if (const auto at = line.find(local); at != std::string::npos)
      line.replace(at, local.size(), "$ACCTL_DATABASE_URL");
    const Result result = acctl::test::run_program(
        {.words = {"bash", "-c", "cd '" + platform.folder.path() + "' && " + line}, .environment = environment});
    INFO(line << "\n" << result.err);
    CHECK(result.status == 0);
  }
}
