// The verbs of a tenant's life on several tenants: one question for all, a result for each.
#include "tests/support/catch.hpp"
#include "tests/support/running.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::create_words;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

// acme, bert and carl, of which bert and carl are in plan pro.
struct Several : TestPlatform {
  Several() {
    create("acme");
    create("bert", {"--plan", "pro"});
    create("carl", {"--plan", "pro"});
  }

  std::string statuses() const {
    return control("select string_agg(slug || ' ' || status, ', ' order by slug) from acctl.tenants");
  }
};

}  // namespace

TEST_CASE("several tenants are suspended after one question and resumed, with a result for each") {
  const Several acctl;
  check_ended(acctl({"tenant", "suspend", "acme", "bert"}), 10,
              "Do you want to suspend 2 tenants (acme, bert)? Their sessions end");
  CHECK(acctl.statuses() == "acme active, bert active, carl active");
  const Result suspended = acctl({"tenant", "suspend", "--match", "plan=pro", "--yes", "-o", "json"});
  check_ended(suspended, 0);
  REQUIRE(suspended.json().size() == 2);
  CHECK(suspended.json()[0].dump() ==
        R"({"slug":"bert","result":"suspended","error":null,"kind":null,"exit_code":null,"hint":null})");
  CHECK(acctl.statuses() == "acme active, bert suspended, carl suspended");
  check_ended(acctl({"tenant", "suspend", "acme", "bert", "--dry-run"}), 0, "1 unchanged, 1 would be suspended");
  check_ended(acctl({"tenant", "resume", "-t", "bert", "-t", "acme"}), 0, "1 resumed, 1 unchanged");
  CHECK(acctl.statuses() == "acme active, bert active, carl suspended");
}

TEST_CASE("a tenant that cannot be suspended stops no other, and its row says why") {
  const Several acctl;
  acctl.control("create database half");
  REQUIRE(acctl(create_words("half")).status == 7);
  const Result result = acctl({"tenant", "suspend", "acme", "half", "--yes", "-o", "json"});
  CHECK(result.status == 6);
  const auto rows = result.json();
  CHECK(rows[0]["result"] == "suspended");
  CHECK(rows[1]["kind"] == "conflict");
  CHECK(rows[1]["exit_code"] == 7);
  CHECK(acctl({"tenant", "suspend", "half", "--yes"}).status == 7);
  check_ended(acctl({"tenant", "suspend", "acme", "half", "--yes", "-o", "name"}), 6);
  CHECK(acctl({"tenant", "suspend", "acme", "half", "--yes", "-o", "name"}).out == "acme\n");
}

TEST_CASE("a slug that no tenant has among several is exit 3, and none of the others is touched") {
  const Several acctl;
  REQUIRE(acctl({"tenant", "suspend", "bert", "--yes"}).status == 0);
  const std::string before = acctl.world_but_audit();
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"suspend", "acme", "crl", "--yes"},
                                             {"suspend", "-t", "acme", "-t", "crl", "--yes"},
                                             {"resume", "bert", "crl"},
                                             {"retry", "acme", "crl"},
                                             {"delete", "acme", "crl", "--confirm", "acme,crl"},
                                             {"purge", "acme", "crl", "--yes"},
                                             {"migrate", "acme", "crl"},
                                             {"doctor", "acme", "crl", "--fix"},
                                             {"disconnect", "acme", "crl", "--yes"},
                                             {"set-plan", "acme", "crl", "--plan", "pro"},
                                             {"label", "acme", "crl", "tier=gold"}}) {
    std::vector<std::string> all = {"tenant"};
    all.insert(all.end(), words.begin(), words.end());
    INFO(words.front());
    check_ended(acctl(all), 3, "there is no tenant 'crl'; did you mean 'carl'?");
  }
  CHECK(acctl.world_but_audit() == before);
  // One that was there once is known.
  REQUIRE(acctl({"tenant", "delete", "bert", "--confirm", "bert", "--hold", "0"}).status == 0);
  CHECK(acctl({"tenant", "delete", "bert", "carl", "--confirm", "bert,carl"}).status == 0);
}

TEST_CASE("what a condition selects by accident is left out and named") {
  const Several acctl;
  REQUIRE(acctl({"tenant", "delete", "bert", "--confirm", "bert"}).status == 0);
  check_ended(acctl({"tenant", "suspend", "carl", "--yes"}), 0);
  check_ended(acctl({"tenant", "resume", "--match", "plan=pro"}), 0, "1 tenant left out: bert (deprovisioning)");
  CHECK(acctl.statuses() == "acme active, bert deprovisioning, carl active");
  check_ended(acctl({"tenant", "resume", "--match", "status=deprovisioning"}), 0, "1 resumed");
  CHECK(acctl.statuses() == "acme active, bert active, carl active");
  check_ended(acctl({"tenant", "suspend", "--all", "--yes"}), 3, "not --all");
  check_ended(acctl({"tenant", "suspend", "acme", "--match", "plan=pro"}), 3, "cannot be combined");
  check_ended(acctl({"tenant", "suspend"}), 3, "SLUG is missing");
}

TEST_CASE("several tenants are deleted with one confirmation that names them all") {
  const Several acctl;
  check_ended(acctl({"tenant", "delete", "carl", "bert"}), 10, "--confirm bert,carl");
  check_ended(acctl({"tenant", "delete", "carl", "bert", "--confirm", "bert"}), 3,
              "--confirm names bert, not bert,carl");
  check_ended(acctl({"tenant", "delete", "--match", "plan=pro", "--confirm", "bert", "--confirm", "carl"}), 0,
              "2 held for deletion");
  CHECK(acctl.statuses() == "acme active, bert deprovisioning, carl deprovisioning");
  acctl::test::Running asked({.words = {acctl::test::program_path(), "tenant", "delete", "bert", "carl", "--hold", "0"},
                              .environment = acctl.acctl.environment},
                             {.terminal = true});
  REQUIRE(asked.says("Type bert,carl to confirm"));
  asked.type("bert,carl\n");
  CHECK(asked.finish().status == 0);
  CHECK(acctl.statuses() == "acme active, bert deleted, carl deleted");
}

TEST_CASE("a deletion of several tenants says which are held, until when, and where their exports are") {
  const Several acctl;
  check_ended(acctl({"tenant", "delete", "acme", "bert", "--dry-run"}), 0, "2 would be held for deletion");
  check_ended(acctl({"tenant", "delete", "acme", "bert", "--hold", "0", "--dry-run"}), 0, "2 would be deleted");
  const Result held = acctl({"tenant", "delete", "acme", "bert", "--confirm", "acme,bert"});
  check_ended(held, 0);
  CHECK_THAT(held.out, Catch::Contains("held for deletion until 2"));
  check_ended(acctl({"tenant", "delete", "carl", "--no-export", "--confirm", "carl"}), 0);
  const Result again =
      acctl({"tenant", "delete", "acme", "carl", "--hold", "1d", "--confirm", "acme,carl", "-o", "json"});
  CHECK(again.status == 0);
  const auto rows = again.json();
  CHECK(acctl::test::keys_of(rows[0]) == "slug result error kind exit_code hint hold_until export");
  CHECK(rows[0]["result"] == "deleted");
  CHECK_THAT(rows[0]["hold_until"].get<std::string>(), Catch::StartsWith("2"));
  CHECK(rows[0]["export"].is_number_integer());
  CHECK(rows[1]["export"].is_null());
  const auto one = acctl.json({"tenant", "delete", "bert", "--confirm", "bert"});
  CHECK(one["hold_until"] == acctl.json({"tenant", "show", "bert"})["hold_until"]);
  CHECK(one["export"].is_number_integer());
  check_ended(acctl({"tenant", "delete", "acme", "carl", "--hold", "0", "--confirm", "acme,carl"}), 0, "2 deleted");
}

TEST_CASE("all tenants whose provisioning failed are retried together") {
  const Several acctl;
  for (const std::string slug : {"dora", "emil"}) {
    acctl.control("create database " + slug);
    REQUIRE(acctl(create_words(slug)).status == 7);
  }
  check_ended(acctl({"tenant", "retry", "--match", "status=failed"}), 7, "2 of 2 tenants failed");
  acctl.control("drop database dora");
  check_ended(acctl({"tenant", "retry", "--match", "status=failed"}), 6, "1 of 2 tenants failed");
  acctl.control("drop database emil");
  check_ended(acctl({"tenant", "retry", "dora", "emil"}), 0, "1 provisioned, 1 unchanged");
  CHECK(acctl({"tenant", "doctor"}).status == 0);
}
