// Promise 4: a run that has lost its lock cannot write any more. Every statement that is fenced by an epoch is tried
// with an old one, which must change nothing, and with its own, which must change something.
#include <filesystem>
#include <regex>

#include "provisioning/database/connection.hpp"
#include "provisioning/tenants/departures.sql.hpp"
#include "provisioning/tenants/doctor.sql.hpp"
#include "provisioning/tenants/enterprise.sql.hpp"
#include "provisioning/tenants/entitlement.sql.hpp"
#include "provisioning/tenants/lifecycle.sql.hpp"
#include "provisioning/tenants/migrate.sql.hpp"
#include "provisioning/tenants/provision.sql.hpp"
#include "provisioning/tenants/registry.sql.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::Connection;
using acctl::Param;
using acctl::test::file_text;
using acctl::test::TenantFixture;

namespace {

struct Fenced {
  std::string name;  // of the statement
  const char* sql;
  std::string database;
  std::string prepare;  // so that it has something to do
  // Its parameters for this tenant and epoch.
  std::function<std::vector<Param>(const std::string& tenant, std::int64_t epoch)> parameters;
};

const std::string failed_step =
    R"([{"name": "seed", "status": "failed", "attempts": 1, "error": "x", "started_ms": 1, "finished_ms": 1}])";

std::vector<Fenced> fenced() {
  using Id = const std::string&;
  using Epoch = std::int64_t;
  return {
      {"record_steps", acctl::sql::record_steps, "acctl", "",
       [](Id id, Epoch epoch) { return std::vector<Param>{id, epoch, failed_step}; }},
      {"activate_tenant", acctl::sql::activate_tenant, "acctl", "update acctl.tenants set status = 'provisioning'",
       [](Id id, Epoch epoch) { return std::vector<Param>{id, epoch, 1, 1, "[]", "r", "a", "o", "", "provisioning"}; }},
      {"set_tenant_status", acctl::sql::set_tenant_status, "acctl", "",
       [](Id id, Epoch epoch) { return std::vector<Param>{id, epoch, "suspended", "active", 0}; }},
      {"set_tenant_admin", acctl::sql::set_tenant_admin, "acctl", "update acctl.tenants set status = 'failed'",
       [](Id id, Epoch epoch) { return std::vector<Param>{id, epoch, "new@acme.example", "New"}; }},
      {"set_schema_version", acctl::sql::set_schema_version, "acctl", "",
       [](Id id, Epoch epoch) { return std::vector<Param>{id, epoch, 77}; }},
      {"accept_ledger", acctl::sql::accept_ledger, "acctl", "",
       [](Id id, Epoch epoch) { return std::vector<Param>{id, epoch, 5, "run"}; }},
      {"finish_deletion", acctl::sql::finish_deletion, "acctl", "update acctl.tenants set status = 'deprovisioning'",
       [](Id id, Epoch epoch) { return std::vector<Param>{id, epoch, "run"}; }},
      {"set_tenant_enterprise", acctl::sql::set_tenant_enterprise, "acctl",
       "insert into acctl.enterprises (key, name) values ('umbrella', 'U') on conflict do nothing",
       [](Id id, Epoch epoch) { return std::vector<Param>{id, epoch, "umbrella", std::nullopt}; }},
      {"take_tenant", acctl::sql::take_tenant, "acme", "",
       [](Id id, Epoch epoch) { return std::vector<Param>{id, epoch, "other", 77, 7, 7, "{}"}; }},
      {"write_entitlement", acctl::sql::write_entitlement, "acme", "",
       [](Id id, Epoch epoch) { return std::vector<Param>{id, epoch, "other", 77, 7, 7, "{}"}; }},
      {"seed_enterprise_grants", acctl::sql::seed_enterprise_grants, "acme", "",
       [](Id id, Epoch epoch) {
         return std::vector<Param>{"{new@x.example}",
                                   "{support-agent}",
                                   "{00000000-0000-0000-0000-000000000001}",
                                   id,
                                   epoch,
                                   "run",
                                   "tenant create",
                                   "me",
                                   "me@here",
                                   ""};
       }},
  };
}

// Statements whose text speaks of an epoch that they are given.
std::vector<std::string> fenced_in(const std::string& path) {
  const std::string text = file_text(path);
  std::vector<std::string> names;
  const std::regex begin(R"(-- name: (\w+))");
  for (std::sregex_iterator at(text.begin(), text.end(), begin), end; at != end; ++at) {
    const auto next = std::next(at);
    const std::string body(text.begin() + at->position(), next == end ? text.end() : text.begin() + next->position());
    if (std::regex_search(body, std::regex(R"(epoch (=|<=) \$\d)"))) names.push_back((*at)[1]);
  }
  return names;
}

}  // namespace

TEST_CASE("promise 4: no fenced statement writes for a run that was overtaken") {
  for (const Fenced& one : fenced()) {
    INFO(one.name);
    const TenantFixture desk;
    if (!one.prepare.empty()) desk.acctl.in(one.database, one.prepare);
    const std::string id = desk.acctl.control("select id from acctl.tenants");
    const std::string epoch_of = one.database == "acctl" ? "acctl.tenants" : "acctl.tenant";
    desk.acctl.in(one.database, "update " + epoch_of + " set epoch = 7");
    const auto picture = [&] {
      desk.in("update acctl.revision set counter = 1");  // triggers move it for statements without rows, too
      return desk.acctl.world() + desk.everything();
    };
    Connection session(desk.acctl.cluster.dsn("acctl", one.database), {});
    const std::string before = picture();
    CHECK(session.query(one.sql, one.parameters(id, 6)).empty());
    CHECK((picture() == before));
    session.query(one.sql, one.parameters(id, 7));
    CHECK((picture() != before));
  }
}

TEST_CASE("promise 4: the fence of a suspension raises the epoch and never lowers it") {
  const TenantFixture desk;
  const std::string id = desk.acctl.control("select id from acctl.tenants");
  desk.in("update acctl.tenant set epoch = 7");
  Connection session(desk.acctl.cluster.dsn("acctl", "acme"), {});
  for (const auto& [epoch, after] : {std::pair<std::int64_t, std::string>{6, "7"}, {8, "8"}}) {
    session.query(acctl::sql::fence_tenant, {id, epoch});
    CHECK(desk.in("select epoch from acctl.tenant") == after);
  }
}

TEST_CASE("promise 4: every statement that compares an epoch is in the table of those that are tried") {
  std::vector<std::string> tried;
  for (const Fenced& one : fenced()) tried.push_back(one.name);
  std::size_t compared = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(ACCTL_SOURCE) + "/provisioning")) {
    if (entry.path().extension() != ".sql") continue;
    for (const std::string& name : fenced_in(entry.path().string())) {
      INFO(entry.path().string() << ": " << name);
      ++compared;
      // The one makes the first epoch, the others raise it.
      const bool raises = name == "seed_tenant" || name == "fence_tenant" || name == "catch_up_epoch";
      CHECK((raises || std::ranges::find(tried, name) != tried.end()));
    }
  }
  CHECK(compared >= 12);
}
