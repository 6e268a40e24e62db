// A tenant's database that was put back from an older copy: it is noticed, can be looked at, and is written again only
// once a person has said that it is the right one.
#include "provisioning/database/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mail_server.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::Connection;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::set_mail;
using acctl::test::TenantFixture;

namespace {

using Words = std::vector<std::string>;

struct Copied : TenantFixture {
  // Runs before the copy and after it.
  Copied() {
    set_mail(acctl, "transport: maildir, folder: " + acctl.folder.path() + "/mail, from: no-reply@help.example");
    check_ended((*this)({"team", "create", "before", "--name", "Before"}), 0);
    acctl.control("create database copy template acme");
    for (const char* key : {"one", "two"}) check_ended((*this)({"team", "create", key, "--name", key}), 0);
  }

  // Puts the copy in the place of the database, as a restore with its rights does.
  void restore() const {
    const std::string owner = acctl.control("select owner_role from acctl.tenants");
    const std::string id = acctl.control("select id from acctl.tenants");
    acctl.control("drop database acme");
    acctl.control("alter database copy rename to acme");
    acctl.control("alter database acme owner to " + owner);
    acctl.control("revoke all on database acme from public; grant connect on database acme to acctl_operator, " +
                  acctl.app_role("acme"));
    acctl.in("acme", "comment on database acme is 'acctl tenant " + id + "'");
  }

  std::string finding() const { return acctl({"tenant", "doctor", "acme", "-o", "json"}).out; }
};

// What the registry remembers, and what the ledger ends with.
std::string remembered(const TenantFixture& desk) {
  return desk.acctl.control("select ledger_id || ' ' || ledger_run from acctl.tenants where slug = 'acme'");
}
std::string written(const TenantFixture& desk) {
  return desk.in("select id || ' ' || run from acctl.runs order by id desc limit 1");
}

}  // namespace

TEST_CASE("a database from an older copy can be read, is not written, and doctor names what is missing") {
  const Copied desk;
  desk.restore();
  const std::string before = desk.everything();
  const std::string path = desk.file("teams:\n  three: {name: Three}\n");
  for (const Words& words : {Words{"team", "create", "three", "--name", "Three"}, Words{"apply", "-f", path, "--yes"},
                             Words{"user", "invite", "new@x.example"}, Words{"user", "resend", "ana@acme.example"},
                             Words{"api-key", "create", "ana@acme.example", "--name", "ci"}, Words{"outbox", "deliver"},
                             Words{"outbox", "retry"}}) {
    check_ended(desk(words), 7, "its database was restored from an older copy");
  }
  CHECK((desk.everything() == before));
  check_ended(desk({"team", "list"}), 0, "before");
  check_ended(desk({"plan", "-f", path}), 0, "three");
  const std::string found = desk.finding();
  CHECK_THAT(found, Catch::Contains(R"("check":"ledger")") && Catch::Contains("entries 2 to 3 are missing") &&
                        Catch::Contains("acctl tenant doctor --accept-restored acme"));
  check_ended(desk.acctl({"tenant", "doctor", "acme", "--fix"}), 7);
  CHECK((desk.everything() == before));
}

TEST_CASE("nobody is let into an older copy before a person has accepted it, whatever verb would open it",
          "[promise 12]") {
  const Copied desk;
  desk.restore();
  const std::string older = "its database was restored from an older copy";
  const std::string role = desk.acctl.app_role("acme");
  const auto logs_in = [&] {
    return desk.acctl.control("select rolcanlogin from pg_roles where rolname = '" + role + "'");
  };
  // One whose door an interrupted run has left shut.
  desk.acctl.control("alter role " + role + " nologin");
  check_ended(desk.acctl({"tenant", "resume", "acme"}), 7, older);
  CHECK_THAT(desk.acctl({"tenant", "doctor", "acme", "--fix"}).out,
             Catch::Contains("is locked out") && !Catch::Contains("[fixed]"));
  CHECK(logs_in() == "f");
  check_ended(desk.acctl({"tenant", "suspend", "acme", "--yes"}), 0);
  check_ended(desk.acctl({"tenant", "resume", "acme", "--dry-run"}), 7, older);
  check_ended(desk.acctl({"tenant", "resume", "acme"}), 7,
              "tenant acme stays suspended: the ledger of tenant acme lacks");
  CHECK(desk.acctl.json({"tenant", "show", "acme"})["status"] == "suspended");
  CHECK(logs_in() == "f");
  check_ended(desk.acctl({"tenant", "doctor", "--accept-restored", "acme", "--yes"}), 0);
  check_ended(desk.acctl({"tenant", "resume", "acme"}), 0);
  CHECK(logs_in() == "t");
}

TEST_CASE("doctor says of a database that was restored without its comment whose it is, and which runs it lacks") {
  const Copied desk;
  desk.restore();
  const std::string id = desk.acctl.control("select id from acctl.tenants");
  for (const std::string& owner :
       {desk.acctl.control("select owner_role from acctl.tenants"), std::string("postgres")}) {
    INFO(owner);
    desk.acctl.control("comment on database acme is null; alter database acme owner to " + owner);
    CHECK_THAT(desk.acctl({"tenant", "doctor", "acme"}).out,
               Catch::Contains("COMMENT ON DATABASE \"acme\" IS 'acctl tenant " + id + "'") &&
                   Catch::Contains("entries 2 to 3 are missing") &&
                   !Catch::Contains("restore the tenant's from a backup"));
  }
  desk.acctl.control("comment on database acme is 'acctl tenant " + id + "'");
  check_ended(desk.acctl({"tenant", "doctor", "--accept-restored", "acme", "--yes"}), 0);
  check_ended(desk.acctl({"tenant", "doctor", "acme"}), 0);
}

TEST_CASE("an older copy is noticed although it has seen new runs since") {
  const Copied desk;
  desk.restore();
  // As another registry's acctl would have written them.
  desk.in(
      "insert into acctl.runs (run, command, outcome, actor, origin) select 'foreign' || n, 'x', 'done', 'x', 'x' "
      "from generate_series(1, 5) n");
  check_ended(desk({"team", "create", "three", "--name", "Three"}), 7, "its database was restored from an older copy");
  CHECK_THAT(desk.finding(), Catch::Contains("has other runs since"));
}

TEST_CASE("a restored database is written again once a person has accepted it") {
  const Copied desk;
  desk.restore();
  const std::string before = desk.acctl.world_but_audit();
  check_ended(desk.acctl({"tenant", "doctor", "--accept-restored", "acme"}), 10);
  check_ended(desk.acctl({"tenant", "doctor", "--accept-restored", "acme", "--dry-run"}), 0, "would be accepted");
  check_ended(desk.acctl({"tenant", "doctor", "--accept-restored", ""}), 3);
  check_ended(desk.acctl({"tenant", "doctor", "bert", "--accept-restored", "acme"}), 3);
  CHECK(desk.acctl.world_but_audit() == before);
  check_ended(desk.acctl({"tenant", "doctor", "--accept-restored", "acme", "--yes"}), 0, "is accepted as it is");
  CHECK(desk.acctl.control("select action || ' ' || outcome || ' ' || (before ->> 'ledger_entry') || ' ' || (after ->> "
                           "'ledger_entry') from acctl.audit order by id desc limit 1") ==
        "tenant.accept-restored done 3 1");
  CHECK(remembered(desk) == written(desk));
  check_ended(desk.acctl({"tenant", "doctor", "acme"}), 0);
  check_ended(desk({"team", "create", "three", "--name", "Three"}), 0);
  CHECK(remembered(desk) == written(desk));
  check_ended(desk.acctl({"tenant", "doctor", "--accept-restored", "acme", "--yes"}), 0, "nothing to change");
}

TEST_CASE("a tenant that has seen later runs than a registry that was restored is written again once it is accepted") {
  const TenantFixture desk;
  desk.in("update acctl.tenant set epoch = 99");
  check_ended(desk({"team", "create", "one", "--name", "One"}), 9, "belongs to a later run");
  const auto found = desk.acctl({"tenant", "doctor", "acme", "-o", "json"});
  check_ended(found, 7, "the control database was restored from an older copy");
  CHECK_THAT(found.out, Catch::Contains("acctl tenant doctor --accept-restored acme"));
  check_ended(desk.acctl({"tenant", "doctor", "--accept-restored", "acme", "--dry-run"}), 0, "would be accepted");
  check_ended(desk({"team", "create", "one", "--name", "One"}), 9);
  const auto accepted = desk.acctl({"tenant", "doctor", "--accept-restored", "acme", "--yes"});
  check_ended(accepted, 0, "is accepted as it is");
  CHECK_THAT(accepted.err, Catch::Contains("access that was taken away since the copy was made is there again"));
  check_ended(desk({"team", "create", "one", "--name", "One"}), 0);
  check_ended(desk.acctl({"tenant", "doctor", "acme"}), 0);
  // Another tenant's database is not accepted by any word.
  desk.in("update acctl.tenant set epoch = 999, tenant_id = gen_random_uuid()");
  check_ended(desk.acctl({"tenant", "doctor", "--accept-restored", "acme", "--yes"}), 7, "is not that of tenant acme");
}

TEST_CASE("a registry that is behind the tenant, as a kill between the two commits leaves it, is no alarm") {
  const TenantFixture desk;
  check_ended(desk({"team", "create", "one", "--name", "One"}), 0);
  const std::string first = remembered(desk);
  check_ended(desk({"team", "create", "two", "--name", "Two"}), 0);
  desk.acctl.control("update acctl.tenants set ledger_id = split_part('" + first +
                     "', ' ', 1)::bigint, ledger_run = split_part('" + first + "', ' ', 2)");
  check_ended(desk.acctl({"tenant", "doctor", "acme"}), 0);
  check_ended(desk({"team", "create", "three", "--name", "Three"}), 0);
  CHECK(remembered(desk) == written(desk));
  desk.acctl.control("update acctl.tenants set ledger_id = null, ledger_run = null, ledger_at = null");
  check_ended(desk({"team", "create", "four", "--name", "Four"}), 0);
  CHECK(remembered(desk) == written(desk));
}

TEST_CASE("the registry remembers the ledger after every command that writes it") {
  const TenantFixture desk;
  const std::string path = desk.file("teams:\n  one: {name: One}\n");
  const std::string exported = desk.acctl.folder.path() + "/export.yaml";
  check_ended(desk({"export", "--out", exported}), 0);
  for (const Words& words : {Words{"apply", "-f", path, "--yes"}, Words{"team", "edit", "one", "--name", "Other"},
                             Words{"user", "invite", "new@x.example"}, Words{"user", "resend", "new@x.example"},
                             Words{"api-key", "create", "ana@acme.example", "--name", "ci"},
                             Words{"api-key", "revoke", "ana@acme.example", "ci", "--yes"},
                             Words{"import", "-f", exported, "--max-removals", "100%", "--yes"}}) {
    const std::string last = written(desk);
    INFO(words.front() << " " << words[1]);
    check_ended(desk(words), 0);
    CHECK(written(desk) != last);
    CHECK(remembered(desk) == written(desk));
  }
  // A rehearsal and a run without changes leave nothing to remember.
  const std::string before = remembered(desk);
  check_ended(desk({"team", "create", "two", "--name", "Two", "--dry-run"}), 0);
  CHECK(remembered(desk) == before);
}
