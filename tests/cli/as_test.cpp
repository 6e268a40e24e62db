// --as: nobody does through acctl what they could not do in the application.
#include <map>

#include "tests/support/catch.hpp"
#include "tests/support/desk.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::Desk;
using acctl::test::difference;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

using Words = std::vector<std::string>;

// What a tenant of each pack is asked, and a user with nothing but the role.
struct Column {
  std::string name;
  Words words;
};

const std::vector<Column>& columns() {
  static const std::vector<Column> all = {
      {"see", {"user", "list"}},
      {"invite", {"user", "invite", "new@acme.example", "--dry-run"}},
      {"edit", {"user", "edit", "guest@acme.example", "--name", "Guest", "--dry-run"}},
      {"suspend", {"user", "deactivate", "guest@acme.example", "--dry-run"}},
      {"delete", {"user", "delete", "guest@acme.example", "--dry-run"}},
      {"role", {"role", "create", "own", "--name", "Own", "--dry-run"}},
      {"team", {"team", "create", "own", "--name", "Own", "--dry-run"}},
  };
  return all;
}

// Role -> what its holder may do of the columns, in their order.
using Table = std::map<std::string, std::string>;

void check_pack(const std::string& pack, const Table& expected) {
  const TestPlatform acctl;
  acctl.create("acme", {"--pack", pack, "--plan", "pro"});
  acctl.in("acme", "insert into app.users (email, status) values ('guest@acme.example', 'active')");
  for (const auto& [role, allowed] : expected) {
    const std::string user = role + "@acme.example";
    acctl.in("acme",
             "insert into app.users (email, status) values ('" + user +
                 "', 'active'); insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, "
                 "app.roles r where u.email = '" +
                 user + "' and r.key = '" + role + "'");
    REQUIRE(acctl.in("acme",
                     "select count(*) from app.user_roles h join app.users u on u.id = h.user_id where u.email = '" +
                         user + "'") == "1");
    std::string found;
    for (const Column& column : columns()) {
      Words words = column.words;
      words.insert(words.end(), {"-t", "acme", "--as", user, "--yes"});
      const Result result = acctl(words);
      INFO(pack << " " << role << " " << column.name << ": " << result.err);
      CHECK((result.status == 0 || (result.status == 5 && contains(result.err, "refused: " + user + " may not"))));
      if (result.status == 0) found += (found.empty() ? "" : " ") + column.name;
    }
    INFO(pack << " " << role);
    CHECK(found == allowed);
  }
}

const std::string everything = "see invite edit suspend delete role team";

}  // namespace

TEST_CASE("as a user in the pack helpdesk: only admins administer people") {
  check_pack("helpdesk", {{"admin", everything}, {"support-agent", ""}, {"team-lead", "see"}});
}

TEST_CASE("as a user in the pack msp: viewers and managers do not administer people") {
  check_pack("msp",
             {{"organization-admin", everything}, {"enterprise-admin", everything}, {"manager", ""}, {"viewer", ""}});
}

TEST_CASE("as a user in the pack conversational: admins alone see and change people") {
  check_pack("conversational", {{"admin", everything}, {"user", ""}});
}

TEST_CASE("as a user in the pack messaging: only the account admin makes roles") {
  check_pack("messaging", {{"account-admin", everything},
                           {"administrator", "see invite edit suspend delete team"},
                           {"support-agent", ""},
                           {"support-manager", ""},
                           {"marketing-user", ""},
                           {"marketing-manager", ""},
                           {"restricted-user", ""},
                           {"sales-user", ""},
                           {"sales-manager", ""}});
}

TEST_CASE("as a user: custom roles take the plan's feature") {
  const TestPlatform acctl;
  acctl.create("acme", {"--pack", "messaging", "--plan", "trial"});
  acctl.in("acme", "update app.users set status = 'active'");
  check_ended(acctl({"role", "create", "own", "--name", "Own", "-t", "acme", "--as", "ana@acme.example"}), 5,
              "the tenant's plan has no custom roles");
  check_ended(acctl({"role", "create", "own", "--name", "Own", "-t", "acme"}), 0);
}

TEST_CASE("as a user: nobody gives more than they hold, touches admins without being one, or acts while suspended") {
  const acctl::test::Desk desk;
  desk.in("update app.users set status = 'active'");
  desk.applied(
      "roles: {people: {name: People, permissions: [users.manage, users.view, tickets.view: group]}}\n"
      "users:\n  pia@acme.example: {roles: [people]}\n  bea@acme.example: {}\n");
  desk.in("update app.users set status = 'active'");
  const auto as_pia = [&](Words words) {
    words.insert(words.end(), {"--as", "Pia@acme.example", "--yes"});
    return desk(words);
  };
  const std::string before = desk.configuration();
  const auto refused = [&](const Words& words, const std::string& message) {
    check_ended(as_pia(words), 5, message);
    CHECK(
        desk.in(
            "select outcome || ' ' || (actor like '% as pia@acme.example') from acctl.runs order by id desc limit 1") ==
        "refused true");
  };
  refused({"role", "grant", "admin", "bea@acme.example"}, "it is more than pia@acme.example holds");
  refused({"role", "grant", "support-agent", "bea@acme.example"}, "it is more than pia@acme.example holds");
  refused({"user", "edit", "bea@acme.example", "--add-permission", "tickets.view:global"},
          "more than pia@acme.example holds");
  refused({"user", "deactivate", "ana@acme.example"}, "only admins touch admins");
  refused({"user", "invite", "new@acme.example", "--role", "admin"}, "it is more than pia@acme.example holds");
  refused({"apply", "-f", desk.file("settings: {locale: de}\n")}, "it takes settings.edit or settings.manage");
  refused({"apply", "-f", desk.file("permissions: {x.y: {category: X}}\n")}, "it takes an admin");
  CHECK(difference(before, desk.configuration()) == "");
  check_ended(as_pia({"role", "grant", "people", "bea@acme.example"}), 0);
  check_ended(as_pia({"user", "edit", "bea@acme.example", "--add-permission", "tickets.view:restricted"}), 0);
  desk.in("update app.users set status = 'suspended' where email = 'pia@acme.example'");
  check_ended(as_pia({"user", "edit", "bea@acme.example", "--name", "Bea"}), 5,
              "pia@acme.example is suspended, not active");
  check_ended(desk({"user", "list", "--as", "nobody@acme.example"}), 5, "nobody@acme.example is no user of the tenant");
}

TEST_CASE("as a user: whoever administers people changes nothing of an admin, and does not act themselves out") {
  const Desk desk;
  desk.applied(
      "roles: {mgr: {name: M, permissions: [users.manage, users.view]}}\n"
      "users: {lead@acme.example: {roles: [mgr]}, adm@acme.example: {roles: [admin]}, it@acme.example: {roles: "
      "[admin]}}\n");
  desk.by_hand("update app.users set status = 'active'");
  const auto refused = [&](const std::string& text, const std::string& who, const std::string& why) {
    check_ended(desk.apply(text, {"--as", who + "@acme.example"}), 5, who + "@acme.example may not " + why);
  };
  const std::string admins = "touch adm@acme.example: only admins touch admins";
  refused("users: {evil@acme.example: {previously: [adm@acme.example]}}\n", "lead", admins);
  refused("users: {adm@acme.example: {external_id: x}}\n", "lead", admins);
  refused("users: {adm@acme.example: {session_hours: 5}}\n", "lead", admins);
  desk.by_hand("update app.users set status = 'suspended' where email = 'adm@acme.example'");
  refused("users: {adm@acme.example: {name: Other}}\n", "lead", admins);
  desk.by_hand("update app.users set status = 'active'");
  refused("users: {lead@acme.example: {roles: []}}\n", "lead", "take users.manage from themselves");
  refused("users: {adm@acme.example: {roles: []}}\n", "adm", "take * from themselves");
  const std::vector<std::string> as_lead = {"--as", "lead@acme.example", "--yes"};
  check_ended(desk({"role", "revoke", "mgr", "lead@acme.example", "--as", "lead@acme.example", "--yes"}), 5,
              "take users.manage from themselves");
  check_ended(desk({"user", "delete", "lead@acme.example", "--revoke-roles", "--as", "lead@acme.example", "--yes"}), 5,
              "delete themselves");
  check_ended(desk({"user", "deactivate", "adm@acme.example", "--as", "adm@acme.example", "--yes"}), 5,
              "suspend themselves");
  check_ended(desk.apply("users: {lead@acme.example: {name: Lead}}\n", {"--as", "lead@acme.example"}), 0);
}

TEST_CASE("acting as a user is no option of what only staff do") {
  const acctl::test::Desk desk;
  check_ended(desk.acctl({"tenant", "list", "--as", "ana@acme.example"}), 3, "--as");
}
