// Undo brings a deleted person back as the author of what they wrote, by whatever way they were deleted.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

const std::string people = "bea@acme.example: {name: Bea, roles: [support-agent]}, cal@acme.example: {name: Cal}";

// Bea and Cal have each commented on a ticket.
struct Desk : TenantFixture {
  Desk() {
    applied("users: {" + people + "}\n");
    by_hand("update app.users set status = 'active'");
    by_hand(
        "insert into app.tickets (subject, channel, status_id, priority_id) select 'Printer', 'api', s.id, p.id from "
        "app.priorities p, (select id from app.statuses where applies_to = 'ticket' limit 1) s where p.key = 'normal'");
    by_hand(
        "insert into app.comments (ticket_id, author_id, body) select t.id, u.id, 'by ' || u.name from app.tickets t, "
        "app.users u where u.name in ('Bea', 'Cal')");
    REQUIRE(written() == both);
  }

  // "by Bea: Bea" of each comment; an author who is no user is in brackets.
  std::string written() const {
    return in(
        "select string_agg(c.body || ': ' || case when u.id is null then '(' || a.name || ')' when a.deleted_at is null "
        "then u.name else '?' end, ', ' order by c.body) from app.comments c join app.authors a on a.id = c.author_id "
        "left join app.users u on u.id = a.id");
  }

  std::string run_of(const std::vector<std::string>& words) const {
    const Result result = (*this)(words);
    INFO(result.out << result.err);
    REQUIRE(result.status == 0);
    return json({"log", "--limit", "1"}).at(0)["run"];
  }

  std::string undone(const std::string& run) const { return run_of({"undo", run, "--yes"}); }

  const std::string both = "by Bea: Bea, by Cal: Cal";
  const std::string none = "by Bea: (Deleted user), by Cal: (Deleted user)";
};

}  // namespace

TEST_CASE("whoever is deleted and brought back by undo is the author of what they wrote", "[promise 14]") {
  const Desk desk;
  const std::vector<std::string> removing = {"--max-removals", "100%", "--yes"};
  const auto deleted = [&](std::vector<std::string> words) {
    words.insert(words.end(), removing.begin(), removing.end());
    return desk.run_of(words);
  };
  std::string run;
  SECTION("one after the other, and back in the other order") {
    const std::string bea = deleted({"user", "delete", "bea@acme.example", "--revoke-roles"});
    CHECK(desk.written() == "by Bea: (Deleted user), by Cal: Cal");
    const std::string cal = deleted({"user", "delete", "cal@acme.example"});
    CHECK(desk.written() == desk.none);
    desk.undone(bea);
    CHECK(desk.written() == "by Bea: Bea, by Cal: (Deleted user)");
    desk.undone(cal);
    CHECK(desk.written() == desk.both);
    return;
  }
  SECTION("together") { run = deleted({"user", "delete", "bea@acme.example", "cal@acme.example", "--revoke-roles"}); }
  SECTION("by pruning") { run = desk.applied("users: {}\n", {"--prune", "--allow-empty", "--max-removals", "100%"}); }
  SECTION("by an import") {
    run = deleted({"import", "-f", desk.file("users: {ana@acme.example: {roles: [admin]}}\n"), "--edited"});
  }
  CHECK(desk.written() == desk.none);
  const std::string before = desk.in("select last_value from pg_sequences where sequencename = 'users_id_seq'");
  run = desk.undone(run);
  CHECK(desk.written() == desk.both);
  CHECK(desk.in("select last_value from pg_sequences where sequencename = 'users_id_seq'") == before);
  run = desk.undone(run);
  CHECK(desk.written() == desk.none);
  desk.undone(run);
  CHECK(desk.written() == desk.both);
  CHECK(desk.complaints() == "");
}

TEST_CASE("who got the address of somebody else in the run that is undone and redone is the same person again",
          "[promise 14]") {
  const Desk desk;
  const std::string list = desk.acctl.folder.path() + "/directory.csv";
  const auto synced = [&](const std::string& rows) {
    put_file(list, "email,external_id,name\n" + rows);
    return desk.run_of(
        {"user", "sync", "-f", list, "--idp", "entra", "--role", "support-agent", "--on-conflict", "replace", "--yes"});
  };
  synced("bea@acme.example,E1,Bea\ncal@acme.example,E3,Cal\n");
  const std::string run = synced("bea@acme.example,E2,Eve\ncal@acme.example,E3,Cal\n");
  desk.by_hand(
      "insert into app.comments (ticket_id, author_id, body) select t.id, u.id, 'by Eve' from app.tickets t, app.users u "
      "where u.name = 'Eve'");
  REQUIRE(desk.written() == desk.both + ", by Eve: Eve");
  const std::string back = desk.undone(run);
  CHECK(desk.written() == desk.both + ", by Eve: (Deleted user)");
  const std::string again = desk.undone(back);
  CHECK(desk.written() == desk.both + ", by Eve: Eve");
  desk.undone(again);
  CHECK(desk.written() == desk.both + ", by Eve: (Deleted user)");
  CHECK(desk.complaints() == "");
}

TEST_CASE("who was invited anew under the address of somebody deleted is not made the author of their writing",
          "[promise 14]") {
  const Desk desk;
  const std::string run = desk.run_of({"user", "delete", "cal@acme.example", "--yes"});
  const std::string invited = desk.run_of({"user", "invite", "cal@acme.example"});
  check_ended(desk({"undo", run, "--yes"}), 7, "users/cal@acme.example");
  CHECK(desk.written() == "by Bea: Bea, by Cal: (Deleted user)");
  // Once that is undone, nothing is in the way.
  desk.undone(invited);
  desk.undone(run);
  CHECK(desk.written() == desk.both);
}

TEST_CASE("a run of a former version, which did not note who was deleted, gives back a person without their writing",
          "[promise 14]") {
  const Desk desk;
  const std::string run = desk.run_of({"user", "delete", "cal@acme.example", "--yes"});
  desk.in("delete from acctl.released_work");
  desk.undone(run);
  CHECK(desk.in("select count(*) from app.users where email = 'cal@acme.example'") == "1");
  CHECK(desk.written() == "by Bea: Bea, by Cal: (Deleted user)");
}

TEST_CASE("the application takes over nobody's writing by choosing an id", "[promise 16]") {
  const Desk desk;
  const std::string id = desk.in("select id from app.users where name = 'Cal'");
  desk.run_of({"user", "delete", "cal@acme.example", "--yes"});
  CHECK_THROWS_WITH(
      desk.by_hand("insert into app.users (id, email) overriding system value values (" + id + ", 'eve@evil.example')"),
      Catch::Contains("authors_pkey"));
  CHECK(desk.written() == "by Bea: Bea, by Cal: (Deleted user)");
}
