// The systemd units that are installed with acctl.
#include <fstream>
#include <sstream>

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
  std::string service = file_text(ACCTL_BUILD "/systemd/acctl-outbox.service");
  const std::string command = setting(service, "ExecStart");
  CHECK(command.find("/bin/acctl outbox deliver ") != std::string::npos);

  std::istringstream in(command.substr(command.find(' ')));
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  words.emplace_back("--help");
  const Result help = acctl(words);
  CHECK(help.status == 0);
  CHECK(help.out.find("outbox deliver") != std::string::npos);

  // As installed, but for the place of the program, which systemd looks for.
  service.replace(service.find(command), command.find(' '), program_path());
  put_file(folder.path() + "/acctl-outbox.service", service);
  put_file(folder.path() + "/acctl-outbox.timer", file_text(ACCTL_SOURCE "/systemd/acctl-outbox.timer"));
  const Result verified =
      run_program({.words = {"systemd-analyze", "verify", "--man=no", folder.path() + "/acctl-outbox.service",
                             folder.path() + "/acctl-outbox.timer"},
                   .environment = {{"PATH", "/usr/bin:/bin"}},
                   .input = ""});
  INFO(verified.err << verified.out);
  CHECK(verified.status == 0);
  CHECK(verified.err.find("acctl-outbox") == std::string::npos);
}

TEST_CASE("the service runs as an account that is installed with it, and only where a database is named") {
  const std::string service = file_text(ACCTL_BUILD "/systemd/acctl-outbox.service");
  const std::string accounts = file_text(ACCTL_SOURCE "/systemd/acctl.conf");
  CHECK(accounts.find("\nu " + setting(service, "User") + " ") != std::string::npos);
  // What systemd makes of it where the variable is set, empty or not set: one word, which may be empty.
  const std::string condition = setting(service, "ExecCondition");
  CHECK(condition == "/usr/bin/test -n ${ACCTL_DATABASE_URL}");
  CHECK(run_program({.words = {"/usr/bin/test", "-n", ""}, .environment = {}}).status == 1);
  CHECK(run_program({.words = {"/usr/bin/test", "-n", "host=db"}, .environment = {}}).status == 0);
}
