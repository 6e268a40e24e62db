// Refused attempts and what else leaves no row of its own: each has one entry in the audit trail, whatever the command.
#include <algorithm>
#include <set>

#include "cli/app.hpp"
#include "cli/parser.hpp"
#include "tests/support/calls.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::Command;
using acctl::Trail;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::Result;
using acctl::test::TenantFixture;
using acctl::test::TestPlatform;
using Words = std::vector<std::string>;

namespace {

// Visits every command that can be run, with its words: "tenant create".
void each_command(const Command& command, const std::string& words,
                  const std::function<void(const std::string&, const Command&)>& visit) {
  if (command.run) visit(words, command);
  for (const Command& sub : command.subcommands) {
    each_command(sub, words + (words.empty() ? "" : " ") + sub.name, visit);
  }
}

std::string with_dots(std::string words) {
  std::ranges::replace(words, ' ', '.');
  return words;
}

// Entries that came since the one of this id: "tenant.suspend refused acme", one a line.
std::string entries_since(const TestPlatform& acctl, const std::string& id) {
  return acctl.control("select action || ' ' || outcome || coalesce(' ' || slug, '') from acctl.audit where id > " +
                       id + " order by id");
}

std::string last_id(const TestPlatform& acctl) { return acctl.control("select id from acctl.audit_head"); }

}  // namespace

TEST_CASE("promise 3: a command is one that writes, unless it is known to look only") {
  // What stands here shows or works offline: a refusal of it is no attempt at anything. Think twice before adding one.
  const std::set<std::string> looking = {"api-key list",
                                         "audit head",
                                         "audit list",
                                         "audit verify",
                                         "can",
                                         "completion",
                                         "config list",
                                         "config set",
                                         "config show",
                                         "config unset",
                                         "config use",
                                         "drift",
                                         "enterprise list",
                                         "enterprise show",
                                         "enterprise users",
                                         "explain",
                                         "fleet watch",
                                         "fmt",
                                         "help",
                                         "local destroy",
                                         "local down",
                                         "local status",
                                         "local up",
                                         "local upgrade",
                                         "local url",
                                         "log",
                                         "manual",
                                         "outbox list",
                                         "pack list",
                                         "pack show",
                                         "plan",
                                         "platform check",
                                         "platform status",
                                         "role lint",
                                         "role list",
                                         "role matrix",
                                         "role show",
                                         "schema",
                                         "role-template list",
                                         "role-template show",
                                         "team list",
                                         "team show",
                                         "tenant archive list",
                                         "tenant archive show",
                                         "tenant drift",
                                         "tenant list",
                                         "tenant plan",
                                         "tenant show",
                                         "tenant status",
                                         "tenant validate",
                                         "tenant watch",
                                         "test",
                                         "user list",
                                         "user permissions",
                                         "user show",
                                         "validate",
                                         "version",
                                         "who-can",
                                         "why"};
  std::set<std::string> found;
  std::set<std::string> recorded;
  each_command(acctl::command_tree(), "", [&](const std::string& words, const Command& command) {
    if (command.trail == Trail::nothing) found.insert(words);
    if (command.trail == Trail::every_run || command.trail == Trail::every_look) recorded.insert(words);
  });
  CHECK(found == looking);
  CHECK(recorded ==
        std::set<std::string>{"audit export", "export", "init", "outbox retry", "review", "tenant archive fetch"});
}

TEST_CASE("promise 3: whatever writing command is refused, the trail has one entry of it") {
  TestPlatform acctl;
  acctl.create("acme");
  acctl.create("globex");
  acctl({"tenant", "suspend", "acme", "--yes"});
  acctl({"tenant", "suspend", "globex", "--yes"});
  // What examples write is left in a folder that goes with the test.
  const auto in_folder = [&](const Words& call) {
    Words all = {"env", "--chdir=" + acctl.folder.path(), acctl::test::program_path()};
    all.insert(all.end(), call.begin(), call.end());
    return acctl::test::run_program({.words = all, .environment = acctl.acctl.environment, .input = ""});
  };
  std::map<int, int> ended;
  std::set<std::string> refused;
  each_command(acctl::command_tree(), "", [&](const std::string& words, const Command& command) {
    // Without tenants there would be nothing to be refused.
    const std::set<std::string> ending = {"tenant delete", "tenant resume"};
    if (command.trail == Trail::nothing || ending.contains(words)) return;
    for (const acctl::Example& example : command.examples) {
      for (const Words& call : acctl::test::calls(example.command)) {
        const std::string before = last_id(acctl);
        if (words == "tenant doctor" && std::ranges::find(call, "--fix") == call.end()) continue;  // it looks
        const Result result = in_folder(call);
        INFO(example.command << " ended with " << result.status << ": " << result.err);
        ++ended[result.status];
        const std::string added =
            acctl.control("select string_agg(outcome, ' ' order by id) from acctl.audit where id > " + before +
                          " and outcome <> 'done' and action <> 'tenant.create' or id > " + before +
                          " and action = 'tenant.create' and outcome = 'refused'");
        const std::set<int> kept = {5, 7, 8, 10};
        if (kept.contains(result.status)) {
          refused.insert(words);
          CHECK(added == "refused");
          CHECK(acctl.control("select action from acctl.audit order by id desc limit 1") == with_dots(words));
        } else {
          CHECK(added == (result.status == 6 ? "failed" : ""));
        }
      }
    }
  });
  INFO("ended with 3: " << ended[3] << ", 5: " << ended[5] << ", 7: " << ended[7] << ", 10: " << ended[10]);
  CHECK(refused.size() >= 12);
  CHECK(acctl.acctl({"audit", "verify"}).status == 0);
}

TEST_CASE("promise 3: an entry says who tried what with which tenant, and why it was refused") {
  const TenantFixture desk;
  const TestPlatform& acctl = desk.acctl;
  acctl({"user", "invite", "ben@acme.example", "--role", "support-agent", "-t", "acme"});
  desk.in("update app.users set status = 'active'");
  struct Case {
    Words words;
    int status;
    std::string entry;
    std::string part;  // of its error
  };
  const std::vector<Case> cases = {
      {{"api-key", "create", "ana@acme.example", "--name", "k", "--as", "ben@acme.example", "-t", "acme"},
       5,
       "api-key.create refused acme",
       "refused"},
      {{"user", "deactivate", "ana@acme.example", "-t", "acme", "--yes"}, 5, "user.deactivate refused acme", "admin"},
      {{"user", "invite", "eva@acme.example", "--role", "admin", "--as", "ben@acme.example", "-t", "acme"},
       5,
       "user.invite refused acme",
       "refused"},
      {{"role", "create", "x", "--name", "X", "--as", "ben@acme.example", "-t", "acme"},
       5,
       "role.create refused acme",
       "refused"},
      {{"tenant", "create", "acme", "--name", "Other", "--admin-email", "ana@acme.example"},
       7,
       "tenant.create refused acme",
       "Other"},
      {{"tenant", "delete", "acme", "--confirm", "globex"}, 3, "tenant.delete refused acme", "--confirm names globex"},
      {{"tenant", "delete", "acme"}, 10, "tenant.delete refused acme", "delete tenant acme"},
      {{"user", "delete", "ben@acme.example", "--revoke-roles", "-t", "acme"},
       10,
       "user.delete refused acme",
       "terminal"},
  };
  for (const Case& one : cases) {
    INFO(one.words[0] << " " << one.words[1]);
    const std::string before = last_id(acctl);
    Words words = one.words;
    words.insert(words.end(), {"--actor", "mallory"});
    check_ended(acctl(words), one.status);
    CHECK(entries_since(acctl, before) == one.entry);
    const auto entry = acctl.json({"audit", "list", "--limit", "1"})[0];
    REQUIRE(entry["details"]["after"].contains("error"));
    CHECK(entry["claimed_actor"] == "mallory");
    CHECK(entry["login"] == "acctl");
    CHECK(contains(entry["details"]["after"]["error"].get<std::string>(), one.part));
    const auto as = std::ranges::find(one.words, "--as");
    CHECK(entry["details"]["after"].value("as", "") == (as == one.words.end() ? "" : *std::next(as)));
    CHECK(entry["details"]["after"]["exit_code"] == one.status);
    words.emplace_back("--dry-run");
    acctl(words);
    CHECK(entries_since(acctl, before) == one.entry);
  }
  // Who looks, or mistypes, attempts nothing.
  const std::string before = last_id(acctl);
  check_ended(acctl({"user", "list", "-t", "acme", "--as", "ben@acme.example"}), 5);
  check_ended(acctl({"user", "delete", "-t", "acme"}), 3);
  check_ended(acctl({"user", "delete", "nobody@acme.example", "-t", "acme", "--yes"}), 3);
  acctl({"tenant", "doctor"});
  CHECK(entries_since(acctl, before).empty());
}

TEST_CASE("exports, reviews and retries are recorded, with the tenants that they were of") {
  const TenantFixture desk;
  const TestPlatform& acctl = desk.acctl;
  acctl.create("globex");
  const std::string before = last_id(acctl);
  check_ended(desk({"export", "--include-users"}), 0);
  check_ended(desk({"review"}), 0);
  check_ended(acctl({"review", "-t", "acme", "-t", "globex"}), 0);
  check_ended(acctl({"outbox", "retry", "--reason", "cured"}), 0);
  check_ended(desk({"export", "--dry-run"}), 0);
  CHECK(entries_since(acctl, before) == "export done acme\nreview done acme\nreview done\noutbox.retry done");
  const auto both = acctl.json({"audit", "list", "--action", "review", "-t", "globex"});
  REQUIRE(both.size() == 1);
  CHECK(both[0]["details"]["after"]["tenants"].dump() == R"(["acme","globex"])");
}

TEST_CASE("a refusal that cannot be recorded is said to be missing, and stays the refusal that it is") {
  const TenantFixture desk;
  desk.acctl.control("revoke insert on acctl.audit from acctl; alter table acctl.audit owner to postgres");
  const Result result = desk({"user", "deactivate", "ana@acme.example", "--yes"});
  check_ended(result, 5, "warning: this run is not recorded in the audit trail: ");
  check_ended(desk({"review"}), 4, "permission denied");
}

TEST_CASE("promise 9: no secret is in the trail") {
  TestPlatform acctl;
  acctl.create("acme");
  const std::string secret = "s3cr3t-of-nobody";
  acctl({"user", "accept", "-t", "acme"}, secret);
  acctl({"platform", "check", "--mail-to", "a@b.example"});
  const auto invited = acctl.json({"user", "invite", "ben@acme.example", "-t", "acme", "--print-link"});
  const std::string link = invited["invited"][0]["link"];
  const std::string key = acctl.json({"api-key", "create", "ana@acme.example", "--name", "k", "-t", "acme"})["key"];
  // The second one is refused, as is what is asked with the link where a tenant is.
  check_ended(acctl({"api-key", "create", "ana@acme.example", "--name", "k", "-t", "acme"}), 7);
  acctl({"tenant", "suspend", "acme", "--yes"});
  check_ended(acctl({"user", "accept", "-t", "acme"}, link), 7);
  CHECK(acctl.control("select count(*) from acctl.audit where outcome = 'refused'") == "2");
  for (const std::string& hidden : {secret, key, key.substr(15), link, link.substr(link.size() - 43)}) {
    CHECK(acctl.control("select count(*) from acctl.audit a where a::text like '%" + hidden + "%'") == "0");
  }
}
