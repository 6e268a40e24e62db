// Unique values move: what one user gives up and another gets in one run applies, is undone and redone, in whatever
// order; what somebody else has is told before anything is written.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

std::string last_run(const TenantFixture& desk) { return desk.json({"log", "--limit", "1"}).at(0)["run"]; }

// The run of `user sync` with this list.
std::string synced(const TenantFixture& desk, const std::string& people, const std::vector<std::string>& more = {}) {
  const std::string path = desk.acctl.folder.path() + "/directory.csv";
  put_file(path, "email,external_id,name\n" + people);
  std::vector<std::string> words = {"user", "sync", "-f", path, "--idp", "entra", "--role", "support-agent", "--yes"};
  words.insert(words.end(), more.begin(), more.end());
  check_ended(desk(words), 0);
  return last_run(desk);
}

std::string undone(const TenantFixture& desk, const std::string& run) {
  check_ended(desk({"undo", run, "--yes"}), 0);
  return last_run(desk);
}

// "bea E1 active Bea support-agent, …" of everybody but the administrator.
std::string people(const TenantFixture& desk) {
  return desk.in(
      "select string_agg(split_part(u.email, '@', 1) || ' ' || coalesce(u.external_id, '-') || ' ' || u.status || ' ' "
      "|| coalesce(u.name, '-') || ' ' || coalesce((select string_agg(r.key, '+' order by r.key) from app.user_roles h "
      "join app.roles r on r.id = h.role_id where h.user_id = u.id), '-'), ', ' order by u.email) from app.users u "
      "where u.email <> 'ana@acme.example'");
}

std::string id_of(const TenantFixture& desk, const std::string& name) {
  return desk.in("select id from app.users where name = '" + name + "'");
}

}  // namespace

TEST_CASE("an address that went to somebody new within one run is given back by undo, and goes there again",
          "[promise 14]") {
  const TenantFixture desk;
  synced(desk, "bea@acme.example,E1,Bea\ncal@acme.example,E3,Cal\n");
  desk.in("update app.users set status = 'active'");
  check_ended(desk({"team", "create", "crew", "--name", "Crew"}), 0);
  check_ended(desk({"team", "add", "crew", "bea@acme.example"}), 0);
  const std::string before = people(desk);
  const std::string bea = id_of(desk, "Bea");
  const std::string run =
      synced(desk, "bea@acme.example,E2,Eve\ncal@acme.example,E3,Cal\n", {"--on-conflict", "replace"});
  const std::string after = people(desk);
  REQUIRE(contains(after, "bea E2 invited Eve support-agent"));
  check_ended(desk({"undo", run, "--dry-run"}), 0, "- users/bea@acme.example (replaced) with 1 list entry");
  const std::string back = undone(desk, run);
  CHECK(people(desk) == before);
  CHECK(id_of(desk, "Bea") == bea);
  CHECK(id_of(desk, "Eve").empty());
  CHECK(desk.members_of("crew") == "bea");
  check_ended(desk({"log", back}), 0, "users/bea@acme.example (was bea-");
  const std::string again = undone(desk, back);
  CHECK(people(desk) == after);
  CHECK(id_of(desk, "Bea") == bea);
  undone(desk, again);
  CHECK(people(desk) == before);
  CHECK(desk.complaints() == "");
}

TEST_CASE("addresses that were passed on in a chain, the last of them to somebody new, are undone together",
          "[promise 14]") {
  const TenantFixture desk;
  synced(desk, "a@acme.example,E1,A\nb@acme.example,E2,B\n");
  const std::string before = people(desk);
  const std::string run = synced(desk, "b@acme.example,E1,A\nc@acme.example,E2,B\na@acme.example,E4,Dora\n");
  const std::string after = people(desk);
  CHECK(after == "a E4 invited Dora support-agent, b E1 invited A support-agent, c E2 invited B support-agent");
  const std::string back = undone(desk, run);
  CHECK(people(desk) == before);
  undone(desk, back);
  CHECK(people(desk) == after);
}

TEST_CASE("undo does not give an address back that somebody works under, and names what came later", "[promise 14]") {
  const TenantFixture desk;
  synced(desk, "bea@acme.example,E1,Bea\ncal@acme.example,E3,Cal\n");
  const std::string run =
      synced(desk, "bea@acme.example,E2,Eve\ncal@acme.example,E3,Cal\n", {"--on-conflict", "replace"});
  const auto refused = [&](const std::string& why) {
    const std::string configuration = desk.configuration();
    check_ended(desk({"undo", run, "--yes"}), 7, why);
    CHECK(difference(configuration, desk.configuration()) == "");
  };
  SECTION("signed up") {
    desk.by_hand("update app.users set status = 'active' where email = 'bea@acme.example'");
    refused("users/bea@acme.example (replaced): status is \"active\" and was \"invited\" (by hand)");
  }
  SECTION("given a role") {
    check_ended(desk({"role", "grant", "team-lead", "bea@acme.example"}), 0);
    refused("users/bea@acme.example (replaced) now has team-lead among its roles (run " + last_run(desk));
  }
  SECTION("the old account is gone") {
    desk.in(
        "delete from app.user_roles where user_id = (select id from app.users where name = 'Bea'); "
        "delete from app.users where name = 'Bea'");
    refused("users/bea@acme.example no longer exists (by hand)");
  }
}

TEST_CASE("external ids are exchanged between users and between providers, forth and back", "[promise 14]") {
  const TenantFixture desk;
  const auto ids = [&] {
    return desk.in(
        "select string_agg(split_part(email, '@', 1) || '=' || idp || ':' || external_id, ' ' order by email) "
        "from app.users where external_id is not null");
  };
  const auto file = [](const std::string& bea, const std::string& cal, const std::string& dan) {
    return "users:\n  bea@acme.example: {" + bea + "}\n  cal@acme.example: {" + cal + "}\n  dan@acme.example: {" + dan +
           "}\n";
  };
  desk.applied(file("idp: okta, external_id: x1", "idp: entra, external_id: x1", "idp: okta, external_id: x2"));
  const std::string before = ids();
  struct Exchange {
    std::string files, after;
  };
  for (const Exchange& one :
       std::vector<Exchange>{// Only what changes is spoken of: the same id, each with the other's provider.
                             {file("idp: entra", "idp: okta", ""), "bea=entra:x1 cal=okta:x1 dan=okta:x2"},
                             // Two of one provider.
                             {file("external_id: x2", "", "external_id: x1"), "bea=okta:x2 cal=entra:x1 dan=okta:x1"},
                             // Round in a circle of three.
                             {file("external_id: x2", "idp: okta", "idp: entra, external_id: x1"),
                              "bea=okta:x2 cal=okta:x1 dan=entra:x1"},
                             // From one to another who had none, by way of a third.
                             {file("external_id: null", "idp: okta", ""), "cal=okta:x1 dan=okta:x2"}}) {
    INFO(one.files);
    const std::string run = desk.applied(one.files);
    CHECK(ids() == one.after);
    const std::string back = undone(desk, run);
    CHECK(ids() == before);
    const std::string again = undone(desk, back);
    CHECK(ids() == one.after);
    undone(desk, again);
    CHECK(ids() == before);
  }
}

TEST_CASE("an external id that somebody else keeps is told by plan, with who has it, and nothing is written",
          "[rule unique values]") {
  const TenantFixture desk;
  desk.applied("users: {bea@acme.example: {external_id: x1}, cal@acme.example: {}}\n");
  const std::string before = desk.everything();
  // Of somebody whom the files do not speak of, and of one whom they do.
  for (const std::string bea : {"", "  bea@acme.example: {name: Bea}\n"}) {
    const std::string text = "users:\n" + bea + "  cal@acme.example: {external_id: x1}\n";
    const std::string why = "users/cal@acme.example: external id 'x1' of local is that of users/bea@acme.example";
    check_ended(desk.plan(text), 7, why);
    check_ended(desk.apply(text), 7, why);
  }
  check_ended(desk({"user", "edit", "cal@acme.example", "--external-id", "x1", "--yes"}), 7,
              "is that of users/bea@acme.example");
  check_ended(desk.plan("users:\n  cal@acme.example: {external_id: x9}\n  dan@acme.example: {external_id: x9}\n"), 7,
              "is that of users/cal@acme.example, in ");
  const std::string twice = desk.file(
      "users:\n  cal@acme.example: {idp: okta, external_id: x9}\n"
      "  dan@acme.example: {idp: okta, external_id: x9}\n");
  check_ended(desk.acctl({"validate", "-f", twice}), 3, "is that of users/cal@acme.example too, in ");
  CHECK(difference(before, desk.everything()) == "");
}

TEST_CASE("an external id is trimmed, and compared as its provider does, on every path", "[rule unique values]") {
  const TenantFixture desk;
  desk.applied("users: {bea@acme.example: {idp: entra, external_id: ' X4 '}, cal@acme.example: {idp: entra}}\n");
  CHECK(desk.in("select external_id from app.users where email = 'bea@acme.example'") == "X4");
  const std::string before = desk.everything();
  const std::string why = "of entra is that of users/bea@acme.example";
  check_ended(desk({"user", "edit", "cal@acme.example", "--external-id", " x4 ", "--yes"}), 7, why);
  check_ended(desk.plan("users: {cal@acme.example: {external_id: x4}}\n"), 7, why);
  check_ended(desk.apply("users: {bea@acme.example: {name: Bea}, cal@acme.example: {external_id: x4}}\n"), 7, why);
  check_ended(desk({"user", "edit", "cal@acme.example", "--external-id", "  "}), 3, "must not be empty");
  CHECK(difference(before, desk.everything()) == "");
  // Another provider's id tells capitals apart; and of one's own another spelling is free.
  check_ended(desk({"user", "edit", "cal@acme.example", "--idp", "okta", "--external-id", " x4 ", "--yes"}), 0);
  CHECK(desk.in("select external_id from app.users where email = 'cal@acme.example'") == "x4");
  check_ended(desk({"user", "edit", "cal@acme.example", "--idp", "entra", "--yes"}), 7, why);
  check_ended(desk({"user", "edit", "bea@acme.example", "--external-id", "x4", "--yes"}), 0);
}

TEST_CASE("files exchange keys by naming the former ones, once, and undo and redo follow", "[promise 14]") {
  const TenantFixture desk;
  desk.applied(
      "users: {one@acme.example: {name: One}, two@acme.example: {name: Two}}\n"
      "roles: {r1: {name: R1, permissions: [tickets.view]}, r2: {name: R2}, r3: {name: R3}}\n"
      "teams: {t: {name: T, members: [one@acme.example]}}\n"
      "views: {v: {name: V, type: list, filters: {assignee: [one@acme.example]}}}\n");
  const auto names = [&] {
    return desk.in(
        "select (select string_agg(split_part(email, '@', 1) || '=' || name, ' ' order by email) from app.users where "
        "name in ('One', 'Two')) || ' ' || (select string_agg(key || '=' || name, ' ' order by key) from app.roles "
        "where name ~ '^R[123]$')");
  };
  const std::string before = names();
  REQUIRE(before == "one=One two=Two r1=R1 r2=R2 r3=R3");
  const std::string exchange =
      "users:\n  one@acme.example: {previously: [two@acme.example]}\n  two@acme.example: {previously: "
      "[one@acme.example]}\n"
      "roles: {r1: {previously: [r2]}, r2: {previously: [r3]}, r3: {previously: [r1]}}\n";
  const std::string run = desk.applied(exchange);
  const std::string after = "one=Two two=One r1=R2 r2=R3 r3=R1";
  CHECK(names() == after);
  CHECK(desk.members_of("t") == "two");
  CHECK(desk.permissions_of("r3") == "tickets.view");
  CHECK(desk.in("select filters -> 'assignee' ->> 0 from app.views where key = 'v'") == "two@acme.example");
  // What was done is not done again, also where something else was applied in between.
  CHECK(desk.planned(exchange)["summary"]["unchanged_tenants"] == 1);
  desk.applied("teams: {other: {name: Other}}\n");
  desk.applied(exchange + "statuses: {}\n");
  CHECK(names() == after);
  check_ended(desk({"drift"}), 0);
  const auto undone = [&](const std::string& what) {
    check_ended(desk({"undo", what, "--yes"}), 0);
    return last_run(desk);
  };
  const std::string back = undone(run);
  CHECK(names() == before);
  CHECK(desk.members_of("t") == "one");
  const std::string again = undone(back);
  CHECK(names() == after);
  check_ended(desk.apply(exchange), 0);
  CHECK(names() == after);
  undone(again);
  CHECK(names() == before);
  check_ended(desk.apply(exchange), 0);
  CHECK(names() == after);
  CHECK(desk.complaints().empty());
}
