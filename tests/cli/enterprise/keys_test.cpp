// API keys of an enterprise: one key in all of its tenants, those added later too, until it is revoked.
#include "provisioning/database/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fleet.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::Fleet;

namespace {

// acme and bert are in the enterprise; carl and dora are not yet.
struct Enterprise : Fleet {
  Enterprise() {
    check_ended(acctl({"enterprise", "create", "umbrella", "--name", "Umbrella"}), 0);
    check_ended(acctl({"enterprise", "add-tenant", "umbrella", "acme", "bert", "--yes"}), 0);
  }

  acctl::test::Result create(const std::string& name,
                             std::vector<std::string> more = {"--role", "support-agent"}) const {
    std::vector<std::string> words = {"api-key", "create", "enterprise:umbrella", "--name", name};
    words.insert(words.end(), more.begin(), more.end());
    return acctl(words);
  }

  // "acme bert": those of `tenants` in which a key with this name is good. One that is held has no database to look at.
  std::string good(const std::string& name,
                   const std::vector<std::string>& tenants = {"acme", "bert", "carl", "dora"}) const {
    std::string all;
    for (const std::string& tenant : tenants) {
      if (acctl.in(tenant,
                   "select count(*) from app.api_keys where owner = 'enterprise' and revoked_at is null and "
                   "name = '" +
                       name + "'") == "1") {
        all += (all.empty() ? "" : " ") + tenant;
      }
    }
    return all;
  }
};

}  // namespace

TEST_CASE("a key of an enterprise is the same key in all of its tenants, those added later too") {
  const Enterprise fleet;
  const auto made = fleet.acctl.json(
      {"api-key", "create", "enterprise:umbrella", "--name", "siem", "--role", "support-agent", "--expires", "90d"});
  const std::string key = made["key"];
  CHECK(made["tenants"] == nlohmann::ordered_json::array({"acme", "bert"}));
  for (const char* tenant : {"acme", "bert"}) {
    CHECK(fleet.acctl.in(tenant, "select key_hash = sha256('" + key + "') from app.api_keys") == "t");
    CHECK(fleet.acctl.in(tenant,
                         "select count(*) > 0 from app.api_key_permissions where permission = 'tickets.view'") == "t");
    CHECK_FALSE(contains(fleet.everything(tenant), key.substr(15)));
  }
  CHECK_FALSE(contains(fleet.acctl.world(), key.substr(15)));
  check_ended(fleet.acctl({"enterprise", "add-tenant", "umbrella", "carl", "--yes"}), 0);
  CHECK(fleet.good("siem") == "acme bert carl");
  const auto reviewed = fleet.acctl.json({"review", "--all"});
  std::string tenants;
  for (const auto& row : reviewed) {
    if (row["key"].is_null()) continue;
    tenants += row["tenant"].get<std::string>() + " ";
    CHECK(row["key"]["owner"] == "enterprise");
    CHECK(row["key"]["enterprise"] == "umbrella");
    CHECK(row["roles"][0]["role"] == "support-agent");
  }
  CHECK(tenants == "acme bert carl ");
  CHECK(contains(fleet.acctl({"review", "--all"}).out, "\nenterprise:umbrella"));
  fleet.acctl.create("elsa", {"--enterprise", "umbrella"});
  CHECK(fleet.acctl.in("elsa", "select key_hash = sha256('" + key + "') from app.api_keys") == "t");
  check_ended(fleet.acctl({"enterprise", "remove-tenant", "umbrella", "bert", "--yes"}), 0);
  CHECK(fleet.good("siem") == "acme carl");
  check_ended(fleet.acctl({"enterprise", "add-tenant", "umbrella", "bert", "--yes"}), 0);
  CHECK(fleet.good("siem") == "acme bert carl");
  CHECK(fleet.acctl.json({"api-key", "list", "enterprise:umbrella", "--all"}).size() == 4);
}

TEST_CASE("revoking a key of an enterprise reaches suspended tenants, and held ones when they are resumed",
          "[promise 12]") {
  const Enterprise fleet;
  check_ended(fleet.create("siem"), 0);
  check_ended(fleet.create("siem"), 7, "enterprise umbrella has an API key 'siem'");
  check_ended(fleet.acctl({"tenant", "suspend", "acme", "--yes"}), 0);
  check_ended(fleet.acctl({"tenant", "delete", "bert", "--confirm", "bert", "--yes"}), 0);
  check_ended(fleet.acctl({"api-key", "revoke", "enterprise:umbrella", "siem"}), 10, "--yes");
  check_ended(fleet.acctl({"api-key", "revoke", "enterprise:umbrella", "siem", "--yes"}), 0,
              "done: the key is revoked");
  CHECK(fleet.good("siem", {"acme", "carl", "dora"}) == "");
  check_ended(fleet.acctl({"tenant", "resume", "bert"}), 0, "was revoked in the meantime");
  CHECK(fleet.good("siem") == "");
  check_ended(fleet.acctl({"api-key", "revoke", "enterprise:umbrella", "siem", "--yes"}), 0, "nothing to change");
  // The name is free again.
  check_ended(fleet.create("siem", {"--permission", "tickets.view:group"}), 0);
}

TEST_CASE("keys of an enterprise enter a tenant when somebody has said so, and are not ended in one of them",
          "[promise 12][promise 13]") {
  const Enterprise fleet;
  check_ended(fleet.create("siem"), 0);
  check_ended(fleet.create("other"), 0);
  const auto asked = fleet.acctl({"enterprise", "add-tenant", "umbrella", "carl"});
  check_ended(asked, 10, "--yes");
  CHECK(contains(asked.err, "2 API keys of enterprise umbrella will work there: "));
  CHECK(fleet.good("siem") == "acme bert");
  check_ended(fleet.acctl({"role", "delete", "support-agent", "--yes", "-t", "acme"}), 7,
              "it is held by API key enterprise/other");
  const auto by_hand = [&](const std::string& sql) {
    acctl::Connection(fleet.acctl.cluster.dsn(fleet.acctl.app_role("acme"), "acme"), {}).script(sql);
  };
  CHECK_THROWS_WITH(by_hand("update app.api_keys set enterprise_key = (select enterprise_key from app.api_keys where "
                            "name = 'other') where name = 'siem'"),
                    Catch::Contains("not changed in one tenant"));
  CHECK_THROWS_WITH(by_hand("update app.api_keys set name = 'third' where name = 'siem'"),
                    Catch::Contains("not changed in one tenant"));
  // One that was exchanged all the same ends with the key that it was.
  fleet.acctl.in("acme", "update app.api_keys set key_hash = sha256('x') where name = 'siem'");
  check_ended(fleet.acctl({"enterprise", "add-tenant", "umbrella", "acme", "--yes"}), 0);
  CHECK(fleet.acctl.in("acme",
                       "select count(*) from app.api_keys where key_hash = sha256('x') and revoked_at is null") == "0");
  CHECK(fleet.good("siem") == "acme bert");
}

TEST_CASE("keys of an enterprise are for staff, for all of its tenants, and have something to say") {
  const Enterprise fleet;
  check_ended(fleet.create("x", {"--role", "admin", "--as", "ana@acme.example"}), 5, "are for staff");
  check_ended(fleet.create("x", {"--role", "admin", "-t", "acme"}), 3, "reaches all of its tenants");
  check_ended(fleet.create("x", {}), 3, "needs a role or permissions of its own");
  check_ended(fleet.create("x", {"--role", "suport-agent", "--dry-run"}), 0, "did you mean 'support-agent'?");
  check_ended(fleet.create("x", {"--permission", "tickets.vew", "--dry-run"}), 0, "did you mean 'tickets.view'?");
  check_ended(fleet.acctl({"api-key", "create", "enterprise:umbrela", "--name", "x", "--role", "admin"}), 3,
              "did you mean 'umbrella'?");
  check_ended(fleet.create("x", {"--role", "admin", "--dry-run"}), 0, "dry run");
  CHECK(fleet.good("x") == "");
  CHECK(fleet.acctl.control("select count(*) from acctl.enterprise_keys") == "0");
}

TEST_CASE("a key of an enterprise that cannot be shown is revoked in all of its tenants") {
  const Enterprise fleet;
  const acctl::test::Result result = acctl::test::run_program(
      {.words = {"sh", "-c",
                 "exec " + acctl::test::program_path() +
                     " api-key create enterprise:umbrella --name siem --role support-agent > /dev/full"},
       .environment = fleet.acctl.acctl.environment});
  CHECK(result.status == 1);
  CHECK(contains(result.err, "and was revoked"));
  CHECK(fleet.good("siem") == "");
  check_ended(fleet.create("siem"), 0);
  CHECK(fleet.good("siem") == "acme bert");
}
