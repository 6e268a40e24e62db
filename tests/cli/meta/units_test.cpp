// The systemd units that are installed with acctl.
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using namespace acctl::test;

namespace {

// What follows `name` on its line.
std::string setting(const std::string& unit, const std::string& name) {
  const std::size_t at = unit.find("\n" + name + "=");
  REQUIRE(at != std::string::npos);
  const std::size_t begin = at + name.size() + 2;
  return unit.substr(begin, unit.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("the units are what systemd understands, and their command is one of acctl's") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  struct Unit {
    std::string name;
    std::string command;
  };
  for (const auto& [name, expected] : {Unit{"acctl-outbox", "outbox deliver"}, Unit{"acctl-purge", "tenant purge"}}) {
    std::string service = file_text(std::string(ACCTL_BUILD "/systemd/") + name + ".service");
    const std::string command = setting(service, "ExecStart");
    CHECK(command.find("/bin/acctl " + expected + " ") != std::string::npos);
    // As a shell reads it, which is as systemd does.
    const Result help =
        run_program({.words = {"bash", "-c", program_path() + command.substr(command.find(' ')) + " --help"},
                     .environment = acctl.environment});
    CHECK(help.status == 0);
    CHECK(help.out.find(expected) != std::string::npos);

    // As installed, but for the place of the program, which systemd looks for.
    service.replace(service.find(command), command.find(' '), program_path());
    const std::string unit = folder.path() + "/" + name;
    put_file(unit + ".service", service);
    put_file(unit + ".timer", file_text(std::string(ACCTL_SOURCE "/systemd/") + name + ".timer"));
    const Result verified =
        run_program({.words = {"systemd-analyze", "verify", "--man=no", unit + ".service", unit + ".timer"},
                     .environment = {{"PATH", "/usr/bin:/bin"}},
                     .input = ""});
    INFO(verified.err << verified.out);
    CHECK(verified.status == 0);
    CHECK(verified.err.find(name) == std::string::npos);
  }
}

TEST_CASE("the services run as an account that is installed with them, and only where a database is named") {
  const std::string accounts = file_text(ACCTL_SOURCE "/systemd/acctl.conf");
  for (const std::string name : {"acctl-outbox", "acctl-purge"}) {
    const std::string service = file_text(std::string(ACCTL_BUILD "/systemd/") + name + ".service");
    CHECK(accounts.find("\nu " + setting(service, "User") + " ") != std::string::npos);
    // What systemd makes of it where the variable is set, empty or not set: one word, which may be empty.
    CHECK(setting(service, "ExecCondition") == "/usr/bin/test -n ${ACCTL_DATABASE_URL}");
  }
  CHECK(run_program({.words = {"/usr/bin/test", "-n", ""}, .environment = {}}).status == 1);
  CHECK(run_program({.words = {"/usr/bin/test", "-n", "host=db"}, .environment = {}}).status == 0);
}
