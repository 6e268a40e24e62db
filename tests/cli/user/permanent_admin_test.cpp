// An admin who will not be one tomorrow is no admin: whatever the path, one stays whose role does not expire.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::difference;
using acctl::test::put_file;
using acctl::test::TenantFixture;

namespace {

using Words = std::vector<std::string>;

const std::string ana = "ana@acme.example";
const std::string tim = "tim@acme.example";
const std::string says = "at least 1 active admin whose role does not expire is required; this would leave 0";

std::string give(const std::string& email, const std::string& role, const std::string& until = "null") {
  return "insert into app.user_roles (user_id, role_id, expires_at) select u.id, r.id, " + until +
         " from app.users u, app.roles r where u.email = '" + email + "' and r.key = '" + role +
         "' on conflict (user_id, role_id) do update set expires_at = excluded.expires_at;";
}

std::string take(const std::string& email, const std::string& role) {
  return "delete from app.user_roles h using app.users u, app.roles r where u.id = h.user_id and r.id = h.role_id and "
         "u.email = '" +
         email + "' and r.key = '" + role + "';";
}

// ana is admin without an end, and tim for eight hours; both are active.
class Office : public TenantFixture {
 public:
  Office() {
    in("insert into app.users (email) values ('tim@acme.example'); update app.users set status = 'active';" +
       give(tim, "admin", "now() + interval '8 hours'"));
  }

  void refuses(const Words& words, const std::string& why = says) const {
    INFO(words[0] << " " << words[1]);
    const std::string before = configuration();
    check_ended((*this)(words), 5, why);
    CHECK(difference(before, configuration()) == "");
  }
};

}  // namespace

TEST_CASE("words and files do not take the last admin whose role does not expire") {
  const Office office;
  office.in(
      "insert into app.roles (key, name) values ('boss', 'Boss'); insert into app.role_permissions (role_id, "
      "permission_id) select r.id, p.id from app.roles r, app.permissions p where r.key = 'boss' and p.key = '*'");
  const std::string list = office.acctl.folder.path() + "/directory.csv";
  put_file(list, "email\n" + tim + "\n");
  const std::string none = office.file("users: {" + ana + ": {roles: []}}\n", "none.yaml");
  const std::string only = office.file("users: {" + tim + ": {}}\n", "only.yaml");
  for (const Words& words : {Words{"role", "revoke", "admin", ana, "--yes"},
                             {"role", "revoke", "admin", ana, "--dry-run"},
                             {"user", "deactivate", ana, "--yes"},
                             {"user", "delete", ana, "--revoke-roles", "--yes"},
                             {"apply", "-f", none, "--yes"},
                             {"apply", "-f", none, "--dry-run"},
                             {"plan", "-f", none},
                             {"plan", "-f", none, "--verify"},
                             {"import", "-f", only, "--edited", "--yes"}}) {
    office.refuses(words);
  }
  office.in("update app.users set manager = 'directory'");
  office.refuses({"user", "sync", "-f", list, "--yes"});
  office.in("update app.users set manager = null");
  office.applied("users: {" + ana + ": {}, " + tim + ": {}}\n");
  office.refuses({"apply", "-f", only, "--prune", "--yes"});
  office.in(give(ana, "boss") + take(ana, "admin"));
  office.refuses({"role", "edit", "boss", "--remove-permission", "*", "--yes"});
  office.refuses({"role", "delete", "boss", "--reassign-to", "support-agent", "--yes"});
  office.refuses({"apply", "-f", office.file("roles: {boss: {permissions: [tickets.view]}}\n"), "--yes"});
  office.in(
      "insert into app.role_templates (key, name) values ('all', 'All'); insert into app.role_template_permissions "
      "(role_template_id, permission_id) select t.id, p.id from app.role_templates t, app.permissions p where p.key = "
      "'*'; update app.users set role_template_id = (select id from app.role_templates) where email = '" +
      ana + "';" + take(ana, "boss"));
  office.refuses({"role-template", "edit", "all", "--remove-permission", "*", "--yes"});
  office.refuses({"role-template", "unassign", ana, "--yes"});
  // With another one who stays, all of it may be done.
  office.in(give(tim, "admin"));
  check_ended(office({"user", "deactivate", ana, "--yes"}), 0);
}

TEST_CASE("neither undo, a saved plan nor the way back from drift takes the last admin whose role does not expire") {
  const Office office;
  office.in(give(tim, "support-agent") + take(tim, "admin"));
  const std::string granted = office.json({"role", "grant", "admin", tim})["run"];
  const std::string file = office.file("users: {" + ana + ": {roles: [support-agent]}}\n", "ana.yaml");
  check_ended(office({"apply", "-f", file, "--yes"}), 0);
  check_ended(office({"undo", granted, "--yes"}), 5, says);

  office.in(give(ana, "admin"));
  const std::string path = office.acctl.folder.path() + "/plan.json";
  check_ended(office({"plan", "-f", file, "--out", path}), 0);
  office.in(take(tim, "admin") + give(tim, "admin", "now() + interval '8 hours'"));
  check_ended(office.acctl({"apply", path, "--yes"}), 5, says);

  const std::string back = office.acctl.folder.path() + "/back.json";
  check_ended(office({"drift", "--out", back}), 2);
  check_ended(office.acctl({"apply", back, "--yes"}), 5, says);
}

TEST_CASE("a grant for a time does not shorten what is held without an end") {
  const Office office;
  const std::string before = office.configuration();
  for (const Words& more : {Words{}, {"--dry-run"}}) {
    Words words = {"role", "grant", "admin", ana, "--until", "3s"};
    words.insert(words.end(), more.begin(), more.end());
    check_ended(office(words), 0, ana + " already holds role admin permanently; the temporary grant changes nothing");
    CHECK(difference(before, office.configuration()) == "");
  }
  // One of two is told apart from the other.
  check_ended(office({"role", "grant", "admin", ana, tim, "--until", "2040-01-01T00:00:00Z"}), 0, "already holds");
  CHECK(office.in("select string_agg(split_part(u.email, '@', 1) || ' ' || coalesce(extract(year from h.expires_at "
                  "at time zone 'UTC')::text, '-'), ', ' order by u.email) from app.user_roles h join app.users u on "
                  "u.id = h.user_id") == "ana -, tim 2040");
}

TEST_CASE("the last admin of all stays, even one whose role expires") {
  const Office office;
  office.in(take(ana, "admin"));
  office.refuses({"role", "revoke", "admin", tim, "--yes"}, "not even one whose role expires");
  // To make somebody admin for good comes first.
  check_ended(office({"role", "grant", "admin", ana}), 0);
  check_ended(office({"role", "revoke", "admin", tim, "--yes"}), 0);
}

TEST_CASE("the stricter of --min-admins and guards.min_admins counts") {
  const Office office;
  office.in(give(tim, "admin") +
            "insert into app.users (email, status) values ('bea@acme.example', 'active'), ('cal@acme.example', "
            "'active');" +
            give("bea@acme.example", "admin") + give("cal@acme.example", "admin"));
  const auto without = [&](const std::string& who, const std::string& in_file, const std::string& on_line) {
    return office.apply("guards: {min_admins: " + in_file + "}\nusers: {" + who + "@acme.example: {roles: []}}\n",
                        {"--min-admins", on_line});
  };
  check_ended(without("cal", "2", "4"), 5, "at least 4 active admins whose role does not expire are required");
  check_ended(without("cal", "4", "2"), 5, "at least 4 active admins whose role does not expire are required");
  check_ended(without("cal", "2", "3"), 0);
  check_ended(without("bea", "2", "3"), 5, "this would leave 2");
  check_ended(without("bea", "3", "2"), 5, "this would leave 2");
}
