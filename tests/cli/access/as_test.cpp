// --as: nobody does through acctl what they could not do in the application.
#include <map>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;
using acctl::test::TestPlatform;

namespace {

using Words = std::vector<std::string>;

// What a tenant of each pack is asked, by a user with nothing but the role. LOW stands for the pack's least role, FILE
// for a folder with files.
struct Column {
  std::string name;
  Words words;
};

const std::vector<Column>& columns() {
  static const std::vector<Column> all = {
      {"see", {"user", "list"}},
      {"show", {"user", "show", "guest@acme.example"}},
      {"permissions", {"user", "permissions", "guest@acme.example"}},
      {"why", {"why", "guest@acme.example", "users.view"}},
      {"roles", {"role", "list"}},
      {"matrix", {"role", "matrix"}},
      {"lint", {"role", "lint"}},
      {"templates", {"role-template", "list"}},
      {"teams", {"team", "list"}},
      {"review", {"review"}},
      {"keys", {"api-key", "list"}},
      {"tests", {"plan", "-f", "FILE/tests.yaml"}},
      {"same", {"apply", "-f", "FILE/same.yaml", "--dry-run"}},
      {"import", {"import", "-f", "FILE/import.yaml", "--edited", "--dry-run"}},
      {"undo", {"undo", "RUN", "--dry-run"}},
      {"invite", {"user", "invite", "new@acme.example", "--dry-run"}},
      {"resend", {"user", "resend", "invited@acme.example", "--dry-run"}},
      {"sync", {"user", "sync", "-f", "FILE/people.csv", "--dry-run"}},
      {"edit", {"user", "edit", "guest@acme.example", "--name", "Guest", "--dry-run"}},
      {"address", {"user", "edit", "guest@acme.example", "--email", "other@acme.example", "--dry-run"}},
      {"provider", {"user", "edit", "guest@acme.example", "--idp", "okta", "--external-id", "E1", "--dry-run"}},
      {"suspend", {"user", "deactivate", "guest@acme.example", "--dry-run"}},
      {"delete", {"user", "delete", "guest@acme.example", "--dry-run"}},
      {"grant", {"role", "grant", "LOW", "guest@acme.example", "--dry-run"}},
      {"revoke", {"role", "revoke", "LOW", "low@acme.example", "--dry-run"}},
      {"template", {"role-template", "create", "own", "--name", "Own", "--dry-run"}},
      {"role", {"role", "create", "own", "--name", "Own", "--dry-run"}},
      {"clone", {"role", "clone", "LOW", "own", "--name", "Own", "--dry-run"}},
      {"change", {"role", "edit", "LOW", "--add-permission", "teams.manage", "--dry-run"}},
      {"team", {"team", "create", "own", "--name", "Own", "--dry-run"}},
      {"key", {"api-key", "create", "guest@acme.example", "--name", "k", "--dry-run"}},
      {"chief", {"user", "edit", "chief@acme.example", "--email", "other@acme.example", "--dry-run"}},
      {"appoint", {"role", "grant", "CHIEF", "guest@acme.example", "--dry-run"}},
      {"enterprise", {"apply", "-f", "FILE/enterprise.yaml", "--dry-run"}},
  };
  return all;
}

// Role -> what its holder may do of the columns, in their order.
using Table = std::map<std::string, std::string>;

struct Pack {
  std::string name;
  std::string low;    // its least role
  std::string chief;  // its account admin's
};

void check_pack(const Pack& pack, const Table& expected) {
  const TestPlatform acctl;
  acctl.create("acme", {"--pack", pack.name, "--plan", "pro"});
  const auto add = [&](const std::string& user, const std::string& role) {
    acctl.in("acme", "insert into app.users (email, status) values ('" + user + "', 'active')");
    acctl.in("acme",
             "insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, app.roles r where "
             "u.email = '" +
                 user + "' and r.key = '" + role + "'");
    REQUIRE(acctl.in("acme",
                     "select count(*) from app.user_roles h join app.users u on u.id = h.user_id where u.email = '" +
                         user + "'") == (role.empty() ? "0" : "1"));
  };
  add("guest@acme.example", "");
  add("low@acme.example", pack.low);
  add("chief@acme.example", pack.chief);
  add("secret@acme.example", pack.chief);
  check_ended(acctl({"user", "invite", "invited@acme.example", "-t", "acme"}), 0);
  check_ended(acctl({"team", "create", "first", "--name", "First", "-t", "acme", "--yes"}), 0);
  const std::string run = acctl.json({"log", "-t", "acme"})[0]["run"];
  const std::string folder = acctl.folder.path();
  put_file(folder + "/tests.yaml", "acctl: 1\ntests: [{user: secret@acme.example, can: [users.manage]}]\n");
  put_file(folder + "/same.yaml", "acctl: 1\nusers: {secret@acme.example: {roles: [" + pack.chief + "]}}\n");
  put_file(folder + "/import.yaml", "acctl: 1\nteams: {first: {name: First}}\n");
  put_file(folder + "/people.csv", "email,external_id\nguest@acme.example,E7\n");
  // The scope of a role that somebody holds is nobody's to change.
  acctl.in("acme", "insert into app.roles (key, name) values ('spare', 'Spare')");
  put_file(folder + "/enterprise.yaml", "acctl: 1\nroles: {spare: {scope: enterprise}}\n");
  for (const auto& [role, allowed] : expected) {
    const std::string user = role + "@acme.example";
    add(user, role);
    std::string found;
    for (const Column& column : columns()) {
      Words words = column.words;
      for (std::string& word : words) {
        if (word == "LOW") word = pack.low;
        if (word == "CHIEF") word = pack.chief;
        if (word == "RUN") word = run;
        if (word.starts_with("FILE")) word.replace(0, 4, folder);
      }
      words.insert(words.end(), {"-t", "acme", "--as", user, "--yes"});
      const Result result = acctl(words);
      INFO(pack.name << " " << role << " " << column.name << ": " << result.out << result.err);
      const bool done = result.status == 0 || (column.name == "why" && result.status == 1);
      // Who may do it can still be stopped by a rule of the pack.
      const bool ruled = result.status == 5 && contains(result.err, "needs exactly one of the roles");
      CHECK((done || ruled || (result.status == 5 && contains(result.err, "refused: " + user + " may not"))));
      // Who is refused learns nothing.
      if (!done && !ruled) CHECK(result.out.empty());
      const bool names = column.name == "tests" || column.name == "same";  // in their files
      if (!done && !names) CHECK_FALSE(contains(result.err, "secret"));
      if (done) found += (found.empty() ? "" : " ") + column.name;
    }
    INFO(pack.name << " " << role);
    CHECK(found == allowed);
  }
}

const std::string seeing = "see show permissions why roles matrix lint templates teams review keys tests";
const std::string administering =
    seeing + " same import undo invite resend sync edit address provider suspend delete grant revoke template";
const std::string everything = administering + " role clone change team key chief appoint";

}  // namespace

TEST_CASE("as a user in the pack helpdesk: only admins administer people") {
  check_pack({"helpdesk", "support-agent", "admin"},
             {{"admin", everything}, {"support-agent", ""}, {"team-lead", seeing + " import"}});
}

TEST_CASE("as a user in the pack msp: viewers and managers do not administer people") {
  check_pack({"msp", "viewer", "organization-admin"}, {{"organization-admin", everything},
                                                       {"enterprise-admin", everything + " enterprise"},
                                                       {"manager", ""},
                                                       {"viewer", ""}});
}

TEST_CASE("as a user in the pack conversational: admins alone see and change people") {
  // Everybody has one base role there: it is replaced and not revoked.
  std::string without_revoke = everything;
  without_revoke.erase(without_revoke.find(" revoke"), 7);
  check_pack({"conversational", "user", "admin"}, {{"admin", without_revoke}, {"user", ""}});
}

TEST_CASE("as a user in the pack messaging: only the account admin makes roles") {
  // Nor does an administrator take over the record of an account admin.
  std::string without_same = administering + " team";
  without_same.erase(without_same.find(" same"), 5);
  check_pack({"messaging", "restricted-user", "account-admin"}, {{"account-admin", everything},
                                                                 {"administrator", without_same},
                                                                 {"support-agent", ""},
                                                                 {"support-manager", ""},
                                                                 {"marketing-user", ""},
                                                                 {"marketing-manager", ""},
                                                                 {"restricted-user", ""},
                                                                 {"sales-user", ""},
                                                                 {"sales-manager", ""}});
}

TEST_CASE("as a user: users.manage alone changes nothing of somebody with more rights", "[rule rights]") {
  const TenantFixture desk;
  desk.applied(
      "users:\n  pia@acme.example: {permissions: [users.manage]}\n  bea@acme.example: {roles: [support-agent]}\n"
      "  cal@acme.example: {}\n");
  desk.in("update app.users set status = 'active'");
  const std::string before = desk.configuration();
  const auto as_pia = [&](Words words) {
    words.insert(words.end(), {"--as", "pia@acme.example", "--yes"});
    return desk(words);
  };
  for (const Words& words : std::vector<Words>{{"--email", "pia.two@acme.example"},
                                               {"--idp", "okta"},
                                               {"--external-id", "E1"},
                                               {"--name", "Bea"},
                                               {"--session", "8h"}}) {
    Words edit = {"user", "edit", "bea@acme.example"};
    edit.insert(edit.end(), words.begin(), words.end());
    check_ended(as_pia(edit), 5, "pia@acme.example may not change bea@acme.example, who holds");
    edit[2] = "cal@acme.example";
    edit.emplace_back("--dry-run");
    check_ended(as_pia(edit), 0);
  }
  check_ended(as_pia({"user", "deactivate", "bea@acme.example"}), 5, "may not change bea@acme.example");
  check_ended(as_pia({"role", "revoke", "support-agent", "bea@acme.example"}), 5, "it is more than pia@acme.example");
  check_ended(as_pia({"api-key", "create", "bea@acme.example", "--name", "k"}), 5, "this requires an admin");
  CHECK(difference(before, desk.configuration()) == "");
}

TEST_CASE("as a user: nobody takes over somebody with more rights, or a role beyond their own", "[rule rights]") {
  const TenantFixture desk;
  desk.applied("users:\n  pia@acme.example: {permissions: [users.manage, roles.manage]}\n");
  desk.by_hand(
      "insert into app.users (email, status) values ('bea@acme.example', 'active'), ('cal@acme.example', 'active')");
  check_ended(desk({"role", "grant", "support-agent", "bea@acme.example"}), 0);
  desk.in("update app.users set status = 'active'");
  const auto as_pia = [&](const std::string& text) {
    return desk({"apply", "-f", desk.file("manager: pia\n" + text), "--as", "pia@acme.example", "--yes"});
  };
  const std::string before = desk.configuration();
  check_ended(as_pia("users: {ana@acme.example: {}}\n"), 5, "may not change ana@acme.example");
  check_ended(as_pia("users: {bea@acme.example: {}}\n"), 5, "may not change bea@acme.example");
  check_ended(as_pia("roles: {support-agent: {}}\n"), 5, "may not take over roles/support-agent");
  CHECK(difference(before, desk.configuration()) == "");
  check_ended(as_pia("users: {cal@acme.example: {}}\n"), 0);
}

TEST_CASE("as a user: a role that was cloned from an admin's makes neither roles nor account admins") {
  const acctl::test::TestPlatform acctl;
  acctl.create("acme", {"--plan", "pro"});
  check_ended(acctl({"role", "clone", "admin", "boss", "--name", "Boss", "-t", "acme", "--yes"}), 0);
  acctl.in("acme", "insert into app.users (email, status) values ('bob@acme.example', 'active')");
  check_ended(acctl({"role", "grant", "boss", "bob@acme.example", "-t", "acme", "--yes"}), 0);
  const auto as_bob = [&](Words words) {
    words.insert(words.end(), {"-t", "acme", "--as", "bob@acme.example", "--yes"});
    return acctl(words);
  };
  check_ended(as_bob({"role", "create", "own", "--name", "Own"}), 5, "this requires an account admin");
  check_ended(as_bob({"role", "clone", "team-lead", "own", "--name", "Own"}), 5, "this requires an account admin");
  check_ended(as_bob({"role", "edit", "team-lead", "--remove-permission", "users.view"}), 5,
              "this requires an account admin");
  check_ended(as_bob({"role", "grant", "admin", "bob@acme.example"}), 5, "it is more than bob@acme.example holds");
  check_ended(as_bob({"user", "edit", "ana@acme.example", "--name", "Ana"}), 5, "may not change ana@acme.example");
  check_ended(as_bob({"role", "grant", "team-lead", "bob@acme.example"}), 0);
}

TEST_CASE("as a user: who may not see people learns nothing from a plan, a test, an undo or a refusal",
          "[rule rights]") {
  const TenantFixture desk;
  const std::string run = desk.applied(
      "permissions: {users.create: {category: People}}\n"
      "users:\n  fay@acme.example: {permissions: [fields.manage, users.create]}\n"
      "  spy@acme.example: {}\n  secret@acme.example: {roles: [team-lead]}\n");
  desk.in("update app.users set status = 'active'");
  const auto told = [&](Words words, const std::string& user) {
    words.insert(words.end(), {"--as", user + "@acme.example", "--yes"});
    const Result result = desk(words);
    return std::to_string(result.status) + " " + result.out + result.err;
  };
  const auto apply = [&](const std::string& text) { return Words{"apply", "-f", desk.file(text)}; };
  // The answer is the same whether there is something to learn or not.
  for (const std::string user : {"fay", "spy"}) {
    const std::string holds = told(apply("users: {secret@acme.example: {roles: [team-lead]}}\n"), user);
    CHECK(holds == told(apply("users: {secret@acme.example: {roles: [admin]}}\n"), user));
    CHECK(holds == told(apply("users: {nobody@acme.example: {roles: [team-lead]}}\n"), user));
    CHECK(contains(holds, "may not see users, roles and permissions"));
    CHECK(told(apply("tests: [{user: secret@acme.example, can: [users.view]}]\n"), user) ==
          told(apply("tests: [{user: secret@acme.example, cannot: [users.view]}]\n"), user));
    CHECK(told({"undo", run}, user) == told({"undo", "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, user));
    CHECK(told({"user", "edit", "secret@acme.exampl", "--name", "X"}, user) ==
          told({"user", "edit", "other@acme.example", "--name", "X"}, user));
    CHECK(told({"role", "delete", "team-lead"}, user) == told({"role", "delete", "no-such-role"}, user));
  }
  CHECK(contains(told(apply("statuses: {new: {name: Fresh}}\n"), "spy"), "spy@acme.example may not"));
  CHECK(told(apply("statuses: {new: {name: Fresh}}\n"), "fay").starts_with("0 "));
  const Result invited = desk({"user", "invite", "secret@acme.example", "--as", "fay@acme.example", "-o", "json"});
  CHECK(invited.status == 0);
  CHECK(invited.json()["unchanged"][0]["status"].is_null());
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
  const acctl::test::TenantFixture desk;
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
  refused({"user", "deactivate", "ana@acme.example"}, "only admins can change admins");
  refused({"user", "invite", "new@acme.example", "--role", "admin"}, "it is more than pia@acme.example holds");
  refused({"apply", "-f", desk.file("settings: {locale: de}\n")}, "this requires settings.edit or settings.manage");
  refused({"apply", "-f", desk.file("permissions: {x.y: {category: X}}\n")}, "this requires an admin");
  CHECK(difference(before, desk.configuration()) == "");
  check_ended(as_pia({"role", "grant", "people", "bea@acme.example"}), 0);
  check_ended(as_pia({"user", "edit", "bea@acme.example", "--add-permission", "tickets.view:restricted"}), 0);
  desk.in("update app.users set status = 'suspended' where email = 'pia@acme.example'");
  check_ended(as_pia({"user", "edit", "bea@acme.example", "--name", "Bea"}), 5,
              "pia@acme.example is suspended, not active");
  check_ended(desk({"user", "list", "--as", "nobody@acme.example"}), 5,
              "nobody@acme.example is not a user of the tenant");
}

TEST_CASE("as a user: whoever administers people changes nothing of an admin, and does not act themselves out") {
  const TenantFixture desk;
  desk.applied(
      "roles: {mgr: {name: M, permissions: [users.manage, users.view]}}\n"
      "users: {lead@acme.example: {roles: [mgr]}, adm@acme.example: {roles: [admin]}, it@acme.example: {roles: "
      "[admin]}}\n");
  desk.by_hand("update app.users set status = 'active'");
  const auto refused = [&](const std::string& text, const std::string& who, const std::string& why) {
    check_ended(desk.apply(text, {"--as", who + "@acme.example"}), 5, who + "@acme.example may not " + why);
  };
  const std::string admins = "change adm@acme.example: only admins can change admins";
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

TEST_CASE("as a user: an invitation is completed by who may change the person whom it lets in", "[rule rights]") {
  const TenantFixture desk;
  desk.applied(
      "roles: {helper: {name: H, permissions: [users.manage, users.view]}}\n"
      "users: {helper@acme.example: {roles: [helper]}, agent@acme.example: {roles: [support-agent]}}\n");
  desk.by_hand("update app.users set status = 'active'");
  for (const auto& [guest, role] : {std::pair<std::string, std::string>{"chief", "admin"}, {"low", "helper"}}) {
    const auto invited = desk.json({"user", "invite", guest + "@acme.example", "--role", role, "--print-link"});
    const std::string link = invited["invited"][0]["link"].get<std::string>() + "\n";
    const auto accept = [&](const std::string& as) {
      return desk({"user", "accept", "--as", as + "@acme.example"}, link);
    };
    const std::string status = "select status from app.users where email = '" + guest + "@acme.example'";
    check_ended(accept("agent"), 5, "agent@acme.example may not ");
    check_ended(accept("nobody"), 5, "nobody@acme.example is not a user of the tenant");
    if (guest == "chief") check_ended(accept("helper"), 5, "only admins can change admins");
    CHECK(desk.in(status) == "invited");
    check_ended(accept(guest == "chief" ? "ana" : "helper"), 0, guest);
    CHECK(desk.in(status) == "active");
  }
}

TEST_CASE("acting as a user is no option of what only staff do") {
  const acctl::test::TenantFixture desk;
  check_ended(desk.acctl({"tenant", "list", "--as", "ana@acme.example"}), 3, "--as");
}
