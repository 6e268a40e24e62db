// People by words: invited, changed, suspended, let back, deleted; what ends with it, and what cannot be.
#include <future>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::keys_of;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

using Words = std::vector<std::string>;

const std::string bea = "bea@acme.example";

std::string link_of(const TenantFixture& desk, Words words) {
  words.emplace_back("--print-link");
  const auto json = desk.json(std::move(words));
  return json.is_array() ? json[0]["link"] : json["invited"][0]["link"];
}

// bea, who has signed up.
void sign_up(const TenantFixture& desk, const std::string& role = "support-agent") {
  const std::string link = link_of(desk, {"user", "invite", bea, "--role", role});
  check_ended(desk({"user", "accept"}, link), 0);
}

std::string status_of(const TenantFixture& desk, const std::string& email) {
  return desk.in("select status from app.users where email = '" + email + "'");
}

std::string csv(const TenantFixture& desk, const std::string& text) {
  const std::string path = desk.acctl.folder.path() + "/people.csv";
  put_file(path, text);
  return path;
}

}  // namespace

TEST_CASE("user invite makes users with roles, teams, an invitation and a mail, and does it once") {
  const TenantFixture desk;
  desk.in("insert into app.teams (key, name) values ('tier-1', 'Tier 1')");
  const Words words = {"user",
                       "invite",
                       "Bea@acme.example",
                       "cal@acme.example",
                       "--role",
                       "support-agent",
                       "--team",
                       "tier-1",
                       "--crm",
                       "--session",
                       "8h"};
  const auto first = desk.json(words);
  CHECK(keys_of(first) == "invited unchanged queued_mails");
  CHECK(first["invited"].dump() ==
        R"([{"email":"bea@acme.example","status":"invited"},{"email":"cal@acme.example","status":"invited"}])");
  CHECK(first["queued_mails"] == 2);
  CHECK(desk.in("select email, status, session_hours, crm_access from app.users where email like 'b%'") == bea);
  CHECK(desk.in("select count(*) from app.user_roles h join app.users u on u.id = h.user_id "
                "where u.email in ('bea@acme.example', 'cal@acme.example')") == "2");
  CHECK(desk.members_of("tier-1") == "bea cal");
  CHECK(desk.in("select string_agg(purpose || ' ' || recipient || ' ' || status, ', ' order by recipient) "
                "from app.outbox where recipient not like 'ana@%'") ==
        "invitation bea@acme.example queued, invitation cal@acme.example queued");
  const std::string before = desk.everything();
  const auto second = desk.json(words);
  CHECK(second["invited"].empty());
  CHECK(second["unchanged"].size() == 2);
  CHECK(second["queued_mails"] == 0);
  CHECK(difference(before, desk.everything()) == "");
}

TEST_CASE("an invitation is in the ledger as an edit is, and undo takes it back") {
  const TenantFixture desk;
  const std::string before = desk.in("select string_agg(email, ' ' order by email) from app.users");
  desk.json({"user", "invite", bea, "--name", "Bea", "--role", "support-agent"});
  const std::string run = desk.json({"log"})[0]["run"];
  CHECK(changes_of(desk.json({"log", run})) ==
        "add users/bea@acme.example, add user_roles/bea@acme.example/support-agent");
  check_ended(desk({"undo", run, "--yes"}), 0);
  CHECK(desk.in("select string_agg(email, ' ' order by email) from app.users") == before);
}

TEST_CASE("the token of an invitation is nowhere in the database, and completes it once") {
  const TenantFixture desk;
  const std::string link = link_of(desk, {"user", "invite", bea});
  CHECK(link.starts_with("https://acme.acctl.localhost/invitations/"));
  const std::string token = link.substr(link.rfind('/') + 1);
  CHECK(token.size() == 43);
  CHECK(!contains(desk.everything(), token));
  CHECK(!contains(desk.acctl.control("select string_agg(s::text, '') from acctl.settings s"), token));
  check_ended(desk({"user", "accept"}, token + "\n"), 0, "bea@acme.example");
  CHECK(status_of(desk, bea) == "active");
  CHECK(desk.in("select status from app.outbox where recipient = '" + bea + "'") == "canceled");
  check_ended(desk({"user", "accept"}, token), 5, "refused: the invitation of bea@acme.example has been used");
}

TEST_CASE("a token that was cut, altered, replaced, revoked, has expired or is another tenant's completes nothing") {
  const TenantFixture desk;
  const std::string old = link_of(desk, {"user", "invite", bea});
  const std::string fresh = link_of(desk, {"user", "resend", bea});
  check_ended(desk({"user", "accept"}, old), 3, "this is not a token of tenant acme");
  check_ended(desk({"user", "accept"}, fresh.substr(0, fresh.size() - 1)), 3, "43 letters, digits, - and _");
  std::string altered = fresh;
  altered.back() = altered.back() == 'A' ? 'E' : 'A';
  check_ended(desk({"user", "accept"}, altered), 3, "this is not a token of tenant acme");
  desk.acctl.create("other");
  check_ended(desk.acctl({"user", "accept", "-t", "other"}, fresh), 3, "this is not a token of tenant other");
  desk.in("update app.invitations set created_at = now() - interval '2 days', expires_at = now() - interval '1 day'");
  check_ended(desk({"user", "accept"}, fresh), 5, "has expired");
  const std::string again = link_of(desk, {"user", "resend", bea});
  check_ended(desk({"user", "deactivate", bea, "--yes"}), 0);
  check_ended(desk({"user", "accept"}, again), 5, "was revoked");
  CHECK(status_of(desk, bea) == "suspended");
  CHECK(desk.in("select count(*) from app.outbox where status = 'queued' and recipient = '" + bea + "'") == "0");
}

TEST_CASE("a link that was sent to an address is good for that address alone") {
  const TenantFixture desk;
  const std::string old = link_of(desk, {"user", "invite", bea});
  check_ended(desk({"user", "edit", bea, "--email", "beatrix@acme.example"}), 0);
  check_ended(desk({"user", "accept"}, old), 5, "was revoked");
  CHECK(status_of(desk, "beatrix@acme.example") == "invited");
  CHECK(desk.in("select count(*) from app.invitations where revoked_at is null and accepted_at is null and email = '" +
                bea + "'") == "0");
}

TEST_CASE("resend makes a fresh token for the same user, and only for those who need one") {
  const TenantFixture desk;
  sign_up(desk);
  desk.json({"user", "invite", "cal@acme.example"});
  check_ended(desk({"user", "resend", "cal@acme.example"}), 0);
  CHECK(desk.in("select count(*) from app.users where email = 'cal@acme.example'") == "1");
  CHECK(desk.in("select count(*) from app.invitations i join app.users u on u.id = i.user_id "
                "where u.email = 'cal@acme.example' and resends = 1") == "1");
  CHECK(desk.in("select string_agg(purpose || ' ' || status, ', ' order by queued_at) from app.outbox "
                "where recipient = 'cal@acme.example'") == "invitation canceled, resend queued");
  check_ended(desk({"user", "resend", bea}), 7, "bea@acme.example is active and needs no invitation");
  check_ended(desk({"user", "resend", "nobody@acme.example"}), 3, "there is no user 'nobody@acme.example'");
}

TEST_CASE("people in a file are invited together, with what each row says") {
  const TenantFixture desk;
  desk.in("insert into app.teams (key, name) values ('tier-1', 'Tier 1'), ('tier-2', 'Tier 2')");
  const std::string file = csv(desk,
                               "email,name,role,teams,crm,external_id,session\r\n"
                               "BEA@acme.example,\"Ames, Bea\",team-lead,tier-1;tier-2,yes,E1,8h\r\n"
                               "cal@acme.example,,,,,,\r\n");
  check_ended(desk({"user", "invite", "--file", file, "--role", "support-agent"}), 0, "2 invited, 0 already present");
  const auto user = desk.json({"user", "show", bea});
  CHECK(user["name"] == "Ames, Bea");
  CHECK(user["roles"].dump() == R"(["team-lead"])");
  CHECK(user["teams"].dump() == R"(["tier-1","tier-2"])");
  CHECK(user["crm_access"] == true);
  CHECK(user["session_hours"] == 8);
  CHECK(desk.json({"user", "show", "cal@acme.example"})["roles"].dump() == R"(["support-agent"])");
}

TEST_CASE("a file of people with mistakes invites nobody, and all of them are said with their lines") {
  const TenantFixture desk;
  const std::string before = desk.everything();
  const auto refused = [&](const std::string& text, const std::string& message) {
    INFO(text);
    check_ended(desk({"user", "invite", "--file", csv(desk, text)}), 3, message);
  };
  refused("name\nBea\n", ":1: the column 'email' is missing");
  refused("email,rols\nb@acme.example,x\n", ":1: unknown column 'rols'; did you mean 'roles'?");
  refused("email\nbea@acme.example\nBea@Acme.example\n", ":3: bea@acme.example is named twice, first in line 2");
  refused("email\nno-address\n", ":2: ");
  refused("email,crm\nb@acme.example,maybe\n", ":2: crm_access: 'maybe' is neither yes nor no");
  refused("email,session\nb@acme.example,90m\n", ":2: session: '90m' is not a whole number of hours");
  refused("email,role\nb@acme.example,suport-agent\n",
          ":2: there is no role 'suport-agent'; did you mean 'support-agent'?");
  refused("email,idp\nb@acme.example,myspace\n", ":2: b@acme.example: there is no idp 'myspace'");
  CHECK(difference(before, desk.everything()) == "");
}

TEST_CASE("at the limit of seats nobody of a command is invited") {
  const TenantFixture desk;
  desk.in("update acctl.tenant set seat_limit = 2");
  check_ended(desk({"user", "invite", bea, "cal@acme.example"}), 5,
              "the limit of 2 seats is exceeded: 3 would be taken");
  CHECK(desk.in("select count(*) from app.users") == "1");
  CHECK(desk.in("select outcome from acctl.runs order by id desc limit 1") == "refused");
  check_ended(desk({"user", "invite", bea}), 0);
}

TEST_CASE("fault 15: twenty invitations at once on five free seats are five") {
  const TenantFixture desk;
  desk.in("update acctl.tenant set seat_limit = 6");
  std::vector<std::future<Result>> runs;
  for (int i = 0; i < 20; ++i) {
    runs.push_back(std::async(std::launch::async, [&desk, i] {
      return desk({"user", "invite", "guest" + std::to_string(i) + "@acme.example"});
    }));
  }
  int done = 0;
  for (std::future<Result>& run : runs) {
    const Result result = run.get();
    INFO(result.err);
    CHECK((result.status == 0 || result.status == 5));
    done += result.status == 0 ? 1 : 0;
  }
  CHECK(done == 5);
  CHECK(desk.in("select count(*) from app.users") == "6");
  CHECK(desk.in("select count(*) from app.outbox where recipient not like 'ana@%'") == "5");
  CHECK(desk.in("select count(*) from acctl.runs where command = 'user invite' and outcome = 'done'") == "5");
  CHECK(desk.complaints() == "");
}

TEST_CASE("a rehearsed invitation leaves nothing") {
  const TenantFixture desk;
  const std::string before = desk.everything();
  check_ended(desk({"user", "invite", bea, "--dry-run"}), 0, "dry run, rolled back: 1 invited");
  CHECK(difference(before, desk.everything()) == "");
}

TEST_CASE("deactivating ends sessions, keys and invitations at once, and keeps the rest") {
  const TenantFixture desk;
  sign_up(desk);
  desk.by_hand(
      "insert into app.sessions (user_id, token_hash, expires_at) select id, sha256('s'), now() + interval '1 day' "
      "from app.users where email = 'bea@acme.example'");
  check_ended(desk({"user", "deactivate", bea}), 10, "");
  CHECK(status_of(desk, bea) == "active");
  check_ended(desk({"user", "deactivate", bea, "--yes"}), 0, "bea@acme.example loses");
  CHECK(status_of(desk, bea) == "suspended");
  CHECK(desk.in("select count(*) from app.sessions where ended_at is null") == "0");
  CHECK(desk.json({"user", "show", bea})["roles"].dump() == R"(["support-agent"])");
  check_ended(desk({"user", "deactivate", bea, "--yes"}), 0, "bea@acme.example is already suspended");
  check_ended(desk({"user", "reactivate", bea}), 0);
  CHECK(status_of(desk, bea) == "active");
  check_ended(desk({"user", "deactivate", "nobody@acme.example", "--yes"}), 3, "nobody@acme.example");
}

TEST_CASE("deactivating over all tenants is refused where the user is the last admin, and done elsewhere") {
  const TenantFixture desk;
  desk.acctl.create("beta");
  for (const char* tenant : {"acme", "beta"}) {
    desk.acctl.in(tenant, "insert into app.users (email, status) values ('bea@acme.example', 'active')");
  }
  desk.acctl.in("beta", "delete from app.user_roles");
  desk.acctl.in("beta",
                "insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, app.roles r "
                "where u.email = 'bea@acme.example' and r.key = 'admin'");
  check_ended(desk.acctl({"user", "deactivate", bea, "--all", "--yes"}), 6, "beta");
  CHECK(desk.acctl.in("acme", "select status from app.users where email = 'bea@acme.example'") == "suspended");
  CHECK(desk.acctl.in("beta", "select status from app.users where email = 'bea@acme.example'") == "active");
}

TEST_CASE("an address can be changed, and the user stays who it was") {
  const TenantFixture desk;
  sign_up(desk);
  const std::string id = desk.in("select id from app.users where email = 'bea@acme.example'");
  check_ended(desk({"user", "edit", bea, "--email", "bee@acme.example", "--name", "Bee", "--yes"}), 0);
  CHECK(desk.in("select id || ' ' || name from app.users where email = 'bee@acme.example'") == id + " Bee");
  check_ended(desk({"user", "edit", bea, "--email", "bee@acme.example", "--name", "Bee", "--yes"}), 0,
              "nothing to change");
  desk.json({"user", "invite", bea});
  check_ended(desk({"user", "edit", bea, "--email", "bee@acme.example", "--yes"}), 7,
              "bea@acme.example cannot become bee@acme.example");
}

TEST_CASE("CRM access is a flag for all but admins, who always have it") {
  const TenantFixture desk;
  sign_up(desk);
  CHECK(desk.json({"user", "show", bea})["crm_access"] == false);
  check_ended(desk({"user", "edit", bea, "--crm", "yes"}), 0);
  CHECK(desk.json({"user", "show", bea})["crm_access"] == true);
  CHECK(desk.json({"user", "show", "ana@acme.example"})["crm_access"] == true);
  check_ended(desk({"user", "edit", "ana@acme.example", "--crm", "no"}), 5, "admins always have CRM access");
}

TEST_CASE("direct permissions are added and taken away") {
  const TenantFixture desk;
  sign_up(desk);
  check_ended(desk({"user", "edit", bea, "--add-permission", "tickets.delete,reports.view:group"}), 0);
  CHECK(desk.json({"user", "show", bea})["permissions"].dump() == R"(["reports.view:group","tickets.delete"])");
  check_ended(desk({"user", "edit", bea, "--remove-permission", "tickets.delete", "--yes"}), 0);
  CHECK(desk.json({"user", "show", bea})["permissions"].dump() == R"(["reports.view:group"])");
  check_ended(desk({"user", "edit", bea, "--add-permission", "tickets.delte"}), 3, "tickets.delte");
}

TEST_CASE("a user with roles is not deleted before they are revoked, and what they wrote stays") {
  const TenantFixture desk;
  sign_up(desk);
  const std::string author = desk.in("select id from app.users where email = 'bea@acme.example'");
  check_ended(desk({"user", "delete", bea, "--yes"}), 5, "still holds the role support-agent");
  check_ended(desk({"user", "delete", bea, "--revoke-roles", "--yes"}), 0);
  CHECK(desk.in("select count(*) from app.users where email = 'bea@acme.example'") == "0");
  CHECK(desk.in("select name from app.authors where id = " + author) == "Deleted user");
  check_ended(desk({"user", "delete", bea, "--revoke-roles", "--yes"}), 0, "there is no user bea@acme.example");
}

TEST_CASE("user list is narrowed by status, role, team and inactivity") {
  const TenantFixture desk;
  sign_up(desk);
  desk.in(
      "insert into app.users (email, status, last_sign_in_at, invited_at) values ('old@acme.example', 'active', "
      "now() - interval '100 days', now() - interval '200 days')");
  const auto names = [&](Words words) {
    words.insert(words.begin(), {"user", "list", "-o", "name"});
    return desk(words).out;
  };
  CHECK(names({}) == "ana@acme.example\nbea@acme.example\nold@acme.example\n");
  CHECK(names({"--status", "invited"}) == "ana@acme.example\n");
  CHECK(names({"--role", "support-agent"}) == "bea@acme.example\n");
  CHECK(names({"--inactive-for", "90d"}) == "old@acme.example\n");
  CHECK(keys_of(desk.json({"user", "list"})[0]) ==
        "email name status roles role_template permissions teams crm_access idp session_hours last_sign_in_at "
        "invited_at invitation invitation_expires_at api_keys");
}

TEST_CASE("accept against deactivate: a suspended user has no way in, whoever is first") {
  for (int round = 0; round < 4; ++round) {
    const TenantFixture desk;
    const std::string link = link_of(desk, {"user", "invite", bea});
    std::future<Result> accepting = std::async(std::launch::async, [&] { return desk({"user", "accept"}, link); });
    const Result suspended = desk({"user", "deactivate", bea, "--yes"});
    const Result accepted = accepting.get();
    INFO(accepted.err << suspended.err);
    CHECK((accepted.status == 0 || accepted.status == 5));
    CHECK((suspended.status == 0 || suspended.status == 7));
    CHECK(status_of(desk, bea) == (suspended.status == 0 ? "suspended" : "active"));
    CHECK(desk.complaints() == "");
    CHECK(
        desk.in("select count(*) from app.invitations where accepted_at is null and revoked_at is null and email = '" +
                bea + "'") == "0");
  }
}

TEST_CASE("two admins who remove each other leave one, on every path") {
  for (const Words& verb :
       {Words{"user", "deactivate"}, Words{"user", "delete", "--revoke-roles"}, Words{"role", "revoke", "admin"}}) {
    const TenantFixture desk;
    desk.in("update app.users set status = 'active'");
    desk.json({"user", "invite", bea, "--role", "admin"});
    desk.in("update app.users set status = 'active'");
    const auto remove = [&](const std::string& whom) {
      Words words = verb;
      words.insert(words.begin() + (verb[0] == "role" ? 3 : 2), whom);
      words.emplace_back("--yes");
      return desk(words);
    };
    std::future<Result> other = std::async(std::launch::async, [&] { return remove("ana@acme.example"); });
    const Result one = remove(bea);
    const Result two = other.get();
    INFO(one.err << two.err);
    // To the oracle the first admin is one who was asked for; here it may be the one who goes.
    const bool gone = status_of(desk, "ana@acme.example").empty();
    CHECK(desk.complaints() == (gone ? "tenant acme: the administrator who was asked for is missing\n" : ""));
    CHECK(desk.in("select count(*) from app.admins where status = 'active'") == "1");
    CHECK(((one.status == 0 && (two.status == 5 || two.status == 7)) ||
           (two.status == 0 && (one.status == 5 || one.status == 7))));
  }
}

TEST_CASE("two files that each leave out the other admin leave one, by prune, import and sync") {
  for (const std::string verb : {"apply", "import", "sync"}) {
    const TenantFixture desk;
    desk.applied("users:\n  ana@acme.example: {roles: [admin]}\n  bea@acme.example: {roles: [admin]}\n", {"--adopt"});
    desk.in("update app.users set status = 'active'");
    if (verb == "sync") desk.in("update app.users set manager = 'directory'");
    const auto keep = [&](const std::string& name) {
      const std::string file = "keep-" + name;
      if (verb == "sync") {
        const std::string path = desk.acctl.folder.path() + "/" + file;
        put_file(path, "email\n" + name + "@acme.example\n");
        return desk({"user", "sync", "-f", path, "--yes"});
      }
      Words words = {verb, "-f", desk.file("users: {" + name + "@acme.example: {roles: [admin]}}\n", file), "--yes"};
      words.emplace_back(verb == "apply" ? "--prune" : "--edited");
      return desk(words);
    };
    std::future<Result> other = std::async(std::launch::async, [&] { return keep("ana"); });
    const Result one = keep("bea");
    const Result two = other.get();
    INFO(verb << ": " << one.err << two.err);
    CHECK((one.status == 0 || two.status == 0));
    CHECK((one.status == 5 || one.status == 7 || two.status == 5 || two.status == 7));
    CHECK(desk.in("select count(*) from app.admins where status = 'active'") == "1");
  }
}
