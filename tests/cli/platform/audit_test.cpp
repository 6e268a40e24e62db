// audit list, head, export and verify: the trail can be read, and what was done to it is found.
#include <set>

#include "provisioning/database/migrations.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::Connection;
using acctl::control_migrations;
using acctl::test::Acctl;
using acctl::test::check_ended;
using acctl::test::Cluster;
using acctl::test::contains;
using acctl::test::keys_of;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TemporaryFolder;
using acctl::test::TestPlatform;
using Json = nlohmann::ordered_json;

namespace {

// A platform with some entries, which somebody changes who may: the superuser of its server.
class KeptTrail {
 public:
  KeptTrail() {
    for (int i = 1; i <= 6; ++i) acctl({"enterprise", "create", "e" + std::to_string(i), "--name", "E"});
    last = std::stoll(acctl.control("select id from acctl.audit_head"));
  }

  void around(const std::string& sql) const { acctl.control("set session_replication_role = replica; " + sql); }

  // Makes hash and links right again from entry `from` on, as somebody does who knows the rule.
  void forge(std::int64_t from) const {
    for (std::int64_t id = from; id <= last; ++id) {
      const std::string entry = std::to_string(id);
      around("update acctl.audit a set previous = p.hash from acctl.audit p where p.id = a.id - 1 and a.id = " + entry);
      around("update acctl.audit a set hash = acctl.audit_entry_hash(a) where a.id = " + entry);
    }
    around("update acctl.audit_head h set hash = a.hash from acctl.audit a where a.id = h.id");
  }

  // "changed 3-3, missing 5-6"; "" where nothing is wrong.
  std::string problems(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"audit", "verify", "-o", "json"};
    words.insert(words.end(), more.begin(), more.end());
    const Result result = acctl(words);
    const Json check = result.json();
    std::string all;
    for (const Json& one : check["problems"]) {
      all += (all.empty() ? "" : ", ") + one["problem"].get<std::string>() + " " + one["first"].dump() + "-" +
             one["last"].dump();
    }
    CHECK(result.status == (all.empty() ? 0 : 7));
    CHECK(check["verified"] == all.empty());
    return all;
  }

  // A head that is kept in a file.
  std::string kept() const {
    const std::string file = acctl.folder.path() + "/head";
    put_file(file, acctl({"audit", "head"}).out);
    return file;
  }

  TestPlatform acctl;
  std::int64_t last = 0;
};

std::string between(std::int64_t first, std::int64_t last) {
  return std::to_string(first) + "-" + std::to_string(last);
}

}  // namespace

TEST_CASE("promise 3: audit list shows what the server saw beside what was claimed") {
  const TestPlatform acctl;
  acctl.create("acme", {"--actor", "mallory", "--reason", "ticket 1"});
  acctl({"tenant", "suspend", "acme", "--yes"});
  const Json entries = acctl.json({"audit", "list", "-t", "acme"});
  REQUIRE(entries.size() == 3);
  CHECK(keys_of(entries[0]) == "id at login origin claimed_actor action tenant outcome details hash");
  CHECK(entries[0]["action"] == "tenant.suspend");
  CHECK(entries[0]["details"]["before"].dump() == R"({"status":"active"})");
  const Json& created = entries[2];
  CHECK(created["action"] == "tenant.create");
  CHECK(created["claimed_actor"] == "mallory");
  CHECK(created["login"] == "acctl");
  CHECK(created["tenant"] == "acme");
  CHECK(created["outcome"] == "done");
  CHECK(created["details"]["reason"] == "ticket 1");
  CHECK(created["hash"].get<std::string>().size() == 64);
  // Whoever writes an entry does not choose its login.
  Connection control(acctl.cluster.dsn(), {});
  control.query(
      "insert into acctl.audit (run, actor, origin, action, outcome, login, rule, address) "
      "values ('r', 'a', 'o', 'x', 'done', 'postgres', 1, '1.2.3.4')");
  CHECK(acctl.control("select login || ' ' || rule || ' ' || (address is null) from acctl.audit where action = 'x'") ==
        "acctl 2 true");
}

TEST_CASE("audit list narrows by tenant, action, outcome, login, claimed actor and time") {
  const TestPlatform acctl;
  acctl.create("acme", {"--actor", "ops"});
  acctl({"tenant", "retry", "acme"});
  acctl({"enterprise", "create", "umbrella", "--name", "U"});
  const auto actions = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"audit", "list"});
    std::string all;
    for (const Json& entry : acctl.json(more)) all += (all.empty() ? "" : " ") + entry["action"].get<std::string>();
    return all;
  };
  CHECK(actions({"--limit", "2"}) == "enterprise.create tenant.activate");
  CHECK(actions({"-t", "acme"}) == "tenant.activate tenant.create");
  CHECK(actions({"--action", "tenant.*", "--claimed-actor", "ops"}) == "tenant.activate tenant.create");
  CHECK(actions({"--action", "tenant.create", "--action", "enterprise.create"}) == "enterprise.create tenant.create");
  CHECK(actions({"--outcome", "refused"}).empty());
  CHECK(actions({"--login", "nobody"}).empty());
  CHECK(actions({"--login", "acctl", "--action", "enterprise.create"}) == "enterprise.create");
  CHECK(actions({"--since", "1h", "-t", "acme"}) == "tenant.activate tenant.create");
  CHECK(actions({"--until", "1h"}).empty());
  CHECK(actions({"--since", "2999-01-01T00:00:00Z"}).empty());
  check_ended(acctl({"audit", "list", "--since", "2027-02-30T00:00:00Z"}), 3, "no such time");
  check_ended(acctl({"audit", "list", "--since", "soon"}), 3, "neither a time nor a duration");
  check_ended(acctl({"audit", "list", "--action", "a'b"}), 3, "is not a valid action");
  check_ended(acctl({"audit", "list", "--limit", "0"}), 3);
}

TEST_CASE("promise 3: audit verify names the entry that was changed, is missing or was cut off") {
  const KeptTrail trail;
  const std::int64_t last = trail.last;
  REQUIRE(last >= 8);
  CHECK(trail.problems().empty());
  SECTION("changed in place") {
    trail.around("update acctl.audit set actor = 'somebody else' where id = 4");
    CHECK(trail.problems() == "changed 4-4");
    CHECK(contains(trail.acctl({"audit", "verify"}).err, "entry 4 was changed"));
  }
  SECTION("its login changed, or taken for an entry of before logins were kept") {
    trail.around("update acctl.audit set login = 'postgres' where id = 3");
    CHECK(trail.problems() == "changed 3-3");
    trail.around("update acctl.audit set login = null, rule = 1 where id = 3");
    CHECK(trail.problems() == "changed 3-3");
  }
  SECTION("changed with a hash to match") {
    trail.around("update acctl.audit set reason = 'x' where id = 4");
    trail.around("update acctl.audit a set hash = acctl.audit_entry_hash(a) where id = 4");
    CHECK(trail.problems() == "changed 4-4");
  }
  SECTION("the first and the last one, with a hash to match") {
    trail.around("update acctl.audit set reason = 'x' where id in (1, " + std::to_string(last) + ")");
    trail.around("update acctl.audit a set hash = acctl.audit_entry_hash(a) where id in (1, " + std::to_string(last) +
                 ")");
    CHECK(trail.problems() == "changed 1-1, changed " + between(last, last));
  }
  SECTION("missing") {
    trail.around("delete from acctl.audit where id in (3, 5, 6)");
    CHECK(trail.problems() == "missing 3-3, missing 5-6");
  }
  SECTION("the first ones missing") {
    trail.around("delete from acctl.audit where id <= 2");
    CHECK(trail.problems() == "missing 1-2");
  }
  SECTION("cut off, and the database's own head shows it") {
    trail.around("delete from acctl.audit where id > 5");
    CHECK(trail.problems() == "cut " + between(6, last));
  }
  SECTION("cut off with the head, and only one that was kept shows it") {
    const std::string kept = trail.kept();
    trail.around(
        "delete from acctl.audit where id > 5; update acctl.audit_head set (id, hash) = (select id, hash from "
        "acctl.audit where id = 5)");
    CHECK(trail.problems().empty());
    CHECK(trail.problems({"--head", kept}) == "cut " + between(6, last));
  }
  SECTION("written anew from one entry on, and only a head that was kept shows it") {
    const std::string kept = trail.kept();
    trail.around("update acctl.audit set actor = 'somebody else' where id = 4");
    trail.forge(4);
    CHECK(trail.problems().empty());
    CHECK(trail.problems({"--head", kept}) == "rewritten " + between(last, last));
  }
  SECTION("the function that makes hashes is another one") {
    trail.acctl.control(
        "create or replace function acctl.audit_entry_hash(entry acctl.audit) returns bytea language sql immutable as "
        "$$ select sha256('x') $$");
    trail.acctl({"enterprise", "create", "e7", "--name", "E"});
    CHECK(trail.problems() == "changed " + between(last + 1, last + 1));
  }
  SECTION("the head was set back") {
    trail.around("update acctl.audit_head set (id, hash) = (select id, hash from acctl.audit where id = 5)");
    CHECK(trail.problems() == "unknown " + between(6, last));
  }
  SECTION("the head is gone") {
    trail.around("delete from acctl.audit_head");
    check_ended(trail.acctl({"audit", "verify"}), 7, "the audit trail has no head");
  }
}

TEST_CASE("a head is taken in whatever shape it was kept, and later entries do not matter") {
  const KeptTrail trail;
  const Json head = trail.acctl.json({"audit", "head"});
  CHECK(keys_of(head) == "id hash");
  CHECK(head["id"] == trail.last);
  CHECK(trail.acctl.json({"platform", "status"})["audit"] == head);
  const Result verbose = trail.acctl({"enterprise", "create", "e7", "--name", "E", "-v"});
  const std::string line = "audit head: " + std::to_string(trail.last + 1) + " ";
  CHECK(contains(verbose.err, line));
  CHECK_FALSE(contains(trail.acctl({"enterprise", "list", "-v"}).err, "audit head"));
  const std::string file = trail.acctl.folder.path() + "/kept";
  for (const std::string& shape :
       {head.dump(), trail.acctl({"audit", "head"}).out, trail.acctl({"audit", "head", "-o", "csv"}).out,
        verbose.err.substr(verbose.err.find(line))}) {
    INFO(shape);
    put_file(file, shape);
    CHECK(trail.problems({"--head", file}).empty());
  }
  put_file(file, "12 and no hash\n");
  check_ended(trail.acctl({"audit", "verify", "--head", file}), 3, "does not contain the id and the hash of one entry");
  check_ended(trail.acctl({"audit", "verify", "--head", file + ".not"}), 3);
}

TEST_CASE("a long trail is verified in parts") {
  const KeptTrail trail;
  // Made by the rule, in one go: the trigger would lock the head fifty thousand times.
  trail.around(R"(do $$
    declare e acctl.audit; begin
      select a.* into e from acctl.audit a order by a.id desc limit 1;
      for i in 1..50000 loop
        e.id := e.id + 1; e.previous := e.hash; e.hash := acctl.audit_entry_hash(e);
        insert into acctl.audit select e.*;
      end loop;
      update acctl.audit_head set id = e.id, hash = e.hash;
    end $$)");
  CHECK(trail.problems().empty());
  CHECK(trail.acctl.json({"audit", "verify"})["entries"] == trail.last + 50'000);
  // At the borders of the parts, too.
  trail.around(
      "update acctl.audit a set reason = 'x' where id in (20000, 20005); delete from acctl.audit where id = 40001");
  trail.around("update acctl.audit a set hash = acctl.audit_entry_hash(a) where id = 20000");
  CHECK(trail.problems() == "changed 20000-20000, changed 20005-20005, missing 40001-40001");
  trail.around("update acctl.audit set reason = 'y' where id between 100 and 300");
  CHECK(contains(trail.acctl({"audit", "verify", "--verbose"}).err, "further entries are wrong"));
}

TEST_CASE("audit export writes each entry with all that its hash is made of, and is recorded") {
  const KeptTrail trail;
  const Result all = trail.acctl({"audit", "export"});
  CHECK(all.status == 0);
  std::istringstream lines(all.out);
  std::int64_t count = 0;
  std::string previous;
  for (std::string line; std::getline(lines, line);) {
    const Json entry = Json::parse(line);
    CHECK(entry["id"] == ++count);
    if (!previous.empty()) CHECK(entry["previous"] == previous);
    previous = entry["hash"];
  }
  CHECK(count == trail.last);
  CHECK(trail.acctl.json({"audit", "list", "--limit", "1"})[0]["action"] == "audit.export");
  const Result rest = trail.acctl({"audit", "export", "--after", std::to_string(trail.last)});
  CHECK(Json::parse(rest.out)["action"] == "audit.export");
}

TEST_CASE("entries from before logins were kept are verified by the rule of then") {
  const Cluster cluster;
  const TemporaryFolder folder;
  Acctl acctl(folder.path());
  acctl.environment["ACCTL_DATABASE_URL"] = cluster.url();
  {
    Connection control(cluster.dsn(), {});
    acctl::migrate(control, {control_migrations()[0], control_migrations()[1]}, "");
  }
  cluster.query(
      "acctl",
      "insert into acctl.servers (name) values ('main'); insert into acctl.settings values "
      "('base_domain', '\"help.example\"'), ('storage_root', '\"/tmp\"'); insert into acctl.audit (run, actor, "
      "origin, action, outcome) select 'r' || i, 'ops', 'ops@host', 'old', 'done' from generate_series(1, 3) i");
  const std::string hashes = "select string_agg(encode(hash, 'hex'), ' ' order by id) from acctl.audit where id <= 3";
  const std::string before = cluster.query("acctl", hashes);
  check_ended(acctl({"platform", "upgrade"}), 0);
  CHECK(cluster.query("acctl", hashes) == before);
  CHECK(cluster.query("acctl",
                      "select action || ' ' || (before ->> 'schema_version') || ' ' || login from acctl.audit "
                      "where id > 3") == "platform.upgrade 2 acctl");
  CHECK(acctl({"audit", "verify", "-o", "json"}).json()["entries"] == 4);
  CHECK(acctl({"audit", "list", "-o", "json", "--action", "old"}).json()[0]["login"].is_null());
  cluster.query("acctl", "set session_replication_role = replica; update acctl.audit set actor = 'x' where id = 2");
  check_ended(acctl({"audit", "verify"}), 7, "entry 2 was changed");
}

TEST_CASE("platform init and upgrade are recorded, also what an interrupted run did not come to") {
  const Cluster cluster;
  const TemporaryFolder folder;
  Acctl acctl(folder.path());
  acctl.environment["ACCTL_DATABASE_URL"] = cluster.url();
  const auto entries = [&] {
    return cluster.query("acctl",
                         "select action || ' ' || (before ->> 'schema_version') || ' ' || "
                         "(after ->> 'schema_version') from acctl.audit where action like 'platform._n%' or "
                         "action = 'platform.upgrade' order by id");
  };
  const std::string head = std::to_string(control_migrations().size());
  check_ended(acctl({"platform", "init"}), 0);
  check_ended(acctl({"platform", "init"}), 0, "nothing changed");
  check_ended(acctl({"platform", "upgrade"}), 0, "nothing changed");
  CHECK(entries() == "platform.init 0 " + head);
  cluster.query("acctl", "set session_replication_role = replica; delete from acctl.audit");
  check_ended(acctl({"platform", "upgrade"}), 0);
  CHECK(entries() == "platform.upgrade " + head + " " + head);
}
