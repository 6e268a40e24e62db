// What an export is: whole or refused, without the tenant's own names, and one manager's file.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

std::string exported_from(const TenantFixture& desk, const std::string& tenant, std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"export", "-t", tenant});
  const Result result = desk.acctl(more);
  INFO(result.err);
  REQUIRE(result.status == 0);
  return result.out;
}

Result import_into(const TenantFixture& desk, const std::string& tenant, const std::string& document,
                   std::vector<std::string> more = {}) {
  const std::string path = desk.acctl.folder.path() + "/export.yaml";
  put_file(path, document);
  more.insert(more.begin(), {"import", "-f", path, "-t", tenant, "--yes", "--max-removals", "100%"});
  return desk.acctl(more);
}

std::string setting(const TenantFixture& desk, const std::string& tenant, const std::string& key) {
  return desk.acctl.in(tenant, "select value #>> '{}' from app.settings where key = '" + key + "'");
}

}  // namespace

TEST_CASE("an export has the ends of grants and memberships, whole or of one manager, and they are read back") {
  const TenantFixture desk;
  desk.acctl.create("globex");
  desk.applied(
      "manager: m\nusers:\n  p@x.example: {roles: [{support-agent: {until: 2090-01-01T00:00:00Z}}]}\nteams:\n  t: "
      "{name: T, members: [{p@x.example: {until: 2090-02-01T00:00:00Z}}]}\n");
  for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"--manager", "m"}}) {
    std::vector<std::string> words = more;
    words.emplace_back("--include-users");
    const std::string document = exported_from(desk, "acme", words);
    CHECK(contains(document, "2090-01-01T00:00:00Z"));
    CHECK(contains(document, "2090-02-01T00:00:00Z"));
  }
  check_ended(import_into(desk, "globex", exported_from(desk, "acme", {"--include-users"})), 0);
  CHECK(desk.acctl.in("globex", "select count(*) from app.user_roles where expires_at is not null") == "1");
  CHECK(desk.acctl.in("globex", "select count(*) from app.team_members where expires_at is not null") == "1");
}

TEST_CASE("an export that is cut at any line, or changed, is refused by import") {
  const TenantFixture desk;
  const std::string document = exported_from(desk, "acme");
  CHECK(contains(document, "\n# end: "));
  const std::string before = desk.everything();
  std::size_t lines = 0;
  for (std::size_t end = document.find('\n'); end + 1 < document.size(); end = document.find('\n', end + 1)) {
    if (++lines % 7 != 1) continue;  // some of them: each costs a start of the program
    INFO("cut after line " << lines);
    CHECK(import_into(desk, "acme", document.substr(0, end + 1)).status == 3);
  }
  CHECK(lines > 20);
  const std::string cut = document.substr(0, document.rfind("# end: "));
  check_ended(import_into(desk, "acme", cut), 3, "has no '# end:' line");
  check_ended(import_into(desk, "acme", cut), 3, "--edited");
  std::string changed = document;
  changed.replace(changed.find("Support Agent"), 13, "Support agent");
  check_ended(import_into(desk, "acme", changed), 3, "was cut or changed since it was exported");
  CHECK(difference(before, desk.everything()) == "");
  check_ended(import_into(desk, "acme", document), 0, "nothing to change");
  std::string windows;
  for (const char c : document) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  check_ended(import_into(desk, "acme", windows), 0, "nothing to change");
  check_ended(import_into(desk, "acme", changed, {"--edited"}), 0);
  CHECK(desk.in("select name from app.roles where key = 'support-agent'") == "Support agent");
}

TEST_CASE("an import leaves a tenant its own name, host name and support address") {
  const TenantFixture desk;
  desk.acctl.create("bert");
  desk.applied("settings: {locale: fr}\n");
  const std::string own = setting(desk, "bert", "branding.name");
  REQUIRE(own != setting(desk, "acme", "branding.name"));
  const std::string document = exported_from(desk, "acme");
  for (const char* key : {"branding.name", "portal.hostname", "support.address"}) CHECK_FALSE(contains(document, key));
  check_ended(import_into(desk, "bert", document), 0);
  CHECK(setting(desk, "bert", "branding.name") == own);
  CHECK(setting(desk, "bert", "support.address") != setting(desk, "acme", "support.address"));
  CHECK(setting(desk, "bert", "locale") == "fr");
  const std::string whole = exported_from(desk, "acme", {"--with-identity"});
  const std::string brand = setting(desk, "acme", "branding.name");
  CHECK(contains(whole, "branding.name: " + brand));
  // Two tenants do not share a host name: the identity moves once the tenant that has it is gone.
  check_ended(import_into(desk, "bert", whole), 7, "which belongs to tenant acme");
  CHECK(setting(desk, "bert", "branding.name") == own);
  check_ended(desk.acctl({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0"}), 0);
  check_ended(import_into(desk, "bert", whole), 0);
  CHECK(setting(desk, "bert", "branding.name") == brand);
}

TEST_CASE("a user who is suspended in the source is not invited in the target") {
  const TenantFixture desk;
  desk.applied("users: {ben@acme.example: {name: Ben}, cal@acme.example: {name: Cal}}\n");
  check_ended(desk({"user", "deactivate", "ben@acme.example", "--yes"}), 0);
  desk.acctl.create("bert");
  const std::string document = exported_from(desk, "acme", {"--include-users"});
  check_ended(import_into(desk, "bert", document, {"--min-admins", "0"}), 0);
  CHECK(desk.acctl.in("bert", "select string_agg(status, ' ' order by email) from app.users where email < 'd'") ==
        "invited suspended invited");
  CHECK(desk.acctl.in("bert",
                      "select string_agg(u.email, ' ') from app.invitations i join app.users u on u.id = "
                      "i.user_id where u.email like 'ben%'") == "");
  CHECK(exported_from(desk, "bert", {"--include-users"}) == document);
}

TEST_CASE("export --manager writes a file that plans empty on the same tenant") {
  const TenantFixture desk;
  desk.applied(R"(manager: gitops
roles: {helper: {name: Helper, permissions: [tickets.create, tickets.view: group]}, support-agent: {permissions: [+reports.view]}}
teams: {night: {name: Night, members: [ben@acme.example]}}
users: {ben@acme.example: {name: Ben, roles: [helper]}}
settings: {branding.name: Acme at night}
guards: {protect: [roles/helper]}
)");
  desk.applied("manager: hr\nteams: {people: {name: People}}\n");
  const std::string text = exported_from(desk, "acme", {"--manager", "gitops"});
  CHECK(contains(text, "manager: gitops\n"));
  CHECK(contains(text, "branding.name: Acme at night"));
  CHECK_FALSE(contains(text, "people"));
  CHECK_FALSE(contains(text, "team-lead"));
  const std::string path = desk.acctl.folder.path() + "/gitops.yaml";
  put_file(path, text);
  const Result plan = desk({"plan", "-f", path, "--prune", "--detailed-exitcode"});
  check_ended(plan, 0, "Plan: nothing to change.");
  CHECK_FALSE(contains(plan.out, "no longer declared"));
  check_ended(desk({"export", "--manager", "gitop"}), 3, "did you mean 'gitops'?");
}

TEST_CASE("export --manager knows managers that own only users, and the directory, which applies no files") {
  const TenantFixture desk;
  desk.applied("manager: other\nusers: {cy@acme.example: {name: Cy}}\n");
  check_ended(desk({"export", "--manager", "nosuch"}), 3, "Objects have these managers: other.");
  const std::string list = desk.acctl.folder.path() + "/directory.csv";
  put_file(list, "email,external_id\nbea@acme.example,E1\n");
  check_ended(desk({"user", "sync", "-f", list, "--role", "support-agent", "--idp", "entra", "--yes"}), 0);
  check_ended(desk({"export", "--manager", "nosuch"}), 3, "Objects have these managers: directory, other.");
  const std::string text = exported_from(desk, "acme", {"--manager", "directory"});
  CHECK(contains(text, "manager: directory\n"));
  CHECK(contains(text, "  bea@acme.example:\n"));
  CHECK_FALSE(contains(text, "cy@acme.example"));
  CHECK_FALSE(contains(text, "ana@acme.example"));
  const std::string path = desk.acctl.folder.path() + "/of-directory.yaml";
  put_file(path, text);
  check_ended(desk({"plan", "-f", path, "--detailed-exitcode"}), 0, "Plan: nothing to change.");
  check_ended(desk({"export", "--manager", "other", "--only", "roles"}), 3, "owns nothing of what is exported");
}
