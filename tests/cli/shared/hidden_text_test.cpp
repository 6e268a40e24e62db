// What nobody sees is escaped wherever it is shown, whatever wrote it; letters of real languages stay as they are.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

const std::string persian = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645";

// Right-to-left override, zero width space, CSI of C1, escape.
const std::string hostile = "'x' || chr(8238) || chr(8203) || chr(155) || chr(27) || 'y'";

bool hides(const std::string& text) {
  return contains(text, "\u202e") || contains(text, "\u200b") || contains(text, "\u009b") || contains(text, "\x1b");
}

}  // namespace

TEST_CASE("rule output: no command shows a hidden character that the application has written, in any format") {
  const TenantFixture desk;
  check_ended(desk({"user", "invite", "bea@acme.example", "--role", "support-agent"}), 0);
  check_ended(desk({"team", "create", "night", "--name", persian, "--description", persian}), 0);
  desk.in("update app.users set status = 'active'");
  check_ended(desk({"api-key", "create", "ana@acme.example", "--name", "ci"}), 0);
  desk.by_hand("update app.teams set description = " + hostile + " where key = 'night'");
  desk.by_hand("update app.roles set description = " + hostile + " where key = 'support-agent'");
  desk.by_hand("update app.users set name = " + hostile + " where email like 'bea@%'");
  desk.by_hand("update app.api_keys set name = " + hostile);
  desk.by_hand("update app.settings set value = to_jsonb('x' || chr(8238) || 'y') where key = 'locale'");
  const std::string file = desk.file("teams:\n  night: {description: Other}\n");
  const std::vector<std::vector<std::string>> commands = {{"user", "list"},
                                                          {"user", "show", "bea@acme.example"},
                                                          {"team", "list"},
                                                          {"team", "show", "night"},
                                                          {"role", "list"},
                                                          {"role", "show", "support-agent"},
                                                          {"role", "lint"},
                                                          {"role", "matrix"},
                                                          {"api-key", "list"},
                                                          {"review"},
                                                          {"plan", "-f", file},
                                                          {"log"},
                                                          {"drift"},
                                                          {"outbox", "list"},
                                                          {"why", "bea@acme.example", "tickets.view"}};
  for (const auto& command : commands) {
    for (const char* format : {"table", "json", "yaml", "csv"}) {
      std::vector<std::string> words = command;
      words.insert(words.end(), {"-o", format});
      const Result result = desk(words);
      INFO(command.front() << " " << (command.size() > 1 ? command[1] : "") << " -o " << format << "\n" << result.err);
      CHECK((result.status == 0 || result.status == 2));
      CHECK_FALSE(hides(result.out));
      CHECK_FALSE(hides(result.err));
    }
  }
  CHECK(contains(desk({"team", "show", "night", "-o", "json"}).out, persian));
  for (const char* format : {"markdown", "github", "junit"}) {
    CHECK_FALSE(hides(desk({"plan", "-f", file, "-o", format}).out));
  }
  // An export shows it as an escape, and means the same.
  const Result exported = desk({"export"});
  CHECK_FALSE(hides(exported.out));
  CHECK(contains(exported.out, "\\u202e"));
  put_file(desk.acctl.folder.path() + "/export.yaml", exported.out);
  const Result import = desk({"import", "-f", desk.acctl.folder.path() + "/export.yaml", "--dry-run", "-o", "json"});
  check_ended(import, 0);
  CHECK(import.json()["summary"]["change"] == 0);
}
