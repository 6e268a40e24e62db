// Signals: what a caller may have done to them, and how each state of the program heeds an interrupt.
#include <signal.h>
#include <sys/stat.h>

#include <map>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/running.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::Around;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::Result;
using acctl::test::Running;
using acctl::test::TenantFixture;

namespace {

struct Interrupt {
  int signal;
  int status;
};
constexpr Interrupt interrupts[] = {{SIGINT, 130}, {SIGTERM, 143}};

// A mail server that takes what it is given, as a program.
std::string sendmail(const TenantFixture& desk, const std::string& script) {
  const std::string program = desk.acctl.folder.path() + "/sendmail";
  acctl::test::put_file(program, "#!/bin/sh\n" + script);
  REQUIRE(chmod(program.c_str(), 0700) == 0);
  const std::string mail =
      "acctl: 1\nmail: {transport: sendmail, timeout: 10s, from: a@help.example, program: " + program + "}\n";
  check_ended(desk.acctl({"platform", "apply", "-f", "-", "--yes"}, mail), 0);
  return program;
}

}  // namespace

TEST_CASE("an interrupt ends every command that reads standard input, before anything is written") {
  const TenantFixture desk;
  const std::vector<std::vector<std::string>> commands = {{"validate", "-f", "-"},
                                                          {"fmt", "-f", "-"},
                                                          {"plan", "-f", "-", "-t", "acme"},
                                                          {"apply", "-f", "-", "-t", "acme", "--yes"},
                                                          {"import", "-f", "-", "-t", "acme", "--yes"},
                                                          {"test", "-f", "-", "-t", "acme"},
                                                          {"tenant", "create", "-f", "-"},
                                                          {"platform", "apply", "-f", "-", "--yes"},
                                                          {"user", "invite", "--file", "-", "-t", "acme"},
                                                          {"user", "accept", "-t", "acme"}};
  const std::string before = desk.everything() + desk.acctl.world();
  for (const std::vector<std::string>& words : commands) {
    for (const auto& [number, status] : interrupts) {
      INFO(words[0] << " " << words[1] << ", signal " << number);
      Running running(desk.acctl.acctl.call(words, "acctl: 1\n"));
      REQUIRE(running.reads_on());
      running.send(number);
      CHECK(running.finish().status == status);
    }
  }
  CHECK(before == desk.everything() + desk.acctl.world());
}

TEST_CASE("an interrupt ends a command that waits for an answer, for its reader, for the server, for a program") {
  const TenantFixture desk;
  check_ended(desk({"team", "create", "night", "--name", "Night"}), 0);
  const std::string before = desk.configuration();
  for (const auto& [number, status] : interrupts) {
    INFO("signal " << number);
    {
      Running asking(desk.acctl.acctl.call({"team", "delete", "night", "-t", "acme"}), {.terminal = true});
      REQUIRE(asking.says("[y/N] "));
      asking.send(number);
      CHECK(asking.finish().status == status);
    }
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"schema"}, {"export", "-t", "acme"}, {"manual", "definitions"}}) {
      INFO(words[0]);
      Running writing(desk.acctl.acctl.call(words));
      REQUIRE(writing.is_stuck());
      writing.send(number);
      CHECK(writing.finish().status == status);
    }
    {
      acctl::Connection other(desk.acctl.cluster.dsn("postgres", "acme"), {});
      other.script("begin; select from acctl.revision for update");
      Running waiting(desk.acctl.acctl.call({"team", "delete", "night", "-t", "acme", "--yes"}));
      REQUIRE(acctl::test::eventually(
          [&] { return desk.in("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") == "1"; }));
      waiting.send(number);
      CHECK(waiting.finish().status == status);
      other.script("rollback");
    }
  }
  CHECK(before == desk.configuration());
  const std::string started = desk.acctl.folder.path() + "/started";
  sendmail(desk, "echo > " + started + "\nexec tail -f /dev/null\n");
  for (const auto& [number, status] : interrupts) {
    ::remove(started.c_str());
    desk.in("update app.outbox set not_before = now(), status = 'queued'");
    Running sending(desk.acctl.acctl.call({"outbox", "deliver", "-t", "acme"}));
    REQUIRE(acctl::test::eventually([&] { return access(started.c_str(), F_OK) == 0; }));
    sending.send(number);
    CHECK(sending.finish().status == status);
  }
}

// The thread that watches the session wakes up for the signal, and not only to look at the clock.
TEST_CASE("an interrupt ends the wait for the server at once", "[rule sessions]") {
  const TenantFixture desk;
  check_ended(desk({"team", "create", "night", "--name", "Night"}), 0);
  acctl::Connection other(desk.acctl.cluster.dsn("postgres", "acme"), {});
  other.script("begin; select from acctl.revision for update");
  const std::string trace = desk.acctl.folder.path() + "/trace";
  // -D: the process that is started is acctl, and strace its child.
  acctl::test::Start start = under_strace(desk.acctl.acctl, {"-D", "-e", "trace=poll,shutdown"}, trace,
                                          {"team", "delete", "night", "-t", "acme", "--yes"});
  start.words[0] = "/usr/bin/strace";
  Running waiting(start);
  REQUIRE(acctl::test::eventually(
      [&] { return desk.in("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") == "1"; }));
  waiting.send(SIGINT);
  CHECK(waiting.finish().status == 130);
  REQUIRE(acctl::test::eventually([&] { return contains(acctl::test::file_text(trace), "shutdown("); }));
  std::istringstream lines(acctl::test::file_text(trace));
  std::map<std::string, std::string> last;  // of each thread
  for (std::string line; std::getline(lines, line);) {
    std::string& before = last[line.substr(0, line.find(' '))];
    if (contains(line, "shutdown(")) CHECK(contains(before, "revents=POLLIN"));
    before = line;
  }
}

TEST_CASE("Ctrl-C at a question is an interrupt, not a no") {
  const TenantFixture desk;
  check_ended(desk({"team", "create", "night", "--name", "Night"}), 0);
  Running asking(desk.acctl.acctl.call({"team", "delete", "night", "-t", "acme"}), {.terminal = true});
  REQUIRE(asking.says("[y/N] "));
  asking.type("\x03");
  const Result result = asking.finish();
  CHECK(result.status == 130);
  CHECK(contains(result.err, "\nacctl: interrupted"));  // and not behind the question
  CHECK(desk.in("select count(*) from app.teams where key = 'night'") == "1");
}

TEST_CASE("a reader that has gone is no failure") {
  const TenantFixture desk;
  const Result result = acctl::test::run_program(
      {.words = {"bash", "-c", "set -o pipefail; " + acctl::test::program_path() + " schema | head -n 1"},
       .environment = desk.acctl.acctl.environment});
  CHECK(result.status == 0);
  CHECK(result.out == "{\n");
  CHECK(result.err.empty());
}

TEST_CASE("a caller that ignores SIGCHLD does not make a message be sent twice") {
  const TenantFixture desk;
  const std::string count = desk.acctl.folder.path() + "/count";
  sendmail(desk, "cat > /dev/null\necho x >> " + count + "\n");
  Running running(desk.acctl.acctl.call({"user", "invite", "bea@acme.example", "-t", "acme"}), {.ignored = {SIGCHLD}});
  const Result result = running.finish();
  check_ended(result, 0);
  CHECK(contains(result.err, "sent"));
  check_ended(desk({"outbox", "deliver"}), 0);
  CHECK(desk.in("select count(*) from app.outbox where status <> 'sent'") == "0");
  const std::string sent = acctl::test::file_text(count);
  CHECK(std::to_string(std::ranges::count(sent, 'x')) == desk.in("select count(*) from app.outbox"));
}

TEST_CASE("a caller that ignores SIGCHLD does not keep the embedded server from being made") {
  const acctl::test::TemporaryFolder folder;
  chmod(folder.path().c_str(), 0711);
  const acctl::test::Acctl acctl(folder.path());
  Running running({.words = {acctl::test::program_path(), "local", "up"}, .environment = acctl.environment},
                  {.ignored = {SIGCHLD}});
  const Result up = running.finish();
  INFO(up.err);
  CHECK(up.status == 0);
  CHECK(acctl({"local", "destroy", "--yes"}).status == 0);
}
