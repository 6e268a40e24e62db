// role lint and role matrix, of tenants and of files.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::keys_of;
using acctl::test::Result;
using acctl::test::TenantFixture;

TEST_CASE("role lint finds what a tenant's roles could do better") {
  const TenantFixture desk;
  desk.applied(
      "roles:\n  agent: {name: Agent, permissions: [tickets.view: global, tickets.create]}\n"
      "  agent-too: {name: Agent, permissions: [tickets.view: global, tickets.create]}\n"
      "  boss: {name: Boss, permissions: [\"*\"]}\nusers: {bob@acme.example: {roles: [agent]}}\n");
  const auto findings = desk.json({"role", "lint"});
  CHECK(keys_of(findings.at(0)) == "tenant rule roles message suggestion");
  std::string all;
  for (const auto& finding : findings) {
    CHECK(finding["tenant"] == "acme");
    all += finding["rule"].get<std::string>() + ": " + finding["message"].get<std::string>() + "\n";
  }
  CHECK(all ==
        "nearly-identical: agent and agent-too give the same 2 permissions.\n"
        "overlap: support-agent gives all 2 permissions of agent, and more.\n"
        "overlap: team-lead gives all 2 permissions of agent, and more.\n"
        "overlap: support-agent gives all 2 permissions of agent-too, and more.\n"
        "overlap: team-lead gives all 2 permissions of agent-too, and more.\n"
        "overlap: team-lead gives all 12 permissions of support-agent, and more.\n"
        "unused: Nobody has agent-too.\n"
        "unused: Nobody has boss.\n"
        "unused: Nobody has support-agent.\n"
        "unused: Nobody has team-lead.\n"
        "wildcard: boss gives every permission, including those added later.\n"
        "wildcard: team-lead gives all 5 permissions of Projects at their widest.\n");
  const Result table = desk({"role", "lint"});
  CHECK(table.status == 0);
  CHECK(table.err == "12 findings\n");
  const Result csv = desk({"role", "lint", "-o", "csv"});
  CHECK(csv.out.starts_with("ROLES,TENANT,RULE,FINDING,SUGGESTION\r\n\"agent, agent-too\",acme,nearly-identical,"));
}

TEST_CASE("role lint reads files without a database") {
  const TenantFixture desk;
  const std::string file = desk.file(
      "roles:\n  x: {name: Ex, permissions: [tickets.view: global, tickets.create]}\n"
      "  y: {name: Why, permissions: [tickets.view: global, tickets.create]}\n");
  auto acctl = desk.acctl.acctl;
  acctl.environment["ACCTL_DATABASE_URL"] = "host=/nowhere";
  const Result result = acctl({"role", "lint", "-f", file, "--pack", "helpdesk", "-o", "json"});
  CHECK(result.status == 0);
  CHECK(result.json().at(0)["tenant"].is_null());
  CHECK(result.json().at(0)["message"] == "x and y give the same 2 permissions.");
  const Result alone = acctl({"role", "lint", "-f", file});
  CHECK(alone.status == 3);
  CHECK_THAT(alone.err, Catch::Contains("there is no 'tickets.view' among permissions"));
  CHECK(acctl({"role", "lint", "--pack", "mps"}).err ==
        "acctl: there is no pack 'mps'; did you mean 'msp'?\nPacks: conversational, helpdesk, messaging, msp.\n");
  CHECK(acctl({"role", "lint", "--pack", "msp", "-o", "json"}).out == "[]\n");
}

TEST_CASE("role matrix shows each role's level of each permission, in every format") {
  const TenantFixture desk;
  const auto rows = desk.json({"role", "matrix"});
  CHECK(keys_of(rows.at(0)) == "permission category roles");
  CHECK(rows.at(0).dump() ==
        R"({"permission":"*","category":"Everything","roles":{"admin":true,"support-agent":null,"team-lead":null}})");
  const Result csv = desk({"role", "matrix", "--format", "csv"});
  CHECK(csv.out.starts_with("PERMISSION,CATEGORY,admin,support-agent,team-lead\r\n*,Everything,yes,,\r\n"));
  CHECK_THAT(csv.out, Catch::Contains("tickets.assign,Tickets,global,group,global\r\n"));
  CHECK(desk({"role", "matrix", "-o", "csv"}).out == csv.out);
  CHECK(desk({"role", "matrix", "--format", "table"}).out == desk({"role", "matrix"}).out);
  CHECK(desk({"role", "matrix", "--format", "html"}).out.starts_with("<!DOCTYPE html>"));
  CHECK_THAT(desk({"role", "matrix", "--format", "html"}).out,
             Catch::Contains("<h1>Roles and permissions of acme</h1>"));
  CHECK(desk({"role", "matrix", "--format", "svg"}).out.starts_with("<svg xmlns="));
  CHECK(desk({"role", "matrix", "--format", "pdf"}).status == 3);
}

TEST_CASE("role matrix takes one tenant, or files") {
  const TenantFixture desk;
  desk.acctl.create("bob");
  const Result two = desk({"role", "matrix", "-t", "bob"});
  CHECK(two.status == 3);
  CHECK(two.err == "acctl: this command takes one tenant\nSelect it with -t.\n");
  CHECK(two.out.empty());
  const Result pack = desk.acctl({"role", "matrix", "--pack", "msp", "--format", "csv"});
  CHECK(pack.out.starts_with("PERMISSION,CATEGORY,enterprise-admin,manager,organization-admin,viewer\r\n"));
}
