// API keys: shown once, stored as a hash, ended by suspension, revocation and time.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::Result;
using acctl::test::run_program;
using acctl::test::TenantFixture;

namespace {

const std::string people = "users:\n  ben@acme.example: {}\n  cleo@acme.example: {roles: [support-agent]}\n";

std::vector<std::string> create(const std::string& email, const std::string& name = "ci") {
  return {"api-key", "create", email, "--name", name};
}

}  // namespace

TEST_CASE("an API key is shown once, and only its hash is stored") {
  const TenantFixture desk;
  desk.applied(people);
  const auto made = desk.json(create("Ben@acme.example"));
  const std::string key = made["key"];
  CHECK(key.size() == 58);
  CHECK(key.starts_with(made["prefix"].get<std::string>() + "_"));
  CHECK(made["email"] == "ben@acme.example");
  CHECK(desk.in("select key_hash = sha256('" + key + "') from app.api_keys") == "t");
  // Nowhere else: not in a row, not in the ledger, not in a list.
  CHECK_FALSE(contains(desk.everything(), key.substr(15)));
  const Result listed = desk({"api-key", "list", "-o", "json"});
  CHECK_FALSE(contains(listed.out, key.substr(15)));
  CHECK(listed.json()[0]["status"] == "active");
  CHECK_FALSE(listed.json()[0].contains("key_hash"));
  CHECK(desk.in("select r.command || ' ' || c.action || ' ' || c.kind || ' ' || c.key from acctl.runs r join "
                "acctl.changes c on c.run_id = r.id order by r.id desc limit 1") ==
        "api-key create add api_keys ben@acme.example/ci");
  // A second one differs in all of it.
  const std::string other = desk.json(create("ben@acme.example", "cd"))["key"];
  CHECK(other.substr(0, 14) != key.substr(0, 14));
  CHECK(other.substr(15) != key.substr(15));
  const Result alone = desk({"api-key", "create", "ben@acme.example", "--name", "x", "-o", "name"});
  CHECK(alone.out.size() == 59);
}

TEST_CASE("a name is taken until its key is revoked, and a key expires by the server's clock") {
  const TenantFixture desk;
  desk.applied(people);
  check_ended(desk(create("ben@acme.example")), 0, "the key is shown only once");
  check_ended(desk(create("ben@acme.example")), 7, "ben@acme.example has an API key 'ci'");
  check_ended(desk({"api-key", "revoke", "ben@acme.example", "ci"}), 10, "--yes");
  check_ended(desk({"api-key", "revoke", "ben@acme.example", "ci", "--yes"}), 0, "done: the key is revoked");
  check_ended(desk({"api-key", "revoke", "ben@acme.example", "ci", "--yes"}), 0, "nothing to change");
  check_ended(desk({"api-key", "revoke", "ben@acme.example", "cii", "--yes"}), 3, "has no API key 'cii'");
  CHECK(desk.json({"api-key", "list"}).empty());
  CHECK(desk.json({"api-key", "list", "ben@acme.example", "--revoked"})[0]["status"] == "revoked");
  const auto made = desk.json({"api-key", "create", "ben@acme.example", "--name", "ci", "--expires", "90d"});
  CHECK(desk.in("select expires_at between now() + interval '89 days 23 hours' and now() + interval '90 days' from "
                "app.api_keys where revoked_at is null") == "t");
  desk.in("update app.api_keys set expires_at = now() - interval '1 s'");
  CHECK(desk.json({"api-key", "list"})[0]["status"] == "expired");
  check_ended(desk({"api-key", "create", "ben@acme.example", "--name", "y", "--expires", "0"}), 3,
              "is not in the future");
}

TEST_CASE("strangers and the suspended get no keys, suspending ends those there are") {
  const TenantFixture desk;
  desk.applied(people);
  check_ended(desk(create("benn@acme.example")), 3, "did you mean 'ben@acme.example'?");
  check_ended(desk(create("ben@acme.example")), 0);
  desk.in("update app.users set status = 'suspended' where email = 'ben@acme.example'");
  CHECK(desk.json({"api-key", "list"}).empty());
  check_ended(desk(create("ben@acme.example", "x")), 7, "ben@acme.example is suspended and cannot have API keys");
  // Nor does the application open a way in.
  for (const char* way_in : {"app.api_keys (user_id, name, prefix, key_hash) select id, 'x', 'acctl_x'",
                             "app.sessions (user_id, expires_at, token_hash) select id, now() + interval '1 h'"}) {
    CHECK_THROWS_WITH(desk.by_hand("insert into " + std::string(way_in) +
                                   ", sha256('x') from app.users where email = "
                                   "'ben@acme.example'"),
                      Catch::Contains("user \"ben@acme.example\" is suspended"));
  }
}

TEST_CASE("a rehearsal shows no key and leaves none, what is about keys cannot be undone") {
  const TenantFixture desk;
  desk.applied(people);
  const std::string before = desk.everything();
  std::vector<std::string> rehearsed = create("ben@acme.example");
  rehearsed.insert(rehearsed.end(), {"--dry-run", "-o", "json"});
  CHECK(desk(rehearsed).json()["key"].is_null());
  CHECK(difference(before, desk.everything()) == "");
  desk(create("ben@acme.example"));
  check_ended(desk({"api-key", "revoke", "ben@acme.example", "ci", "--dry-run"}), 0, "dry run");
  const std::string run = desk.in("select run from acctl.runs order by id desc limit 1");
  check_ended(desk({"undo", run, "--yes"}), 7, "it concerns api_keys/ben@acme.example/ci");
  check_ended(desk({"log", run}), 0, "api_keys/ben@acme.example/ci");
}

TEST_CASE("with --as one disposes of one's own keys, and admins of all") {
  const TenantFixture desk;
  desk.applied(people);
  desk.in("update app.users set status = 'active'");
  const auto as = [&](const std::string& who, std::vector<std::string> words) {
    words.insert(words.end(), {"--as", who + "@acme.example"});
    return desk(words);
  };
  check_ended(as("cleo", create("cleo@acme.example")), 0);
  check_ended(as("cleo", create("ben@acme.example")), 5,
              "cleo@acme.example may not create or revoke the API keys of others");
  check_ended(as("ana", create("ben@acme.example")), 0);
  check_ended(as("cleo", {"api-key", "revoke", "ben@acme.example", "ci", "--yes"}), 5, "may not");
}

TEST_CASE("a key that cannot be shown is revoked at once, and the error says so", "[promise 14]") {
  const TenantFixture desk;
  desk.applied(people);
  const std::string good = "select count(*) from app.api_keys where revoked_at is null";
  for (const char* redirection : {">/dev/full", ">&-", "| true"}) {
    INFO(redirection);
    const std::string words = " api-key create ben@acme.example --name 'c i' -t acme ";
    const bool piped = redirection[0] == '|';
    const std::string line = piped ? "{ sleep 0.3; exec " + acctl::test::program_path() + words + "; } " + redirection
                                   : "exec " + acctl::test::program_path() + words + redirection;
    const Result result =
        run_program({.words = {"bash", "-o", "pipefail", "-c", line}, .environment = desk.acctl.acctl.environment});
    CHECK(result.status != 0);
    CHECK(contains(result.err, "the key could not be shown ("));
    CHECK(contains(result.err, "and was revoked"));
    CHECK_FALSE(contains(result.err, "shown only once"));
    CHECK(desk.in(good) == "0");
    CHECK(desk.json({"log", "--limit", "1"}).at(0)["command"] == "api-key revoke");
  }
  check_ended(desk(create("ben@acme.example", "c i")), 0);
  CHECK(desk.in(good) == "1");
}

TEST_CASE("a key that can be neither shown nor revoked is named with the command that revokes it", "[promise 14]") {
  const TenantFixture desk;
  desk.applied(people);
  desk.in(
      "create function app.keep() returns trigger language plpgsql as 'begin raise exception $$kept$$; end'; create "
      "trigger keep before update on app.api_keys for each row execute function app.keep()");
  const Result result = run_program({.words = {"sh", "-c",
                                               "exec " + acctl::test::program_path() +
                                                   " api-key create ben@acme.example --name 'c i' -t acme > /dev/full"},
                                     .environment = desk.acctl.acctl.environment});
  CHECK(result.status == 1);
  CHECK(contains(result.err, "is still valid"));
  CHECK(contains(result.err, "acctl api-key revoke ben@acme.example 'c i' -t acme"));
}

TEST_CASE("invitations whose links cannot be shown stand, leave, and name the way to other links") {
  const TenantFixture desk;
  for (const char* verb : {"invite", "resend"}) {
    const Result result = run_program({.words = {"sh", "-c",
                                                 "exec " + acctl::test::program_path() + " user " + verb +
                                                     " new@acme.example --print-link -t acme > /dev/full"},
                                       .environment = desk.acctl.acctl.environment});
    INFO(verb << result.err);
    CHECK(result.status == 1);
    CHECK(contains(result.err, "their links could not be shown"));
    CHECK(contains(result.err, "acctl user resend EMAIL --print-link"));
    CHECK(desk.in("select count(*) from app.invitations i join app.users u on u.id = i.user_id where u.email = "
                  "'new@acme.example' and i.accepted_at is null and i.revoked_at is null") == "1");
  }
  CHECK(contains(desk.json({"user", "resend", "new@acme.example", "--print-link"}).dump(), "https://"));
}
