// Files of people as spreadsheets and directories write them, and what a sync does with each column.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::difference;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

using Words = std::vector<std::string>;

Result with_file(const TenantFixture& desk, Words words, const std::string& text, const Words& more = {}) {
  const std::string path = desk.acctl.folder.path() + "/people.csv";
  put_file(path, text);
  words.insert(words.end(), {"--file", path});
  words.insert(words.end(), more.begin(), more.end());
  return desk(words);
}

Result sync(const TenantFixture& desk, const std::string& text, Words more = {}) {
  more.insert(more.end(), {"--idp", "entra", "--yes"});
  return with_file(desk, {"user", "sync"}, text, more);
}

// "bea invited, cal active", without the first administrator.
std::string users(const TenantFixture& desk) {
  return desk.in(
      "select string_agg(split_part(email, '@', 1) || ' ' || status, ', ' order by email) from app.users "
      "where email <> 'ana@acme.example'");
}

std::string diagnostics(const Result& result) {
  std::string all;
  const auto error = nlohmann::json::parse(result.err.substr(result.err.find("{")));
  for (const auto& problem : error["error"]["diagnostics"]) {
    all += std::to_string(problem["line"].get<int>()) + ": " + problem["message"].get<std::string>() + "\n";
  }
  return all;
}

}  // namespace

TEST_CASE("a row of a sync that cannot be carried out is named with its line, and the others are done") {
  const TenantFixture desk;
  const std::string list =
      "email,external_id,role\nbea@acme.example,E1,suport-agent\ncal@acme.example,E2,support-agent\n";
  const std::string before = desk.everything();
  check_ended(sync(desk, list, {"--all-or-nothing"}), 3, "there is no role 'suport-agent'");
  // Alone it leaves nothing to do: nobody is suspended for it either.
  check_ended(sync(desk, "email,role\nbea@acme.example,suport-agent\n"), 3, "there is no role 'suport-agent'");
  CHECK(difference(before, desk.everything()) == "");
  const Result result = sync(desk, list, {"-o", "json"});
  check_ended(result, 6);
  CHECK(diagnostics(result) == "2: bea@acme.example: there is no role 'suport-agent'; did you mean 'support-agent'?\n");
  CHECK(users(desk) == "cal invited");
  check_ended(sync(desk, "email,external_id\ncal@acme.example,E2\ndan@acme.example,E3\nfay@acme.example,\n"), 0);
  // Two rows that refer to one user: neither counts.
  const Result twice = sync(
      desk, "email,external_id\nnew@acme.example,E2\ncal@acme.example,\ndan@acme.example,E3\neve@acme.example,E4\n",
      {"-o", "json"});
  check_ended(twice, 6);
  CHECK(diagnostics(twice) ==
        "2: two rows refer to cal@acme.example: the other one is cal@acme.example, in line 3\n"
        "3: two rows refer to cal@acme.example: the other one is new@acme.example, in line 2\n");
  CHECK(users(desk) == "cal invited, dan invited, eve invited, fay suspended");
}

TEST_CASE("user sync --reactivate makes active who has signed up, and the others invited, as user reactivate does") {
  const TenantFixture desk;
  const std::string list = "email,external_id\nbea@acme.example,E1\ncal@acme.example,E2\n";
  check_ended(sync(desk, list), 0);
  desk.in("update app.users set status = 'active' where email = 'cal@acme.example'");
  desk.in("update app.users set status = 'suspended' where email <> 'ana@acme.example'");
  check_ended(sync(desk, list, {"--reactivate"}), 0, "bea@acme.example has never signed up");
  CHECK(users(desk) == "bea invited, cal active");
}

TEST_CASE("user sync honours teams, CRM access and status of its rows") {
  const TenantFixture desk;
  desk.in("insert into app.teams (key, name) values ('tier-1', 'Tier 1'), ('tier-2', 'Tier 2')");
  check_ended(sync(desk,
                   "Email;External ID;Teams;CRM;Active\nbea@acme.example;E1;tier-1, tier-2;TRUE;1\n"
                   "cal@acme.example;E2;tier-1;No;true\ndan@acme.example;E3;;;FALSE\n"),
              0, "1 inactive person of the list");
  CHECK(users(desk) == "bea invited, cal invited");
  CHECK(desk.members_of("tier-1") == "bea cal");
  CHECK(desk.members_of("tier-2") == "bea");
  CHECK(desk.in("select crm_access from app.users where email = 'bea@acme.example'") == "t");
  const std::string second =
      "email,external_id,teams,crm_access,status\nbea@acme.example,E1,tier-2,no,active\n"
      "cal@acme.example,E2,,,suspended\n";
  check_ended(sync(desk, second), 0);
  CHECK(users(desk) == "bea invited, cal suspended");
  CHECK(desk.members_of("tier-1") == "cal");
  CHECK(desk.members_of("tier-2") == "bea");
  CHECK(desk.in("select crm_access from app.users where email = 'bea@acme.example'") == "f");
  check_ended(sync(desk, second), 0, "nothing to change");
}

TEST_CASE("addresses are swapped and passed on in any order of rows, and roles and teams follow the person") {
  const TenantFixture desk;
  check_ended(sync(desk, "email,external_id\na@acme.example,E1\nb@acme.example,E2\nc@acme.example,E3\n",
                   {"--role", "support-agent"}),
              0);
  desk.in("insert into app.teams (key, name) values ('tier-1', 'Tier 1')");
  check_ended(desk({"team", "add", "tier-1", "a@acme.example"}), 0);
  check_ended(sync(desk, "email,external_id\nb@acme.example,E1\na@acme.example,E2\nc@acme.example,E3\n"), 0);
  CHECK(desk.members_of("tier-1") == "b");
  check_ended(sync(desk, "email,external_id\nd@acme.example,E3\nc@acme.example,E1\nb@acme.example,E2\n"), 0);
  CHECK(desk.members_of("tier-1") == "c");
  CHECK(desk.in("select string_agg(split_part(email, '@', 1) || external_id, ' ' order by email) from app.users "
                "where external_id is not null") == "bE2 cE1 dE3");
  CHECK(desk.complaints() == "");
}

TEST_CASE("an external id is unique in a list before the database says so, trimmed and in the case of its provider") {
  const TenantFixture desk;
  const std::string twice = "email,external_id\nbea@acme.example, 0a-b \n\ncal@acme.example,0A-B\n";
  const std::string before = desk.everything();
  const Result result = sync(desk, twice, {"-o", "json"});
  check_ended(result, 3);
  CHECK(diagnostics(result) ==
        "4: cal@acme.example: external id '0A-B' of entra is that of bea@acme.example, in line 2\n");
  check_ended(with_file(desk, {"user", "invite"}, twice, {"--idp", "entra"}), 3, "is that of bea@acme.example");
  // The same address twice, with or without --all-or-nothing, even where other rows could be carried out.
  const std::string same = "email,external_id\na@x.example,E1\nA@x.example,E99\nz@x.example,E22\n";
  for (const Words& more : {Words{}, Words{"--all-or-nothing"}}) {
    check_ended(sync(desk, same, more), 3, ":3: a@x.example is named twice, first in line 2");
  }
  CHECK(difference(before, desk.everything()) == "");
  check_ended(with_file(desk, {"user", "invite"}, twice, {"--idp", "okta"}), 0);
  check_ended(sync(desk, "email,external_id\ndan@acme.example,ab-c\n"), 0);
  const Result taken = with_file(desk, {"user", "invite"}, "email,external_id\neve@acme.example,AB-C\n",
                                 {"--idp", "entra", "-o", "json"});
  check_ended(taken, 7);
  CHECK(diagnostics(taken) == "2: eve@acme.example: external id 'AB-C' of entra is that of dan@acme.example\n");
}

TEST_CASE("what user list writes as CSV user invite reads back, in another tenant, too") {
  const TenantFixture desk;
  desk.acctl.create("other");
  check_ended(desk({"user", "invite", "bea@acme.example", "--name", "Bea", "--role", "support-agent", "--crm"}), 0);
  check_ended(desk({"user", "invite", "cal@acme.example"}), 0);
  check_ended(desk({"user", "deactivate", "cal@acme.example", "--yes"}), 0);
  const std::string path = desk.acctl.folder.path() + "/listed.csv";
  put_file(path, desk({"user", "list", "-o", "csv"}).out);
  const std::string before = desk.everything();
  check_ended(desk({"user", "invite", "--file", path}), 0, "0 invited, 2 already present");
  CHECK(difference(before, desk.everything()) == "");
  check_ended(desk.acctl({"user", "invite", "--file", path, "-t", "other"}), 0, "2 invited");
  const auto bea = desk.acctl.json({"user", "show", "bea@acme.example", "-t", "other"});
  CHECK(bea["roles"].dump() == R"(["support-agent"])");
  CHECK(bea["crm_access"] == true);
  CHECK(bea["name"] == "Bea");
  // Of all tenants, with a column that says which.
  put_file(path, desk.acctl({"user", "list", "--all", "-o", "csv"}).out);
  check_ended(desk.acctl({"user", "invite", "--file", path, "--all"}), 0, "0 invited");
}

TEST_CASE("what user list writes as CSV user sync reads back: nobody's CRM access changes") {
  const TenantFixture desk;
  for (const std::string email : {"bea@acme.example", "cal@acme.example"}) {
    check_ended(desk({"user", "invite", email, "--crm"}), 0);
  }
  check_ended(desk({"user", "invite", "dan@acme.example"}), 0);
  check_ended(desk({"user", "deactivate", "cal@acme.example", "--yes"}), 0);
  const std::string flags = "select string_agg(email || crm_access, ' ' order by email) from app.users";
  const std::string before = desk.in(flags);
  CHECK(desk.json({"user", "show", "cal@acme.example"})["crm_access"] == true);
  check_ended(sync(desk, desk({"user", "list", "-o", "csv"}).out), 0);
  CHECK(desk.in(flags) == before);
  // A flag of an admin, set before, outlives a list that says no; of others it is ended.
  desk.in("update app.users set crm_access = true where email = 'ana@acme.example'");
  check_ended(sync(desk, "email,crm\nana@acme.example,no\nbea@acme.example,no\ndan@acme.example,\n"), 0,
              "ana@acme.example is an admin and keeps CRM access, whatever the list says");
  CHECK(desk.in(flags + " where crm_access") == "ana@acme.exampletrue cal@acme.exampletrue");
}

TEST_CASE("a sync tells each time that an admin keeps CRM access, with and without a flag") {
  const TenantFixture desk;
  const std::string keeps = "ana@acme.example is an admin and keeps CRM access, whatever the list says";
  const std::string list = "email,crm\nana@acme.example,no\n";
  CHECK(desk.in("select crm_access from app.users where email = 'ana@acme.example'") == "f");
  check_ended(sync(desk, list), 0, keeps);
  check_ended(sync(desk, list), 0, keeps);
  CHECK(desk.json({"user", "show", "ana@acme.example"})["crm_access"] == true);
  // What acctl itself lists is no wish against it.
  const Result quiet = sync(desk, desk({"user", "list", "-o", "csv"}).out);
  check_ended(quiet, 0);
  CHECK(quiet.err.find("keeps CRM access") == std::string::npos);
}

TEST_CASE("rule directory: a row of a sync whose own values are not valid is skipped, and nobody is suspended for it") {
  const TenantFixture desk;
  check_ended(sync(desk, "email,external_id\nbea@acme.example,E1\ncal@acme.example,E2\neve@acme.example,E3\n"), 0);
  // Of these, two are known by the id and by the address; eve may be the one whose address is mistyped.
  const std::string list =
      "email,external_id,name,crm\nbea@acme.example,E1,B\u200Bea,\ncal@acme.example,,,maybe\neve.acme.example,,Eve,\n"
      "dan@acme.example,E4,Dan,yes\n";
  const std::string before = desk.everything();
  check_ended(sync(desk, list, {"--all-or-nothing"}), 3, "3 rows cannot be carried out; nothing was changed");
  check_ended(with_file(desk, {"user", "invite"}, list, {"--idp", "entra"}), 3);
  CHECK(difference(before, desk.everything()) == "");
  check_ended(sync(desk, list, {"--dry-run"}), 6,
              "eve@acme.example is not in the list and stays; a row that was skipped may be theirs");
  const Result result = sync(desk, list, {"-o", "json"});
  check_ended(result, 6);
  const std::string rows = diagnostics(result);
  INFO(rows);
  CHECK(rows.starts_with("2: "));
  CHECK(rows.find("holds an invisible character, U+200B") != std::string::npos);
  CHECK(rows.find("\n3: crm_access: 'maybe' is neither yes nor no\n4: ") != std::string::npos);
  CHECK(rows.find("eve.acme.example") != std::string::npos);
  CHECK(users(desk) == "bea invited, cal invited, dan invited, eve invited");
  // Alone they leave nothing to do; and what is no table of people stays a mistake of the whole file.
  check_ended(sync(desk, "email\neve.acme.example\n"), 3, "eve.acme.example");
  check_ended(sync(desk, "email,phone\ndan@acme.example,1\n"), 3, "unknown column 'phone'");
  check_ended(sync(desk, "email,name\ndan@acme.example,\"Dan\n"), 3, "a quote is opened and never closed");
  // Where every row that is not valid is somebody's, the others are gone.
  check_ended(
      sync(desk, "email,external_id,name\nbea@acme.example,E1,B\u200Bea\ncal@acme.example,E2,\ndan@acme.example,E4,\n",
           {"--max-removals", "100%"}),
      6);
  CHECK(users(desk) == "bea invited, cal invited, dan invited, eve suspended");
}

TEST_CASE("rule directory: a skipped row that means nobody known spares the missing, whatever is wrong with it") {
  const TenantFixture desk;
  const std::string two = "email,external_id,role\nbea@acme.example,E1,\ncal@acme.example,E2,\n";
  check_ended(sync(desk, two + "dan@acme.example,E3,\n"), 0);
  check_ended(sync(desk, two + "nobody@acme.example,E4,nosuch\n"), 6, "dan@acme.example is not in the list and stays");
  CHECK(users(desk) == "bea invited, cal invited, dan invited");
  // Of somebody who is known it is that person's row.
  check_ended(sync(desk, "email,external_id,role\nbea@acme.example,E1,\ncal@acme.example,E2,nosuch\n"), 6);
  CHECK(users(desk) == "bea invited, cal invited, dan suspended");
}

TEST_CASE("all problems of a row are named, in a list for one tenant and for several") {
  const TenantFixture desk;
  for (const std::string tenant : {"", "acme"}) {
    INFO(tenant);
    const Result result =
        sync(desk,
             "email,role_template,session,crm,team,tenant\nbea@acme.example,nope,perhaps,maybe,none," + tenant +
                 "\ncal@acme.example,,,,," + tenant + "\n",
             {"-o", "json", "--dry-run"});
    check_ended(result, 6);
    const std::string rows = diagnostics(result);
    INFO(rows);
    CHECK(rows.starts_with("2: session: 'perhaps'"));
    CHECK(rows.find(
              "crm_access: 'maybe' is neither yes nor no; there is no role template 'nope'; there is no team 'none'") !=
          std::string::npos);
  }
}

TEST_CASE("a row with another provider and without an external id says that a known person keeps theirs") {
  const TenantFixture desk;
  check_ended(sync(desk, "email,external_id\nbea@acme.example,E1\ncal@acme.example,E2\n"), 0);
  check_ended(sync(desk, "email,external_id,idp\nbea@acme.example,,okta\ncal@acme.example,,entra\n"), 0,
              "bea@acme.example keeps the identity provider");
  CHECK(desk.in(
            "select string_agg(idp || external_id, ' ' order by email) from app.users where external_id is not null") ==
        "entraE1 entraE2");
}

TEST_CASE("a sync that lets people back who never signed up invites them again, and says so in one line") {
  const TenantFixture desk;
  const std::string list = "email,external_id\nbea@acme.example,E1\ncal@acme.example,E2\ndan@acme.example,E3\n";
  check_ended(sync(desk, list), 0);
  check_ended(sync(desk, "email,external_id\ndan@acme.example,E3\n", {"--max-removals", "100%"}), 0);
  check_ended(sync(desk, list), 0,
              "2 people are in the list but suspended; --reactivate reactivates such users: bea@acme.example, "
              "cal@acme.example\n");
  const Result back = sync(desk, list, {"--reactivate"});
  check_ended(back, 0, "2 people have never signed up and get new invitations: bea@acme.example, cal@acme.example\n");
  CHECK(back.err.find("user resend") == std::string::npos);
  CHECK(desk.in("select count(*) from app.invitations where accepted_at is null and revoked_at is null and email in "
                "('bea@acme.example', 'cal@acme.example')") == "2");
}

TEST_CASE("a sync says whose roles the list names otherwise, and leaves them") {
  const TenantFixture desk;
  check_ended(sync(desk, "email,roles\nbea@acme.example,support-agent\ncal@acme.example,support-agent\n"), 0);
  const Result result = sync(desk, "email,roles\nbea@acme.example,team-lead\ncal@acme.example,support-agent\n");
  check_ended(result, 0, "bea@acme.example keeps other roles than the list names");
  CHECK(result.err.find("cal@acme.example") == std::string::npos);
  CHECK(desk.json({"user", "show", "bea@acme.example"})["roles"].dump() == R"(["support-agent"])");
  // What an option names is for who is new.
  const Result quiet = sync(desk, "email,roles\nbea@acme.example,\ncal@acme.example,\n", {"--role", "team-lead"});
  check_ended(quiet, 0);
  CHECK(quiet.err.find("other roles") == std::string::npos);
}

TEST_CASE("unknown columns of a list of people are refused unless they are ignored, and nothing is touched") {
  const TenantFixture desk;
  const std::string list = "Mail,Job Title,Roles\nbea@acme.example,Chief\xC2\xA0Officer,support-agent\n";
  check_ended(with_file(desk, {"user", "invite"}, list), 3, "invisible character, U+00A0");
  check_ended(with_file(desk, {"user", "invite"}, list, {"--ignore-columns", "title"}), 3,
              "there is no column 'title'");
  check_ended(with_file(desk, {"user", "invite"}, "mail,phone\nbea@acme.example,1\n"), 3, "unknown column 'phone'");
  CHECK(users(desk) == "");
  check_ended(with_file(desk, {"user", "invite"}, list, {"--ignore-columns", "Job Title"}), 0);
  CHECK(users(desk) == "bea invited");
}
