// A plan as a page for a browser.
#include "commands/reports/plan_html.hpp"

#include "commands/reports/permission_changes.hpp"
#include "provisioning/base/digest.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/reports.hpp"

using acctl::Action;
using acctl::FleetReport;
using acctl::test::change;

namespace {

const acctl::ReportOrigin origin = {
    .actor = "gil", .at = "2026-11-29T10:00:00Z", .database = "db.example/<acctl>", .version = "0.1.0"};

std::string page_of(const FleetReport& report) { return acctl::report_html(report, {}, origin); }

bool has(const std::string& page, const std::string& part) { return page.find(part) != std::string::npos; }

// 200 groups of 25 tenants; in each a role of its own changes, and a person of each tenant gains by it.
FleetReport large() {
  FleetReport report;
  for (int group = 0; group < 200; ++group) {
    const std::string number = std::to_string(1000 + group);
    acctl::PlanGroup one{.id = "a91c" + number, .tenants = {}, .plan = {}, .effects = {}, .prunable = {}};
    for (int tenant = 0; tenant < 25; ++tenant) {
      one.tenants.push_back("customer-" + number + "-" + std::to_string(tenant));
      one.effects.push_back({one.tenants.back(),
                             {{"person-" + std::to_string(tenant) + "@customer.example",
                               {"tickets.export", "t." + std::to_string(tenant)},
                               {"tickets.delete"},
                               "role:role-" + number}}});
    }
    const acctl::Place place{"definitions/roles.yaml", group + 1, 1};
    for (int role = 0; role < 10; ++role) {
      const std::string key = "role-" + number + "-" + std::to_string(role);
      one.plan.changes.push_back(change(Action::add, "roles", key, {{"name", {nullptr, "Role " + key}}}, place));
    }
    report.groups.push_back(std::move(one));
  }
  return report;
}

}  // namespace

TEST_CASE("the page of a plan says what changes, for whom, and where it comes from") {
  const std::string page = page_of(acctl::test::one_tenant());
  for (const char* part :
       {"<h1>Plan: 4 to add, 3 to change, 3 to remove, 2 to take over</h1>", "<dt>Made by</dt><dd>gil</dd>",
        "<dt>Made at</dt><dd>2026-11-29T10:00:00Z</dd>", "<dt>Control database</dt><dd>db.example/&lt;acctl&gt;</dd>",
        "<dd>acctl 0.1.0</dd>", "<h2>Permissions of roles</h2>", "<h3>Effect on access</h3>", "class=\"gains\"",
        "<span class=\"soft\">roles.yaml:"}) {
    INFO(part);
    CHECK(has(page, part));
  }
  CHECK(has(page_of(acctl::test::fleet()), "tenants failed"));
  CHECK(has(page_of(FleetReport()), "Nothing changes."));
}

TEST_CASE("roles and permissions that change are a matrix of gains and losses") {
  FleetReport report = acctl::test::one_tenant();
  report.groups[0].tenants.push_back("other");
  const acctl::PermissionChanges all = acctl::find_permission_changes(report);
  REQUIRE(all.rows.contains("reports.export"));
  const acctl::PermissionCell& cell = all.rows.at("reports.export").begin()->second;
  CHECK(cell.lost == 2);
  CHECK(cell.gained == 0);
  CHECK(
      has(page_of(report), "<td class=\"loss\"><span aria-hidden=\"true\">−</span><span class=\"read\">lost</span> 2"));
}

TEST_CASE("nothing but its own script runs in the page of a plan, and no name breaks out of it") {
  const std::string page = page_of(acctl::test::hostile());
  const std::size_t start = page.find("<script>") + 8;
  REQUIRE(start != std::string::npos + 8);
  CHECK(page.find("<script", start) == std::string::npos);
  CHECK(has(page, "script-src 'sha256-"));
  for (const char* outside : {"\"http", "=http", "url(", "@import", " src=", "<link", "\x1b", "\xe2\x80\xae"}) {
    INFO(outside);
    CHECK_FALSE(has(page, outside));
  }
}

TEST_CASE("the page of 5,000 tenants in 200 groups has at most two megabytes, and says what it leaves out") {
  const std::string page = page_of(large());
  CHECK(page.size() <= 2'000'000);
  CHECK(page.size() > 300'000);
  CHECK(has(page, "#a91c1199"));
  FleetReport larger = large();
  for (acctl::PlanGroup& group : larger.groups) {
    for (int i = 0; i < 300; ++i) {
      group.plan.changes.push_back(change(Action::remove, "teams", "team-with-a-long-name-" + std::to_string(i)));
    }
  }
  const std::string cut = page_of(larger);
  CHECK(cut.size() <= 2'000'000);
  CHECK(has(cut, "-o json shows everything"));
  CHECK(has(cut, "#a91c1199"));
}
