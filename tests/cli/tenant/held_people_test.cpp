// Promise 12: taking access away reaches somebody who is a user in nothing but a tenant that is held for deletion.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::difference;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

const std::string olga = "olga@globex.example";

// acme, and globex, which is held; olga is a user there and nowhere else.
struct HeldTenant {
  HeldTenant() {
    for (const char* slug : {"acme", "globex"}) acctl.create(slug);
    check_ended(acctl({"user", "invite", olga, "--role", "support-agent", "-t", "globex"}), 0);
    acctl.in("globex", "update app.users set status = 'active'");
    check_ended(acctl({"tenant", "delete", "globex", "--confirm", "globex"}), 0);
  }

  void resume() const { check_ended(acctl({"tenant", "resume", "globex"}), 0, olga + " left in the meantime"); }

  // "suspended 0": olga's status and roles.
  std::string rest() const {
    return acctl.in("globex",
                    "select u.status || ' ' || (select count(*) from app.user_roles h where h.user_id = u.id) from "
                    "app.users u where u.email = '" +
                        olga + "'");
  }

  TestPlatform acctl;
};

const std::string sentence = "tenant globex is held for deletion, and " + olga + " is a user there";

}  // namespace

TEST_CASE("promise 12: user offboard reaches somebody who is a user in a held tenant alone, when it is resumed") {
  const HeldTenant held;
  const TestPlatform& acctl = held.acctl;
  const std::string before = acctl.world_but_audit();
  check_ended(acctl({"user", "offboard", olga}), 10, "end the access of " + olga + " in globex when it is resumed");
  check_ended(acctl({"user", "offboard", olga, "--dry-run"}), 0, sentence);
  CHECK(difference(before, acctl.world_but_audit()) == "");
  const Result done = acctl({"user", "offboard", olga, "--yes", "-o", "json"});
  check_ended(done, 0, sentence);
  CHECK(done.json()["deferred"].dump() ==
        R"([{"tenant":"globex","email":")" + olga + R"(","why":"held for deletion","known":true}])");
  CHECK(acctl.control("select string_agg(action, ' ' order by id) from acctl.audit where action in ('user.leave', "
                      "'user.offboard') and outcome = 'done'") == "user.leave user.offboard");
  // Again: nothing is written; what cannot be read is not proven.
  const std::string noted = acctl.world();
  check_ended(acctl({"user", "offboard", olga}), 0);
  check_ended(acctl({"user", "offboard", olga, "--prove"}), 6, "tenant globex could not be read");
  CHECK(difference(noted, acctl.world()) == "");
  held.resume();
  CHECK(held.rest() == "suspended 0");
  check_ended(acctl({"user", "offboard", olga, "--prove"}), 0, "proven");
}

TEST_CASE("promise 12: user deactivate and delete over all tenants reach somebody in a held tenant alone") {
  for (const std::string verb : {"deactivate", "delete"}) {
    INFO(verb);
    const HeldTenant held;
    check_ended(held.acctl({"user", verb, olga, "--all"}), 10, "when it is resumed");
    check_ended(held.acctl({"user", verb, olga, "--all", "--yes"}), 0, sentence);
    const std::string noted = held.acctl.world();
    check_ended(held.acctl({"user", verb, olga, "--all", "--yes"}), 0);
    CHECK(difference(noted, held.acctl.world()) == "");
    held.resume();
    CHECK(held.rest() == "suspended 1");
  }
}

TEST_CASE("an address that nobody has is a mistake, also where a tenant is held", "[promise 12]") {
  const HeldTenant held;
  const std::string before = held.acctl.world_but_audit();
  for (const std::vector<std::string>& words : {std::vector<std::string>{"offboard"}, {"deactivate", "--all"}}) {
    std::vector<std::string> all = {"user", words.front(), "ogla@globex.example", "--yes"};
    all.insert(all.end(), words.begin() + 1, words.end());
    check_ended(held.acctl(all), 3, "there is no user 'ogla@globex.example'");
  }
  CHECK(difference(before, held.acctl.world_but_audit()) == "");
}

TEST_CASE("promise 12: where the users of a held tenant are not known, whoever leaves may be one of them") {
  const HeldTenant held;
  const TestPlatform& acctl = held.acctl;
  acctl.control("delete from acctl.held_people");  // held by an earlier acctl
  check_ended(acctl({"user", "offboard", olga, "--yes"}), 0,
              "tenant globex is held for deletion and cannot be searched; if " + olga + " is a user there");
  held.resume();
  CHECK(held.rest() == "suspended 0");
}

TEST_CASE("of the users of a held tenant the registry keeps hashes, and only while it is held") {
  const HeldTenant held;
  const TestPlatform& acctl = held.acctl;
  const auto kept = [&] {
    return acctl.control("select count(*) || ' ' || count(*) filter (where address = sha256('" + olga +
                         "')) from acctl.held_people");
  };
  CHECK(kept() == "2 1");
  check_ended(acctl({"tenant", "resume", "globex"}), 0);
  CHECK(kept() == "0 0");
  check_ended(acctl({"tenant", "delete", "globex", "--confirm", "globex"}), 0);
  CHECK(kept() == "2 1");
  check_ended(acctl({"tenant", "delete", "globex", "--confirm", "globex", "--hold", "0"}), 0);
  CHECK(kept() == "0 0");
  check_ended(acctl({"user", "offboard", olga, "--yes"}), 3, "there is no user");
}
