// user deactivate: the open tickets and items of somebody who leaves are named, and handed over.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

const std::string olga = "olga@acme.example";
const std::string ben = "ben@acme.example";

// acme and globex: olga has an open ticket, a solved one and an open item in each; ben is a user of acme alone.
struct Company {
  Company() {
    for (const char* slug : {"acme", "globex"}) {
      acctl.create(slug);
      check_ended(acctl({"user", "invite", olga, "--role", "support-agent", "-t", slug}), 0);
      acctl.in(
          slug,
          "insert into app.tickets (subject, channel, status_id, priority_id, assignee_id) select 'Help', 'chat', "
          "s.id, p.id, u.id from app.users u, app.statuses s, app.priorities p where u.email like 'olga%' and s.key "
          "in ('open', 'solved') and p.key = 'normal' order by s.key;"
          "insert into app.items (project_id, title, status_id, assignee_id) select p.id, 'Work', s.id, u.id from "
          "app.users u, app.statuses s, app.projects p where u.email like 'olga%' and s.key = 'to-do'");
    }
    check_ended(acctl({"user", "invite", ben, "--role", "support-agent", "-t", "acme"}), 0);
    for (const char* slug : {"acme", "globex"}) acctl.in(slug, "update app.users set status = 'active'");
    item = acctl.in("acme", "select max(id) from app.items");
  }

  // Whom the tickets and items are assigned to: "open olga, solved olga, to-do olga".
  std::string work(const std::string& tenant) const {
    return acctl.in(tenant,
                    "select string_agg(w, ', ' order by w) from (select s.key || ' ' || split_part(u.email, '@', 1) w "
                    "from app.users u join app.tickets t on t.assignee_id = u.id join app.statuses s on s.id = "
                    "t.status_id union all select s.key || ' ' || split_part(u.email, '@', 1) from app.users u join "
                    "app.items i on i.assignee_id = u.id join app.statuses s on s.id = i.status_id) x");
  }
  std::string status(const std::string& tenant) const {
    return acctl.in(tenant, "select status from app.users where email = '" + olga + "'");
  }

  TestPlatform acctl;
  std::string item;
};

}  // namespace

TEST_CASE("whoever leaves is named with the automations and views that go on naming them, by whatever command") {
  const acctl::test::TenantFixture desk;
  check_ended(desk({"user", "invite", olga, ben, "--role", "support-agent"}), 0);
  desk.applied(
      "automations:\n  a1: {name: A, trigger: ticket.created, actions: [{assign_user: olga@acme.example}]}\n"
      "views: {v1: {name: V, type: list, filters: {assignee: [olga@acme.example, me]}}}\n");
  const std::string told = "automations/a1, views/v1 name olga@acme.example and will still do so";
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"user", "delete", olga, "--revoke-roles", "-t", "acme"},
                                             {"user", "deactivate", olga, "-t", "acme"},
                                             {"user", "offboard", olga}}) {
    INFO(words.at(1));
    check_ended(desk.acctl(words), 10, told);
  }
  check_ended(desk.plan("users: {olga@acme.example: {status: suspended}}\n"), 0, told);
  const Result quiet = desk({"user", "delete", ben, "--revoke-roles"});
  check_ended(quiet, 10);
  CHECK(!contains(quiet.err + quiet.out, "still do so"));
}

TEST_CASE("user deactivate names the open work that stays with somebody") {
  const Company company;
  const std::string stays = "tenant acme: ticket 1 and item " + company.item + " stay assigned to " + olga +
                            "; use --reassign-to to assign them to another user";
  check_ended(company.acctl({"user", "deactivate", olga, "-t", "acme"}), 10, stays);
  const Result done = company.acctl({"user", "deactivate", olga, "-t", "acme", "--yes", "-o", "json"});
  check_ended(done, 0);
  CHECK(done.json()["open_work"].dump() == R"([{"tenant":"acme","email":"olga@acme.example","tickets":[1],"items":[)" +
                                               company.item + R"(],"reassigned_to":null}])");
  CHECK(company.status("acme") == "suspended");
  CHECK(company.work("acme") == "open olga, solved olga, to-do olga");
}

TEST_CASE("user deactivate --reassign-to hands open work over in the same transaction, and what is done stays") {
  const Company company;
  const std::vector<std::string> words = {"user", "deactivate", olga, "--reassign-to", ben, "-t", "acme", "--yes"};
  std::vector<std::string> dry = words;
  dry.emplace_back("--dry-run");
  check_ended(company.acctl(dry), 0, "will be assigned to " + ben);
  CHECK(company.work("acme") == "open olga, solved olga, to-do olga");
  check_ended(company.acctl(words), 0, "ticket 1 and item " + company.item + " will be assigned to " + ben);
  CHECK(company.status("acme") == "suspended");
  CHECK(company.work("acme") == "open ben, solved olga, to-do ben");
  // Again: nothing is left to do.
  const std::string world = company.acctl.world();
  check_ended(company.acctl(words), 0);
  CHECK(acctl::test::difference(world, company.acctl.world()) == "");
}

TEST_CASE("work of somebody who is suspended already can be handed over") {
  const Company company;
  check_ended(company.acctl({"user", "deactivate", olga, "-t", "acme", "--yes"}), 0);
  check_ended(company.acctl({"user", "deactivate", olga, "--reassign-to", ben, "-t", "acme", "--yes"}), 0);
  CHECK(company.work("acme") == "open ben, solved olga, to-do ben");
  CHECK(company.acctl.in("acme", "select command || ' ' || outcome from acctl.runs order by id desc limit 1") ==
        "user deactivate done");
}

TEST_CASE("over many tenants work is handed over where the heir is active, and named elsewhere") {
  const Company company;
  check_ended(company.acctl({"user", "deactivate", olga, "--reassign-to", ben, "--all", "--yes"}), 0,
              ben + " is not an active user there");
  CHECK(company.status("globex") == "suspended");
  CHECK(company.work("acme") == "open ben, solved olga, to-do ben");
  CHECK(company.work("globex") == "open olga, solved olga, to-do olga");
}

TEST_CASE("an heir who is unknown, not active or leaving is a mistake, and nothing is touched") {
  const Company company;
  const auto hand_to = [&](const std::string& heir, const std::string& tenant) {
    return company.acctl({"user", "deactivate", olga, "--reassign-to", heir, "-t", tenant, "--yes"});
  };
  check_ended(hand_to("bem@acme.example", "acme"), 3, "did you mean '" + ben + "'?");
  check_ended(hand_to(olga, "acme"), 3, "who is to be deactivated");
  company.acctl.in("acme", "update app.users set status = 'invited' where email = '" + ben + "'");
  check_ended(hand_to(ben, "acme"), 3, ben + " is not an active user of tenant acme");
  company.acctl.in("acme", "update app.users set status = 'active' where email = '" + ben + "'");
  CHECK(company.status("acme") == "active");
  CHECK(company.work("acme") == "open olga, solved olga, to-do olga");
}

TEST_CASE("who is the last admin keeps access and work") {
  const Company company;
  company.acctl.in("acme", "update app.tickets set assignee_id = (select id from app.users where email like 'ana@%')");
  check_ended(company.acctl({"user", "deactivate", "ana@acme.example", "--reassign-to", ben, "-t", "acme", "--yes"}),
              5);
  CHECK(company.work("acme") == "open ana, solved ana, to-do olga");
}
