// The quick start is run again, whatever was set since.
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using namespace acctl::test;
namespace fs = std::filesystem;

TEST_CASE("the quick start can be run again whatever the mail transport is by then") {
  const TemporaryFolder folder;
  chmod(folder.path().c_str(), 0711);  // where root runs the tests, another account runs the server
  const std::string top = folder.path() + "/top";
  for (const char* part : {"/scripts", "/build/release/bin", "/bin"}) fs::create_directories(top + part);
  fs::copy_file(ACCTL_SOURCE "/scripts/quickstart.sh", top + "/scripts/quickstart.sh");
  // What it installs and builds is there.
  for (const char* nothing : {"/scripts/packages.sh", "/bin/cmake"}) {
    put_file(top + nothing, "#!/bin/sh\n");
    REQUIRE(chmod((top + nothing).c_str(), 0700) == 0);
  }
  fs::create_symlink(program_path(), top + "/build/release/bin/acctl");
  Acctl acctl(folder.path());
  acctl.environment["PATH"] = top + "/bin:" + acctl.environment["PATH"];
  const auto start = [&] {
    return run_program({.words = {"bash", top + "/scripts/quickstart.sh"},
                        .environment = acctl.environment,
                        .deadline = std::chrono::seconds(100)});
  };
  const auto set_mail = [&](const std::string& mail) {
    CHECK(acctl({"platform", "apply", "-f", "-", "--yes"}, "acctl: 1\nmail: " + mail + "\n").status == 0);
  };
  const Result first = start();
  INFO(first.err);
  CHECK(first.status == 0);
  CHECK(first.out.find("(whole in ") != std::string::npos);
  for (const std::string mail : {"{transport: sendmail, program: /bin/true, from: a@help.example}", "~"}) {
    set_mail(mail);
    const Result again = start();
    INFO(mail << "\n" << again.err);
    CHECK(again.status == 0);
  }
  CHECK(acctl({"local", "destroy", "--yes"}).status == 0);
}
