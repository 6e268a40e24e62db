// Users reconciled with a directory's list.
#include <algorithm>
#include <future>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::difference;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

Result sync(const TenantFixture& desk, const std::string& people, const std::vector<std::string>& more = {}) {
  const std::string path = desk.acctl.folder.path() + "/directory.csv";
  put_file(path, "email,external_id,name\n" + people);
  std::vector<std::string> words = {"user", "sync", "-f", path, "--role", "support-agent", "--yes"};
  words.insert(words.end(), more.begin(), more.end());
  if (std::ranges::find(more, "--idp") == more.end()) words.insert(words.end(), {"--idp", "entra"});
  return desk(words);
}

std::string users(const TenantFixture& desk) {
  return desk.in(
      "select string_agg(split_part(email, '@', 1) || ' ' || coalesce(name, '-') || ' ' || status, ', ' "
      "order by email) from app.users where email <> 'ana@acme.example'");
}

}  // namespace

TEST_CASE("user sync invites who is new, updates who is known, suspends who is gone, and then changes nothing") {
  const TenantFixture desk;
  check_ended(sync(desk, "bea@acme.example,E1,Bea\ncal@acme.example,E2,Cal\n"), 0);
  CHECK(users(desk) == "bea Bea invited, cal Cal invited");
  CHECK(desk.in("select count(*) from app.outbox where status = 'queued' and recipient not like 'ana@%'") == "2");
  CHECK(desk.in("select count(*) from app.invitations where email not like 'ana@%'") == "2");
  CHECK(desk.json({"user", "show", "bea@acme.example"})["roles"].dump() == R"(["support-agent"])");
  const std::string before = desk.everything();
  check_ended(sync(desk, "bea@acme.example,E1,Bea\ncal@acme.example,E2,Cal\n"), 0, "nothing to change");
  CHECK(difference(before, desk.everything()) == "");
  check_ended(sync(desk, "bea.ames@acme.example,E1,Bea Ames\n"), 0);
  CHECK(users(desk) == "bea.ames Bea Ames invited, cal Cal suspended");
  check_ended(sync(desk, "bea.ames@acme.example,E1,Bea Ames\n"), 0, "nothing to change");
}

TEST_CASE("user sync shows what it would do, with the messages, and asks") {
  const TenantFixture desk;
  const std::string path = desk.acctl.folder.path() + "/directory.csv";
  put_file(path, "email,external_id\nbea@acme.example,E1\n");
  const std::vector<std::string> words = {"user", "sync", "-f", path, "--role", "admin", "--idp", "entra"};
  const std::string before = desk.everything();
  const Result asked = desk(words);
  check_ended(asked, 10, "Do you want to make these changes in tenant acme?");
  check_ended(asked, 10, "1 invitation will be sent");
  check_ended(asked, 10, "users/bea@acme.example");
  CHECK(difference(before, desk.everything()) == "");
}

TEST_CASE("user sync leaves alone whom the list never had, and takes over whom it names") {
  const TenantFixture desk;
  desk.in(
      "insert into app.users (email, status) values ('old@acme.example', 'active'), ('bea@acme.example', 'active')");
  check_ended(sync(desk, "BEA@acme.example,E1,Bea\n"), 0);
  CHECK(users(desk) == "bea Bea active, old - active");
  check_ended(sync(desk, "cal@acme.example,E2,Cal\n"), 0);
  CHECK(users(desk) == "bea Bea suspended, cal Cal invited, old - active");
  check_ended(sync(desk, "bea@acme.example,E1,Bea\ncal@acme.example,E2,Cal\n"), 0,
              "--reactivate reactivates such users");
  CHECK(users(desk) == "bea Bea suspended, cal Cal invited, old - active");
  check_ended(sync(desk, "bea@acme.example,E1,Bea\ncal@acme.example,E2,Cal\n", {"--reactivate"}), 0);
  CHECK(users(desk) == "bea Bea active, cal Cal invited, old - active");
}

TEST_CASE(
    "promise 12: who came from the directory is suspended when gone from the list, also if files have adopted them and "
    "the address has changed since, and who never was in a list is left alone") {
  const TenantFixture desk;
  check_ended(sync(desk, "bea@acme.example,E1,Bea\ncal@acme.example,E2,Cal\ndan@acme.example,E3,Dan\n"), 0);
  const std::string files =
      "manager: gm\nteams: {g: {name: G, members: [bea@acme.example]}}\n"
      "users: {cal@acme.example: {name: Cal, roles: [support-agent]}, eve@acme.example: {idp: entra, external_id: E9}}\n";
  desk.applied(files, {"--adopt"});
  CHECK(desk.in("select string_agg(manager, ' ' order by email) from app.users where manager is not null") ==
        "directory gm directory gm");
  // What the files own is changed with a message.
  check_ended(sync(desk, "bea@acme.example,E1,Bea\ncal@acme.example,E2,Renamed\ndan@acme.example,E3,Dan\n"), 0,
              "whose next apply may change it back: users/cal@acme.example (manager gm)");
  check_ended(desk({"user", "edit", "cal@acme.example", "--email", "kal@acme.example", "--yes"}), 0);
  check_ended(sync(desk, "bea@acme.example,E1,Bea\ndan@acme.example,E3,Dan\n", {"--max-removals", "100%"}), 0,
              "users/kal@acme.example (manager gm)");
  CHECK(users(desk) == "bea Bea invited, dan Dan invited, eve - invited, kal Renamed suspended");
  // An address that somebody of the directory has left says nothing of who has it now.
  check_ended(desk({"user", "invite", "cal@acme.example"}), 0);
  desk.in("update app.users set manager = 'gm' where email = 'cal@acme.example'");
  check_ended(sync(desk, "bea@acme.example,E1,Bea\ndan@acme.example,E3,Dan\n"), 0, "nothing to change");
}

TEST_CASE("user sync says whose team it changes though files own it") {
  const TenantFixture desk;
  desk.applied("manager: gm\nteams: {g: {name: G, members: []}, h: {name: H}}\n");
  const std::string path = desk.acctl.folder.path() + "/teams.csv";
  put_file(path, "email,teams\nbea@acme.example,g\n");
  check_ended(desk({"user", "sync", "-f", path, "--yes"}), 0, "change it back: teams/g (manager gm)");
  check_ended(desk({"user", "sync", "-f", path, "--yes"}), 0, "nothing to change");
  put_file(path, "email,teams\nbea@acme.example,h\n");
  check_ended(desk({"user", "sync", "-f", path, "--yes"}), 0, "teams/g (manager gm), teams/h (manager gm)");
}

TEST_CASE("a list of one identity provider suspends nobody of another one, and one without providers means all") {
  const TenantFixture desk;
  check_ended(sync(desk, "bea@acme.example,E1,Bea\ncal@acme.example,E2,Cal\n"), 0);
  check_ended(sync(desk, "dan@acme.example,O1,Dan\n", {"--idp", "okta"}), 0,
              "2 people are not in the list and stay; the list names other identity providers: bea@acme.example, "
              "cal@acme.example");
  CHECK(users(desk) == "bea Bea invited, cal Cal invited, dan Dan invited");
  check_ended(sync(desk, "bea@acme.example,E1,Bea\n"), 0, "dan@acme.example is not in the list and stays");
  CHECK(users(desk) == "bea Bea invited, cal Cal suspended, dan Dan invited");
  // Whom a list without ids has added belongs to that list, whatever id a sign-in brings later.
  const std::string path = desk.acctl.folder.path() + "/plain.csv";
  put_file(path, "email\nbea@acme.example\n");
  check_ended(desk({"user", "sync", "-f", path, "--yes"}), 0);
  CHECK(users(desk) == "bea Bea invited, cal Cal suspended, dan Dan suspended");
}

TEST_CASE("user sync suspends no more than the cap, and never the last admin") {
  const TenantFixture desk;
  std::string all;
  for (int i = 0; i < 8; ++i) all += "u" + std::to_string(i) + "@acme.example,E" + std::to_string(i) + ",U\n";
  check_ended(sync(desk, all), 0);
  const std::string before = desk.configuration();
  check_ended(sync(desk, "u0@acme.example,E0,U\n"), 5, "users of the directory");
  CHECK(difference(before, desk.configuration()) == "");
  check_ended(sync(desk, "u0@acme.example,E0,U\n", {"--max-removals", "100%"}), 0);
  desk.in("update app.users set manager = 'directory', status = 'active' where email = 'ana@acme.example'");
  check_ended(sync(desk, "u0@acme.example,E0,U\n", {"--max-removals", "100%"}), 5, "is required; this would leave 0");
}

TEST_CASE("user sync never hands an account over: another external id at an address is a conflict that names both") {
  const TenantFixture desk;
  check_ended(sync(desk, "bea@acme.example,E1,Bea\n"), 0);
  desk.in("update app.users set status = 'active', idp = 'okta' where email = 'bea@acme.example'");
  const std::string before = desk.configuration();
  // Of the same provider or of another one: alone it is that row's end, among others a mixture.
  for (const std::string provider : {"entra", "okta"}) {
    for (const std::string id : {"E1", "E2"}) {
      if (provider == "okta" && id == "E1") continue;  // she herself
      const auto result = sync(desk, "bea@acme.example," + id + ",Eve\n", {"--idp", provider});
      check_ended(
          result, 7,
          "external id 'E1' of okta; the list gives it to a person with external id '" + id + "' of " + provider);
    }
  }
  CHECK(difference(before, desk.configuration()) == "");
  check_ended(sync(desk, "bea@acme.example,E2,Eve\ncal@acme.example,E3,Cal\n"), 6, "bea@acme.example");
  CHECK(users(desk) == "bea Bea active, cal Cal invited");
  CHECK(desk.in("select idp || ' ' || external_id from app.users where email = 'bea@acme.example'") == "okta E1");
  const auto error = nlohmann::json::parse(
      sync(desk, "bea@acme.example,E2,Eve\ncal@acme.example,E3,Cal\n", {"-o", "json"}).err)["error"];
  CHECK(error["exit_code"] == 6);
  CHECK(error["diagnostics"][0]["line"] == 2);
}

TEST_CASE(
    "user sync --on-conflict replace suspends the old account at a released address, and invites the new person") {
  const TenantFixture desk;
  check_ended(sync(desk, "bea@acme.example,E1,Bea\ncal@acme.example,E3,Cal\n"), 0);
  desk.in("update app.users set status = 'active'");
  desk.in(
      "insert into app.sessions (user_id, token_hash, expires_at) select id, sha256('x'), now() + interval '1 day' "
      "from app.users where email = 'bea@acme.example'");
  const std::string old = desk.in("select id from app.users where email = 'bea@acme.example'");
  const std::string list = "bea@acme.example,E2,Eve\ncal@acme.example,E3,Cal\n";
  const std::string before = desk.configuration();
  check_ended(sync(desk, list, {"--on-conflict", "replace", "--dry-run"}), 0);
  CHECK(difference(before, desk.configuration()) == "");
  check_ended(sync(desk, list, {"--on-conflict", "replace"}), 0, "the old account of bea@acme.example is suspended");
  CHECK(desk.in("select status || ' ' || external_id || ' ' || (email like 'bea-%@released.invalid') from app.users "
                "where id = " +
                old) == "suspended E1 true");
  CHECK(desk.in("select count(*) from app.sessions where ended_at is null") == "0");
  CHECK(desk.in("select status || ' ' || external_id || ' ' || name from app.users where email = 'bea@acme.example'") ==
        "invited E2 Eve");
  CHECK(desk.json({"user", "show", "bea@acme.example"})["roles"].dump() == R"(["support-agent"])");
  // Nobody writes to an address that is nobody's.
  CHECK(desk.in("select count(*) from app.outbox where recipient like '%released.invalid'") == "0");
  CHECK(desk.in("select count(*) from app.outbox where recipient = 'bea@acme.example' and purpose = 'invitation'") !=
        "0");
  check_ended(sync(desk, list, {"--on-conflict", "replace"}), 0, "nothing to change");
}

TEST_CASE("user sync moves people to addresses that others leave, and to no others") {
  const TenantFixture desk;
  check_ended(sync(desk, "a@acme.example,E1,A\nb@acme.example,E2,B\nc@acme.example,E3,C\n"), 0);
  // B takes A's address, whom the list does not move: both stay, C goes on.
  check_ended(sync(desk, "a@acme.example,E2,B\nc@acme.example,E3,Cee\n"), 6, "the user b@acme.example");
  CHECK(users(desk) == "a A invited, b B invited, c Cee invited");
  // Two exchange theirs, and once is enough.
  const std::string exchanged = "b@acme.example,E1,A\na@acme.example,E2,B\nc@acme.example,E3,C\n";
  check_ended(sync(desk, exchanged), 0);
  CHECK(users(desk) == "a B invited, b A invited, c C invited");
  check_ended(sync(desk, exchanged), 0, "nothing to change");
  // Somebody new gets an address that is left in the same list.
  check_ended(sync(desk, "d@acme.example,E1,A\nb@acme.example,E2,B\nc@acme.example,E3,C\na@acme.example,E4,Dora\n"), 0);
  CHECK(users(desk) == "a Dora invited, b B invited, c C invited, d A invited");
  CHECK(desk.in("select external_id from app.users where email = 'd@acme.example'") == "E1");
}

TEST_CASE("user sync refuses an empty list, and two rows for one user") {
  const TenantFixture desk;
  check_ended(sync(desk, ""), 3, "the list is empty");
  check_ended(sync(desk, "bea@acme.example,E1,Bea\n"), 0);
  check_ended(sync(desk, "bea@acme.example,,Bea\nnew@acme.example,E1,Bea\n"), 7, "two rows refer to bea@acme.example");
}

TEST_CASE("sync against invite: one account for each person, however they interleave") {
  for (int round = 0; round < 3; ++round) {
    const TenantFixture desk;
    std::future<Result> inviting = std::async(
        std::launch::async, [&] { return desk({"user", "invite", "bea@acme.example", "cal@acme.example"}); });
    const Result synced = sync(desk, "bea@acme.example,E1,Bea\ndan@acme.example,E2,Dan\n");
    const Result invited = inviting.get();
    INFO(synced.err << invited.err);
    CHECK(invited.status == 0);
    CHECK(desk.complaints() == "");
    CHECK((synced.status == 0 || synced.status == 7));
    CHECK(desk.in("select count(*) = count(distinct lower(email)) from app.users") == "t");
    CHECK(
        desk.in("select coalesce(max(n), 0) from (select count(*) as n from app.invitations where accepted_at is null "
                "and revoked_at is null group by user_id) x") == "1");
  }
}

TEST_CASE("users that definitions add are invited, too") {
  const TenantFixture desk;
  desk.applied("users: {bea@acme.example: {roles: [support-agent]}}\n");
  CHECK(desk.in("select purpose || ' ' || recipient from app.outbox where recipient not like 'ana@%'") ==
        "invitation bea@acme.example");
  CHECK(desk.in("select count(*) from app.invitations where email not like 'ana@%'") == "1");
}
