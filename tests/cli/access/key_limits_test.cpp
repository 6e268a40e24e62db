// What API keys may do: a role or permissions of their own, and never more than their user and their maker.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::TenantFixture;

namespace {

using Json = nlohmann::ordered_json;

// Mo manages people and tickets, Ben works tickets.
const std::string people =
    "roles:\n  chief: {name: Chief, permissions: [users.manage, users.view, tickets.view, tickets.delete]}\n"
    "  reader: {name: Reader, permissions: [tickets.view: group]}\n"
    "users:\n  mo@acme.example: {roles: [chief]}\n  ben@acme.example: {roles: [support-agent]}\n";

struct Desk : TenantFixture {
  Desk() {
    applied(people);
    in("update app.users set status = 'active'");
  }

  // "tickets.view:group tickets.edit" that the key of that name may do now.
  std::string may(const std::string& name) const {
    return in(
        "select coalesce(string_agg(p.permission || coalesce(':' || p.level, ''), ' ' order by p.permission), '') "
        "from app.api_keys k join app.api_key_permissions p on p.key_id = k.id where k.name = '" +
        name + "'");
  }

  acctl::test::Result key(const std::string& owner, const std::string& name, std::vector<std::string> more = {}) const {
    std::vector<std::string> words = {"api-key", "create", owner, "--name", name};
    words.insert(words.end(), more.begin(), more.end());
    return (*this)(words);
  }

  std::string live() const {
    return in("select coalesce(string_agg(name, ' ' order by name), '') from app.api_keys where revoked_at is null");
  }
};

}  // namespace

TEST_CASE("a key has a role or permissions of its own, or what its user may do") {
  const Desk desk;
  check_ended(desk.key("ben@acme.example", "all"), 0);
  CHECK(contains(desk.may("all"), "tickets.view:global"));
  CHECK(contains(desk.may("all"), "tickets.edit"));
  check_ended(desk.key("ben@acme.example", "some", {"--permission", "tickets.view:group"}), 0);
  CHECK(desk.may("some") == "tickets.view:group");
  check_ended(desk.key("ben@acme.example", "role", {"--role", "reader"}), 0);
  CHECK(desk.may("role") == "tickets.view:group");
  check_ended(desk.key("organization", "shared", {"--permission", "tickets.view,tickets.delete"}), 0);
  CHECK(desk.may("shared") == "tickets.delete tickets.view:global");
  // The role's change is the key's.
  desk.applied("roles:\n  reader: {permissions: [tickets.view: restricted]}\n", {"--max-removals", "100%"});
  CHECK(desk.may("role") == "tickets.view:restricted");
  const Json listed = desk.json({"api-key", "list"});
  REQUIRE(listed.size() == 4);
  CHECK(listed[1]["name"] == "role");
  CHECK(listed[1]["role"] == "reader");
  CHECK(listed[3]["owner"] == "organization");
  CHECK(listed[3]["email"].is_null());
  CHECK(listed[3]["permissions"] == Json::array({"tickets.delete", "tickets.view"}));
  CHECK(desk.json({"api-key", "list", "organization"}).size() == 1);
  CHECK(desk.json({"api-key", "list", "ben@acme.example"}).size() == 3);
  check_ended(desk.key("organization", "shared", {"--role", "reader"}), 7, "organization has an API key 'shared'");
}

TEST_CASE("a key shrinks with its user and ends with the role that it has", "[promise 16]") {
  const Desk desk;
  check_ended(desk.key("ben@acme.example", "some", {"--permission", "tickets.view:group"}), 0);
  check_ended(desk.key("organization", "shared", {"--role", "reader"}), 0);
  check_ended(desk({"role", "revoke", "support-agent", "ben@acme.example", "--yes"}), 0);
  CHECK(desk.may("some") == "");
  // What made the role stays undone, for the key came after it.
  const std::string made = desk.in("select run from acctl.runs where command = 'apply' order by id limit 1");
  check_ended(desk({"undo", made, "--yes", "--max-removals", "100%"}), 7, "has API keys");
  CHECK(desk.live() == "shared some");
  const auto ended = desk({"role", "delete", "reader", "--yes"});
  check_ended(ended, 0);
  CHECK(contains(ended.out + ended.err, "organization/shared loses tickets.view:group"));
  CHECK(desk.live() == "some");
  // It is known that there was one.
  CHECK(desk.in("select count(*) from app.api_keys where name = 'shared' and revoked_at is not null") == "1");
  CHECK(contains(desk({"api-key", "list", "--revoked"}).out, "shared"));
}

TEST_CASE("a key that names a permission follows its name, and keeps it", "[promise 16]") {
  const Desk desk;
  desk.applied("permissions: {x.one: {category: X, levels: [global, group]}}\n");
  check_ended(desk.key("organization", "bot", {"--permission", "x.one:group"}), 0);
  desk.applied("permissions: {x.two: {category: X, levels: [global, group], previously: [x.one]}}\n");
  CHECK(desk.may("bot") == "x.two:group");
  desk.applied("permissions: {x.one: {category: X}}\n");
  CHECK(desk.may("bot") == "x.two:group");
  check_ended(desk.apply("permissions: {x.one: {category: X}}\n", {"--prune", "--max-removals", "100%"}), 7,
              "permissions/x.two cannot be removed: it is held by API key organization/bot");
}

TEST_CASE("a plan says what keys gain and lose, and a gain is guarded", "[promise 16]") {
  const Desk desk;
  desk.applied("permissions: {x.one: {category: X, levels: [global, group]}}\n");
  check_ended(desk.key("organization", "bot", {"--role", "reader"}), 0);
  check_ended(desk.key("organization", "named", {"--permission", "x.one,tickets.delete"}), 0);
  check_ended(
      desk.key("organization", "mos", {"--permission", "tickets.view,tickets.delete", "--as", "mo@acme.example"}), 0);
  const auto planned = [&](const std::string& file, const std::string& pattern) {
    return desk.apply(file, {"--fail-on-gain", pattern, "--max-removals", "100%", "--dry-run"});
  };
  check_ended(planned("roles: {reader: {permissions: [+tickets.delete]}}\n", "tickets.delete"), 5,
              "organization/bot would gain tickets.delete through role:reader");
  check_ended(planned("permissions: {x.one: {levels: [group]}}\n", "x.*"), 0, "");
  // Narrowed, a key that names no level has the widest that is left; widened again, it gains.
  const auto narrowed = desk.apply("permissions: {x.one: {levels: [group]}}\n");
  check_ended(narrowed, 0);
  CHECK(contains(narrowed.out + narrowed.err, "organization/named loses x.one:global"));
  check_ended(planned("permissions: {x.one: {levels: [global, group]}}\n", "x.*"), 5,
              "organization/named would gain x.one:global through direct");
  // Whatever its maker loses, it loses.
  const auto shrunk = planned("roles: {chief: {permissions: [-tickets.delete]}}\n", "x.*");
  check_ended(shrunk, 0);
  CHECK(contains(shrunk.out + shrunk.err, "organization/mos loses tickets.delete"));
  CHECK_FALSE(contains(shrunk.out + shrunk.err, "organization/named"));
}

TEST_CASE("a permission keeps the level that a key names", "[promise 16]") {
  const Desk desk;
  desk.applied("permissions: {x.one: {category: X, levels: [global, group]}}\n");
  check_ended(desk.key("organization", "bot", {"--permission", "x.one:group"}), 0);
  check_ended(desk.apply("permissions: {x.one: {levels: [global]}}\n"), 3,
              "API key organization/bot holds permissions/x.one at level 'group'");
}

TEST_CASE("whatever keys the application writes, access is taken away, and what has ended stays ended",
          "[promise 12][promise 16]") {
  const Desk desk;
  check_ended(desk.key("organization", "mos", {"--permission", "tickets.view", "--as", "mo@acme.example"}), 0);
  check_ended(desk({"user", "deactivate", "mo@acme.example", "--yes"}), 0);
  CHECK_THROWS_WITH(desk.by_hand("update app.api_keys set revoked_at = null where name = 'mos'"),
                    Catch::Contains("has ended or ends"));
  check_ended(desk.key("organization", "bot", {"--permission", "tickets.view", "--expires", "1d"}), 0);
  CHECK_THROWS_WITH(desk.by_hand("update app.api_keys set expires_at = null where name = 'bot'"),
                    Catch::Contains("has ended or ends"));
  desk.by_hand("update app.api_keys set expires_at = now() + interval '1 hour' where name = 'bot'");
  check_ended(desk.key("ben@acme.example", "bens", {"--permission", "tickets.view"}), 0);
  // A key whose maker is gone, as an older schema let it be.
  desk.in(
      "insert into app.users (email, status) values ('tmp@acme.example', 'active'); insert into app.api_keys (name, "
      "prefix, key_hash, user_id, created_by, permissions) select 'k', 'acctl_AAAAAAAB', sha256('x'), u.id, t.id, "
      "'{\"tickets.view\": null}' from app.users u, app.users t where u.email = 'ben@acme.example' and t.email = "
      "'tmp@acme.example'; delete from app.users where email = 'tmp@acme.example'; set session_replication_role = "
      "replica; update app.api_keys set revoked_at = null where name = 'k'");
  REQUIRE(desk.live() == "bens bot k");
  CHECK(desk.may("k") == "");
  check_ended(desk({"role", "revoke", "support-agent", "ben@acme.example", "--yes"}), 0);
  check_ended(desk({"user", "deactivate", "ben@acme.example", "--yes"}), 0);
  CHECK(desk.live() == "bot");
}

TEST_CASE("no key is made that says more than its user or its maker holds", "[promise 16]") {
  const Desk desk;
  check_ended(desk.key("ben@acme.example", "x", {"--permission", "settings.edit"}), 5,
              "the key would have settings.edit, which ben@acme.example does not hold");
  check_ended(desk.key("ben@acme.example", "x", {"--permission", "tickets.assign:global"}), 5,
              "the key would have tickets.assign:global");
  const std::vector<std::string> as = {"--as", "mo@acme.example"};
  const auto by_mo = [&](const std::string& owner, std::vector<std::string> more) {
    more.insert(more.end(), as.begin(), as.end());
    return desk.key(owner, "x", more);
  };
  check_ended(by_mo("organization", {"--role", "admin"}), 5, "which mo@acme.example does not hold");
  check_ended(by_mo("organization", {"--permission", "settings.edit"}), 5, "which mo@acme.example does not hold");
  check_ended(by_mo("ben@acme.example", {}), 5, "may not create or revoke the API keys of others");
  check_ended(by_mo("organization", {"--permission", "tickets.delete"}), 0);
  CHECK(desk.json({"api-key", "list"})[0]["created_by"] == "mo@acme.example");
  check_ended(desk.key("organization", "y", {"--permission", "tickets.view", "--as", "ben@acme.example"}), 5,
              "may not create or revoke API keys of the organization");
  CHECK(desk.live() == "x");
}

TEST_CASE("a key shrinks with its maker, and ends when the maker is suspended, deleted or offboarded",
          "[promise 12][promise 16]") {
  const Desk desk;
  const auto made = [&](const std::string& name) {
    check_ended(
        desk.key("organization", name, {"--permission", "tickets.view,tickets.delete", "--as", "mo@acme.example"}), 0);
  };
  made("a");
  desk.applied("roles:\n  chief: {permissions: [-tickets.delete]}\n");
  CHECK(desk.may("a") == "tickets.view:global");
  check_ended(desk({"user", "deactivate", "mo@acme.example", "--yes"}), 0);
  CHECK(desk.live() == "");
  check_ended(desk({"user", "reactivate", "mo@acme.example"}), 0);
  CHECK(desk.live() == "");
  desk.applied("roles:\n  chief: {permissions: [+tickets.delete]}\n");
  made("b");
  check_ended(desk.acctl({"user", "offboard", "mo@acme.example", "--yes", "--prove"}), 0, "1 API key");
  CHECK(desk.live() == "");
  desk.in("update app.users set status = 'active' where email = 'mo@acme.example'");
  check_ended(desk({"role", "grant", "chief", "mo@acme.example"}), 0);
  made("c");
  check_ended(desk({"user", "delete", "mo@acme.example", "--revoke-roles", "--yes"}), 0);
  CHECK(desk.live() == "");
}

TEST_CASE("what a key cannot have is named, with the way out") {
  const Desk desk;
  check_ended(desk.key("organization", "x"), 3, "a key of the organization needs a role or permissions of its own");
  check_ended(desk.key("organisation", "x"), 3, "'organisation' is not the owner of a key");
  check_ended(desk.key("organization", "x", {"--role", "raeder"}), 3, "did you mean 'reader'?");
  check_ended(desk.key("organization", "x", {"--permission", "tickets.veiw"}), 3, "did you mean 'tickets.view'?");
  check_ended(desk.key("organization", "x", {"--permission", "tickets.delete:group"}), 3, "has no level 'group'");
  check_ended(desk.key("organization", "x", {"--permission", "*"}), 3, "cannot have every permission");
  check_ended(desk.key("organization", "x", {"--permission", "tickets.view", "--role", "reader"}), 3,
              "--role and --permission cannot be combined");
  CHECK(desk.live() == "");
}

TEST_CASE("keys of the organization are revoked by its name") {
  const Desk desk;
  check_ended(desk.key("organization", "shared", {"--role", "reader"}), 0);
  check_ended(desk.key("ben@acme.example", "shared"), 0);
  check_ended(desk({"api-key", "revoke", "organization", "shared"}), 10, "--yes");
  check_ended(desk({"api-key", "revoke", "organization", "shared", "--yes"}), 0, "done: the key is revoked");
  check_ended(desk({"api-key", "revoke", "organization", "shared", "--yes"}), 0, "nothing to change");
  check_ended(desk({"api-key", "revoke", "organization", "other", "--yes"}), 3, "organization has no API key 'other'");
  CHECK(desk.in("select owner from app.api_keys where revoked_at is null") == "user");
}

TEST_CASE("the application cannot widen a key, nor make one for the organization in nobody's name") {
  const Desk desk;
  check_ended(desk.key("organization", "shared", {"--role", "reader"}), 0);
  CHECK_THROWS_WITH(desk.by_hand("update app.api_keys set role_id = null, permissions = '{\"tickets.delete\": null}'"),
                    Catch::Contains("may do cannot be changed"));
  CHECK_THROWS_WITH(desk.by_hand("insert into app.api_keys (name, prefix, key_hash, owner, permissions) values ('x', "
                                 "'acctl_x', sha256('x'), 'organization', '{}')"),
                    Catch::Contains("does not name the active user"));
  desk.by_hand("update app.api_keys set last_used_at = now()");
  desk.by_hand(
      "insert into app.api_keys (name, prefix, key_hash, owner, permissions, created_by) select 'x', "
      "'acctl_x', sha256('x'), 'organization', '{\"tickets.view\": null, \"settings.edit\": null}', id from "
      "app.users where email = 'ben@acme.example'");
  CHECK(desk.may("x") == "tickets.view:global");
}
