// tenant validate, plan, apply and drift: the registry as a file.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

struct Registry : TestPlatform {
  Registry() {
    create("acme", {"--label", "area=eu"});
    create("bert", {"--plan", "pro"});
  }

  std::string file(const std::string& tenants, const std::string& manager = "sales") const {
    const std::string path = folder.path() + "/tenants.yaml";
    put_file(path, "acctl: 1\nmanager: " + manager + "\ntenants:\n" + tenants);
    return path;
  }

  Result run(const std::string& verb, const std::string& tenants, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"tenant", verb, "-f", file(tenants)};
    words.insert(words.end(), more.begin(), more.end());
    return (*this)(words);
  }

  std::string rows() const {
    return control(
        "select string_agg(concat_ws(' ', slug, name, plan, seats, labels), ', ' order by slug) from "
        "acctl.tenants where status = 'active'");
  }
};

const std::string acme_line =
    "  acme: {name: Acme Inc., admin_email: ana@acme.example, plan: pro, labels: {tier: gold}}\n";
const std::string bert_line = "  bert: {name: Name of bert, admin_email: ana@bert.example, seats: 7}\n";
const std::string cyd_line =
    "  cyd: {name: Cyd, admin_email: ana@cyd.example, features: {sso: true}, subscription: active}\n";

}  // namespace

TEST_CASE("a registry file is planned, applied, and then nothing differs") {
  const Registry acctl;
  const std::string all = acme_line + bert_line + cyd_line;
  const std::string before = acctl.world();
  check_ended(acctl.run("validate", all), 0, "is valid: 3 tenants of manager sales");
  const Result planned = acctl.run("plan", all, {"--detailed-exitcode", "-o", "json"});
  check_ended(planned, 2);
  CHECK(planned.json()["summary"]["add"] == 1);
  CHECK(planned.json()["summary"]["change"] == 2);
  CHECK(planned.json()["groups"][0]["changes"][0]["source"].get<std::string>().ends_with("tenants.yaml:4"));
  check_ended(acctl.run("apply", all), 10, "--yes");
  check_ended(acctl.run("apply", all, {"--dry-run"}), 0);
  CHECK(acctl.control("select count(*) from acctl.tenants") == "2");
  const Result done = acctl.run("apply", all, {"--yes"});
  check_ended(done, 0, "limit of seats: 10 -> 100");
  CHECK(acctl.rows() == R"(acme Acme Inc. pro {"tier": "gold"}, bert Name of bert pro 7 {}, cyd Cyd trial {})");
  CHECK(acctl.in("acme", "select plan || ' ' || seat_limit from app.plan") == "pro 100");
  CHECK(acctl.in("cyd", "select features ->> 'sso' from app.plan") == "true");
  CHECK(acctl.control("select subscription || ' ' || manager from acctl.tenants where slug = 'cyd'") == "active sales");
  const std::string after = acctl.world();
  check_ended(acctl.run("apply", all), 0, "nothing to change");
  check_ended(acctl.run("plan", all, {"--detailed-exitcode"}), 0);
  check_ended(acctl({"tenant", "drift"}), 0);
  CHECK(acctl.world() == after);
  CHECK(acctl({"tenant", "doctor"}).status == 0);
  CHECK(before != after);
}

TEST_CASE("all names of a registry file that the platform does not have are told with their places") {
  const Registry acctl;
  const std::string before = acctl.world_but_audit();
  const std::string rows =
      "  acme: {name: Name of acme, plan: por, features: {ssso: true}}\n"
      "  bert: {name: Name of bert, server: mian, region: nowhere}\n"
      "  cyd: {name: Cyd, enterprise: umbrela}\n";
  for (const char* verb : {"plan", "apply"}) {
    INFO(verb);
    const Result refused = acctl.run(verb, rows, {"--verbose"});
    check_ended(refused, 3, "tenants.yaml:4:36: there is no plan 'por'; did you mean 'pro'?");
    for (const char* told : {"tenants.yaml:4:52: there is no feature 'ssso'; did you mean 'sso'?",
                             "tenants.yaml:5:38: there is no server 'mian'; did you mean 'main'?",
                             "tenants.yaml:5:52: there is no region 'nowhere'",
                             "tenants.yaml:6:3: tenant cyd does not exist, and has no admin_email",
                             "tenants.yaml:6:32: there is no enterprise 'umbrela'"}) {
      CHECK_THAT(refused.err, Catch::Contains(told));
    }
  }
  CHECK(acctl.world_but_audit() == before);
}

TEST_CASE("a registry file need not name the administrator of a tenant that exists") {
  const Registry acctl;
  const std::string row = "  acme: {name: Acme Inc.}\n";
  check_ended(acctl.run("validate", row), 0, "is valid: 1 tenant");
  check_ended(acctl.run("apply", row, {"--yes"}), 0);
  CHECK(acctl.json({"tenant", "show", "acme"})["admin"]["email"] == "ana@acme.example");
  check_ended(acctl.run("plan", row + "  cyd: {name: Cyd}\n"), 3, "tenant cyd does not exist, and has no admin_email");
}

TEST_CASE("a registry file need not name a tenant that exists, and takes its notes away") {
  const Registry acctl;
  check_ended(acctl.run("apply", "  acme: {plan: pro, notes: VIP}\n", {"--yes"}), 0);
  CHECK(acctl.control("select name || ' ' || notes from acctl.tenants where slug = 'acme'") == "Name of acme VIP");
  check_ended(acctl.run("plan", "  acme: {plan: pro}\n"), 0, "nothing to change");
  for (const std::string nothing : {"''", "~"}) {
    acctl.control("update acctl.tenants set notes = 'VIP' where slug = 'acme'");
    check_ended(acctl.run("plan", "  acme: {notes: " + nothing + "}\n"), 0, "notes: \"VIP\" ->");
    check_ended(acctl.run("apply", "  acme: {notes: " + nothing + "}\n", {"--yes"}), 0);
    CHECK(acctl.json({"tenant", "show", "acme"})["notes"].is_null());
    check_ended(acctl.run("plan", "  acme: {notes: " + nothing + "}\n"), 0, "nothing to change");
  }
  const Result fresh = acctl.run("apply", "  cyd: {admin_email: ana@cyd.example, notes: ''}\n", {"--yes"});
  check_ended(fresh, 3, "tenant cyd does not exist, and has no name to be created with");
  check_ended(fresh, 3, "Add name and admin_email to the rows of new tenants.");
  check_ended(acctl.run("apply", "  cyd: {name: Cyd, admin_email: ana@cyd.example, notes: ''}\n", {"--yes"}), 0);
  CHECK(acctl.json({"tenant", "show", "cyd"})["notes"].is_null());
}

TEST_CASE("a row without administrator finishes a tenant and leaves it its own") {
  const TestPlatform acctl;
  acctl.control("create database acme");
  REQUIRE(acctl(acctl::test::create_words("acme")).status == 7);
  acctl.control("drop database acme");
  const std::string path = acctl.folder.path() + "/tenants.yaml";
  put_file(path, "acctl: 1\ntenants:\n  acme: {name: Name of acme}\n");
  check_ended(acctl({"tenant", "create", "-f", path}), 0, "1 resumed");
  CHECK(acctl.json({"tenant", "show", "acme"})["admin"]["email"] == "ana@acme.example");
}

TEST_CASE("what was changed by hand is drift, and the file brings it back") {
  const Registry acctl;
  check_ended(acctl.run("apply", acme_line + bert_line, {"--yes"}), 0);
  check_ended(acctl({"tenant", "label", "acme", "tier=silver", "extra=x"}), 0);
  check_ended(acctl({"tenant", "edit", "bert", "--notes", "not in the file"}), 0);
  const Result drift = acctl({"tenant", "drift", "-o", "json"});
  check_ended(drift, 2);
  REQUIRE(drift.json()["groups"].size() == 1);
  CHECK(drift.json()["groups"][0]["changes"][0]["fields"].dump() ==
        R"({"label.extra":{"before":null,"after":"x"},"label.tier":{"before":"gold","after":"silver"}})");
  check_ended(acctl({"tenant", "drift", "bert"}), 0);
  check_ended(acctl.run("apply", acme_line + bert_line, {"--yes"}), 0, "label.extra");
  check_ended(acctl({"tenant", "drift"}), 0);
}

TEST_CASE("a declared tenant that is being deleted is skipped by name, and is drift") {
  const Registry acctl;
  check_ended(acctl.run("apply", acme_line + bert_line, {"--yes"}), 0);
  check_ended(acctl({"tenant", "delete", "bert", "--confirm", "bert"}), 0);
  const std::string before = acctl.world_but_audit();
  const std::string renamed = "  bert: {name: Other, admin_email: ana@bert.example, seats: 9}\n";
  for (const std::string& row : {bert_line, renamed}) {
    const Result planned = acctl.run("plan", acme_line + row, {"-o", "json", "--detailed-exitcode"});
    check_ended(planned, 0);
    CHECK(planned.json()["summary"]["unchanged_tenants"] == 1);
    CHECK(planned.json()["summary"]["skipped_tenants"] == 1);
    CHECK(planned.json()["being_deleted"][0]["tenant"] == "bert");
    CHECK_THAT(planned.json()["being_deleted"][0]["reason"].get<std::string>(),
               Catch::StartsWith("it is being deleted, and held until 2"));
    check_ended(acctl.run("plan", acme_line + row), 0, "tenant bert is skipped: it is being deleted, and held until 2");
    check_ended(acctl.run("apply", acme_line + row, {"--yes"}), 0, "1 tenant skipped");
  }
  CHECK(acctl.world_but_audit() == before);
  const Result drift = acctl({"tenant", "drift", "-o", "json"});
  check_ended(drift, 2);
  CHECK(drift.json()["groups"][0]["changes"][0]["fields"].dump() ==
        R"({"status":{"before":"active","after":"deprovisioning"}})");
  check_ended(acctl({"tenant", "drift"}), 2, "the tenant is being deleted; to keep it: acctl tenant resume bert");
  check_ended(acctl({"tenant", "create", "-f", acctl.file(renamed), "--yes"}), 7,
              "tenant bert cannot be changed: it is being deleted");
  check_ended(acctl({"tenant", "resume", "bert"}), 0);
  check_ended(acctl({"tenant", "drift"}), 0);
}

TEST_CASE("a tenant that leaves the file is reported and never deleted") {
  const Registry acctl;
  check_ended(acctl.run("apply", acme_line + bert_line, {"--yes"}), 0);
  const std::string before = acctl.world();
  const Result planned = acctl.run("plan", bert_line, {"-o", "json"});
  check_ended(planned, 0);
  CHECK(acctl.world() == before);
  check_ended(acctl.run("plan", bert_line, {}), 0,
              "1 tenant of manager sales no longer in the file, left as they are: acme");
  CHECK(planned.json()["no_longer_declared"].dump() == R"(["acme"])");
  check_ended(acctl.run("apply", bert_line, {"--yes"}), 0, "left as they are: acme");
  // It is nobody's from now on, and what becomes of it is no drift.
  CHECK(acctl.json({"tenant", "show", "acme"})["status"] == "active");
  CHECK(acctl.json({"tenant", "show", "acme"})["manager"].is_null());
  check_ended(acctl({"tenant", "edit", "acme", "--name", "Other"}), 0);
  check_ended(acctl({"tenant", "drift"}), 0);
  CHECK(acctl.control("select before ->> 'manager' from acctl.audit where action = 'tenant.apply' and slug = 'acme' "
                      "order by id desc limit 1") == "sales");
  check_ended(acctl({"audit", "verify"}), 0);
}

TEST_CASE("a tenant of another manager is a conflict until it is adopted", "[promise 6]") {
  const Registry acctl;
  check_ended(acctl.run("apply", acme_line, {"--yes"}), 0);
  const std::string other = acctl.file(acme_line, "ops");
  check_ended(acctl({"tenant", "apply", "-f", other, "--yes"}), 7, "tenant acme is declared by manager sales");
  check_ended(acctl({"tenant", "apply", "-f", other, "--adopt", "--yes"}), 0, "manager: \"sales\" -> \"ops\"");
  CHECK(acctl.json({"tenant", "show", "acme"})["manager"] == "ops");
  CHECK(acctl.control("select after ->> 'manager' from acctl.audit where action = 'tenant.apply' order by id desc "
                      "limit 1") == "ops");
}

TEST_CASE("what a file cannot change is a conflict, and one tenant's failure stops no other") {
  const Registry acctl;
  const Result result = acctl.run(
      "apply", "  acme: {name: Acme Inc., admin_email: ana@acme.example, pack: msp}\n" + bert_line, {"--yes"});
  check_ended(result, 6, "pack is helpdesk, not msp");
  CHECK(contains(acctl.rows(), "bert Name of bert pro 7"));
  CHECK(contains(acctl.rows(), "acme Name of acme trial"));
  check_ended(acctl.run("plan", "  acme: {name: A, admin_email: ana@acme.example, plan: por}\n"), 3,
              "there is no plan 'por'; did you mean 'pro'?");
  check_ended(acctl.run("apply", "  bert: {name: B, admin_email: ana@bert.example, plan: trial, seats: 0}\n"), 3,
              "seats: 0 is not between");
}

TEST_CASE("fewer seats than users are refused with a command that allows them, after which the file applies") {
  const Registry acctl;
  acctl.in("bert",
           "insert into app.users (email, name) select 'u' || i || '@x.example', 'U' from generate_series(1, 12) i");
  const std::string row = "  bert: {name: Name of bert, plan: trial, seats: 7}\n";
  for (const char* verb : {"plan", "apply"}) {
    INFO(verb);
    const Result refused = acctl.run(
        verb, row, std::string(verb) == "plan" ? std::vector<std::string>{} : std::vector<std::string>{"--yes"});
    check_ended(refused, 5, "acctl tenant set-plan bert --plan trial --seats 7 --over-limit");
  }
  check_ended(acctl({"tenant", "set-plan", "bert", "--plan", "trial", "--seats", "7", "--over-limit", "--yes"}), 0);
  check_ended(acctl.run("apply", row, {"--yes"}), 0);
}

TEST_CASE("tenant create -f changes a row that differs after a question, and not with --create-only") {
  const Registry acctl;
  const std::string path = acctl.file(acme_line + cyd_line);
  const std::string before = acctl.world_but_audit();
  check_ended(acctl({"tenant", "create", "-f", path}), 10, "--yes");
  CHECK(acctl.world_but_audit() == before);
  const Result strict = acctl({"tenant", "create", "-f", path, "--create-only", "-o", "json"});
  check_ended(strict, 6);
  CHECK(strict.json()[0]["exit_code"] == 7);
  CHECK(strict.json()[1]["result"] == "created");
  const Result done = acctl({"tenant", "create", "-f", path, "--yes", "-o", "json"});
  check_ended(done, 0);
  CHECK(done.json()[0]["result"] == "updated");
  CHECK(done.json()[1]["result"] == "unchanged");
  CHECK(contains(acctl.rows(), R"(acme Acme Inc. pro {"tier": "gold"})"));
  CHECK(acctl.in("cyd", "select features ->> 'sso' from app.plan") == "true");
  check_ended(acctl({"tenant", "create", "-f", path}), 0, "2 unchanged");
}
